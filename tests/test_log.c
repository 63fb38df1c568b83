#include "fixture.h"

#include "base/clock.h"
#include "base/diag.h"
#include "log/log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#define SOON (10 * NS_PER_S)

static int make_dir(void **state)
{
	diag_init("test_log", DIAG_WARNING);
	return fixture_make_dir(state);
}

/* No test leaves anything to the next, also where it fails. */
static int tidy(void **state)
{
	static const char *const names[] = { "log", "log.1", "other", "fifo", "err" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(fixture_path(names[i]));
	return 0;
}

/* The path is copied: the log borrows it for longer than fixture_path keeps it. */
static struct log_list to_file(const char *path)
{
	static char copies[8][PATH_MAX];
	static unsigned n;
	char *copy = copies[n++ % 8];

	snprintf(copy, sizeof(copies[0]), "%s", path);
	path = copy;
	return (struct log_list){ .n = 1, .at[0] = { .to = LOG_TO_FILE, .path = path, .format = LOG_LOGFMT } };
}

static struct log *open_log(const char *path)
{
	struct log_list c = to_file(path);
	struct log *l = NULL;

	assert_int_equal(log_open(&l, &c), 0);
	return l;
}

static void write_event(struct log *l, int64_t i)
{
	struct record r;

	record_daemon(&r, "test");
	record_add_int(&r, "i", i);
	log_write(l, &r);
}

static void nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

static char *read_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *text = calloc(1, 1u << 20);

	assert_true(f && text);
	assert_true(fread(text, 1, (1u << 20) - 1, f) < (1u << 20) - 1);
	fclose(f);
	return text;
}

static bool file_says(const char *path, const char *text)
{
	char *all = read_file(path);
	bool says = strstr(all, text);

	free(all);
	return says;
}

/* The file's lines are numbered from .. to. */
static void holds_numbers(const char *path, uint64_t from, uint64_t to)
{
	char *text = read_file(path), *at = text;

	for (uint64_t n = from; n <= to; n++) {
		char *field = strstr(at, " n="), *end = strchr(at, '\n');

		assert_true(field && end && field < end);
		assert_int_equal(strtoull(field + 3, NULL, 10), n);
		at = end + 1;
	}
	assert_int_equal(*at, '\0');
	free(text);
}

static void records_are_numbered_from_one_and_stamped_with_the_time(void **state)
{
	struct log *l = open_log(fixture_path("log"));
	char *text, date[16];
	time_t now = time(NULL);
	struct tm tm;

	(void)state;
	gmtime_r(&now, &tm);
	strftime(date, sizeof(date), "ts=%Y-%m-", &tm);
	for (int i = 0; i < 100; i++)
		write_event(l, i);
	log_close(l, SOON);
	holds_numbers(fixture_path("log"), 1, 100);
	text = read_file(fixture_path("log"));
	assert_int_equal(strncmp(text, date, strlen(date)), 0);
	assert_non_null(strstr(text, " kind=daemon event=test i=99 level=info\n"));
	free(text);
}

static void a_flushed_record_is_written_while_the_log_stays_open(void **state)
{
	struct log *l = open_log(fixture_path("log"));
	int64_t until = clock_mono_ns() + SOON;
	struct stat st = { 0 };

	(void)state;
	write_event(l, 1);
	log_flush(l);
	while (!stat(fixture_path("log"), &st) && !st.st_size) {
		assert_true(clock_mono_ns() < until);
		nap();
	}
	holds_numbers(fixture_path("log"), 1, 1);
	log_close(l, SOON);
}

static void a_switch_goes_on_counting_in_the_new_place_and_format(void **state)
{
	struct log *l = open_log(fixture_path("log"));
	struct log_list c = to_file(fixture_path("other"));
	char *text;

	(void)state;
	write_event(l, 1);
	write_event(l, 2);
	c.at[0].format = LOG_JSON;
	assert_int_equal(log_switch(l, &c), 0);
	write_event(l, 3);
	log_close(l, SOON);
	holds_numbers(fixture_path("log"), 1, 2);
	text = read_file(fixture_path("other"));
	assert_non_null(strstr(text, "\"n\":3,\"kind\":\"daemon\",\"event\":\"test\",\"i\":3,\"level\":\"info\"}\n"));
	assert_int_equal(text[0], '{');
	free(text);
}

/* The file that was left is locked no more once its last line is written. */
static void a_switch_there_and_back_finds_the_first_file_free(void **state)
{
	struct log *l = open_log(fixture_path("log"));
	struct log_list there = to_file(fixture_path("other")), back = to_file(fixture_path("log"));
	int64_t until = clock_mono_ns() + SOON;
	int err;

	(void)state;
	write_event(l, 1);
	assert_int_equal(log_switch(l, &there), 0);
	write_event(l, 2);
	while ((err = log_switch(l, &back)) == -EBUSY) {
		assert_true(clock_mono_ns() < until);
		nap();
	}
	assert_int_equal(err, 0);
	write_event(l, 3);
	log_close(l, SOON);
	holds_numbers(fixture_path("other"), 2, 2);
}

static void a_switch_that_fails_leaves_the_old_place(void **state)
{
	struct log *l = open_log(fixture_path("log"));
	struct log_list c = to_file(fixture_path("no/such/dir/log"));

	(void)state;
	c.at[0].format = LOG_JSON;
	write_event(l, 1);
	assert_int_equal(log_switch(l, &c), -ENOENT);
	write_event(l, 2);
	log_close(l, SOON);
	holds_numbers(fixture_path("log"), 1, 2);
}

static void a_rotated_file_is_followed_by_a_new_one_without_a_gap(void **state)
{
	struct log *l = open_log(fixture_path("log"));
	int64_t until = clock_mono_ns() + SOON;
	struct stat st = { 0 };

	(void)state;
	write_event(l, 1);
	log_flush(l);
	while (!stat(fixture_path("log"), &st) && !st.st_size) {
		assert_true(clock_mono_ns() < until);
		nap();
	}
	assert_int_equal(rename(fixture_path("log"), fixture_path("log.1")), 0);
	log_reopen(l);
	write_event(l, 2);
	log_close(l, SOON);
	holds_numbers(fixture_path("log.1"), 1, 1);
	holds_numbers(fixture_path("log"), 2, 2);
}

static void a_place_that_cannot_be_opened_is_an_error(void **state)
{
	struct log_list c = to_file(fixture_path("no/such/dir/log"));
	struct log *l = NULL;

	(void)state;
	assert_int_equal(log_open(&l, &c), -ENOENT);
	assert_null(l);
	log_close(NULL, SOON);
}

/* --- a reader that comes late --- */

/* Reads what is there without waiting, and sums up the numbers and the lines of drop records. */
struct seen {
	char part[1u << 17];
	size_t len;
	uint64_t n_lines, n_gap, n_last, n_told;
};

static void see_line(struct seen *s, const char *line)
{
	uint64_t n = strtoull(strstr(line, " n=") + 3, NULL, 10);
	const char *lines = strstr(line, "event=drop lines=");

	assert_true(n > s->n_last);
	s->n_gap += n - s->n_last - 1;
	s->n_last = n;
	s->n_lines++;
	if (lines)
		s->n_told += strtoull(lines + strlen("event=drop lines="), NULL, 10);
}

static bool see(struct seen *s, int fd)
{
	ssize_t n = read(fd, s->part + s->len, sizeof(s->part) - 1 - s->len);
	char *line = s->part, *end;

	if (n <= 0)
		return false;
	s->len += (size_t)n;
	s->part[s->len] = '\0';
	for (; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		see_line(s, line);
	}
	s->len = strlen(line);
	memmove(s->part, line, s->len);
	return true;
}

static struct log *open_fifo(int *fd)
{
	assert_int_equal(mkfifo(fixture_path("fifo"), 0600), 0);
	*fd = open(fixture_path("fifo"), O_RDWR | O_NONBLOCK);
	assert_true(*fd >= 0);
	return open_log(fixture_path("fifo"));
}

/* Nobody reads: lines are dropped. Somebody reads again: a drop record tells how many, and the numbers
 * show the same gap. */
static void lines_dropped_are_told_exactly_and_their_numbers_are_missing(void **state)
{
	static struct seen s;
	int64_t n = 0, until = clock_mono_ns() + SOON;
	uint64_t dropped;
	struct log *l;
	int fd;

	(void)state;
	memset(&s, 0, sizeof(s));
	l = open_fifo(&fd);
	while (log_dropped(l) < 1000) {
		write_event(l, ++n);
		log_flush(l);
	}
	assert_true(log_busy(l));
	log_tend(l); /* still no room: says nothing yet */
	assert_int_equal(log_dropped(l), 1000);
	dropped = log_dropped(l);
	while (s.n_told < dropped) {
		assert_true(clock_mono_ns() < until);
		if (see(&s, fd))
			continue;
		log_tend(l);
		log_flush(l);
		nap();
	}
	assert_false(log_busy(l));
	assert_int_equal(log_dropped(l), dropped);
	assert_int_equal(s.n_told, dropped);
	assert_int_equal(s.n_gap, dropped);
	assert_int_equal(s.n_lines, (uint64_t)n - dropped + 1);
	log_tend(l); /* told once */
	write_event(l, 0);
	log_close(l, SOON);
	while (see(&s, fd))
		;
	assert_int_equal(s.n_told, dropped);
	assert_int_equal(s.n_gap, dropped);
	close(fd);
}

static void what_a_switch_leaves_behind_counts_as_dropped(void **state)
{
	struct log_list c = to_file(fixture_path("other")), next = to_file(fixture_path("log"));
	int64_t begun;
	struct log *l;
	int fd;

	(void)state;
	l = open_fifo(&fd);
	for (int i = 0; i < 20000; i++) /* more than a pipe holds, less than the queue */
		write_event(l, i);
	log_flush(l);
	assert_int_equal(log_dropped(l), 0);
	begun = clock_mono_ns();
	assert_int_equal(log_switch(l, &c), 0);
	assert_true(clock_mono_ns() - begun < NS_PER_S); /* it does not wait for a reader that never comes */
	assert_int_equal(log_switch(l, &next), -EBUSY);
	while (!log_dropped(l) && clock_mono_ns() - begun < SOON)
		log_tend(l);
	assert_true(log_dropped(l) > 0);
	log_close(l, SOON);
	assert_true(file_says(fixture_path("other"), "event=drop lines="));
	close(fd);
}

/* --- several sinks --- */

static struct log_list to_two(const char *one, const char *two)
{
	struct log_list c = to_file(one);

	c.at[c.n++] = to_file(two).at[0];
	return c;
}

static struct log *open_list(const struct log_list *c)
{
	struct log *l = NULL;

	assert_int_equal(log_open(&l, c), 0);
	return l;
}

/* A record of a change of state of a target of the group. */
static void write_state(struct log *l, const char *group)
{
	struct record r = { .kind = RECORD_STATE, .level = LEVEL_INFO, .group = group };

	record_add_text(&r, "group", group);
	log_write(l, &r);
}

static void each_sink_numbers_the_lines_that_it_takes_in_its_format(void **state)
{
	struct log_list c = to_two(fixture_path("log"), fixture_path("other"));
	struct log *l;
	char *text;

	(void)state;
	c.at[0].filter = (struct log_filter){ .n_groups = 1, .groups = { "core" } };
	c.at[1].filter = (struct log_filter){ .kinds = 1u << RECORD_STATE };
	c.at[1].format = LOG_JSON;
	l = open_list(&c);
	write_event(l, 1);
	write_state(l, "edge");
	write_state(l, "core");
	write_state(l, "edge");
	write_event(l, 2);
	assert_int_equal(log_lines(l), 3 + 3);
	log_close(l, SOON);
	holds_numbers(fixture_path("log"), 1, 3);
	text = read_file(fixture_path("log"));
	assert_non_null(strstr(text, " n=2 kind=state group=core level=info\n"));
	assert_null(strstr(text, "edge"));
	free(text);
	text = read_file(fixture_path("other"));
	assert_non_null(
		strstr(text, "\"n\":3,\"kind\":\"state\",\"group\":\"edge\",\"level\":\"info\",\"labels\":{}}\n"));
	assert_null(strstr(text, "test"));
	assert_null(strstr(text, "\"n\":4"));
	free(text);
}

static void a_switch_adds_and_removes_sinks_and_the_others_go_on(void **state)
{
	struct log_list one = to_file(fixture_path("log")), two = to_two(fixture_path("other"), fixture_path("log"));
	struct log *l = open_list(&one);

	(void)state;
	write_event(l, 1);
	write_event(l, 2);
	assert_int_equal(log_switch(l, &two), 0);
	write_event(l, 3);
	assert_int_equal(log_lines(l), 3 + 1);
	one = to_file(fixture_path("other"));
	assert_int_equal(log_switch(l, &one), 0);
	write_event(l, 4);
	assert_int_equal(log_lines(l), 3 + 2); /* those of what has gone stay counted */
	one.at[0].filter.kinds = 1u << RECORD_STATE;
	assert_int_equal(log_switch(l, &one), 0); /* never busy: nothing is opened or closed */
	write_event(l, 5);
	log_close(l, SOON);
	holds_numbers(fixture_path("log"), 1, 3);
	holds_numbers(fixture_path("other"), 1, 2);
}

static void a_switch_of_which_one_place_fails_opens_none(void **state)
{
	struct log_list one = to_file(fixture_path("log"));
	struct log_list bad = to_two(fixture_path("other"), fixture_path("no/such/dir/log"));
	struct log *l = open_list(&one), *other = NULL;

	(void)state;
	assert_int_equal(log_open(&other, &bad), -ENOENT);
	assert_null(other);
	write_event(l, 1);
	assert_int_equal(log_switch(l, &bad), -ENOENT);
	write_event(l, 2);
	one = to_file(fixture_path("other"));
	other = open_list(&one); /* it has not been left locked */
	log_close(other, SOON);
	log_close(l, SOON);
	holds_numbers(fixture_path("log"), 1, 2);
}

/* Of two places that are exchanged for two others, the first takes over from the first. */
static void numbers_go_on_where_a_sink_moves(void **state)
{
	struct log_list was = to_two(fixture_path("log"), fixture_path("log.1"));
	struct log_list is = to_two(fixture_path("log.1"), fixture_path("other"));
	struct log *l;

	(void)state;
	was.at[1].filter.kinds = 1u << RECORD_STATE;
	l = open_list(&was);
	write_event(l, 1);
	write_event(l, 2);
	write_state(l, "core");
	assert_int_equal(log_switch(l, &is), 0);
	write_event(l, 3);
	log_close(l, SOON);
	holds_numbers(fixture_path("log"), 1, 3);
	holds_numbers(fixture_path("log.1"), 1, 2);
	holds_numbers(fixture_path("other"), 4, 4);
}

static void standard_output_and_error_that_are_one_pipe_are_no_two_sinks(void **state)
{
	struct log_list c = { .n = 2, .at = { { .to = LOG_TO_STDOUT }, { .to = LOG_TO_STDERR } } };
	int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO), fds[2], got;
	struct log *l = NULL;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	dup2(fds[1], STDOUT_FILENO);
	dup2(fds[1], STDERR_FILENO);
	got = log_open(&l, &c);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	close(out);
	close(err);
	close(fds[0]);
	close(fds[1]);
	assert_int_equal(got, -EEXIST);
	assert_null(l);
}

static void has_all_and_no_drops(const char *path, uint64_t n)
{
	FILE *f = fopen(path, "rb");
	uint64_t n_lines = 0;
	char line[256];

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		assert_non_null(strstr(line, " n="));
		assert_int_equal(strtoull(strstr(line, " n=") + 3, NULL, 10), ++n_lines);
		assert_null(strstr(line, "event=drop")); /* which is another's */
	}
	fclose(f);
	assert_int_equal(n_lines, n);
}

/* A place that nobody reads costs the other one nothing: neither a line nor, at the end, the time to write it. */
static void a_sink_that_is_stuck_keeps_no_line_from_another(void **state)
{
	struct log_list c = to_two(fixture_path("log"), fixture_path("fifo"));
	int64_t until = clock_mono_ns() + SOON;
	uint64_t n = 0, dropped;
	struct log *l;
	int fd;

	(void)state;
	assert_int_equal(mkfifo(fixture_path("fifo"), 0600), 0);
	fd = open(fixture_path("fifo"), O_RDWR | O_NONBLOCK);
	l = open_list(&c);
	while (!log_dropped(l)) {
		write_event(l, (int64_t)++n);
		log_flush(l);
		if (n % 1000 == 0)
			nap(); /* the file takes more than the pipe, but not more than a disk */
	}
	assert_true(log_busy(l));
	while (log_busy(l)) { /* until it is known to be stuck */
		assert_true(clock_mono_ns() < until);
		nap();
		log_tend(l);
	}
	dropped = log_dropped(l);
	write_event(l, (int64_t)++n);
	assert_int_equal(log_dropped(l), dropped + 1);
	assert_int_equal(log_lines(l), 2 * n);
	log_give_up(l);
	log_close(l, SOON);
	close(fd);
	has_all_and_no_drops(fixture_path("log"), n);
}

/* --- what diag says --- */

/* Tends the log until text stands on standard error, which is a file meanwhile. */
static bool tend_until_said(struct log *l, const char *text)
{
	int64_t until = clock_mono_ns() + SOON;

	while (!file_says(fixture_path("err"), text)) {
		if (clock_mono_ns() > until)
			return false;
		nap();
		log_tend(l);
	}
	return true;
}

static void a_full_device_is_told_to_the_operator(void **state)
{
	int old = dup(STDERR_FILENO), err = open(fixture_path("err"), O_CREAT | O_RDWR | O_APPEND, 0600);
	struct log *l = open_log("/dev/full");
	bool said;

	(void)state;
	dup2(err, STDERR_FILENO);
	write_event(l, 1);
	log_flush(l);
	said = tend_until_said(l, "log: cannot write: No space left on device");
	log_close(l, 0);
	dup2(old, STDERR_FILENO);
	close(err);
	close(old);
	assert_true(said);
	assert_true(file_says(fixture_path("err"), "1 lines dropped in all"));
}

struct heard {
	unsigned n_records;
	uint64_t latest;
	int64_t at_ns;
};

static void on_record(void *data, const struct record *r, int64_t ts_real_ns, uint64_t n)
{
	struct heard *h = data;

	assert_int_equal(r->kind, RECORD_DAEMON);
	h->n_records++;
	h->latest = n;
	h->at_ns = ts_real_ns;
}

static void a_tap_hears_of_every_record_until_it_is_taken_off(void **state)
{
	struct log *l = open_log(fixture_path("log"));
	struct heard h = { .n_records = 0 };
	struct log_tap tap = { .on_record = on_record, .data = &h };
	int64_t before_ns = clock_pair_now().real_ns;

	(void)state;
	write_event(l, 1);
	log_tap(l, &tap);
	write_event(l, 2);
	write_event(l, 3);
	assert_int_equal(h.n_records, 2);
	assert_int_equal(h.latest, 3);
	assert_true(h.at_ns >= before_ns);
	assert_int_equal(log_lines(l), 3);
	log_untap(l, &tap);
	write_event(l, 4);
	assert_int_equal(h.n_records, 2);
	log_close(l, SOON);
}

#define TEST(name) cmocka_unit_test_teardown(name, tidy)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(records_are_numbered_from_one_and_stamped_with_the_time),
		TEST(a_flushed_record_is_written_while_the_log_stays_open),
		TEST(a_tap_hears_of_every_record_until_it_is_taken_off),
		TEST(a_switch_goes_on_counting_in_the_new_place_and_format),
		TEST(a_switch_there_and_back_finds_the_first_file_free),
		TEST(a_switch_that_fails_leaves_the_old_place),
		TEST(a_rotated_file_is_followed_by_a_new_one_without_a_gap),
		TEST(a_place_that_cannot_be_opened_is_an_error),
		TEST(lines_dropped_are_told_exactly_and_their_numbers_are_missing),
		TEST(what_a_switch_leaves_behind_counts_as_dropped),
		TEST(each_sink_numbers_the_lines_that_it_takes_in_its_format),
		TEST(a_switch_adds_and_removes_sinks_and_the_others_go_on),
		TEST(a_switch_of_which_one_place_fails_opens_none),
		TEST(numbers_go_on_where_a_sink_moves),
		TEST(standard_output_and_error_that_are_one_pipe_are_no_two_sinks),
		TEST(a_sink_that_is_stuck_keeps_no_line_from_another),
		TEST(a_full_device_is_told_to_the_operator),
	};

	return cmocka_run_group_tests(tests, make_dir, fixture_remove_empty_dir);
}
