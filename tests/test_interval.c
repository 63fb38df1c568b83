#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/interval.h"
#include "random.h"

static void counts_are(const struct interval *i, const uint32_t expected[INTERVAL_COUNTS])
{
	struct interval_view v = interval_view(i);

	for (int k = 0; k < INTERVAL_COUNTS; k++)
		assert_int_equal(v.n[k], expected[k]);
}

static void it_begins_at_zero(void **state)
{
	struct interval i = { 0 };

	(void)state;
	counts_are(&i, (const uint32_t[INTERVAL_COUNTS]){ 0 });
	interval_clear(&i);
}

/* Beyond what fits into 48 bits as well, and each count without a trace in the others. */
static void each_count_is_exact_whatever_the_others_are(void **state)
{
	static const int64_t steps[] = { 1, 1, 2, 100, 30000 };
	uint64_t seed = 1;

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct interval i = { 0 };
		uint32_t expected[INTERVAL_COUNTS] = { 0 };

		for (int n = 0; n < 2000; n++) {
			enum interval_count which = (enum interval_count)random_below(&seed, INTERVAL_COUNTS);
			int64_t step = steps[random_below(&seed, round % 5 + 1)];

			interval_add(&i, which, step);
			expected[which] += (uint32_t)step;
			counts_are(&i, expected);
			assert_int_equal(i.packed >> INTERVAL_BITS, 0);
		}
		interval_clear(&i);
		counts_are(&i, (const uint32_t[INTERVAL_COUNTS]){ 0 });
	}
}

static void no_count_falls_below_zero_or_passes_its_greatest_value(void **state)
{
	struct interval i = { 0 };

	(void)state;
	for (int k = 0; k < INTERVAL_COUNTS; k++) {
		interval_add(&i, (enum interval_count)k, 7);
		interval_add(&i, (enum interval_count)k, -8);
	}
	counts_are(&i, (const uint32_t[INTERVAL_COUNTS]){ 0 });
	for (int k = 0; k < INTERVAL_COUNTS; k++) {
		interval_add(&i, (enum interval_count)k, UINT32_MAX - 1);
		interval_add(&i, (enum interval_count)k, 5);
	}
	counts_are(&i, (const uint32_t[INTERVAL_COUNTS]){ UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX });
	interval_add(&i, INTERVAL_SKIPPED, -INT64_C(1) * UINT32_MAX - 1);
	counts_are(&i, (const uint32_t[INTERVAL_COUNTS]){ UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, 0 });
	interval_clear(&i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_begins_at_zero),
		cmocka_unit_test(each_count_is_exact_whatever_the_others_are),
		cmocka_unit_test(no_count_falls_below_zero_or_passes_its_greatest_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
