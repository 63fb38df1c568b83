#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "store/minute.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define T0  (INT64_C(1767323040)) /* a minute's beginning */
#define MAX 64

static unsigned char tape[65536];
static size_t len;

#define PROBES_MAX 256

static struct {
	int64_t at_s;
	uint32_t series;
	struct row row;
	struct detail_probe probes[PROBES_MAX];
	size_t n_probes;
} rows[MAX];
static size_t n_rows, n_ends;
static char events[1024], names[1024];

/* "a" is series 0, "b" 1 and so on; those that begin with - are nowhere. */
static uint32_t series(void *data, const char *name, size_t name_len, const char *aka, size_t aka_len)
{
	(void)data;
	snprintf(names + strlen(names), sizeof(names) - strlen(names), "%.*s(%zu) ", (int)name_len, name, aka_len);
	(void)aka;
	return *name == '-' ? UINT32_MAX : (uint32_t)(*name - 'a');
}

static void on_row(void *data, int64_t at_s, uint32_t of, const struct row *r, const struct detail_probe *probes,
                   size_t n_probes)
{
	(void)data;
	assert_true(n_rows < MAX && n_probes <= PROBES_MAX);
	if (n_probes)
		memcpy(rows[n_rows].probes, probes, n_probes * sizeof(*probes));
	rows[n_rows].n_probes = n_probes;
	rows[n_rows].at_s = at_s;
	rows[n_rows].series = of;
	rows[n_rows++].row = *r;
}

static void on_end(void *data, int64_t at_s)
{
	(void)data, (void)at_s;
	n_ends++;
}

static void on_event(void *data, int64_t real_ns, const char *name, size_t name_len, const char *line, size_t line_len)
{
	(void)data;
	snprintf(events, sizeof(events), "%lld %.*s %.*s", (long long)real_ns, (int)name_len, name, (int)line_len,
	         line);
}

static struct minute *m;

static int setup(void **state)
{
	const struct minute_ops ops = { series, on_row, on_end, on_event, NULL };

	(void)state;
	len = n_rows = n_ends = 0;
	names[0] = events[0] = '\0';
	m = minute_new(&ops);
	return m ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	minute_free(m);
	return 0;
}

static void name(uint32_t number, const char *text)
{
	len = tape_write_name(tape, len, sizeof(tape), number, text, NULL, 0);
}

static void at(int64_t s)
{
	len = tape_write_time(tape, len, sizeof(tape), s * NS_PER_S + 999);
}

static void result(uint32_t number, enum outcome o, int64_t rtt_ns)
{
	len = tape_write_result(tape, len, sizeof(tape), number, o, rtt_ns);
}

static void take(void)
{
	minute_take(m, tape, len);
	len = 0;
}

static void probe(const struct detail_probe *p, uint16_t rtt, unsigned second, enum detail_kind kind)
{
	assert_int_equal(p->rtt, rtt);
	assert_int_equal(p->second, second);
	assert_int_equal(p->kind, kind);
}

static void a_minute_has_a_row_for_each_series_with_a_result(void **state)
{
	(void)state;
	name(7, "c");
	name(500, "a");
	name(3, "b");
	at(T0 + 5);
	result(7, OUTCOME_REPLY, 3000000);
	result(500, OUTCOME_TIMEOUT, -1);
	result(7, OUTCOME_REPLY, 1000000);
	result(7, OUTCOME_UNREACHABLE, -1);
	at(T0 + 59);
	result(7, OUTCOME_UNKNOWN, -1);
	result(7, OUTCOME_NOT_SENT, -1);
	result(7, OUTCOME_REPLY, 2000000);
	take();
	assert_int_equal(n_rows, 0);
	at(T0 + 60);
	result(500, OUTCOME_REPLY, 5000000);
	take();
	assert_int_equal(n_rows, 2);
	assert_int_equal(n_ends, 1);
	assert_int_equal(rows[0].series, 0);
	assert_int_equal(rows[0].at_s, T0);
	assert_int_equal(rows[0].row.n_sent, 1);
	assert_int_equal(rows[0].row.n_lost, 1);
	assert_int_equal(rows[0].row.q[ROW_MEDIAN], RTT_CODE_NONE);
	assert_int_equal(rows[1].series, 2);
	assert_int_equal(rows[1].row.n_sent, 5);
	assert_int_equal(rows[1].row.n_lost, 1);
	assert_int_equal(rows[1].row.n_unknown, 1);
	assert_int_equal(rows[1].row.n_not_sent, 1);
	assert_int_equal(rows[1].row.q[ROW_MIN], rtt_code(1000000));
	assert_int_equal(rows[1].row.q[ROW_MEDIAN], rtt_code(2000000));
	assert_int_equal(rows[1].row.q[ROW_MAX], rtt_code(3000000));
	assert_int_equal(rows[1].row.is_incomplete, 0);
	assert_int_equal(rows[1].n_probes, 6);
	probe(&rows[1].probes[0], rtt_code(3000000), 5, DETAIL_REPLY);
	probe(&rows[1].probes[1], rtt_code(1000000), 5, DETAIL_REPLY);
	probe(&rows[1].probes[2], RTT_CODE_NONE, 5, DETAIL_LOST);
	probe(&rows[1].probes[3], RTT_CODE_NONE, 59, DETAIL_UNKNOWN);
	probe(&rows[1].probes[4], RTT_CODE_NONE, 59, DETAIL_NOT_SENT);
	probe(&rows[1].probes[5], rtt_code(2000000), 59, DETAIL_REPLY);
	minute_flush(m);
	assert_int_equal(n_rows, 3);
	assert_int_equal(rows[2].at_s, T0 + 60);
	assert_int_equal(rows[2].row.n_sent, 1);
	minute_flush(m);
	assert_int_equal(n_ends, 2);
}

static void what_has_no_time_or_no_name_is_in_no_row(void **state)
{
	(void)state;
	name(1, "a");
	result(1, OUTCOME_REPLY, 1); /* before any time */
	at(T0);
	result(9, OUTCOME_REPLY, 1);
	result(4000000000u, OUTCOME_REPLY, 1);
	name(2, "-");
	result(2, OUTCOME_REPLY, 1);
	take();
	minute_flush(m);
	assert_int_equal(n_rows, 0);
	assert_int_equal(n_ends, 1);
}

static void a_new_name_begins_another_row(void **state)
{
	const char *const aka[] = { "was" };

	(void)state;
	name(1, "a");
	at(T0);
	result(1, OUTCOME_REPLY, 1000);
	len = tape_write_name(tape, len, sizeof(tape), 1, "b", aka, 1);
	result(1, OUTCOME_REPLY, 2000);
	result(1, OUTCOME_REPLY, 2000);
	take();
	minute_flush(m);
	assert_int_equal(n_rows, 2);
	assert_int_equal(rows[0].row.n_sent, 1);
	assert_int_equal(rows[1].row.n_sent, 2);
	assert_string_equal(names, "a(0) b(4) ");
}

static void a_clock_that_steps_back_stays_in_its_minute(void **state)
{
	(void)state;
	name(1, "a");
	at(T0 + 30);
	result(1, OUTCOME_REPLY, 1000);
	at(T0 - 100);
	result(1, OUTCOME_REPLY, 1000);
	at(T0 + 10);
	result(1, OUTCOME_REPLY, 1000);
	take();
	assert_int_equal(n_rows, 0);
	at(T0 + 7200 + 61); /* and one that steps forward leaves a gap */
	take();
	assert_int_equal(n_rows, 1);
	assert_int_equal(rows[0].at_s, T0);
	assert_int_equal(rows[0].row.n_sent, 3);
	result(1, OUTCOME_REPLY, 1000);
	take();
	minute_flush(m);
	assert_int_equal(rows[1].at_s, T0 + 7260);
}

static void a_clock_that_steps_back_far_begins_another_minute(void **state)
{
	(void)state;
	name(1, "a");
	at(T0 + 30);
	result(1, OUTCOME_REPLY, 1000);
	at(T0 - 3600);
	result(1, OUTCOME_REPLY, 1000);
	take();
	minute_flush(m);
	assert_int_equal(n_rows, 2);
	assert_int_equal(rows[0].at_s, T0);
	assert_int_equal(rows[1].at_s, T0 - 3600);
}

static void lost_results_make_their_minute_incomplete_and_no_other(void **state)
{
	(void)state;
	name(1, "a");
	at(T0);
	result(1, OUTCOME_REPLY, 1000);
	len = tape_write_lost(tape, len, sizeof(tape), 12);
	at(T0 + 60);
	result(1, OUTCOME_REPLY, 1000);
	at(T0 + 120);
	take();
	assert_int_equal(n_rows, 2);
	assert_int_equal(rows[0].row.is_incomplete, 1);
	assert_int_equal(rows[1].row.is_incomplete, 0);
}

static void events_pass(void **state)
{
	(void)state;
	len = tape_write_event(tape, len, sizeof(tape), 42, "a", "{}", 2);
	take();
	assert_string_equal(events, "42 a {}");
}

static void many_results_come_out_as_rows_of_their_series(void **state)
{
	size_t before = minute_bytes(m);

	(void)state;
	for (uint32_t i = 0; i < 26; i++) {
		char text[2] = { (char)('a' + i), '\0' };

		name(i, text);
	}
	at(T0);
	take();
	for (int64_t k = 0; k < 200; k++) {
		for (uint32_t i = 0; i < 26; i++)
			result(i, OUTCOME_REPLY, 1000 * (200 - k) + i * 1000000);
		take();
	}
	assert_true(minute_bytes(m) > before);
	minute_flush(m);
	assert_int_equal(n_rows, 26);
	for (uint32_t i = 0; i < 26; i++) {
		assert_int_equal(rows[i].row.n_sent, 200);
		assert_int_equal(rows[i].n_probes, 200);
		probe(&rows[i].probes[0], rtt_code(200000 + i * 1000000), 0, DETAIL_REPLY);
		probe(&rows[i].probes[199], rtt_code(1000 + i * 1000000), 0, DETAIL_REPLY);
		assert_int_equal(rows[i].row.q[ROW_MIN], rtt_code(1000 + i * 1000000));
		assert_int_equal(rows[i].row.q[ROW_MEDIAN], rtt_code(100000 + i * 1000000));
		assert_int_equal(rows[i].row.q[ROW_MAX], rtt_code(200000 + i * 1000000));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_minute_has_a_row_for_each_series_with_a_result, setup, teardown),
		cmocka_unit_test_setup_teardown(what_has_no_time_or_no_name_is_in_no_row, setup, teardown),
		cmocka_unit_test_setup_teardown(a_new_name_begins_another_row, setup, teardown),
		cmocka_unit_test_setup_teardown(a_clock_that_steps_back_stays_in_its_minute, setup, teardown),
		cmocka_unit_test_setup_teardown(a_clock_that_steps_back_far_begins_another_minute, setup, teardown),
		cmocka_unit_test_setup_teardown(lost_results_make_their_minute_incomplete_and_no_other, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(events_pass, setup, teardown),
		cmocka_unit_test_setup_teardown(many_results_come_out_as_rows_of_their_series, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
