#include "fixture.h"

#include "daemon/filewatch.h"

#include <ev.h>
#include <sys/wait.h>

static char path[PATH_MAX], by_name[PATH_MAX];
static struct ev_loop *loop;
static ev_timer each_second;
static unsigned n_told;

/* What reading it would see. */
static struct filewatch_file seen(const char *at)
{
	struct stat st;

	assert_int_equal(stat(at, &st), 0);
	return (struct filewatch_file){ at, filestamp_of(&st) };
}

static void on_change(void *data)
{
	(void)data;
	n_told++;
}

static void on_each_second(struct ev_loop *l, ev_timer *t, int revents)
{
	(void)l, (void)revents;
	filewatch_tend(t->data);
}

static void on_end(struct ev_loop *l, ev_timer *t, int revents)
{
	(void)t, (void)revents;
	ev_break(l, EVBREAK_ALL);
}

/* Turns the loop for as long as a change takes to settle, and that again. */
static void wait_a_while(void)
{
	ev_timer end;

	ev_timer_init(&end, on_end, 1.2, 0);
	ev_now_update(loop);
	ev_timer_start(loop, &end);
	ev_run(loop, 0);
}

static int set_up(void **state)
{
	struct filewatch *w;

	loop = ev_loop_new(EVBACKEND_EPOLL | EVFLAG_NOENV);
	n_told = 0;
	fixture_put("list", "198.18.0.1\n");
	w = loop ? filewatch_open(loop, on_change, NULL) : NULL;
	*state = w;
	if (!w)
		return -1;
	ev_timer_init(&each_second, on_each_second, 1, 1);
	each_second.data = w;
	ev_timer_start(loop, &each_second);
	return 0;
}

static int tear_down(void **state)
{
	filewatch_close(*state);
	ev_loop_destroy(loop);
	unlink(path);
	unlink(by_name);
	return 0;
}

static void what_is_as_it_was_read_is_not_told(void **state)
{
	struct filewatch_file files[2];

	assert_int_equal(symlink(path, by_name), 0);
	files[0] = seen(path);
	files[1] = seen(by_name);
	assert_int_equal(filewatch_files(*state, files, 2), 0);
	wait_a_while();
	assert_int_equal(n_told, 0);
}

static void a_change_between_reading_and_watching_is_told_once(void **state)
{
	struct filewatch_file file = seen(path);

	fixture_put("list", "198.18.0.1\n198.18.0.2\n");
	assert_int_equal(filewatch_files(*state, &file, 1), 0);
	wait_a_while();
	assert_int_equal(n_told, 1);
	file = seen(path);
	assert_int_equal(filewatch_files(*state, &file, 1), 0);
	wait_a_while();
	assert_int_equal(n_told, 1);
}

static void another_file_of_the_same_size_in_its_place_is_told(void **state)
{
	struct filewatch_file file = seen(path);

	assert_int_equal(rename(path, by_name), 0);
	fixture_put("list", "198.18.0.9\n");
	assert_int_equal(filewatch_files(*state, &file, 1), 0);
	wait_a_while();
	assert_int_equal(n_told, 1);
}

static void a_file_that_went_before_it_was_watched_is_told(void **state)
{
	struct filewatch_file file = seen(path);

	assert_int_equal(unlink(path), 0);
	assert_int_equal(filewatch_files(*state, &file, 1), 0);
	wait_a_while();
	assert_int_equal(n_told, 1);
}

static void a_change_while_it_is_watched_is_told(void **state)
{
	struct filewatch_file file = seen(path);

	assert_int_equal(filewatch_files(*state, &file, 1), 0);
	fixture_put("list", "198.18.0.1\n198.18.0.2\n");
	wait_a_while();
	assert_int_equal(n_told, 1);
}

static void a_change_of_what_a_link_leads_to_is_told_once(void **state)
{
	struct filewatch_file file;

	assert_int_equal(symlink(path, by_name), 0);
	file = seen(by_name);
	assert_int_equal(filewatch_files(*state, &file, 1), 0);
	fixture_put("list", "198.18.0.1\n198.18.0.2\n");
	wait_a_while();
	wait_a_while();
	assert_int_equal(n_told, 1);
	/* The link is another one at once. */
	assert_int_equal(unlink(by_name), 0);
	assert_int_equal(symlink("/dev/null", by_name), 0);
	wait_a_while();
	wait_a_while();
	assert_int_equal(n_told, 2);
}

static void a_directory_may_be_the_link(void **state)
{
	char through[PATH_MAX], one[PATH_MAX], two[PATH_MAX];
	struct filewatch_file file;

	strcpy(one, fixture_path("one"));
	strcpy(two, fixture_path("two"));
	strcpy(through, fixture_path("other/list"));
	assert_int_equal(mkdir(one, 0700) | mkdir(two, 0700), 0);
	assert_int_equal(symlink("one", by_name), 0);
	assert_int_equal(link(path, through), 0);
	file = seen(through);
	assert_int_equal(filewatch_files(*state, &file, 1), 0);
	unlink(by_name);
	assert_int_equal(symlink("two", by_name), 0);
	wait_a_while();
	wait_a_while();
	assert_int_equal(n_told, 1);
	unlink(by_name);
	assert_int_equal(symlink("one", by_name), 0);
	unlink(through);
	assert_int_equal(rmdir(one) | rmdir(two), 0);
}

static int make_dir(void **state)
{
	int err = fixture_make_dir(state);

	strcpy(path, fixture_path("list"));
	strcpy(by_name, fixture_path("other"));
	return err;
}

static int run_one(const struct CMUnitTest *test)
{
	const struct CMUnitTest tests[] = { *test };

	return cmocka_run_group_tests(tests, make_dir, fixture_remove_empty_dir);
}

/* Each waits for most of its time: all at once, each in a process and a directory of its own. */
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_as_it_was_read_is_not_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_change_between_reading_and_watching_is_told_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(another_file_of_the_same_size_in_its_place_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_file_that_went_before_it_was_watched_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_change_while_it_is_watched_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_change_of_what_a_link_leads_to_is_told_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_directory_may_be_the_link, set_up, tear_down),
	};
	const size_t n = sizeof(tests) / sizeof(tests[0]);
	pid_t pids[sizeof(tests) / sizeof(tests[0])];
	int failed = 0, status;

	for (size_t i = 0; i < n; i++) {
		pids[i] = fork();
		if (pids[i] < 0)
			return 1;
		if (pids[i] == 0)
			return run_one(&tests[i]);
	}
	for (size_t i = 0; i < n; i++)
		failed |= waitpid(pids[i], &status, 0) != pids[i] || status;
	return failed;
}
