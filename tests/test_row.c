#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "store/row.h"

#include "random.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR   60
#define MINUTE 60 /* probes of one */
#define N      (HOUR * MINUTE)

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The nearest rank, as the window has it. */
static int64_t exact(const int64_t *sorted, size_t n, double share)
{
	size_t rank = (size_t)ceil(share * (double)n);

	return sorted[rank ? rank - 1 : 0];
}

static struct row row_of(const int64_t *rtt_ns, size_t n)
{
	struct row r = { .n_sent = (uint32_t)n };
	uint16_t codes[N];

	for (size_t i = 0; i < n; i++)
		codes[i] = rtt_code(rtt_ns[i]);
	row_of_codes(&r, codes, n);
	return r;
}

static void assert_near(int64_t want, int64_t got, double share)
{
	if (fabs((double)(got - want)) > share * (double)want + 10)
		fail_msg("expected %lld ns within %g, got %lld ns", (long long)want, share, (long long)got);
}

/* An hour of minutes, merged in one go, and as the day's merge of hours does, again. */
static void check_hour(const int64_t rtt_ns[N])
{
	struct row minutes[HOUR], hour, twice[2];
	struct past_point p;
	int64_t sorted[N];

	memcpy(sorted, rtt_ns, sizeof(sorted));
	qsort(sorted, N, sizeof(*sorted), by_value);
	for (int i = 0; i < HOUR; i++)
		minutes[i] = row_of(rtt_ns + MINUTE * i, MINUTE);
	row_merge(&hour, minutes, HOUR);
	for (int again = 0; again < 2; again++) {
		row_point(&p, &hour, 0);
		assert_near(sorted[0], p.min_ns, 0.0005);
		assert_near(sorted[N - 1], p.max_ns, 0.0005);
		assert_near(exact(sorted, N, 0.50), p.median_ns, 0.05);
		assert_near(exact(sorted, N, 0.95), p.p95_ns, 0.05);
		twice[0] = twice[1] = hour;
		row_merge(&hour, twice, 2); /* twice the same is distributed as once */
		assert_int_equal(hour.n_sent, (2 * N) << again);
	}
}

/* Each recording is N lines of ns: what miniping measured, see tests/README. */
static void check_recording(const char *name)
{
	const char *srcdir = getenv("srcdir");
	char path[PATH_MAX];
	int64_t rtt_ns[N];
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/recorded/%s", srcdir ? srcdir : ".", name);
	f = fopen(path, "r");
	assert_non_null(f);
	for (size_t i = 0; i < N; i++) {
		long long ns;

		assert_int_equal(fscanf(f, "%lld", &ns), 1);
		rtt_ns[i] = ns;
	}
	fclose(f);
	check_hour(rtt_ns);
}

static void merged_percentiles_of_recordings_are_within_5_percent(void **state)
{
	(void)state;
	check_recording("veth");
	check_recording("veth-busy");
}

static int64_t heavy_tail(uint64_t *random, int i)
{
	(void)i;
	return 1000000 + (int64_t)(1e6 / (1e-3 + (double)random_below(random, 1000000) / 1e6));
}

static int64_t bimodal(uint64_t *random, int i)
{
	(void)i;
	return (random_below(random, 10) < 3 ? 80000000 : 10000000) + (int64_t)random_below(random, 500000);
}

/* Another path from the half of the hour on. */
static int64_t step(uint64_t *random, int i)
{
	return (i < N * 55 / 100 ? 10000000 : 40000000) + (int64_t)random_below(random, 300000);
}

static int64_t tide(uint64_t *random, int i)
{
	return 20000000 + (int64_t)(15e6 * sin(i / 500.0)) + (int64_t)random_below(random, 2000000);
}

static int64_t constant(uint64_t *random, int i)
{
	(void)random, (void)i;
	return 123456;
}

static void so_are_those_of_other_shapes(void **state)
{
	int64_t (*const shapes[])(uint64_t *, int) = { heavy_tail, bimodal, step, tide, constant };
	uint64_t random = 1;
	int64_t rtt_ns[N];

	(void)state;
	for (size_t s = 0; s < sizeof(shapes) / sizeof(*shapes); s++) {
		for (int i = 0; i < N; i++)
			rtt_ns[i] = shapes[s](&random, i);
		check_hour(rtt_ns);
	}
}

/* Up to five replies, every one is known. */
static void few_replies_are_merged_exactly(void **state)
{
	uint64_t random = 2;

	(void)state;
	for (int run = 0; run < 1000; run++) {
		struct row rows[20], merged;
		struct past_point p;
		int64_t all[100], sorted[100];
		size_t n = 0;

		for (int i = 0; i < 20; i++) {
			size_t n_row = 1 + random_below(&random, 5);

			for (size_t k = 0; k < n_row; k++)
				all[n + k] = rtt_code_ns((uint16_t)random_below(&random, 40000));
			rows[i] = row_of(all + n, n_row);
			n += n_row;
		}
		memcpy(sorted, all, sizeof(all));
		qsort(sorted, n, sizeof(*sorted), by_value);
		row_merge(&merged, rows, 20);
		row_point(&p, &merged, 0);
		assert_int_equal(p.n_sent, n);
		assert_int_equal(p.min_ns, sorted[0]);
		assert_int_equal(p.p10_ns, exact(sorted, n, 0.10));
		assert_int_equal(p.median_ns, exact(sorted, n, 0.50));
		assert_int_equal(p.p90_ns, exact(sorted, n, 0.90));
		assert_int_equal(p.p95_ns, exact(sorted, n, 0.95));
		assert_int_equal(p.p99_ns, exact(sorted, n, 0.99));
		assert_int_equal(p.max_ns, sorted[n - 1]);
	}
}

static void one_row_stays_as_it_is(void **state)
{
	uint16_t codes[60];
	struct row r = { .n_sent = 62, .n_lost = 1, .n_unknown = 1, .n_not_sent = 3, .is_incomplete = 1 }, merged;

	(void)state;
	for (unsigned i = 0; i < 60; i++)
		codes[i] = (uint16_t)(i * i);
	row_of_codes(&r, codes, 60);
	row_merge(&merged, &r, 1);
	assert_memory_equal(merged.q, r.q, sizeof(r.q));
	assert_int_equal(merged.n_sent, 62);
	assert_int_equal(merged.n_lost, 1);
	assert_int_equal(merged.n_unknown, 1);
	assert_int_equal(merged.n_not_sent, 3);
	assert_int_equal(merged.is_incomplete, 1);
}

static void counts_add_up_and_what_has_no_reply_weighs_nothing(void **state)
{
	const int64_t ms = 1000000;
	struct row rows[3] = { row_of(&ms, 1),
		               { .n_sent = 60, .n_lost = 55, .n_unknown = 5, .n_not_sent = 7 },
		               { .is_incomplete = 1 } };
	struct past_point p;
	struct row merged;

	(void)state;
	row_of_codes(&rows[1], NULL, 0);
	row_of_codes(&rows[2], NULL, 0);
	row_point(&p, &rows[1], 60);
	assert_int_equal(p.at_s, 60);
	assert_int_equal(p.min_ns, -1);
	assert_int_equal(p.median_ns, -1);
	assert_int_equal(p.p99_ns, -1);
	row_merge(&merged, rows, 3);
	row_point(&p, &merged, 0);
	assert_int_equal(p.n_sent, 61);
	assert_int_equal(p.n_lost, 55);
	assert_int_equal(p.n_unknown, 5);
	assert_int_equal(p.n_not_sent, 7);
	assert_true(p.is_incomplete);
	assert_near(ms, p.median_ns, 0.0005);
	assert_near(ms, p.max_ns, 0.0005);
	row_merge(&merged, rows, 0);
	assert_int_equal(merged.n_sent, 0);
	assert_int_equal(merged.q[ROW_MEDIAN], RTT_CODE_NONE);
}

static void more_rows_than_fit_at_once_are_merged(void **state)
{
	static struct row rows[1440];
	int64_t rtt_ns[10];
	struct row merged;
	struct past_point p;

	(void)state;
	for (int i = 0; i < 1440; i++) {
		for (int k = 0; k < 10; k++)
			rtt_ns[k] = 1000000 + 1000 * (i % 100) + 100 * k;
		rows[i] = row_of(rtt_ns, 10);
	}
	row_merge(&merged, rows, 1440);
	row_point(&p, &merged, 0);
	assert_int_equal(p.n_sent, 14400);
	assert_near(1000000, p.min_ns, 0.0005);
	assert_near(1099900, p.max_ns, 0.0005);
	assert_near(1050000, p.median_ns, 0.01);
	assert_near(1095000, p.p95_ns, 0.01);
}

/* A block may have been damaged in a way that its hash does not show. */
static void rows_of_any_content_are_merged(void **state)
{
	uint64_t random = 3;

	(void)state;
	for (int run = 0; run < 3000; run++) {
		struct row rows[5], merged;

		for (size_t i = 0; i < sizeof(rows); i++)
			((unsigned char *)rows)[i] = (unsigned char)random_next(&random);
		for (int i = 0; i < 5 && run % 2; i++)
			rows[i].n_lost = rows[i].n_unknown = 0;
		row_merge(&merged, rows, 5);
		assert_true(merged.q[ROW_MIN] <= merged.q[ROW_MEDIAN] && merged.q[ROW_MEDIAN] <= merged.q[ROW_MAX]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merged_percentiles_of_recordings_are_within_5_percent),
		cmocka_unit_test(so_are_those_of_other_shapes),
		cmocka_unit_test(few_replies_are_merged_exactly),
		cmocka_unit_test(one_row_stays_as_it_is),
		cmocka_unit_test(counts_add_up_and_what_has_no_reply_weighs_nothing),
		cmocka_unit_test(more_rows_than_fit_at_once_are_merged),
		cmocka_unit_test(rows_of_any_content_are_merged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
