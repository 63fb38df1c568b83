#include "fixture_history.h"

static struct history_reader *reader;

static int setup(void **state)
{
	return history_setup(state) || history_reader_open(&reader, fixture_path("history.db"));
}

static int teardown(void **state)
{
	history_reader_close(reader);
	return history_teardown(state);
}

static struct past_points *read_points(const char *name, int64_t from_s, int64_t to_s, int64_t step_s)
{
	struct past_points *p;

	assert_int_equal(history_reader_points(reader, name, from_s, to_s, step_s, &p), 0);
	return p;
}

static void of_a_target_that_is_not_known_it_says_so(void **state)
{
	struct past_points *p;

	(void)state;
	assert_int_equal(history_reader_points(reader, "nobody", DAY0, DAY0 + D, 60, &p), -ENOENT);
	assert_int_equal(history_reader_events(reader, "nobody", 0, DAY0, 9, NULL, NULL), -ENOENT);
	make_series(1);
	end(DAY0);
	p = read_points("t0", DAY0, DAY0 + D, 60);
	assert_int_equal(p->n, 0);
	assert_int_equal(p->from_s, DAY0);
	assert_int_equal(p->to_s, DAY0 + D);
	free(p);
}

static void a_file_that_is_not_there_is_not_made(void **state)
{
	struct history_reader *r;

	(void)state;
	assert_int_equal(history_reader_open(&r, fixture_path("none.db")), -ENOENT);
	assert_int_equal(access(fixture_path("none.db"), F_OK), -1);
}

static void minutes_without_probes_are_gaps_and_those_without_replies_are_not(void **state)
{
	struct past_points *p;

	(void)state;
	make_series(2);
	for (int64_t at_s = DAY0; at_s < DAY0 + 10 * 60; at_s += 60) {
		if (at_s != DAY0 + 180 && at_s != DAY0 + 240)
			put(at_s, 0, row_of(60, at_s == DAY0 + 120 ? 60 : 0, NS_PER_MS, 0));
		put(at_s, 1, row_of(60, 0, NS_PER_MS, 0));
		end(at_s);
	}
	for (int folded = 0; folded < 2; folded++) {
		p = read_points("t0", DAY0, DAY0 + 10 * 60, 60);
		assert_int_equal(p->n, 8);
		assert_int_equal(p->at[2].at_s, DAY0 + 120);
		assert_int_equal(p->at[2].n_lost, 60);
		assert_int_equal(p->at[2].median_ns, -1);
		assert_int_equal(p->at[3].at_s, DAY0 + 300);
		free(p);
		tend(DAY0 + 3 * H);
	}
}

/* Half of the hour's probes take 1 ms, half 9 ms: no percentile of it is the mean of theirs. */
static void a_step_is_merged_of_its_minutes(void **state)
{
	struct past_points *p;

	(void)state;
	make_series(1);
	for (int64_t at_s = DAY0; at_s < DAY0 + H; at_s += 60) {
		put(at_s, 0, row_of(60, 0, at_s < DAY0 + H / 2 ? NS_PER_MS : 9 * NS_PER_MS, 0));
		end(at_s);
	}
	for (int64_t now_s = DAY0 + H; now_s <= DAY0 + 4 * D; now_s += 3 * D / 2) {
		tend(now_s);
		p = read_points("t0", DAY0, DAY0 + H, H);
		assert_int_equal(p->n, 1);
		assert_in_range(p->at[0].min_ns, 0.99 * NS_PER_MS, 1.01 * NS_PER_MS);
		assert_in_range(p->at[0].p25_ns, 0.99 * NS_PER_MS, 1.01 * NS_PER_MS);
		assert_in_range(p->at[0].p95_ns, 8.9 * NS_PER_MS, 9.1 * NS_PER_MS);
		free(p);
	}
	p = read_points("t0", DAY0, DAY0 + H, 1800);
	assert_int_equal(p->n, 2);
	assert_in_range(p->at[1].p10_ns, 8.9 * NS_PER_MS, 9.1 * NS_PER_MS);
	free(p);
}

static void counts_of_hours_do_not_stop_at_16_bits(void **state)
{
	(void)state;
	make_series(1);
	for (int64_t at_s = DAY0; at_s < DAY0 + H; at_s += 60) {
		put(at_s, 0, row_of(3000, 1500, NS_PER_MS, 0));
		end(at_s);
	}
	for (int64_t now_s = DAY0 + H; now_s <= DAY0 + 4 * D; now_s += 3 * D / 2) {
		tend(now_s);
		assert_int_equal(sent("t0", DAY0, DAY0 + H, H), 180000);
	}
}

static void without_a_step_the_answer_fits(void **state)
{
	struct past_points *p;

	(void)state;
	make_series(1);
	for (int64_t at_s = DAY0; at_s < DAY0 + 20 * D; at_s += 3600) {
		put(at_s, 0, row_of(60, 0, NS_PER_MS, 0));
		end(at_s);
	}
	p = read_points("t0", DAY0 + 19 * D, DAY0 + 20 * D, 0);
	assert_int_equal(p->step_s, 60);
	assert_int_equal(p->n, 24);
	free(p);
	p = read_points("t0", 0, DAY0 + 20 * D, 0);
	assert_int_equal(p->step_s, H);
	assert_int_equal(p->n, 20 * 24);
	free(p);
	/* A step is a whole number of minutes, and none is so fine that there are too many. */
	p = read_points("t0", DAY0 + 19 * D + 30, DAY0 + 20 * D - 1, 61);
	assert_int_equal(p->step_s, 120);
	assert_int_equal(p->from_s % 120, 0);
	assert_true(p->from_s <= DAY0 + 19 * D + 30 && p->to_s >= DAY0 + 20 * D - 1);
	free(p);
	/* Nonsense is answered, too. */
	free(read_points("t0", INT64_MIN, INT64_MAX, INT64_MAX));
	free(read_points("t0", INT64_MAX, INT64_MIN, -5));
	free(read_points("t0", DAY0 + 1, DAY0, 60));
}

static struct past_worsts *worst(int64_t now_s, int64_t window_s, enum past_by by, size_t limit)
{
	struct past_worsts *w;

	assert_int_equal(history_reader_worst(reader, now_s, window_s, by, limit, &w), 0);
	return w;
}

/* t150 loses most, t149 is slowest, t5 has the greatest jitter; the others ascend with their numbers. */
static void put_fleet(int64_t at_s)
{
	for (uint32_t i = 0; i < 200; i++) {
		uint32_t lost = i == 150 ? 50 : i / 10;
		int64_t rtt_ns = i == 149 ? 500 * NS_PER_MS : (int64_t)(i + 1) * NS_PER_MS;

		if (i != 77)
			put(at_s, i, row_of(60, lost, rtt_ns, i == 5 ? 400 * NS_PER_MS : (int64_t)i * 100000));
	}
	put(at_s, 77, (struct row){ .n_not_sent = 60, .q = { 0 } });
	end(at_s);
}

static void check_worst(int64_t now_s, int64_t window_s)
{
	struct past_worsts *w = worst(now_s, window_s, PAST_BY_LOSS, 5);

	assert_int_equal(w->n, 5);
	assert_string_equal(w->at[0].name, "t150");
	assert_true(w->at[0].value > 50.0 / 60 - 1e-9 && w->at[0].value < 50.0 / 60 + 1e-9);
	assert_string_equal(w->at[1].name, "t190");
	assert_string_equal(w->at[4].name, "t193");
	past_worsts_free(w);
	w = worst(now_s, window_s, PAST_BY_RTT, 3);
	assert_int_equal(w->n, 3);
	assert_string_equal(w->at[0].name, "t149");
	assert_in_range(w->at[0].median_ns, 499 * NS_PER_MS, 501 * NS_PER_MS);
	assert_string_equal(w->at[1].name, "t199");
	past_worsts_free(w);
	w = worst(now_s, window_s, PAST_BY_JITTER, 1);
	assert_int_equal(w->n, 1);
	assert_string_equal(w->at[0].name, "t5");
	past_worsts_free(w);
	w = worst(now_s, window_s, PAST_BY_LOSS, 1000);
	assert_int_equal(w->n, 199); /* t77 sent nothing */
	past_worsts_free(w);
}

static void the_worst_are_found_by_loss_rtt_and_jitter(void **state)
{
	struct past_worsts *w;

	(void)state;
	make_series(200);
	w = worst(DAY0, H, PAST_BY_LOSS, 5);
	assert_int_equal(w->n, 0);
	past_worsts_free(w);
	for (int64_t at_s = DAY0; at_s < DAY0 + 5 * H; at_s += 300)
		put_fleet(at_s);
	check_worst(DAY0 + 5 * H, H);
	check_worst(DAY0 + 5 * H, 300);
	check_worst(DAY0 + 5 * H, 4 * H);
	tend(DAY0 + 4 * D);
	check_worst(DAY0 + 5 * H, D);
	check_worst(DAY0 + 5 * H, H);
	w = worst(DAY0 + 3 * D, H, PAST_BY_LOSS, 5);
	assert_int_equal(w->n, 0);
	past_worsts_free(w);
}

struct lines {
	char text[256];
	size_t n;
};

static void on_event(void *to, const struct past_event *e)
{
	struct lines *l = to;

	l->n++;
	snprintf(l->text + strlen(l->text), sizeof(l->text) - strlen(l->text), "%d %.*s;",
	         (int)(e->at_ns / NS_PER_S - DAY0), (int)e->len, e->line);
}

static void put_event(int64_t at_s, const char *name, const char *line)
{
	assert_int_equal(history_db_event(history, at_s * NS_PER_S, name, strlen(name), line, strlen(line)), 0);
}

static const char *events(const char *name, int64_t from_s, int64_t to_s, size_t limit)
{
	static struct lines l;

	l = (struct lines){ 0 };
	assert_int_equal(history_reader_events(reader, name, from_s, to_s, limit, on_event, &l), 0);
	return l.text;
}

static void events_come_newest_first_and_follow_their_target(void **state)
{
	(void)state;
	put_event(DAY0 + 1, "a", "{1}");
	put_event(DAY0 + 2, "b", "{2}");
	put_event(DAY0 + 2, "a", "{3}");
	put_event(DAY0 + 3, "", "{4}");
	tend(DAY0 + 4);
	assert_string_equal(events(NULL, DAY0, DAY0 + D, 9), "3 {4};2 {3};2 {2};1 {1};");
	assert_string_equal(events(NULL, DAY0, DAY0 + D, 2), "3 {4};2 {3};");
	assert_string_equal(events(NULL, DAY0 + 2, DAY0 + 3, 9), "2 {3};2 {2};");
	assert_string_equal(events("a", INT64_MIN, INT64_MAX, SIZE_MAX), "2 {3};1 {1};");
	assert_int_equal(history_db_series(history, "c", 1, "a", 2), 0);
	assert_string_equal(events("c", DAY0, DAY0 + D, 1), "2 {3};");
}

static void a_reader_sees_whole_minutes_while_the_writer_goes_on(void **state)
{
	(void)state;
	make_series(3);
	for (int64_t at_s = DAY0; at_s < DAY0 + 3 * H; at_s += 60) {
		struct past_points *p;

		for (uint32_t i = 0; i < 3; i++)
			put(at_s, i, row_of(60, 0, NS_PER_MS, 0));
		p = at_s > DAY0 ? read_points("t2", DAY0, DAY0 + D, 60) : NULL;
		assert_int_equal(p ? p->n : 0, (at_s - DAY0) / 60);
		free(p);
		end(at_s);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(of_a_target_that_is_not_known_it_says_so),
		TEST(a_file_that_is_not_there_is_not_made),
		TEST(minutes_without_probes_are_gaps_and_those_without_replies_are_not),
		TEST(a_step_is_merged_of_its_minutes),
		TEST(counts_of_hours_do_not_stop_at_16_bits),
		TEST(without_a_step_the_answer_fits),
		TEST(the_worst_are_found_by_loss_rtt_and_jitter),
		TEST(events_come_newest_first_and_follow_their_target),
		TEST(a_reader_sees_whole_minutes_while_the_writer_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
