#include "fixture.h"

#include "base/logfile.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

static char path[PATH_MAX], other[PATH_MAX];
static bool is_cut; /* by the latest call */

static int make_dir(void **state)
{
	int err = fixture_make_dir(state);

	strcpy(path, fixture_path("log"));
	strcpy(other, fixture_path("log.1"));
	return err;
}

static int tidy(void **state)
{
	(void)state;
	unlink(path);
	unlink(other);
	return 0;
}

static int open_log(const char *at)
{
	pid_t holder = -1;
	int fd = logfile_open(at, &holder, &is_cut);

	assert_true(fd >= 0);
	assert_int_equal(holder, 0);
	return fd;
}

struct answer {
	int fd; /* or -errno */
	pid_t holder;
};

/* What another process gets that opens at, and ends. */
static struct answer elsewhere(const char *at)
{
	struct answer a;
	int fds[2], status;
	pid_t child;

	assert_int_equal(pipe(fds), 0);
	child = fork();
	if (!child) {
		a.fd = logfile_open(at, &a.holder, &is_cut);
		_exit(write(fds[1], &a, sizeof(a)) != sizeof(a));
	}
	assert_int_equal(read(fds[0], &a, sizeof(a)), sizeof(a));
	assert_int_equal(waitpid(child, &status, 0), child);
	close(fds[0]);
	close(fds[1]);
	return a;
}

static void is_held(const char *at)
{
	struct answer a = elsewhere(at);

	assert_int_equal(a.fd, -ETXTBSY);
	assert_int_equal(a.holder, getpid());
}

static void is_free(const char *at)
{
	assert_true(elsewhere(at).fd >= 0);
}

static void another_process_is_refused_and_told_who_writes(void **state)
{
	char why[LOGFILE_WHY_MAX], expected[64];
	int fd = open_log(path);

	(void)state;
	is_held(path);
	snprintf(expected, sizeof(expected), "process %d writes to it", getpid());
	assert_non_null(strstr(logfile_why(-ETXTBSY, getpid(), why), expected));
	close(fd);
	is_free(path);
}

static void a_process_that_is_killed_leaves_no_lock(void **state)
{
	int fds[2], status;
	pid_t child, holder;
	char c;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	child = fork();
	if (!child) {
		if (logfile_open(path, &holder, &is_cut) >= 0 && write(fds[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	close(fds[1]);
	assert_int_equal(read(fds[0], &c, 1), 1);
	assert_int_equal(logfile_open(path, &holder, &is_cut), -ETXTBSY);
	assert_int_equal(holder, child);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	close(open_log(path));
	close(fds[0]);
}

static void the_lock_goes_with_the_file_and_not_with_its_name(void **state)
{
	int fd = open_log(path), new;
	pid_t holder;

	(void)state;
	assert_int_equal(rename(path, other), 0);
	is_held(other);
	is_free(path);
	new = logfile_reopen(fd, path, &holder, &is_cut);
	assert_true(new >= 0 && new != fd);
	close(fd);
	is_held(path);
	is_free(other);
	close(new);
}

static void a_reopen_without_a_rename_keeps_file_and_lock(void **state)
{
	int fd = open_log(path);
	pid_t holder;

	(void)state;
	assert_int_equal(logfile_reopen(fd, path, &holder, &is_cut), fd);
	is_held(path);
	close(fd);
}

static void a_reopen_of_a_file_that_is_anothers_is_refused(void **state)
{
	int fd = open_log(other), theirs = open_log(path);
	pid_t holder = -1;

	(void)state;
	assert_int_equal(logfile_reopen(fd, path, &holder, &is_cut), -ETXTBSY);
	is_held(other);
	close(theirs);
	close(fd);
}

/* Closing any descriptor of a file ends the locks of the process; not that of the open file. */
static void the_file_stays_locked_whatever_else_the_process_closes(void **state)
{
	int fd = open_log(path);
	pid_t holder = -1;

	(void)state;
	close(open(path, O_RDONLY));
	assert_int_equal(elsewhere(path).fd, -ETXTBSY);
	assert_int_equal(link(path, other), 0);
	assert_int_equal(logfile_open(other, &holder, &is_cut), -ETXTBSY);
	assert_int_equal(holder, 0);
	close(fd);
}

static void devices_and_fifos_are_not_locked(void **state)
{
	int null = open_log("/dev/null"), fd, reader;

	(void)state;
	close(open_log("/dev/null"));
	assert_int_equal(mkfifo(path, 0600), 0);
	reader = open(path, O_RDONLY | O_NONBLOCK);
	fd = open_log(path);
	close(open_log(path));
	close(fd);
	close(reader);
	close(null);
}

static void a_check_makes_and_changes_nothing(void **state)
{
	struct stat st;
	int fd;

	(void)state;
	assert_int_equal(logfile_check(path), 0);
	assert_int_equal(stat(path, &st), -1);
	fd = open_log(path);
	assert_int_equal(logfile_check(path), 0); /* locked or not */
	close(fd);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	fd = open(path, O_RDONLY | O_NONBLOCK);
	assert_int_equal(logfile_check(path), 0);
	close(fd);
	assert_int_equal(logfile_check("/dev/null"), 0);
}

static void a_check_finds_what_opening_would_find(void **state)
{
	static const char *const bad[] = { "/nonexistent/log", "/proc", "/dev/null/log" };
	pid_t holder;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int err = logfile_open(bad[i], &holder, &is_cut);

		assert_in_range(-err, 1, 200);
		assert_int_equal(logfile_check(bad[i]), err);
	}
	assert_int_equal(symlink("/dev/null", path), 0);
	assert_int_equal(logfile_check(path), -ELOOP);
	assert_int_equal(logfile_open(path, &holder, &is_cut), -ELOOP);
}

static void a_place_out_of_reach_is_told_with_what_to_do(void **state)
{
	char why[LOGFILE_WHY_MAX];

	(void)state;
	assert_non_null(strstr(logfile_why(-EROFS, 0, why), "ReadWritePaths="));
	assert_non_null(strstr(logfile_why(-EACCES, 0, why), "/var/log/minipingd"));
	assert_non_null(strstr(logfile_why(-ENOENT, 0, why), "systemd-tmpfiles"));
	assert_non_null(strstr(logfile_why(-ELOOP, 0, why), "symbolic links"));
	assert_string_equal(logfile_why(ENOSPC, 0, why), strerror(ENOSPC));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(another_process_is_refused_and_told_who_writes, tidy),
		cmocka_unit_test_teardown(a_process_that_is_killed_leaves_no_lock, tidy),
		cmocka_unit_test_teardown(the_lock_goes_with_the_file_and_not_with_its_name, tidy),
		cmocka_unit_test_teardown(a_reopen_without_a_rename_keeps_file_and_lock, tidy),
		cmocka_unit_test_teardown(a_reopen_of_a_file_that_is_anothers_is_refused, tidy),
		cmocka_unit_test_teardown(the_file_stays_locked_whatever_else_the_process_closes, tidy),
		cmocka_unit_test_teardown(devices_and_fifos_are_not_locked, tidy),
		cmocka_unit_test_teardown(a_check_makes_and_changes_nothing, tidy),
		cmocka_unit_test_teardown(a_check_finds_what_opening_would_find, tidy),
		cmocka_unit_test_teardown(a_place_out_of_reach_is_told_with_what_to_do, tidy),
	};

	return cmocka_run_group_tests(tests, make_dir, fixture_remove_empty_dir);
}
