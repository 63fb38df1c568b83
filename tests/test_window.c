#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "random.h"
#include "core/window.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define S INT64_C(1000000000)

/* The naive model: every sample ever added; the figures are computed anew from the last n of them. */
struct model {
	enum outcome *outcomes;
	int64_t *rtts_ns; /* as they must have been stored; of what was not sent, the errno */
	size_t n, room;
};

static void model_add(struct model *m, enum outcome outcome, int64_t rtt_ns)
{
	if (m->n == m->room) {
		m->room = m->room ? 2 * m->room : 1024;
		m->outcomes = realloc(m->outcomes, m->room * sizeof(*m->outcomes));
		m->rtts_ns = realloc(m->rtts_ns, m->room * sizeof(*m->rtts_ns));
		assert_true(m->outcomes && m->rtts_ns);
	}
	if (rtt_ns > 40 * S)
		rtt_ns = 40 * S;
	m->outcomes[m->n] = outcome;
	m->rtts_ns[m->n++] = outcome == OUTCOME_NOT_SENT ? rtt_ns : (rtt_ns + 5) / 10 * 10;
}

static void model_keep(struct model *m, size_t n)
{
	if (m->n <= n)
		return;
	memmove(m->outcomes, m->outcomes + m->n - n, n * sizeof(*m->outcomes));
	memmove(m->rtts_ns, m->rtts_ns + m->n - n, n * sizeof(*m->rtts_ns));
	m->n = n;
}

static void model_free(struct model *m)
{
	free(m->outcomes);
	free(m->rtts_ns);
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/* k = (n − 1)·q with q in hundredths, in whole numbers: no rounding but the last, half away from zero. */
static int64_t percentile(const int64_t *sorted, size_t n, unsigned q)
{
	size_t k = (n - 1) * q, i = k / 100, rest = k % 100;

	if (!rest)
		return sorted[i];
	return sorted[i] + (((sorted[i + 1] - sorted[i]) * (int64_t)rest * 2 + 100) / 200);
}

/* Doubles in between may move a tie by the last nanosecond. */
static void about(const char *what, int64_t found, int64_t expected)
{
	if (llabs(found - expected) > 1)
		fail_msg("%s is %lld, should be %lld", what, (long long)found, (long long)expected);
}

static void check_rtts(const struct window_view *v, int64_t *rtts, size_t n)
{
	long double mean = 0, steps = 0, squares = 0;

	for (size_t i = 0; i < n; i++)
		mean += (long double)rtts[i] / (long double)n;
	for (size_t i = 0; i < n; i++)
		squares += ((long double)rtts[i] - mean) * ((long double)rtts[i] - mean);
	for (size_t i = 1; i < n; i++)
		steps += (long double)llabs(rtts[i] - rtts[i - 1]);
	about("mean", v->rtt_mean_ns, llroundl(mean));
	about("jitter", v->jitter_ns, n < 2 ? 0 : llroundl(sqrtl(squares / (long double)(n - 1))));
	about("ipdv", v->ipdv_ns, n < 2 ? 0 : llroundl(steps / (long double)(n - 1)));
	qsort(rtts, n, sizeof(*rtts), by_value);
	assert_int_equal(v->rtt_min_ns, rtts[0]);
	assert_int_equal(v->rtt_max_ns, rtts[n - 1]);
	about("median", v->rtt_median_ns, percentile(rtts, n, 50));
	about("p90", v->rtt_p90_ns, percentile(rtts, n, 90));
	about("p95", v->rtt_p95_ns, percentile(rtts, n, 95));
	about("p99", v->rtt_p99_ns, percentile(rtts, n, 99));
}

static void check_no_rtt(const struct window_view *v)
{
	assert_int_equal(v->rtt_min_ns, -1);
	assert_int_equal(v->rtt_max_ns, -1);
	assert_int_equal(v->rtt_mean_ns, -1);
	assert_int_equal(v->rtt_median_ns, -1);
	assert_int_equal(v->rtt_p90_ns, -1);
	assert_int_equal(v->rtt_p95_ns, -1);
	assert_int_equal(v->rtt_p99_ns, -1);
	assert_int_equal(v->jitter_ns, -1);
	assert_int_equal(v->ipdv_ns, -1);
}

static void check_counts(const struct window_view *v, const uint32_t by_outcome[OUTCOME_COUNT])
{
	uint32_t received = by_outcome[OUTCOME_REPLY], unknown = by_outcome[OUTCOME_UNKNOWN], sent = 0;

	for (int o = 0; o < OUTCOME_COUNT; o++) {
		assert_int_equal(v->n_by_outcome[o], by_outcome[o]);
		sent += o == OUTCOME_NOT_SENT ? 0 : by_outcome[o];
	}
	assert_int_equal(v->n_not_sent, by_outcome[OUTCOME_NOT_SENT]);
	assert_int_equal(v->n_sent, sent);
	assert_int_equal(v->n_received, received);
	assert_int_equal(v->n_unknown, unknown);
	assert_int_equal(v->n_lost, sent - received - unknown);
	if (sent == unknown)
		assert_true(v->loss_pct < 0);
	else
		assert_true(fabs(v->loss_pct - 100.0 * (sent - received - unknown) / (sent - unknown)) < 1e-9);
}

/* To the last nanosecond. */
static void check_brief(const struct window *w, const struct window_view *v)
{
	struct window_brief b = window_brief(w);

	assert_int_equal(b.n_answerable, v->n_received + v->n_lost);
	assert_true(b.loss_pct == v->loss_pct);
	assert_int_equal(b.rtt_median_ns, v->rtt_median_ns);
	assert_int_equal(b.jitter_ns, v->n_received > 1 ? v->jitter_ns : -1);
}

static void check_samples(const struct window *w, const struct model *m, size_t size)
{
	size_t first = m->n > size ? m->n - size : 0;

	assert_int_equal(window_count(w), m->n - first);
	for (size_t i = first; i < m->n; i++) {
		enum outcome outcome = m->outcomes[i];
		int64_t rtt_ns;
		int sys_errno;

		assert_int_equal(window_sample(w, (uint32_t)(i - first), &rtt_ns, &sys_errno), outcome);
		assert_int_equal(rtt_ns, outcome == OUTCOME_REPLY ? m->rtts_ns[i] : -1);
		assert_int_equal(sys_errno, outcome == OUTCOME_NOT_SENT ? m->rtts_ns[i] : 0);
	}
}

static void check(const struct window *w, const struct model *m, size_t size)
{
	struct window_view v = window_view(w);
	uint32_t by_outcome[OUTCOME_COUNT] = { 0 };
	int64_t *rtts = malloc(size * sizeof(*rtts)), sys_errno = 0;
	size_t n = 0;

	assert_non_null(rtts);
	for (size_t i = m->n > size ? m->n - size : 0; i < m->n; i++) {
		by_outcome[m->outcomes[i]]++;
		if (m->outcomes[i] == OUTCOME_REPLY)
			rtts[n++] = m->rtts_ns[i];
		if (m->outcomes[i] == OUTCOME_NOT_SENT)
			sys_errno = m->rtts_ns[i];
	}
	check_counts(&v, by_outcome);
	assert_int_equal(v.not_sent_errno, sys_errno);
	check_brief(w, &v);
	check_samples(w, m, size);
	if (n)
		check_rtts(&v, rtts, n);
	else
		check_no_rtt(&v);
	free(rtts);
}

static int64_t random_rtt(uint64_t *seed)
{
	switch (random_below(seed, 8)) {
	case 0:
		return (int64_t)random_below(seed, 100);
	case 1:
		return 39 * S + (int64_t)random_below(seed, 2 * (uint64_t)S);
	case 2:
		return (int64_t)(random_next(seed) >> 1);
	default:
		return (int64_t)random_below(seed, (uint64_t)S);
	}
}

static void add_random(struct window *w, struct model *m, uint64_t *seed, unsigned reply_tenths)
{
	enum outcome outcome = OUTCOME_REPLY;
	int64_t rtt = random_rtt(seed);

	if (random_below(seed, 10) >= reply_tenths)
		outcome = (enum outcome)random_below(seed, OUTCOME_COUNT);
	if (rtt > INT64_MAX - 10)
		rtt -= 10;
	if (outcome == OUTCOME_NOT_SENT)
		window_add_not_sent(w, (int)(rtt = 1 + (int64_t)random_below(seed, 4095)));
	else
		window_add(w, outcome, rtt);
	model_add(m, outcome, rtt);
}

static void random_sequence_matches(uint32_t size, size_t n_adds, size_t every, uint64_t seed)
{
	unsigned reply_tenths = (unsigned)(seed % 11);
	struct window *w = window_new(size);
	struct model m = { 0 };

	assert_non_null(w);
	assert_int_equal(window_capacity(w), size);
	for (size_t i = 0; i < n_adds; i++) {
		add_random(w, &m, &seed, reply_tenths);
		if (i % every == 0)
			check(w, &m, size);
	}
	check(w, &m, size);
	model_free(&m);
	window_free(w);
}

static void figures_match_a_naive_recomputation_at_small_sizes(void **state)
{
	(void)state;
	for (uint32_t size = WINDOW_MIN; size <= 70; size++)
		random_sequence_matches(size, 3 * size + 2, 1, size);
}

static void figures_match_a_naive_recomputation_at_great_sizes(void **state)
{
	static const uint32_t sizes[] = { 100, 255, 256, 1000, 4096, 10000, 32768, 65534, WINDOW_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		random_sequence_matches(sizes[i], 2 * sizes[i] + 7, sizes[i] / 3, 4 + i);
}

static void a_copy_keeps_the_latest_samples_that_fit_and_goes_on(void **state)
{
	static const uint32_t sizes[] = { 2, 3, 17, 60, 61, 1000, WINDOW_MAX };
	uint64_t seed = 5;

	(void)state;
	for (size_t a = 0; a < 7; a++) {
		for (size_t b = 0; b < 7; b++) {
			struct window *from = window_new(sizes[a]), *to = window_new(sizes[b]);
			struct model m = { 0 };
			size_t held = sizes[a] < sizes[b] ? sizes[a] : sizes[b];

			for (int i = 0; i < 5; i++)
				window_add(to, OUTCOME_TIMEOUT, 0); /* forgotten by the copy */
			for (size_t i = random_below(&seed, 200); i; i--)
				add_random(from, &m, &seed, 7);
			window_copy(to, from);
			check(to, &m, held);
			assert_int_equal(window_capacity(to), sizes[b]);
			check(from, &m, sizes[a]);
			model_keep(&m, held);
			for (int i = 0; i < 100; i++)
				add_random(to, &m, &seed, 7);
			check(to, &m, sizes[b]);
			model_free(&m);
			window_free(from);
			window_free(to);
		}
	}
}

static void an_empty_window_has_no_figures(void **state)
{
	static const uint32_t none[OUTCOME_COUNT];
	struct window *w = window_new(60);
	struct window_view v = window_view(w);

	(void)state;
	check_counts(&v, none);
	check_no_rtt(&v);
	window_free(w);
}

static void clearing_forgets_every_sample(void **state)
{
	struct window *w = window_new(3);
	struct window_view v;

	(void)state;
	for (int i = 0; i < 5; i++)
		window_add(w, OUTCOME_REPLY, S);
	window_clear(w);
	v = window_view(w);
	assert_int_equal(v.n_sent, 0);
	check_no_rtt(&v);
	window_add(w, OUTCOME_REPLY, 30);
	v = window_view(w);
	assert_int_equal(v.n_sent, 1);
	assert_int_equal(v.rtt_max_ns, 30);
	window_free(w);
}

static struct window_view view_of(const int64_t *rtts, size_t n)
{
	struct window *w = window_new(60);
	struct window_view v;

	for (size_t i = 0; i < n; i++)
		window_add(w, OUTCOME_REPLY, rtts[i]);
	v = window_view(w);
	window_free(w);
	return v;
}

static void one_reply_is_every_figure_and_does_not_vary(void **state)
{
	struct window_view v = view_of((int64_t[]){ 1230 }, 1);

	(void)state;
	assert_true(v.rtt_min_ns == 1230 && v.rtt_max_ns == 1230 && v.rtt_mean_ns == 1230);
	assert_true(v.rtt_median_ns == 1230 && v.rtt_p90_ns == 1230 && v.rtt_p99_ns == 1230);
	assert_int_equal(v.jitter_ns, 0);
	assert_int_equal(v.ipdv_ns, 0);
}

/* By hand: sorted 10 20 30 40 (µs); k = 3q: median 25, p90 37, p95 38.5, p99 39.7; the deviations from 25
 * squared sum to 500, over 3: √166.667 = 12.910 µs; steps 30, 20, 10 on average 20. */
static void percentiles_and_jitter_follow_the_formulas(void **state)
{
	struct window_view v = view_of((int64_t[]){ 10000, 40000, 20000, 30000 }, 4);

	(void)state;
	assert_int_equal(v.rtt_mean_ns, 25000);
	assert_int_equal(v.rtt_median_ns, 25000);
	assert_int_equal(v.rtt_p90_ns, 37000);
	assert_int_equal(v.rtt_p95_ns, 38500);
	assert_int_equal(v.rtt_p99_ns, 39700);
	assert_int_equal(v.jitter_ns, 12910);
	assert_int_equal(v.ipdv_ns, 20000);
}

static void a_loss_between_replies_breaks_no_succession(void **state)
{
	struct window *w = window_new(10);

	(void)state;
	window_add(w, OUTCOME_REPLY, 1000);
	window_add(w, OUTCOME_TIMEOUT, 0);
	window_add(w, OUTCOME_REPLY, 3000);
	assert_int_equal(window_view(w).ipdv_ns, 2000);
	window_free(w);
}

static void rtts_are_kept_to_ten_nanoseconds(void **state)
{
	(void)state;
	assert_int_equal(view_of((int64_t[]){ 0 }, 1).rtt_max_ns, 0);
	assert_int_equal(view_of((int64_t[]){ 4 }, 1).rtt_max_ns, 0);
	assert_int_equal(view_of((int64_t[]){ 5 }, 1).rtt_max_ns, 10);
	assert_int_equal(view_of((int64_t[]){ 123456789 }, 1).rtt_max_ns, 123456790);
}

static void rtts_above_40_s_are_stored_as_40_s(void **state)
{
	static const int64_t great[] = { 40 * S, 40 * S + 1, 41 * S, 43 * S, 1000 * S, INT64_MAX };

	(void)state;
	assert_int_equal(view_of((int64_t[]){ 40 * S - 10 }, 1).rtt_max_ns, 40 * S - 10);
	for (size_t i = 0; i < sizeof(great) / sizeof(great[0]); i++) {
		struct window_view v = view_of(&great[i], 1);

		assert_int_equal(v.rtt_max_ns, 40 * S);
		assert_int_equal(v.n_received, 1);
	}
}

static void unknown_outcomes_are_neither_received_nor_lost(void **state)
{
	struct window *w = window_new(10);
	struct window_view v;

	(void)state;
	window_add(w, OUTCOME_UNKNOWN, 0);
	v = window_view(w);
	assert_true(v.loss_pct < 0);
	window_add(w, OUTCOME_REPLY, 10);
	window_add(w, OUTCOME_TOO_BIG, 0);
	v = window_view(w);
	assert_int_equal(v.n_sent, 3);
	assert_true(v.loss_pct == 50);
	window_free(w);
}

static void what_is_not_sent_pushes_out_old_figures_and_leaves_no_loss(void **state)
{
	struct window *w = window_new(3);
	struct window_view v;

	(void)state;
	window_add(w, OUTCOME_REPLY, S);
	window_add(w, OUTCOME_TIMEOUT, 0);
	window_add_not_sent(w, 101);
	v = window_view(w);
	assert_true(v.n_sent == 2 && v.n_not_sent == 1 && v.loss_pct == 50);
	window_add_not_sent(w, 1);
	v = window_view(w);
	assert_true(v.n_sent == 1 && v.n_not_sent == 2 && v.n_received == 0 && v.loss_pct == 100);
	window_add_not_sent(w, 4095);
	v = window_view(w);
	assert_true(v.n_sent == 0 && v.n_lost == 0 && v.n_not_sent == 3 && v.loss_pct < 0);
	assert_int_equal(v.not_sent_errno, 4095);
	check_no_rtt(&v);
	for (int i = 0; i < 3; i++)
		window_add(w, OUTCOME_REPLY, S);
	v = window_view(w);
	assert_true(v.n_not_sent == 0 && v.not_sent_errno == 0 && v.loss_pct == 0);
	window_free(w);
}

static void marks_come_64_times_a_window_and_evenly(void **state)
{
	static const uint32_t sizes[] = { 2, 60, 127, 128, 129, 191, 192, 1000, 6400, 65534, WINDOW_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint32_t size = sizes[i], n_marks = 0, since = 0,
			 step = size < 2 * WINDOW_MARKS ? 1 : size / WINDOW_MARKS;
		struct window *w = window_new(size);

		for (uint32_t n = 0; n < 3 * size; n++) {
			window_add(w, OUTCOME_TIMEOUT, 0);
			since++;
			if (!window_is_at_mark(w))
				continue;
			assert_true(!n_marks || (since >= step && since <= step + 1));
			since = 0;
			n_marks++;
		}
		assert_int_equal(n_marks, 3 * (size < 2 * WINDOW_MARKS ? size : WINDOW_MARKS));
		window_free(w);
	}
}

static int64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * S + t.tv_nsec;
}

/* Sorted, the largest window took 40 times as long. */
static void a_look_at_the_largest_window_takes_as_long_as_a_few_times_to_fill_it(void **state)
{
	struct window *w = window_new(WINDOW_MAX);
	int64_t add_ns = INT64_MAX, look_ns = INT64_MAX, sum = 0;
	uint64_t seed = 1;

	(void)state;
	for (int run = 0; run < 5; run++) {
		int64_t before_ns = cpu_ns(), took_ns;

		for (uint32_t i = 0; i < WINDOW_MAX; i++)
			window_add(w, OUTCOME_REPLY, 20000000 + (int64_t)random_below(&seed, 5000000));
		took_ns = cpu_ns() - before_ns;
		add_ns = took_ns < add_ns ? took_ns : add_ns;
		before_ns = cpu_ns();
		sum += window_brief(w).rtt_median_ns;
		took_ns = cpu_ns() - before_ns;
		look_ns = took_ns < look_ns ? took_ns : look_ns;
	}
	assert_true(sum > 0);
	print_message("%.3f ms, filling it %.3f ms\n", (double)look_ns / 1e6, (double)add_ns / 1e6);
	assert_true(look_ns < 8 * add_ns);
	window_free(w);
}

static void a_probe_takes_four_bytes(void **state)
{
	(void)state;
	assert_int_equal(window_size(61) - window_size(60), 4);
	assert_int_equal(window_size(60), 60 * 4 + 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_match_a_naive_recomputation_at_small_sizes),
		cmocka_unit_test(figures_match_a_naive_recomputation_at_great_sizes),
		cmocka_unit_test(a_copy_keeps_the_latest_samples_that_fit_and_goes_on),
		cmocka_unit_test(an_empty_window_has_no_figures),
		cmocka_unit_test(clearing_forgets_every_sample),
		cmocka_unit_test(one_reply_is_every_figure_and_does_not_vary),
		cmocka_unit_test(percentiles_and_jitter_follow_the_formulas),
		cmocka_unit_test(a_loss_between_replies_breaks_no_succession),
		cmocka_unit_test(rtts_are_kept_to_ten_nanoseconds),
		cmocka_unit_test(rtts_above_40_s_are_stored_as_40_s),
		cmocka_unit_test(unknown_outcomes_are_neither_received_nor_lost),
		cmocka_unit_test(what_is_not_sent_pushes_out_old_figures_and_leaves_no_loss),
		cmocka_unit_test(marks_come_64_times_a_window_and_evenly),
		cmocka_unit_test(a_look_at_the_largest_window_takes_as_long_as_a_few_times_to_fill_it),
		cmocka_unit_test(a_probe_takes_four_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
