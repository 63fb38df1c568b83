#include "fixture.h"

#include "base/clock.h"
#include "base/sink.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

#define QUEUE     (1024u * 1024)
#define SOON      (10 * NS_PER_S)  /* far more than is needed, unless something hangs */
#define GATHER_NS (20 * NS_PER_MS) /* from one write to the next, unless there is much */

static int make_dir(void **state)
{
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	return fixture_make_dir(state);
}

static struct sink *open_fd(int fd, size_t queue_len)
{
	struct sink *s = NULL;

	assert_int_equal(sink_open(&s, &(struct sink_options){ .fd = fd, .queue_len = queue_len }), 0);
	assert_non_null(s);
	return s;
}

static struct sink *open_file(const char *path)
{
	struct sink *s = NULL;

	assert_int_equal(sink_open(&s, &(struct sink_options){ .path = path, .fd = -1, .queue_len = QUEUE }), 0);
	assert_non_null(s);
	return s;
}

static void nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

static bool push_number(struct sink *s, unsigned n)
{
	char line[64];

	return sink_push(s, line, (size_t)snprintf(line, sizeof(line), "line %u\n", n));
}

/* Until n lines are written; fails after SOON. */
static void await_written(struct sink *s, uint64_t n)
{
	int64_t until = clock_mono_ns() + SOON;

	while (sink_counts(s).n_written < n) {
		assert_true(clock_mono_ns() < until);
		nap();
	}
}

static char *read_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	char *text = calloc(1, 4 * QUEUE);

	assert_true(f && text);
	*len = fread(text, 1, 4 * QUEUE - 1, f);
	fclose(f);
	return text;
}

/* The file holds "line FROM" .. "line TO - 1", whole and in order, and nothing else. */
static void holds_lines(const char *path, unsigned from, unsigned to)
{
	size_t len;
	char *text = read_file(path, &len), *at = text, line[64];

	for (unsigned n = from; n < to; n++) {
		size_t line_len = (size_t)snprintf(line, sizeof(line), "line %u\n", n);

		if (strncmp(at, line, line_len))
			fail_msg("%s: at byte %td there should be: %s", path, at - text, line);
		at += line_len;
	}
	assert_int_equal(at - text, len);
	free(text);
}

/* --- a reader at the other end of a pipe --- */

struct reader {
	pthread_t thread;
	int fd;
	char *text;
	size_t len;
};

static void *read_all(void *data)
{
	struct reader *r = data;
	ssize_t n;

	while ((n = read(r->fd, r->text + r->len, 64 * QUEUE - r->len)) > 0)
		r->len += (size_t)n;
	return NULL;
}

static void reader_start(struct reader *r, int fd)
{
	*r = (struct reader){ .fd = fd, .text = malloc(64 * QUEUE) };
	assert_non_null(r->text);
	assert_int_equal(pthread_create(&r->thread, NULL, read_all, r), 0);
}

static void lines_come_through_a_pipe_whole_in_order_and_all(void **state)
{
	enum { N = 200000 };
	struct sink_counts c;
	struct reader r;
	struct sink *s;
	char line[64], *at;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	reader_start(&r, fds[0]);
	s = open_fd(fds[1], QUEUE);
	for (unsigned i = 0; i < N; i++) {
		while (sink_half_full(s)) {
			sink_flush(s);
			nap();
		}
		assert_true(push_number(s, i));
		if (i % 1000 == 0)
			sink_flush(s);
	}
	c = sink_close(s, SOON);
	close(fds[1]);
	pthread_join(r.thread, NULL);
	close(fds[0]);
	assert_int_equal(c.n_written, N);
	assert_int_equal(c.n_dropped, 0);
	assert_int_equal(c.error, 0);
	at = r.text;
	for (unsigned i = 0; i < N; i++) {
		size_t len = (size_t)snprintf(line, sizeof(line), "line %u\n", i);

		assert_memory_equal(at, line, len);
		at += len;
	}
	assert_int_equal(at - r.text, r.len);
	free(r.text);
}

static void lines_longer_than_a_pipes_promise_arrive_whole(void **state)
{
	static char line[60000];
	struct sink_counts c;
	struct reader r;
	struct sink *s;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	reader_start(&r, fds[0]);
	s = open_fd(fds[1], QUEUE);
	for (char k = 'a'; k <= 'j'; k++) {
		memset(line, k, sizeof(line));
		line[sizeof(line) - 1] = '\n';
		assert_true(sink_push(s, line, sizeof(line)));
	}
	c = sink_close(s, SOON);
	close(fds[1]);
	pthread_join(r.thread, NULL);
	close(fds[0]);
	assert_int_equal(c.n_written, 10);
	assert_int_equal(r.len, 10 * sizeof(line));
	for (size_t i = 0; i < r.len; i++)
		assert_int_equal(r.text[i],
		                 i % sizeof(line) == sizeof(line) - 1 ? '\n' : 'a' + (int)(i / sizeof(line)));
	free(r.text);
}

static void what_is_pushed_is_written_after_a_flush_without_closing(void **state)
{
	struct sink *s = open_file(fixture_path("log"));

	(void)state;
	push_number(s, 0);
	push_number(s, 1);
	sink_flush(s);
	await_written(s, 2);
	holds_lines(fixture_path("log"), 0, 2);
	sink_close(s, SOON);
}

/* Each write is a message of its own here. */
static void lines_that_come_one_by_one_are_written_together(void **state)
{
	enum { N = 40 }; /* a socket that nobody reads has room for so many */
	struct sink *s = NULL;
	int64_t start_ns, took_ns;
	char message[16 * N];
	int fds[2], n_messages = 0;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
	assert_int_equal(sink_open(&s, &(struct sink_options){ .fd = fds[0], .queue_len = QUEUE }), 0);
	start_ns = clock_mono_ns();
	for (unsigned i = 0; i < N; i++) {
		assert_true(push_number(s, i));
		sink_flush(s);
		nap();
	}
	await_written(s, N);
	took_ns = clock_mono_ns() - start_ns;
	assert_int_equal(sink_close(s, SOON).n_dropped, 0);
	close(fds[0]);
	while (recv(fds[1], message, sizeof(message), 0) > 0)
		n_messages++;
	close(fds[1]);
	assert_in_range(n_messages, 1, took_ns / GATHER_NS + 2);
}

/* The shortest time in which two lines of len bytes were pushed and written, each flushed and awaited; of several,
 * until one is below enough_ns or SOON has passed. Load makes some times longer, but never one shorter. */
static int64_t shortest_pair(struct sink *s, size_t len, int64_t enough_ns)
{
	int64_t until_ns = clock_mono_ns() + SOON, before_ns = 0, start_ns, shortest_ns = INT64_MAX;
	uint64_t n = sink_counts(s).n_written;
	char line[QUEUE / 2];

	memset(line, 'x', len);
	line[len - 1] = '\n';
	for (int i = 0; i < 20 || (shortest_ns >= enough_ns && clock_mono_ns() < until_ns); i++) {
		start_ns = clock_mono_ns();
		assert_true(sink_push(s, line, len));
		sink_flush(s);
		await_written(s, ++n);
		if (i && clock_mono_ns() - before_ns < shortest_ns)
			shortest_ns = clock_mono_ns() - before_ns;
		before_ns = start_ns;
	}
	return shortest_ns;
}

static void a_quarter_of_the_queue_does_not_wait_for_more(void **state)
{
	struct sink *s = open_file(fixture_path("log"));

	(void)state;
	assert_true(shortest_pair(s, 64, INT64_MAX) >= GATHER_NS);
	assert_true(shortest_pair(s, QUEUE / 4 + 1, GATHER_NS) < GATHER_NS);
	sink_close(s, SOON);
}

static void a_file_is_appended_to_and_created_for_owner_and_group(void **state)
{
	mode_t old = umask(0);
	struct stat st;
	struct sink *s = open_file(fixture_path("log"));

	(void)state;
	push_number(s, 0);
	assert_int_equal(sink_close(s, SOON).n_written, 1);
	assert_int_equal(stat(fixture_path("log"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	s = open_file(fixture_path("log"));
	push_number(s, 1);
	assert_int_equal(sink_close(s, SOON).n_written, 1);
	holds_lines(fixture_path("log"), 0, 2);
	umask(old);
}

/* Nobody reads: what fits goes into the pipe and the queue, the rest is dropped, counted, and never waits. */
static void a_blocked_pipe_holds_nobody_up_and_drops_are_exact(void **state)
{
	enum { N = 100000, LINES_IN_QUEUE = 1000 };
	uint64_t n_refused = 0, n_lines = 0;
	struct sink_counts c;
	struct reader r;
	struct sink *s;
	int64_t slowest = 0;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	s = open_fd(fds[1], LINES_IN_QUEUE * 12);
	for (unsigned i = 0; i < N; i++) {
		int64_t before = clock_mono_ns(), took;

		n_refused += !push_number(s, i);
		if (i % 100 == 0)
			sink_flush(s);
		took = clock_mono_ns() - before;
		slowest = took > slowest ? took : slowest;
	}
	assert_true(n_refused > N / 2);
	assert_true(slowest < NS_PER_S);
	assert_int_equal(sink_counts(s).n_dropped, n_refused);
	assert_true(sink_half_full(s));
	reader_start(&r, fds[0]); /* somebody reads after all: what was queued comes, no more */
	c = sink_close(s, SOON);
	close(fds[1]);
	pthread_join(r.thread, NULL);
	close(fds[0]);
	for (size_t i = 0; i < r.len; i++)
		n_lines += r.text[i] == '\n';
	assert_int_equal(c.n_dropped, n_refused);
	assert_int_equal(c.n_written, N - n_refused);
	assert_int_equal(n_lines, c.n_written);
	free(r.text);
}

static void half_full_is_told_above_half_and_drops_begin_above_the_whole(void **state)
{
	static char line[1000];
	struct sink *s;
	int fds[2];

	(void)state;
	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\n';
	assert_int_equal(pipe(fds), 0);
	s = open_fd(fds[1], 4 * sizeof(line));
	assert_true(sink_push(s, line, sizeof(line)));
	assert_true(sink_push(s, line, sizeof(line)));
	assert_false(sink_half_full(s));
	assert_true(sink_push(s, line, sizeof(line)));
	assert_true(sink_half_full(s));
	assert_true(sink_push(s, line, sizeof(line)));
	assert_false(sink_push(s, line, sizeof(line)));
	assert_false(sink_push(s, "\n", 1));
	assert_int_equal(sink_counts(s).n_dropped, 2);
	assert_int_equal(sink_close(s, SOON).n_written, 4);
	close(fds[0]);
	close(fds[1]);
}

static void close_gives_up_after_its_time_and_counts_the_rest(void **state)
{
	enum { N = 20000 };
	int64_t before;
	struct sink_counts c;
	struct sink *s;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	s = open_fd(fds[1], QUEUE);
	for (unsigned i = 0; i < N; i++)
		assert_true(push_number(s, i));
	sink_flush(s);
	before = clock_mono_ns();
	c = sink_close(s, 300 * NS_PER_MS);
	assert_true(clock_mono_ns() - before >= 250 * NS_PER_MS);
	assert_true(clock_mono_ns() - before < 3 * NS_PER_S);
	assert_int_equal(c.n_written + c.n_dropped, N);
	assert_true(c.n_dropped > 0);
	close(fds[0]);
	close(fds[1]);
}

static int open_terminal(int *ours)
{
	int fd;

	*ours = posix_openpt(O_RDWR | O_NOCTTY);
	assert_true(*ours >= 0 && !grantpt(*ours) && !unlockpt(*ours));
	fd = open(ptsname(*ours), O_RDWR | O_NOCTTY);
	assert_true(fd >= 0);
	return fd;
}

static int n_threads(void)
{
	DIR *d = opendir("/proc/self/task");
	int n = -2; /* . and .. */

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

/* poll() on a terminal promises a byte; the write of a line blocks, for ever if nobody reads. */
static void a_writer_stuck_in_a_terminal_is_left_behind_and_ends_once_it_can(void **state)
{
	enum { N = 20000 };
	int ours, fd = open_terminal(&ours), n_before = n_threads();
	int64_t before, until;
	struct sink_counts c;
	struct sink *s;
	char text[4096];

	(void)state;
	s = open_fd(fd, QUEUE);
	for (unsigned i = 0; i < N; i++)
		assert_true(push_number(s, i));
	sink_flush(s);
	before = clock_mono_ns();
	sink_end(s, 100 * NS_PER_MS);
	while (!sink_ended(s))
		nap();
	c = sink_close(s, SOON);
	assert_in_range(clock_mono_ns() - before, 100 * NS_PER_MS, 8 * NS_PER_S);
	assert_int_equal(c.n_written + c.n_dropped, N);
	assert_true(c.n_dropped > 0);
	assert_int_equal(n_threads(), n_before + 1);
	until = clock_mono_ns() + SOON;
	while (n_threads() > n_before) {
		assert_true(clock_mono_ns() < until);
		/* Once all is written and the thread not yet gone, there is nothing to read, and no end. */
		if (poll(&(struct pollfd){ .fd = ours, .events = POLLIN }, 1, 0) == 1)
			assert_true(read(ours, text, sizeof(text)) > 0);
		nap();
	}
	/* fd stays open: the writer that was left behind was the last to have it. */
	close(ours);
}

/* There poll() says writable and write() that it would block, for want of room for both bytes of a line's end. */
static void a_terminal_that_does_not_block_keeps_no_core_busy(void **state)
{
	int ours, fd = open_terminal(&ours);
	int64_t until = clock_mono_ns() + 500 * NS_PER_MS;
	clock_t cpu;
	struct sink *s;

	(void)state;
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	while (write(fd, "x", 1) == 1)
		;
	s = open_fd(fd, QUEUE);
	cpu = clock();
	push_number(s, 1);
	sink_flush(s);
	while (clock_mono_ns() < until)
		nap();
	cpu = clock() - cpu;
	sink_close(s, 0);
	close(fd);
	close(ours);
	assert_in_range(cpu, 0, CLOCKS_PER_SEC / 4);
}

static void a_full_device_is_told_and_loses_what_does_not_fit_exactly(void **state)
{
	int fd = open("/dev/full", O_WRONLY);
	int64_t until = clock_mono_ns() + SOON;
	struct sink *s;
	struct sink_counts c;

	(void)state;
	assert_true(fd >= 0);
	s = open_fd(fd, 20 * 8);
	for (unsigned i = 0; i < 9; i++)
		assert_true(push_number(s, i));
	sink_flush(s);
	while (sink_counts(s).error != ENOSPC) {
		assert_true(clock_mono_ns() < until);
		nap();
	}
	c = sink_close(s, 0);
	assert_int_equal(c.n_written, 0);
	assert_int_equal(c.n_dropped, 9);
	assert_int_equal(c.error, ENOSPC);
	close(fd);
}

static void await_error(struct sink *s, int error)
{
	int64_t until = clock_mono_ns() + 5 * NS_PER_S;

	while (sink_counts(s).error != error) {
		if (clock_mono_ns() > until)
			fail_msg("error %d is not told: %d", error, sink_counts(s).error);
		nap();
	}
}

static void a_reader_that_went_away_is_an_error_and_no_signal(void **state)
{
	int64_t until = clock_mono_ns() + SOON;
	struct sink *s;
	int fds[2];

	(void)state;
	signal(SIGPIPE, SIG_DFL);
	assert_int_equal(pipe(fds), 0);
	close(fds[0]);
	s = open_fd(fds[1], QUEUE);
	push_number(s, 0);
	sink_flush(s);
	while (sink_counts(s).error != EPIPE) {
		assert_true(clock_mono_ns() < until);
		nap();
	}
	assert_true(sink_counts(s).abandoned);
	assert_int_equal(sink_close(s, 0).n_dropped, 1);
	signal(SIGPIPE, SIG_IGN);
	close(fds[1]);
}

static void a_terminal_that_hung_up_is_abandoned(void **state)
{
	int64_t until = clock_mono_ns() + SOON;
	int ours, fd = open_terminal(&ours);
	struct sink *s = open_fd(fd, QUEUE);

	(void)state;
	assert_false(sink_counts(s).abandoned);
	close(ours);
	push_number(s, 0);
	sink_flush(s);
	while (!sink_counts(s).abandoned) {
		assert_true(clock_mono_ns() < until);
		nap();
	}
	assert_int_equal(sink_close(s, 0).error, EIO);
	close(fd);
}

/* It has a name: another reader may come, and gets what has waited. */
static void a_fifo_whose_reader_went_away_waits_for_the_next_one(void **state)
{
	char text[64] = "";
	struct sink *s;
	int reader;

	(void)state;
	assert_int_equal(mkfifo(fixture_path("log"), 0600), 0);
	reader = open(fixture_path("log"), O_RDONLY | O_NONBLOCK);
	s = open_file(fixture_path("log"));
	close(reader);
	push_number(s, 0);
	sink_flush(s);
	await_error(s, EPIPE);
	assert_false(sink_counts(s).abandoned);
	reader = open(fixture_path("log"), O_RDONLY | O_NONBLOCK);
	await_written(s, 1);
	assert_int_equal(read(reader, text, sizeof(text)), 7);
	assert_string_equal(text, "line 0\n");
	sink_close(s, 0);
	close(reader);
}

static void limit_file_size(rlim_t len)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = len == RLIM_INFINITY || len > limit.rlim_max ? limit.rlim_max : len;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* No test leaves anything to the next, also where it fails. */
static int tidy(void **state)
{
	(void)state;
	limit_file_size(RLIM_INFINITY);
	unlink(fixture_path("log"));
	unlink(fixture_path("log.1"));
	unlink(fixture_path("link"));
	return 0;
}

/* N_FILL lines, which is more than a log of this test: the limit is felt by the sink alone. */
#define N_FILL 50000u

static size_t fill(struct sink *s)
{
	char line[64];
	size_t len = 0;

	for (unsigned n = 0; n < N_FILL; n++) {
		len += (size_t)snprintf(line, sizeof(line), "line %u\n", n);
		assert_true(push_number(s, n));
	}
	return len;
}

/* Fills a file to its limit, which stands in the middle of a line; waits until it was felt, lifts it, and
 * pushes more. */
static void fill_up_and_go_on(struct sink *s, const char *path)
{
	struct sink_counts c;
	unsigned n = N_FILL;

	limit_file_size(fill(s) + 4);
	for (; n < N_FILL + 50; n++)
		assert_true(push_number(s, n));
	sink_flush(s);
	await_written(s, N_FILL);
	nanosleep(&(struct timespec){ .tv_nsec = 300 * 1000000 }, NULL);
	limit_file_size(RLIM_INFINITY);
	await_written(s, N_FILL + 50);
	for (; n < N_FILL + 60; n++)
		assert_true(push_number(s, n));
	c = sink_close(s, SOON);
	assert_int_equal(c.n_written, n);
	assert_int_equal(c.n_dropped, 0);
	holds_lines(path, 0, n);
}

static void a_full_disk_leaves_whole_lines_and_the_rest_follows_once_there_is_room(void **state)
{
	struct sink *s = open_file(fixture_path("log"));

	(void)state;
	fill_up_and_go_on(s, fixture_path("log"));
}

/* As the shell opens it for "minipingd > log": without O_APPEND. */
static void a_full_disk_leaves_no_hole_in_a_file_that_is_not_appended_to(void **state)
{
	int fd = open(fixture_path("log"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
	struct sink *s = open_fd(fd, QUEUE);

	(void)state;
	fill_up_and_go_on(s, fixture_path("log"));
	close(fd);
}

/* Room for half a line, for ever: told as an error, and not tried over and over. */
static void a_full_disk_with_room_for_half_a_line_is_told_and_does_not_spin(void **state)
{
	struct sink *s = open_file(fixture_path("log"));
	struct timespec before, after;
	struct sink_counts c;

	(void)state;
	limit_file_size(fill(s) + 4);
	push_number(s, N_FILL);
	sink_flush(s);
	await_written(s, N_FILL);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
	nanosleep(&(struct timespec){ .tv_nsec = 500 * 1000000 }, NULL);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
	c = sink_counts(s);
	assert_int_equal(sink_close(s, 0).n_dropped, 1);
	holds_lines(fixture_path("log"), 0, N_FILL);
	unlink(fixture_path("log"));
	assert_int_equal(c.error, EFBIG);
	assert_true((after.tv_sec - before.tv_sec) * NS_PER_S + after.tv_nsec - before.tv_nsec < 200 * NS_PER_MS);
}

static void after_a_rename_a_reopen_goes_on_in_a_new_file(void **state)
{
	struct sink *s = open_file(fixture_path("log"));

	(void)state;
	push_number(s, 0);
	sink_flush(s);
	await_written(s, 1);
	assert_int_equal(rename(fixture_path("log"), fixture_path("log.1")), 0);
	push_number(s, 1); /* still to the old file */
	sink_flush(s);
	await_written(s, 2);
	sink_reopen(s);
	push_number(s, 2);
	sink_flush(s);
	await_written(s, 3);
	holds_lines(fixture_path("log.1"), 0, 2);
	holds_lines(fixture_path("log"), 2, 3);
	sink_close(s, SOON);
}

static void a_reopen_that_fails_keeps_the_old_file_and_tells_the_error(void **state)
{
	struct sink *s = open_file(fixture_path("log"));

	(void)state;
	push_number(s, 0);
	sink_flush(s);
	await_written(s, 1);
	assert_int_equal(rename(fixture_path("log"), fixture_path("log.1")), 0);
	assert_int_equal(symlink("/nonexistent/elsewhere", fixture_path("log")), 0);
	sink_reopen(s);
	await_error(s, ELOOP);
	push_number(s, 1);
	assert_int_equal(sink_close(s, SOON).n_written, 2);
	holds_lines(fixture_path("log.1"), 0, 2);
}

static void a_symbolic_link_is_refused_even_to_a_file_that_exists(void **state)
{
	struct sink_options o = { .path = fixture_path("link"), .fd = -1, .queue_len = QUEUE };
	struct sink *s = NULL;
	struct stat st;

	(void)state;
	assert_int_equal(symlink("/dev/null", o.path), 0);
	assert_int_equal(sink_open(&s, &o), -ELOOP);
	assert_null(s);
	unlink(o.path);
	assert_int_equal(symlink(fixture_path("target"), o.path), 0);
	assert_int_equal(sink_open(&s, &o), -ELOOP);
	assert_int_equal(stat(fixture_path("target"), &st), -1);
	unlink(o.path);
}

static void a_fifo_that_nobody_reads_is_an_error_and_no_hang(void **state)
{
	struct sink_options o = { .path = fixture_path("log"), .fd = -1, .queue_len = QUEUE };
	struct sink *s = NULL;

	(void)state;
	assert_int_equal(mkfifo(o.path, 0600), 0);
	assert_int_equal(sink_open(&s, &o), -ENXIO);
	assert_null(s);
}

static void a_path_that_cannot_be_opened_is_an_error(void **state)
{
	struct sink_options o = { .path = fixture_path("no/such/dir"), .fd = -1, .queue_len = QUEUE };
	struct sink *s = NULL;

	(void)state;
	assert_int_equal(sink_open(&s, &o), -ENOENT);
	o.path = fixture_dir;
	assert_int_equal(sink_open(&s, &o), -EISDIR);
	assert_null(s);
}

static void the_callers_descriptor_stays_open(void **state)
{
	struct sink *s;
	char text[16];
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	s = open_fd(fds[1], QUEUE);
	sink_reopen(s); /* nothing to open anew */
	push_number(s, 1);
	assert_int_equal(sink_close(s, SOON).n_written, 1);
	assert_int_equal(write(fds[1], "x", 1), 1);
	assert_int_equal(read(fds[0], text, sizeof(text)), 8);
	close(fds[0]);
	close(fds[1]);
}

static void leave(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void assert_holds(const char *path, const char *expected)
{
	char text[256] = "";
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	assert_string_equal(text, expected);
}

static void a_last_line_that_was_cut_is_ended_before_the_first_of_ours(void **state)
{
	static const struct {
		const char *before, *after;
	} files[] = {
		{ "old\ncu", "old\ncu\nnew\n" },
		{ "c", "c\nnew\n" },
		{ "old\n", "old\nnew\n" },
		{ "", "new\n" },
	};
	char *path = fixture_path("log");

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct sink *s;
		int fd;

		leave(path, files[i].before);
		s = open_file(path);
		sink_push(s, "new\n", 4);
		assert_int_equal(sink_close(s, SOON).n_written, 1);
		assert_holds(path, files[i].after);

		leave(path, files[i].before); /* as the shell's >> opens it */
		fd = open(path, O_WRONLY | O_APPEND);
		s = open_fd(fd, QUEUE);
		sink_push(s, "new\n", 4);
		assert_int_equal(sink_close(s, SOON).n_written, 1);
		assert_holds(path, files[i].after);
		close(fd);
	}
}

static void a_cut_line_is_ended_after_a_reopen_and_only_once(void **state)
{
	char *path = fixture_path("log");
	struct sink *s = open_file(path);

	(void)state;
	sink_push(s, "one\n", 4);
	sink_flush(s);
	await_written(s, 1);
	assert_int_equal(rename(path, fixture_path("log.1")), 0);
	leave(path, "cu");
	sink_reopen(s);
	sink_push(s, "two\n", 4);
	sink_flush(s);
	await_written(s, 2);
	sink_push(s, "three\n", 6);
	assert_int_equal(sink_close(s, SOON).n_written, 3);
	assert_holds(path, "cu\ntwo\nthree\n");
}

static void a_sink_closed_without_a_line_is_at_once_gone(void **state)
{
	int64_t before = clock_mono_ns();
	struct sink *s = open_file(fixture_path("log"));
	struct sink_counts c = sink_close(s, SOON);

	(void)state;
	assert_true(c.n_written == 0 && c.n_dropped == 0 && c.error == 0);
	assert_true(clock_mono_ns() - before < 5 * NS_PER_S);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(lines_come_through_a_pipe_whole_in_order_and_all, tidy),
		cmocka_unit_test_teardown(lines_longer_than_a_pipes_promise_arrive_whole, tidy),
		cmocka_unit_test_teardown(what_is_pushed_is_written_after_a_flush_without_closing, tidy),
		cmocka_unit_test_teardown(lines_that_come_one_by_one_are_written_together, tidy),
		cmocka_unit_test_teardown(a_quarter_of_the_queue_does_not_wait_for_more, tidy),
		cmocka_unit_test_teardown(a_file_is_appended_to_and_created_for_owner_and_group, tidy),
		cmocka_unit_test_teardown(a_blocked_pipe_holds_nobody_up_and_drops_are_exact, tidy),
		cmocka_unit_test_teardown(half_full_is_told_above_half_and_drops_begin_above_the_whole, tidy),
		cmocka_unit_test_teardown(close_gives_up_after_its_time_and_counts_the_rest, tidy),
		cmocka_unit_test_teardown(a_writer_stuck_in_a_terminal_is_left_behind_and_ends_once_it_can, tidy),
		cmocka_unit_test_teardown(a_terminal_that_does_not_block_keeps_no_core_busy, tidy),
		cmocka_unit_test_teardown(a_full_device_is_told_and_loses_what_does_not_fit_exactly, tidy),
		cmocka_unit_test_teardown(a_reader_that_went_away_is_an_error_and_no_signal, tidy),
		cmocka_unit_test_teardown(a_terminal_that_hung_up_is_abandoned, tidy),
		cmocka_unit_test_teardown(a_fifo_whose_reader_went_away_waits_for_the_next_one, tidy),
		cmocka_unit_test_teardown(a_full_disk_leaves_whole_lines_and_the_rest_follows_once_there_is_room, tidy),
		cmocka_unit_test_teardown(a_full_disk_leaves_no_hole_in_a_file_that_is_not_appended_to, tidy),
		cmocka_unit_test_teardown(a_full_disk_with_room_for_half_a_line_is_told_and_does_not_spin, tidy),
		cmocka_unit_test_teardown(a_last_line_that_was_cut_is_ended_before_the_first_of_ours, tidy),
		cmocka_unit_test_teardown(a_cut_line_is_ended_after_a_reopen_and_only_once, tidy),
		cmocka_unit_test_teardown(after_a_rename_a_reopen_goes_on_in_a_new_file, tidy),
		cmocka_unit_test_teardown(a_reopen_that_fails_keeps_the_old_file_and_tells_the_error, tidy),
		cmocka_unit_test_teardown(a_symbolic_link_is_refused_even_to_a_file_that_exists, tidy),
		cmocka_unit_test_teardown(a_fifo_that_nobody_reads_is_an_error_and_no_hang, tidy),
		cmocka_unit_test_teardown(a_path_that_cannot_be_opened_is_an_error, tidy),
		cmocka_unit_test_teardown(the_callers_descriptor_stays_open, tidy),
		cmocka_unit_test_teardown(a_sink_closed_without_a_line_is_at_once_gone, tidy),
	};

	return cmocka_run_group_tests(tests, make_dir, fixture_remove_empty_dir);
}
