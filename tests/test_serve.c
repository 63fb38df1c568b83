#include "fixture_serve.h"

static struct fixture_serve serve;

static int init(void **state)
{
	serve = (struct fixture_serve){ 0 };
	if (fixture_make_dir(state))
		return -1;
	fixture_serve_start(&serve);
	return 0;
}

static int fini(void **state)
{
	fixture_serve_end(&serve);
	return fixture_remove_dir(state);
}

static void assert_status(const char *target, const char *headers, int status)
{
	char *answer = fixture_serve_get(&serve, target, headers);

	if (fixture_serve_status(answer) != status)
		fail_msg("GET %s: %s", target, answer);
	free(answer);
}

static void health_is_answered_with_200(void **state)
{
	char *answer = fixture_serve_get(&serve, "/-/healthy", "");

	(void)state;
	assert_int_equal(fixture_serve_status(answer), 200);
	assert_string_equal(fixture_serve_body(answer), "minipingd is healthy.\n");
	free(answer);
}

static void a_path_that_is_not_there_is_answered_with_404(void **state)
{
	(void)state;
	assert_status("/nothing", "", 404);
	assert_status("/-/healthy/", "", 404);
	assert_status("/../../etc/passwd", "", 404);
}

static struct generation *make_ready(void *data)
{
	struct generation *g = calloc(1, sizeof(*g));

	assert_non_null(g);
	g->is_ready = *(const bool *)data;
	return g;
}

static void readiness_is_asked_of_the_loop_until_it_is_there(void **state)
{
	bool ready = false;

	(void)state;
	serve.make = make_ready;
	serve.data = &ready;
	assert_status("/-/ready", "", 503);
	ready = true;
	while (atomic_load(&serve.n_generations)) /* it is kept for a second */
		usleep(10000);
	assert_status("/-/ready", "", 200);
	assert_int_equal(atomic_load(&serve.n_asks), 2);
	while (atomic_load(&serve.n_generations))
		usleep(10000);
	assert_status("/-/ready", "", 200);
	assert_int_equal(atomic_load(&serve.n_asks), 2);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, init, fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(health_is_answered_with_200),
		TEST(a_path_that_is_not_there_is_answered_with_404),
		TEST(readiness_is_asked_of_the_loop_until_it_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
