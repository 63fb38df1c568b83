#include "fixture.h"

#include "ctl/ctl_chart.h"

static const char *sparkline(const struct ctl_chart_sample *samples, size_t n, bool has_utf8)
{
	static char buf[512];
	struct textbuf t = textbuf_on(buf, sizeof(buf) - 1);

	ctl_chart_sparkline(&t, samples, n, has_utf8);
	*t.at = '\0';
	return buf;
}

static const char *bar(size_t n, size_t greatest, int width, bool has_utf8)
{
	static char buf[512];
	struct textbuf t = textbuf_on(buf, sizeof(buf) - 1);

	ctl_chart_bar(&t, n, greatest, width, has_utf8);
	*t.at = '\0';
	return buf;
}

static void heights_go_from_the_least_to_the_greatest(void **state)
{
	const struct ctl_chart_sample samples[] = {
		{ 0.001, 0 }, { 0.008, 0 }, { -1, '!' }, { 0.002, 0 }, { -1, '?' }
	};

	(void)state;
	assert_string_equal(sparkline(samples, 5, false), "_#!.?");
	assert_string_equal(sparkline(samples, 5, true), "▁█!▂?");
}

static void equal_times_are_a_flat_line(void **state)
{
	const struct ctl_chart_sample samples[] = { { 0.5, 0 }, { 0.5, 0 } };

	(void)state;
	assert_string_equal(sparkline(samples, 2, false), "__");
}

static void without_a_reply_there_are_signs_only(void **state)
{
	const struct ctl_chart_sample samples[] = { { -1, '!' }, { -1, '!' } };
	struct ctl_chart_bin bins[CTL_CHART_BINS];

	(void)state;
	assert_string_equal(sparkline(samples, 2, true), "!!");
	assert_int_equal(ctl_chart_bins(bins, samples, 2), 0);
}

static void each_reply_is_in_one_bin(void **state)
{
	struct ctl_chart_sample samples[12] = { { -1, '!' } };
	struct ctl_chart_bin bins[CTL_CHART_BINS];

	(void)state;
	for (int i = 0; i <= 10; i++)
		samples[1 + i].seconds = i;
	assert_int_equal(ctl_chart_bins(bins, samples, 12), CTL_CHART_BINS);
	for (int i = 0; i < CTL_CHART_BINS; i++) {
		assert_int_equal(bins[i].n, i < 9 ? 1 : 2); /* the greatest is in the last */
		assert_true(bins[i].from == i && bins[i].to == i + 1);
	}
}

static void one_time_is_one_bin(void **state)
{
	const struct ctl_chart_sample samples[] = { { 0.5, 0 }, { 0.5, 0 } };
	struct ctl_chart_bin bins[CTL_CHART_BINS];

	(void)state;
	assert_int_equal(ctl_chart_bins(bins, samples, 2), 1);
	assert_int_equal(bins[0].n, 2);
}

static void bars_are_to_scale_and_never_empty_for_something(void **state)
{
	(void)state;
	assert_string_equal(bar(10, 10, 4, false), "####");
	assert_string_equal(bar(5, 10, 4, false), "##");
	assert_string_equal(bar(1, 1000, 4, false), "#");
	assert_string_equal(bar(0, 10, 4, false), "");
	assert_string_equal(bar(10, 10, 2, true), "██");
	assert_string_equal(bar(9, 16, 2, true), "█▏");
	assert_string_equal(bar(1, 1000, 2, true), "▏");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heights_go_from_the_least_to_the_greatest),
		cmocka_unit_test(equal_times_are_a_flat_line),
		cmocka_unit_test(without_a_reply_there_are_signs_only),
		cmocka_unit_test(each_reply_is_in_one_bin),
		cmocka_unit_test(one_time_is_one_bin),
		cmocka_unit_test(bars_are_to_scale_and_never_empty_for_something),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
