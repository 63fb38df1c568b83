/* A writer that is killed at any time, in a commit, a fold or an expiry, leaves a file that is whole: what it has
 * called committed is there, once. RUNS kills (default 30; 500 by `make check-long`). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixture_history.h"
#include "random.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define SERIES 250

static void announce(int fd, char what, int64_t n)
{
	unsigned char message[9] = { (unsigned char)what };

	memcpy(message + 1, &n, sizeof(n));
	if (write(fd, message, sizeof(message)) != sizeof(message))
		_exit(1);
}

/* From minute n on, for ever: 'c', it is committed; 'f' and 'o', a fold begins and is over. */
static void write_on(int64_t n, int fd)
{
	char error[160];

	if (history_db_open(&history, &options, error))
		_exit(1);
	for (;; n++) {
		int64_t at_s = DAY0 + 60 * n;
		bool more;

		for (uint32_t i = 0; i < SERIES; i++) {
			struct row r = row_of(60, 1, NS_PER_MS + i * 1000, 0);

			if (history_db_row(history, at_s, i, &r, NULL, 0))
				_exit(1);
		}
		if (history_db_end_minute(history, at_s))
			_exit(1);
		announce(fd, 'c', n + 1);
		do {
			announce(fd, 'f', 0);
			more = history_db_tend(history, at_s + 60);
			announce(fd, 'o', 0);
		} while (more);
	}
}

/* Lets it write for some time and kills it; how many minutes it has called committed. */
static int64_t run(int64_t n, unsigned after_us, bool *in_tend)
{
	unsigned char message[9];
	int fds[2], status;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		close(fds[0]);
		write_on(n, fds[1]);
	}
	close(fds[1]);
	/* It takes its time to open the file: from its first message on. */
	assert_int_equal(read(fds[0], message, sizeof(message)), sizeof(message));
	memcpy(&n, message + 1, sizeof(n));
	usleep(after_us);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	while (read(fds[0], message, sizeof(message)) == sizeof(message)) {
		*in_tend = message[0] == 'f';
		if (message[0] == 'c')
			memcpy(&n, message + 1, sizeof(n));
	}
	close(fds[0]);
	return n;
}

static void check_integrity(void)
{
	sqlite3 *db;
	sqlite3_stmt *s;

	assert_int_equal(sqlite3_open(fixture_path("history.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(s, 0), "ok");
	sqlite3_finalize(s);
	sqlite3_close(db);
}

static void a_writer_that_is_killed_loses_nothing_that_is_committed(void **state)
{
	const char *runs = getenv("RUNS");
	int n_runs = runs ? atoi(runs) : 30, n_in_tend = 0;
	uint64_t random = 5;
	int64_t n = 0, committed;
	char name[16];

	(void)state;
	make_series(SERIES);
	end(DAY0 - 60); /* they are in the file */
	history_close();
	for (int i = 0; i < n_runs; i++) {
		bool in_tend = false;

		committed = run(n, (unsigned)random_below(&random, 60000), &in_tend);
		n_in_tend += in_tend;
		/* Killed between a commit and the word of it. */
		n = (int64_t)sent("t0", DAY0, DAY0 + 60 * (committed + 1), 60) / 60;
		assert_in_range(n, committed, committed + 1);
		for (uint32_t k = 1; k < SERIES; k += 83) {
			snprintf(name, sizeof(name), "t%u", k);
			assert_int_equal(sent(name, DAY0, DAY0 + 60 * (committed + 1), 60), 60 * n);
		}
		check_integrity();
	}
	print_message("%d kills, %d of them while it tended the file; %lld minutes\n", n_runs, n_in_tend, (long long)n);
	assert_true(n_in_tend > 0);
	assert_true(ask("SELECT count(*) FROM minutes") > 0); /* some has been folded */
	history_open();
	assert_string_equal(history_db_error(history), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_writer_that_is_killed_loses_nothing_that_is_committed, history_setup,
		                                history_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
