#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "random.h"
#include "core/schedule.h"

#include <stdio.h>
#include <string.h>

#define N_NAMES 100000
#define N_CELLS 1000

/* Fixed for ever: a restart, and another version, probe at the same moments. */
static void phases_are_the_same_in_every_run(void **state)
{
	(void)state;
	assert_int_equal(schedule_phase("gw.example.net", NS_PER_S), 291135307);
	assert_int_equal(schedule_phase("192.0.2.1", NS_PER_S), 643128219);
	assert_int_equal(schedule_phase("192.0.2.1", NS_PER_M), 38587693169);
}

static void a_phase_lies_in_the_interval(void **state)
{
	static const int64_t intervals[] = { 1, 2, NS_PER_MS, NS_PER_S, NS_PER_D, INT64_MAX };
	char name[32];

	(void)state;
	for (int i = 0; i < 10000; i++) {
		snprintf(name, sizeof(name), "%d", i);
		for (size_t k = 0; k < sizeof(intervals) / sizeof(intervals[0]); k++) {
			int64_t phase = schedule_phase(name, intervals[k]);

			assert_true(phase >= 0 && phase < intervals[k]);
		}
	}
}

static const char *ip4_name(int i)
{
	static char name[64];

	snprintf(name, sizeof(name), "10.%d.%d.%d", i >> 16, i >> 8 & 255, i & 255);
	return name;
}

static const char *ip6_name(int i)
{
	static char name[64];

	snprintf(name, sizeof(name), "2001:db8:0:%x::%x", i >> 8, i & 255);
	return name;
}

static const char *host_name(int i)
{
	static char name[64];

	snprintf(name, sizeof(name), "host-%d.example.net", i);
	return name;
}

/* Chi-square over 1,000 cells: mean 999, standard deviation 45. Up to 1,200 is 4.5 of those; a spread
 * much more even than chance would be no hash. */
static void spread_evenly(const char *(*name_of)(int i))
{
	static unsigned cells[N_CELLS];
	double expected = (double)N_NAMES / N_CELLS, chi2 = 0;

	memset(cells, 0, sizeof(cells));
	for (int i = 0; i < N_NAMES; i++)
		cells[schedule_phase(name_of(i), N_CELLS)]++;
	for (int i = 0; i < N_CELLS; i++)
		chi2 += (cells[i] - expected) * (cells[i] - expected) / expected;
	if (chi2 < 500 || chi2 > 1200)
		fail_msg("names like %s: chi-square %.0f over %d cells", name_of(1), chi2, N_CELLS);
}

static void a_hundred_thousand_names_spread_evenly(void **state)
{
	(void)state;
	spread_evenly(ip4_name);
	spread_evenly(ip6_name);
	spread_evenly(host_name);
}

static void first_is_the_next_time_at_the_phase(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		int64_t interval = 1 + (int64_t)random_below(&seed, (uint64_t)NS_PER_M);
		int64_t phase = (int64_t)random_below(&seed, (uint64_t)interval);
		int64_t now = (int64_t)random_below(&seed, UINT64_C(1) << (i % 61));
		int64_t first = schedule_first(now, phase, interval);

		assert_true(first > now && first - now <= interval);
		assert_int_equal(first % interval, phase);
	}
}

/* "After now": what is due at this very moment was probed at it. */
static void first_at_its_own_phase_is_an_interval_away(void **state)
{
	(void)state;
	assert_int_equal(schedule_first(5700, 700, 1000), 6700);
	assert_int_equal(schedule_first(5699, 700, 1000), 5700);
	assert_int_equal(schedule_first(5000, 0, 1000), 6000);
	assert_int_equal(schedule_first(0, 0, 1000), 1000);
}

static void again_is_the_next_slot_when_nothing_was_missed(void **state)
{
	int64_t skipped = -1;

	(void)state;
	assert_int_equal(schedule_again(700, 1000, 700, &skipped), 1700);
	assert_int_equal(skipped, 0);
	assert_int_equal(schedule_again(700, 1000, 1699, &skipped), 1700);
	assert_int_equal(skipped, 0);
	assert_int_equal(schedule_again(700, 1000, 500, &skipped), 1700);
	assert_int_equal(skipped, 0);
}

static void slots_missed_in_a_stall_are_skipped_and_counted(void **state)
{
	int64_t skipped = -1;

	(void)state;
	assert_int_equal(schedule_again(700, 1000, 1700, &skipped), 2700);
	assert_int_equal(skipped, 1);
	assert_int_equal(schedule_again(700, 1000, 30699, &skipped), 30700);
	assert_int_equal(skipped, 29);
}

static void again_keeps_the_phase_and_accounts_for_every_slot(void **state)
{
	uint64_t seed = 3;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		int64_t interval = 1 + (int64_t)random_below(&seed, (uint64_t)NS_PER_M);
		int64_t due = (int64_t)random_below(&seed, (uint64_t)NS_PER_D), skipped = -1;
		int64_t now = due + (int64_t)random_below(&seed, (uint64_t)NS_PER_H) - (i % 3 ? 0 : NS_PER_M);
		int64_t next = schedule_again(due, interval, now, &skipped);

		assert_true(next > now && next > due);
		assert_true(next - interval <= (now > due ? now : due));
		assert_int_equal(next, due + (skipped + 1) * interval);
	}
}

static void slots_are_counted_between_any_two_times(void **state)
{
	uint64_t seed = 5;

	(void)state;
	assert_int_equal(schedule_slots(0, 300, 300, 1000), 1);
	assert_int_equal(schedule_slots(0, 299, 300, 1000), 0);
	assert_int_equal(schedule_slots(300, 1300, 300, 1000), 1);
	assert_int_equal(schedule_slots(1299, 5300, 300, 1000), 5);
	assert_int_equal(schedule_slots(5300, 1299, 300, 1000), -5);
	for (int i = 0; i < 100000; i++) {
		int64_t interval = 1 + (int64_t)random_below(&seed, (uint64_t)NS_PER_M);
		int64_t phase = (int64_t)random_below(&seed, (uint64_t)interval);
		int64_t a = (int64_t)random_below(&seed, (uint64_t)NS_PER_H),
			b = (int64_t)random_below(&seed, (uint64_t)NS_PER_H);

		assert_int_equal(schedule_slots(a, b, phase, interval), -schedule_slots(b, a, phase, interval));
		assert_int_equal(schedule_slots(a, schedule_first(a, phase, interval), phase, interval), 1);
	}
}

/* A target that limits delay, again and again, and at last no more: probes and skipped slots together are all slots. */
static void next_accounts_for_every_slot_of_what_waited(void **state)
{
	const int64_t interval = NS_PER_S, phase = schedule_phase("gw", interval);
	uint64_t seed = 7;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		struct schedule_last last = { .due_ns = schedule_first(100 * NS_PER_S, phase, interval) };
		int64_t from = last.due_ns, n_probes = 0, n_skipped = 0, n;

		for (int k = 0; k < 20; k++) {
			int64_t delay = (int64_t)random_below(&seed, 3) * (int64_t)random_below(&seed, 5 * NS_PER_S);

			last.waited = delay && k < 19;
			if (last.waited) {
				n_skipped += schedule_slots(last.due_ns, last.due_ns + delay, phase, interval);
				last.due_ns += delay;
				last.off_phase = true;
			}
			n_probes++;
			last.due_ns = schedule_next(&last, "gw", interval, last.due_ns, &n);
			n_skipped += n;
		}
		assert_false(last.off_phase);
		assert_int_equal((last.due_ns - phase) % interval, 0);
		assert_int_equal(n_probes + n_skipped, (last.due_ns - from) / interval);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(phases_are_the_same_in_every_run),
		cmocka_unit_test(a_phase_lies_in_the_interval),
		cmocka_unit_test(a_hundred_thousand_names_spread_evenly),
		cmocka_unit_test(first_is_the_next_time_at_the_phase),
		cmocka_unit_test(first_at_its_own_phase_is_an_interval_away),
		cmocka_unit_test(again_is_the_next_slot_when_nothing_was_missed),
		cmocka_unit_test(slots_missed_in_a_stall_are_skipped_and_counted),
		cmocka_unit_test(slots_are_counted_between_any_two_times),
		cmocka_unit_test(next_accounts_for_every_slot_of_what_waited),
		cmocka_unit_test(again_keeps_the_phase_and_accounts_for_every_slot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
