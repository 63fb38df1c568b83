#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "random.h"
#include "base/wheel.h"

#define TICK_NS (INT64_C(1) << WHEEL_FINE)
#define SPAN_NS (TICK_NS * WHEEL_BUCKETS)

#include <stdlib.h>

#define N 3000

static struct wheel *wheel_at(int64_t now_ns, uint32_t n)
{
	struct wheel *w = wheel_new(now_ns, WHEEL_FINE);

	assert_non_null(w);
	assert_int_equal(wheel_reserve(w, n), 0);
	return w;
}

static size_t take_one(struct wheel *w, int64_t now_ns)
{
	uint32_t entry;

	return wheel_take(w, now_ns, &entry, 1);
}

static void an_entry_is_never_early_and_at_most_one_tick_late(void **state)
{
	int64_t due = 5 * NS_PER_S + 12345;
	struct wheel *w = wheel_at(NS_PER_S, 1);

	(void)state;
	wheel_add(w, 0, due);
	assert_int_equal(take_one(w, due - 1), 0);
	assert_int_equal(take_one(w, due + TICK_NS), 1);
	assert_false(wheel_waiting(w, 0));
	assert_int_equal(wheel_due(w, 0), due);
	wheel_free(w);
}

static void a_time_already_past_is_due_within_a_tick(void **state)
{
	int64_t now = 100 * NS_PER_S;
	struct wheel *w = wheel_at(now, 1);

	(void)state;
	wheel_add(w, 0, 3);
	assert_true(wheel_next(w) <= now + TICK_NS);
	assert_int_equal(take_one(w, now + TICK_NS), 1);
	wheel_free(w);
}

static void an_empty_wheel_never_needs_a_call(void **state)
{
	struct wheel *w = wheel_at(0, 1);

	(void)state;
	assert_true(wheel_next(w) == WHEEL_NEVER);
	assert_int_equal(take_one(w, NS_PER_D), 0);
	wheel_add(w, 0, NS_PER_D + 1);
	wheel_remove(w, 0);
	assert_true(wheel_next(w) == WHEEL_NEVER);
	wheel_free(w);
}

static void a_removed_entry_never_comes(void **state)
{
	struct wheel *w = wheel_at(0, 3);
	uint32_t got[3];

	(void)state;
	for (uint32_t e = 0; e < 3; e++)
		wheel_add(w, e, NS_PER_MS);
	wheel_remove(w, 1);
	wheel_remove(w, 1);
	assert_false(wheel_waiting(w, 1));
	assert_int_equal(wheel_take(w, NS_PER_S, got, 3), 2);
	assert_true(got[0] + got[1] == 2 && got[0] != 1);
	wheel_free(w);
}

static void an_entry_several_spans_away_waits_for_its_turn(void **state)
{
	int64_t due = 5 * SPAN_NS + 1000;
	struct wheel *w = wheel_at(0, 1);

	(void)state;
	wheel_add(w, 0, due);
	for (int64_t now = 0; now < due; now += NS_PER_S)
		assert_int_equal(take_one(w, now), 0);
	assert_int_equal(take_one(w, due + TICK_NS), 1);
	wheel_free(w);
}

static void a_jump_over_many_spans_misses_nothing(void **state)
{
	struct wheel *w = wheel_at(0, 100);
	uint32_t got[100];

	(void)state;
	for (uint32_t e = 0; e < 100; e++)
		wheel_add(w, e, e * NS_PER_S + 5);
	assert_int_equal(wheel_take(w, NS_PER_H, got, 100), 100);
	wheel_free(w);
}

static void a_full_answer_goes_on_at_the_next_call(void **state)
{
	struct wheel *w = wheel_at(0, 10);
	uint32_t got[4];
	unsigned seen = 0;
	size_t n;

	(void)state;
	for (uint32_t e = 0; e < 10; e++)
		wheel_add(w, e, NS_PER_MS);
	do {
		n = wheel_take(w, NS_PER_S, got, 4);
		for (size_t i = 0; i < n; i++)
			seen |= 1u << got[i];
	} while (n == 4);
	assert_int_equal(n, 2);
	assert_int_equal(seen, 0x3ff);
	wheel_free(w);
}

static void older_ticks_come_first(void **state)
{
	struct wheel *w = wheel_at(0, 4);
	uint32_t got[4];

	(void)state;
	wheel_add(w, 0, 30 * NS_PER_MS);
	wheel_add(w, 1, 10 * NS_PER_MS);
	wheel_add(w, 2, 40 * NS_PER_MS);
	wheel_add(w, 3, 20 * NS_PER_MS);
	assert_int_equal(wheel_take(w, NS_PER_S, got, 4), 4);
	assert_true(got[0] == 1 && got[1] == 3 && got[2] == 0 && got[3] == 2);
	wheel_free(w);
}

static void reserving_more_keeps_what_waits(void **state)
{
	struct wheel *w = wheel_at(0, 1);

	(void)state;
	wheel_add(w, 0, NS_PER_MS);
	assert_false(wheel_waiting(w, 5000));
	assert_int_equal(wheel_reserve(w, 10000), 0);
	assert_true(wheel_waiting(w, 0));
	assert_false(wheel_waiting(w, 5000));
	wheel_add(w, 5000, NS_PER_MS);
	assert_int_equal(wheel_reserve(w, 10), 0);
	assert_true(wheel_waiting(w, 5000));
	wheel_free(w);
}

/* The model: when each entry is due, and from when on it may be asked for; −1: it does not wait. */
struct model {
	struct wheel *wheel;
	int64_t due[N], added[N], now;
	uint64_t seed;
};

static int64_t random_wait(uint64_t *seed)
{
	switch (random_below(seed, 4)) {
	case 0:
		return (int64_t)random_below(seed, 4 * (uint64_t)TICK_NS);
	case 1:
		return (int64_t)random_below(seed, (uint64_t)NS_PER_S);
	case 2:
		return (int64_t)random_below(seed, 6 * (uint64_t)SPAN_NS);
	default:
		return -(int64_t)random_below(seed, (uint64_t)NS_PER_S);
	}
}

static void model_change(struct model *m)
{
	uint32_t e = (uint32_t)random_below(&m->seed, N);

	assert_int_equal(wheel_waiting(m->wheel, e), m->due[e] >= 0);
	if (m->due[e] >= 0) {
		assert_true(wheel_due(m->wheel, e) == m->due[e]);
		wheel_remove(m->wheel, e);
		m->due[e] = -1;
		return;
	}
	m->due[e] = m->now + random_wait(&m->seed);
	if (m->due[e] < 0)
		m->due[e] = 0;
	m->added[e] = m->now;
	wheel_add(m->wheel, e, m->due[e]);
}

/* The last moment by which an entry must have come. */
static int64_t latest(const struct model *m, uint32_t e)
{
	return (m->due[e] > m->added[e] ? m->due[e] : m->added[e]) + TICK_NS;
}

static void model_take(struct model *m)
{
	uint32_t got[64];
	size_t n, max = 1 + random_below(&m->seed, 64);
	int64_t last_tick = -1;

	do {
		n = wheel_take(m->wheel, m->now, got, max);
		assert_true(n <= max);
		for (size_t i = 0; i < n; i++) {
			int64_t tick = m->due[got[i]] > m->added[got[i]] ? m->due[got[i]] : m->added[got[i]];

			assert_true(m->due[got[i]] >= 0);     /* waited, and comes once */
			assert_true(m->due[got[i]] < m->now); /* not early */
			assert_true(tick >> WHEEL_FINE >= last_tick);
			last_tick = tick >> WHEEL_FINE;
			m->due[got[i]] = -1;
		}
	} while (n == max);
}

static void model_check(const struct model *m)
{
	int64_t next = wheel_next(m->wheel), needed = WHEEL_NEVER;

	for (uint32_t e = 0; e < N; e++) {
		if (m->due[e] < 0)
			continue;
		assert_true(latest(m, e) > m->now); /* not late */
		needed = latest(m, e) < needed ? latest(m, e) : needed;
	}
	assert_true(next <= needed);
	assert_true(needed == WHEEL_NEVER ? next == WHEEL_NEVER : next > m->now);
	/* Early only where a later turn's entry stands in the bucket, and then by a span at most from now. */
	if (needed != WHEEL_NEVER)
		assert_true(next >= needed - TICK_NS || next <= m->now + SPAN_NS + TICK_NS);
}

static void random_adds_removes_and_jumps_match_a_plain_list(void **state)
{
	static struct model m;

	(void)state;
	for (uint64_t run = 0; run < 6; run++) {
		m = (struct model){ .now = (int64_t)run * 7 * NS_PER_S, .seed = run };
		m.wheel = wheel_at(m.now, N);
		for (uint32_t e = 0; e < N; e++)
			m.due[e] = -1;
		for (int step = 0; step < 1500; step++) {
			for (uint64_t n = random_below(&m.seed, 40); n; n--)
				model_change(&m);
			m.now += (int64_t)random_below(&m.seed, 3 * (uint64_t)TICK_NS);
			if (step % 10 == 0)
				m.now += (int64_t)random_below(&m.seed, (uint64_t)NS_PER_S);
			if (step % 200 == 199)
				m.now += (int64_t)random_below(&m.seed, 3 * (uint64_t)SPAN_NS);
			model_take(&m);
			model_check(&m);
		}
		wheel_free(m.wheel);
	}
}

/* As the loop does it: sleep until wheel_next says so. Nothing may come late, and nothing be forgotten. */
static void calling_only_when_wheel_next_says_is_never_too_late(void **state)
{
	static int64_t due[N];
	struct wheel *w = wheel_at(0, N);
	uint64_t seed = 9, n_calls = 0;
	uint32_t got[16];
	int64_t now;
	size_t n, n_got = 0;

	(void)state;
	for (uint32_t e = 0; e < N; e++) {
		due[e] = (int64_t)random_below(&seed, 4 * (uint64_t)SPAN_NS);
		wheel_add(w, e, due[e]);
	}
	while ((now = wheel_next(w)) != WHEEL_NEVER) {
		n_calls++;
		while ((n = wheel_take(w, now, got, 16)) > 0) {
			n_got += n;
			for (size_t i = 0; i < n; i++)
				assert_true(now > due[got[i]] && now <= due[got[i]] + TICK_NS);
		}
	}
	assert_int_equal(n_got, N);
	assert_true(n_calls < 8 * N);
	wheel_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_entry_is_never_early_and_at_most_one_tick_late),
		cmocka_unit_test(a_time_already_past_is_due_within_a_tick),
		cmocka_unit_test(an_empty_wheel_never_needs_a_call),
		cmocka_unit_test(a_removed_entry_never_comes),
		cmocka_unit_test(an_entry_several_spans_away_waits_for_its_turn),
		cmocka_unit_test(a_jump_over_many_spans_misses_nothing),
		cmocka_unit_test(a_full_answer_goes_on_at_the_next_call),
		cmocka_unit_test(older_ticks_come_first),
		cmocka_unit_test(reserving_more_keeps_what_waits),
		cmocka_unit_test(random_adds_removes_and_jumps_match_a_plain_list),
		cmocka_unit_test(calling_only_when_wheel_next_says_is_never_too_late),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
