#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/diag.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { N_LINES = 8000 }; /* more than any pipe or terminal and the queue take */

static char text[1 << 20];

struct far_end {
	int ours, old_stderr;
};

/* Standard error becomes fd, which is closed; cmocka's own words wait until it is given back. */
static void take_stderr(struct far_end *e, int fd, int ours)
{
	e->ours = ours;
	e->old_stderr = dup(STDERR_FILENO);
	assert_true(e->old_stderr >= 0);
	dup2(fd, STDERR_FILENO);
	close(fd);
}

static void give_stderr_back(struct far_end *e)
{
	dup2(e->old_stderr, STDERR_FILENO);
	close(e->old_stderr);
}

static void open_terminal(struct far_end *e)
{
	int ours = posix_openpt(O_RDWR | O_NOCTTY), fd;

	assert_true(ours >= 0 && !grantpt(ours) && !unlockpt(ours));
	fd = open(ptsname(ours), O_RDWR | O_NOCTTY);
	assert_true(fd >= 0);
	take_stderr(e, fd, ours);
}

static void open_pipe(struct far_end *e)
{
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	take_stderr(e, fds[1], fds[0]);
}

/* Reads on behind len bytes until nothing comes for 200 ms. Returns how long the text is then. */
static size_t read_on(int fd, size_t len)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	ssize_t n;

	while (poll(&p, 1, 200) > 0 && (n = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	return len;
}

static unsigned n_times(const char *part)
{
	unsigned n = 0;

	for (const char *at = text; (at = strstr(at, part)); at++)
		n++;
	return n;
}

static int64_t say_much(void)
{
	int64_t before = clock_mono_ns();

	for (int i = 0; i < N_LINES; i++)
		diag(DIAG_ERROR, "line %d: something longer than the one byte of room that poll() promises", i);
	return clock_mono_ns() - before;
}

static void holds_nobody_up(void (*open_end)(struct far_end *))
{
	int64_t took_ns, stop_ns;
	struct far_end e;

	open_end(&e);
	diag_init("test", DIAG_INFO);
	if (!diag_start()) {
		took_ns = say_much();
		stop_ns = clock_mono_ns();
		diag_stop(100 * NS_PER_MS);
		diag(DIAG_ERROR, "nobody will read this either");
		stop_ns = clock_mono_ns() - stop_ns;
	} else {
		took_ns = stop_ns = -1;
	}
	give_stderr_back(&e);
	close(e.ours);
	assert_in_range(took_ns, 0, 5 * NS_PER_S);
	assert_in_range(stop_ns, 0, 10 * NS_PER_S);
}

static void a_terminal_that_nobody_reads_holds_nobody_up(void **state)
{
	(void)state;
	holds_nobody_up(open_terminal);
}

static void a_pipe_that_nobody_reads_holds_nobody_up(void **state)
{
	(void)state;
	holds_nobody_up(open_pipe);
}

static void lost_lines_are_counted_and_told_once_somebody_reads(void **state)
{
	unsigned n_lost = 0, n_said = N_LINES;
	struct far_end e;
	size_t len = 0;
	int started;

	(void)state;
	open_pipe(&e);
	diag_init("test", DIAG_INFO);
	started = diag_start();
	if (!started) {
		say_much();
		do {
			len = read_on(e.ours, len);
			diag(DIAG_ERROR, "%u: the end", ++n_said);
		} while (!strstr(text, ": the end\n") && n_said < N_LINES + 50);
		diag_stop(NS_PER_S);
		read_on(e.ours, len);
	}
	give_stderr_back(&e);
	close(e.ours);
	assert_int_equal(started, 0);
	for (const char *at = text; (at = strstr(at, "\ntest: warning: ")); at++) {
		unsigned n = 0;

		assert_int_equal(sscanf(at, "\ntest: warning: %u messages lost: they were not read\ntest:", &n), 1);
		n_lost += n;
	}
	assert_true(n_lost > 0);
	assert_int_equal(n_times(": line ") + n_times(": the end\n") + n_lost, n_said);
}

static void a_stop_writes_what_waits_and_lines_go_on_after_it(void **state)
{
	struct far_end e;
	int started;

	(void)state;
	open_pipe(&e);
	diag_init("test", DIAG_INFO);
	started = diag_start();
	diag(DIAG_ERROR, "before");
	diag_line(DIAG_ERROR, "as it stands");
	diag_stop(10 * NS_PER_S);
	diag(DIAG_INFO, "after");
	diag(DIAG_DEBUG, "not wanted");
	diag(DIAG_INFO, "after");
	diag(DIAG_INFO, "a tab\tand a bell\a");
	give_stderr_back(&e);
	read_on(e.ours, 0);
	close(e.ours);
	assert_int_equal(started, 0);
	assert_string_equal(text, "test: error: before\nas it stands\ntest: info: after\n"
	                          "test: info: last message repeated 1 times\ntest: info: a tab\\x09and a bell\\x07\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_terminal_that_nobody_reads_holds_nobody_up),
		cmocka_unit_test(a_pipe_that_nobody_reads_holds_nobody_up),
		cmocka_unit_test(lost_lines_are_counted_and_told_once_somebody_reads),
		cmocka_unit_test(a_stop_writes_what_waits_and_lines_go_on_after_it),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
