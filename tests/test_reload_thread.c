#include "fixture.h"

#include "base/clock.h"
#include "daemon/reload_thread.h"

#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/stat.h>

#define SOON (10 * NS_PER_S)

static struct fleet *fleet;
static struct reload_thread *thread;
static sem_t is_ready;
static pthread_t ready_on;

static int init(void **state)
{
	fleet = fleet_new();
	thread = NULL;
	return sem_init(&is_ready, 0, 0) || !fleet ? -1 : fixture_make_dir(state);
}

static int fini(void **state)
{
	reload_thread_end(thread);
	fleet_free(fleet);
	sem_destroy(&is_ready);
	return fixture_remove_dir(state);
}

static void on_ready(void *data)
{
	ready_on = pthread_self();
	sem_post(data);
}

static void begin(bool is_first)
{
	struct reload_thread_job job = {
		.path = fixture_path("main.yaml"),
		.is_first = is_first,
		.fleet = fleet,
		.ready = on_ready,
		.data = &is_ready,
	};

	assert_int_equal(reload_thread_begin(&thread, &job), 0);
}

static void ignore(void *data, enum reload_action a, uint32_t number)
{
	(void)data, (void)a, (void)number;
}

static void a_file_is_read_and_planned_on_another_thread(void **state)
{
	const struct reload_thread_result *r;
	struct config *c;

	(void)state;
	fixture_put("main.yaml", "targets: [192.0.2.1, 192.0.2.2]\n");
	begin(true);
	sem_wait(&is_ready);
	assert_false(pthread_equal(ready_on, pthread_self()));
	r = reload_thread_join(thread);
	assert_int_equal(r->err, 0);
	assert_int_equal(r->config->n_targets, 2);
	assert_int_equal(reload_plan_count(r->plan, RELOAD_ADDED), 2);
	assert_true(reload_plan_apply(r->plan, SIZE_MAX, 0, 0, ignore, NULL));
	c = reload_thread_take(thread, NULL);
	reload_thread_tidy(thread);
	sem_wait(&is_ready);
	assert_null(reload_thread_join(thread)->plan);
	assert_int_equal(fleet_count(fleet), 2);
	reload_thread_end(thread);
	thread = NULL;
	fleet_free(fleet);
	fleet = NULL;
	config_free(c);
}

static void what_nobody_takes_goes_with_the_reload(void **state)
{
	(void)state;
	fixture_put("main.yaml", "targets: [192.0.2.1]\n");
	begin(false);
	assert_int_equal(reload_thread_join(thread)->err, 0);
	assert_int_equal(fleet_count(fleet), 0);
}

static void errors_say_what_is_wrong_with_the_file(void **state)
{
	const struct reload_thread_result *r;

	(void)state;
	fixture_put("main.yaml", "targets: [192.0.2.1\n");
	begin(true);
	r = reload_thread_join(thread);
	assert_int_equal(r->err, -EINVAL);
	assert_true(r->errors->n > 0);
	assert_null(r->config);
	assert_null(r->plan);
}

/* It could keep the reload waiting for ever. */
static void a_fifo_is_an_error_but_at_the_start(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(fixture_path("main.yaml"), 0600), 0);
	begin(false);
	assert_int_not_equal(reload_thread_join(thread)->err, 0);
}

static void a_thread_that_waits_for_its_file_is_not_at_rest(void **state)
{
	int64_t before = clock_mono_ns();
	int fd;

	(void)state;
	assert_int_equal(mkfifo(fixture_path("main.yaml"), 0600), 0);
	begin(true);
	assert_false(reload_thread_at_rest(thread, 20 * NS_PER_MS));
	assert_true(clock_mono_ns() - before >= 20 * NS_PER_MS);
	fd = open(fixture_path("main.yaml"), O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "targets: [a]\n", 13), 13);
	close(fd);
	assert_true(reload_thread_at_rest(thread, SOON));
	assert_true(reload_thread_at_rest(thread, 0));
	assert_int_equal(reload_thread_join(thread)->err, 0);
}

static void no_reload_is_at_rest(void **state)
{
	(void)state;
	assert_true(reload_thread_at_rest(NULL, 0));
	reload_thread_end(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file_is_read_and_planned_on_another_thread, init, fini),
		cmocka_unit_test_setup_teardown(what_nobody_takes_goes_with_the_reload, init, fini),
		cmocka_unit_test_setup_teardown(errors_say_what_is_wrong_with_the_file, init, fini),
		cmocka_unit_test_setup_teardown(a_fifo_is_an_error_but_at_the_start, init, fini),
		cmocka_unit_test_setup_teardown(a_thread_that_waits_for_its_file_is_not_at_rest, init, fini),
		cmocka_unit_test(no_reload_is_at_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
