#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "random.h"

#include <time.h>

#define YEARS_10 (3653 * NS_PER_D)

static const struct clock_pair now = { .mono_ns = 1000 * NS_PER_S, .real_ns = INT64_C(1700000000) * NS_PER_S };

static int64_t stamp(int64_t age_ns, int64_t max_age_ns, bool *stepped)
{
	return clock_stamp_to_mono(&now, now.real_ns - age_ns, max_age_ns, stepped);
}

static void a_stamp_is_as_old_on_both_clocks(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		int64_t age_ns = (int64_t)random_below(&seed, (uint64_t)NS_PER_S + 1);
		bool stepped = true;

		assert_int_equal(stamp(age_ns, NS_PER_S, &stepped), now.mono_ns - age_ns);
		assert_false(stepped);
	}
}

static void an_age_of_zero_and_of_the_most_are_believed(void **state)
{
	bool stepped = true;

	(void)state;
	assert_int_equal(stamp(0, 0, &stepped), now.mono_ns);
	assert_false(stepped);
	assert_int_equal(stamp(NS_PER_MS, NS_PER_MS, &stepped), now.mono_ns - NS_PER_MS);
	assert_false(stepped);
}

static void an_age_outside_means_that_the_clock_was_set(void **state)
{
	static const int64_t ages[] = { -1, NS_PER_MS + 1, NS_PER_S, -NS_PER_S, YEARS_10, -YEARS_10 };
	bool stepped;

	(void)state;
	for (size_t i = 0; i < sizeof(ages) / sizeof(ages[0]); i++) {
		stepped = false;
		assert_int_equal(stamp(ages[i], NS_PER_MS, &stepped), now.mono_ns);
		assert_true(stepped);
	}
}

static void a_stamp_that_no_subtraction_can_hold_is_not_believed(void **state)
{
	bool stepped = false;

	(void)state;
	assert_int_equal(clock_stamp_to_mono(&now, INT64_MIN, INT64_MAX, &stepped), now.mono_ns);
	assert_true(stepped);
	stepped = false;
	assert_int_equal(clock_stamp_to_mono(&now, INT64_MAX, INT64_MAX, &stepped), now.mono_ns);
	assert_true(stepped);
}

static int64_t step(int64_t set_ns, int64_t gap_ns)
{
	struct clock_pair then = { .mono_ns = now.mono_ns - gap_ns, .real_ns = now.real_ns - gap_ns - set_ns };

	return clock_step(&then, &now);
}

static void a_clock_that_is_slewed_has_not_been_set(void **state)
{
	(void)state;
	assert_int_equal(step(0, 0), 0);
	assert_int_equal(step(2 * NS_PER_MS, 0), 0);
	assert_int_equal(step(-2 * NS_PER_MS, 0), 0);
	assert_int_equal(step(NS_PER_H / 2000, NS_PER_H), 0); /* 500 ppm */
	assert_int_equal(step(-NS_PER_H / 2000, NS_PER_H), 0);
}

static void a_clock_that_is_set_tells_by_how_much_and_which_way(void **state)
{
	static const int64_t steps[] = { 3 * NS_PER_MS, -3 * NS_PER_MS, NS_PER_S, -NS_PER_S, YEARS_10, -YEARS_10 };

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		assert_int_equal(step(steps[i], NS_PER_MS), steps[i]);
}

/* Of a packet that came age_ns ago, before or after the clock was set by set_ns. */
static int64_t arrival(int64_t age_ns, int64_t set_ns, bool stamped_before, int64_t max_age_ns, int64_t *doubt_ns)
{
	int64_t stamp_ns = now.real_ns - age_ns - (stamped_before ? set_ns : 0);

	return clock_arrival(&now, set_ns, stamp_ns, max_age_ns, doubt_ns);
}

static void without_a_step_or_a_stamp_an_arrival_is_beyond_doubt(void **state)
{
	int64_t doubt = 1;

	(void)state;
	assert_int_equal(arrival(5 * NS_PER_MS, 0, false, 20 * NS_PER_MS, &doubt), now.mono_ns - 5 * NS_PER_MS);
	assert_int_equal(doubt, 0);
	doubt = 1;
	assert_int_equal(clock_arrival(&now, NS_PER_S, -1, NS_PER_S, &doubt), now.mono_ns);
	assert_int_equal(doubt, 0);
}

/* A step of more than the packet can be old leaves only one time that its stamp can be of. */
static void an_arrival_over_a_great_step_is_exact_on_either_side_of_it(void **state)
{
	static const int64_t steps[] = { NS_PER_S, -NS_PER_S, YEARS_10, -YEARS_10 };
	int64_t doubt;

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		for (int before = 0; before < 2; before++) {
			doubt = 1;
			assert_int_equal(arrival(7 * NS_PER_MS, steps[i], before, 20 * NS_PER_MS, &doubt),
			                 now.mono_ns - 7 * NS_PER_MS);
			assert_int_equal(doubt, 0);
		}
	}
}

/* Of a small one it may be of both: the later arrival, never one after now, and by how much it may be too late. */
static void an_arrival_over_a_small_step_is_never_too_early_and_its_doubt_covers_the_truth(void **state)
{
	uint64_t seed = 7;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		int64_t max_age = NS_PER_S, set = (int64_t)random_below(&seed, (uint64_t)NS_PER_S) - NS_PER_S / 2;
		int64_t age = (int64_t)random_below(&seed, (uint64_t)max_age), doubt;
		int64_t at = arrival(age, set, random_below(&seed, 2), max_age, &doubt);

		assert_true(at <= now.mono_ns && at >= now.mono_ns - age);
		assert_true(at - doubt <= now.mono_ns - age);
		assert_true(doubt == 0 || doubt == (set < 0 ? -set : set));
	}
}

static int64_t system_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

static void mono_lies_between_two_reads_of_clock_monotonic(void **state)
{
	(void)state;
	for (int i = 0; i < 1000; i++) {
		int64_t before = system_ns(CLOCK_MONOTONIC), t = clock_mono_ns(), after = system_ns(CLOCK_MONOTONIC);

		assert_true(before <= t && t <= after);
	}
}

static void a_pair_lies_between_two_reads_of_either_clock(void **state)
{
	(void)state;
	for (int i = 0; i < 1000; i++) {
		int64_t mono = clock_mono_ns(), real = system_ns(CLOCK_REALTIME);
		struct clock_pair p = clock_pair_now();

		assert_true(mono <= p.mono_ns && p.mono_ns <= clock_mono_ns());
		assert_true(real <= p.real_ns && p.real_ns <= system_ns(CLOCK_REALTIME));
	}
}

/* Two reads of clocks are never simultaneous: a wait between them looks like a suspend of that length. */
static void suspended_time_is_that_of_the_boot_clock(void **state)
{
	int64_t expected = system_ns(CLOCK_BOOTTIME) - system_ns(CLOCK_MONOTONIC);
	int64_t least = INT64_MAX, most = 0;

	(void)state;
	for (int i = 0; i < 100; i++) {
		int64_t t = clock_suspended_ns();

		least = t < least ? t : least;
		most = t > most ? t : most;
	}
	assert_true(least >= 0);
	assert_true(most <= expected + NS_PER_S && most >= expected - NS_PER_S);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stamp_is_as_old_on_both_clocks),
		cmocka_unit_test(an_age_of_zero_and_of_the_most_are_believed),
		cmocka_unit_test(an_age_outside_means_that_the_clock_was_set),
		cmocka_unit_test(a_stamp_that_no_subtraction_can_hold_is_not_believed),
		cmocka_unit_test(a_clock_that_is_slewed_has_not_been_set),
		cmocka_unit_test(a_clock_that_is_set_tells_by_how_much_and_which_way),
		cmocka_unit_test(without_a_step_or_a_stamp_an_arrival_is_beyond_doubt),
		cmocka_unit_test(an_arrival_over_a_great_step_is_exact_on_either_side_of_it),
		cmocka_unit_test(an_arrival_over_a_small_step_is_never_too_early_and_its_doubt_covers_the_truth),
		cmocka_unit_test(mono_lies_between_two_reads_of_clock_monotonic),
		cmocka_unit_test(a_pair_lies_between_two_reads_of_either_clock),
		cmocka_unit_test(suspended_time_is_that_of_the_boot_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
