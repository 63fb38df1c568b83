#include "fixture.h"

#include "ctl/ctl_figures.h"

static void milliseconds_have_three_decimals_below_a_second(void **state)
{
	char buf[CTL_FIGURE_LEN];

	(void)state;
	assert_string_equal(ctl_figures_ms(buf, 0.000042), "0.042");
	assert_string_equal(ctl_figures_ms(buf, 0.0123456), "12.346");
	assert_string_equal(ctl_figures_ms(buf, 1.5026), "1503");
	assert_string_equal(ctl_figures_ms(buf, 0), "0.000");
}

static void nothing_looks_like_all_or_none_but_all_and_none(void **state)
{
	char buf[CTL_FIGURE_LEN];

	(void)state;
	assert_string_equal(ctl_figures_percent(buf, 0), "0%");
	assert_string_equal(ctl_figures_percent(buf, 0.00001), "<0.1%");
	assert_string_equal(ctl_figures_percent(buf, 0.033), "3.3%");
	assert_string_equal(ctl_figures_percent(buf, 0.99999), ">99.9%");
	assert_string_equal(ctl_figures_percent(buf, 1), "100%");
}

static void ages_have_two_units(void **state)
{
	char buf[CTL_FIGURE_LEN];

	(void)state;
	assert_string_equal(ctl_figures_age(buf, -5), "0s");
	assert_string_equal(ctl_figures_age(buf, 59.9), "59s");
	assert_string_equal(ctl_figures_age(buf, 185), "3m05s");
	assert_string_equal(ctl_figures_age(buf, 5 * 3600 + 720), "5h12m");
	assert_string_equal(ctl_figures_age(buf, 86400 * 17 + 3 * 3600), "17d03h");
}

static void thousands_stand_apart(void **state)
{
	char buf[CTL_FIGURE_LEN];

	(void)state;
	assert_string_equal(ctl_figures_count(buf, 0), "0");
	assert_string_equal(ctl_figures_count(buf, 999), "999");
	assert_string_equal(ctl_figures_count(buf, 1000), "1,000");
	assert_string_equal(ctl_figures_count(buf, 1234567), "1,234,567");
	assert_string_equal(ctl_figures_count(buf, 1e30), "1,000,000,000,000,000,000");
}

static void times_of_day_are_utc(void **state)
{
	(void)state;
	assert_true(ctl_figures_when("1970-01-01T00:00:01Z") == 1);
	assert_true(ctl_figures_when("2026-01-02T03:04:05.500000Z") == 1767323045.5);
	assert_true(ctl_figures_when("yesterday") == -1);
	assert_true(ctl_figures_when("") == -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(milliseconds_have_three_decimals_below_a_second),
		cmocka_unit_test(nothing_looks_like_all_or_none_but_all_and_none),
		cmocka_unit_test(ages_have_two_units),
		cmocka_unit_test(thousands_stand_apart),
		cmocka_unit_test(times_of_day_are_utc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
