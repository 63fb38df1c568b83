#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/parse.h"

#include <errno.h>
#include <string.h>

#define UNTOUCHED INT64_C(-77)

static int64_t duration(const char *text)
{
	int64_t ns = UNTOUCHED;

	assert_int_equal(parse_duration(&ns, text, 0, INT64_MAX), 0);
	return ns;
}

static void duration_knows_every_unit(void **state)
{
	(void)state;
	assert_int_equal(duration("7us"), 7 * NS_PER_US);
	assert_int_equal(duration("200ms"), 200 * NS_PER_MS);
	assert_int_equal(duration("3s"), 3 * NS_PER_S);
	assert_int_equal(duration("2m"), 2 * NS_PER_M);
	assert_int_equal(duration("24h"), NS_PER_D);
	assert_int_equal(duration("1d"), NS_PER_D);
}

static void duration_without_a_unit_is_seconds(void **state)
{
	(void)state;
	assert_int_equal(duration("0"), 0);
	assert_int_equal(duration("60"), NS_PER_M);
	assert_int_equal(duration("0.25"), 250 * NS_PER_MS);
}

static void duration_takes_a_fraction_exactly(void **state)
{
	(void)state;
	assert_int_equal(duration("1.5s"), 1500 * NS_PER_MS);
	assert_int_equal(duration(".5s"), 500 * NS_PER_MS);
	assert_int_equal(duration(".25"), 250 * NS_PER_MS);
	assert_int_equal(duration("1."), NS_PER_S);
	assert_int_equal(duration("2.ms"), 2 * NS_PER_MS);
	assert_int_equal(duration("0.1m"), 6 * NS_PER_S);
	assert_int_equal(duration("0.000000001s"), 1);
	assert_int_equal(duration("0.0000000019s"), 1);
	assert_int_equal(duration("0.001us"), 1);
	assert_int_equal(duration("0.5d"), 12 * NS_PER_H);
	assert_int_equal(duration("0.999999999d"), 86399999913600);
}

static void duration_adds_up_ever_smaller_units(void **state)
{
	(void)state;
	assert_int_equal(duration("1m30s"), 90 * NS_PER_S);
	assert_int_equal(duration("1h0m0.5s"), NS_PER_H + 500 * NS_PER_MS);
	assert_int_equal(duration("1d2h3m4s5ms6us"),
	                 NS_PER_D + 2 * NS_PER_H + 3 * NS_PER_M + 4 * NS_PER_S + 5 * NS_PER_MS + 6 * NS_PER_US);
	assert_int_equal(duration("106751d23h47m16s854ms775.807us"), INT64_MAX);
}

static void duration_refuses_what_is_none(void **state)
{
	static const char *const bad[] = {
		"",       " ",
		"s",      "1 s",
		" 1s",    "1s ",
		"-1s",    "+1s",
		"1e3s",   "1e999",
		"nan",    "inf",
		"NaN",    ".",
		".s",     "1.5.5s",
		"1S",     "1ss",
		"1y",     "0x10s",
		"1,5s",   "99999999999999999999y",
		"1m30",   "30s1m",
		"1m1m",   "1.5m3s",
		"1m 30s", "1m-30s",
		"1h1",    "ms",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int64_t ns = UNTOUCHED;

		assert_int_equal(parse_duration(&ns, bad[i], 0, INT64_MAX), -EINVAL);
		assert_int_equal(ns, UNTOUCHED);
	}
}

static void duration_beyond_its_bounds_is_out_of_range(void **state)
{
	static const char *const far[] = {
		"99999999999999999999s",         "9223372037s", "18446744073709551616", "106752d", "106751d24h",
		"106751d23h47m16s854ms775.808us"
	};
	int64_t ns = UNTOUCHED;

	(void)state;
	for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++)
		assert_int_equal(parse_duration(&ns, far[i], 0, INT64_MAX), -ERANGE);
	assert_int_equal(parse_duration(&ns, "999us", NS_PER_MS, NS_PER_S), -ERANGE);
	assert_int_equal(parse_duration(&ns, "1001ms", NS_PER_MS, NS_PER_S), -ERANGE);
	assert_int_equal(ns, UNTOUCHED);
	assert_int_equal(parse_duration(&ns, "1ms", NS_PER_MS, NS_PER_S), 0);
	assert_int_equal(parse_duration(&ns, "1000ms", NS_PER_MS, NS_PER_S), 0);
	assert_int_equal(duration("9223372036.854775807s"), INT64_MAX);
}

static void an_age_is_a_duration_or_years(void **state)
{
	static const char *const bad[] = { "", "y", "1.5y", "1y1d", "1Y", "-1y", "1yy" };
	int64_t ns = UNTOUCHED;
	char buf[PARSE_STRLEN];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(parse_age(&ns, bad[i], 0, INT64_MAX), -EINVAL);
	assert_int_equal(parse_age(&ns, "11y", 0, 3650 * NS_PER_D), -ERANGE);
	assert_int_equal(parse_age(&ns, "99999999999999999999y", 0, INT64_MAX), -ERANGE);
	assert_int_equal(parse_age(&ns, "0y", NS_PER_H, INT64_MAX), -ERANGE);
	assert_int_equal(ns, UNTOUCHED);
	assert_int_equal(parse_age(&ns, "2y", 0, INT64_MAX), 0);
	assert_int_equal(ns, 730 * NS_PER_D);
	assert_int_equal(parse_age(&ns, "36h", 0, INT64_MAX), 0);
	assert_int_equal(ns, 36 * NS_PER_H);
	assert_string_equal(parse_age_text(ns, buf), "36h");
	assert_string_equal(parse_age_text(365 * NS_PER_D, buf), "365d");
	assert_string_equal(parse_age_text(0, buf), "0s");
}

static void a_size_is_bytes_or_1024_times_as_many(void **state)
{
	static const char *const bad[] = { "", "M", "1.5M", "1MB", "1P", "-1", "1 M", "0x10" };
	uint64_t n = 1234;
	char buf[PARSE_STRLEN];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(parse_size(&n, bad[i], 0, UINT64_MAX), -EINVAL);
	assert_int_equal(parse_size(&n, "1023K", 1 << 20, UINT64_MAX), -ERANGE);
	assert_int_equal(parse_size(&n, "2g", 0, 1 << 30), -ERANGE);
	assert_int_equal(parse_size(&n, "16777216T", 0, UINT64_MAX), -ERANGE);
	assert_int_equal(n, 1234);
	assert_int_equal(parse_size(&n, "1000", 0, UINT64_MAX), 0);
	assert_int_equal(n, 1000);
	assert_string_equal(parse_size_text(n, buf), "1000");
	assert_int_equal(parse_size(&n, "10G", 0, UINT64_MAX), 0);
	assert_true(n == UINT64_C(10) << 30);
	assert_string_equal(parse_size_text(n, buf), "10G");
	assert_int_equal(parse_size(&n, "1536k", 0, UINT64_MAX), 0);
	assert_string_equal(parse_size_text(n, buf), "1536K");
	assert_string_equal(parse_size_text(0, buf), "0");
	assert_string_equal(parse_size_text(UINT64_C(3) << 50, buf), "3072T");
}

static void duration_text_is_what_people_write(void **state)
{
	char buf[PARSE_STRLEN];

	(void)state;
	assert_string_equal(parse_duration_text(0, buf), "0s");
	assert_string_equal(parse_duration_text(NS_PER_S, buf), "1s");
	assert_string_equal(parse_duration_text(200 * NS_PER_MS, buf), "200ms");
	assert_string_equal(parse_duration_text(90 * NS_PER_S, buf), "90s");
	assert_string_equal(parse_duration_text(NS_PER_M, buf), "1m");
	assert_string_equal(parse_duration_text(NS_PER_D, buf), "24h");
	assert_string_equal(parse_duration_text(1500, buf), "1.5us");
	assert_string_equal(parse_duration_text(10, buf), "0.01us");
}

static void duration_text_reads_back_as_it_was(void **state)
{
	uint64_t random = 88172645463325252;
	char buf[PARSE_STRLEN];

	(void)state;
	for (int i = 0; i < 100000; i++) {
		int64_t ns;

		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		ns = (int64_t)(random >> 1) >> i % 63;
		if (i % 3 == 0)
			ns = ns / NS_PER_MS * NS_PER_MS;
		assert_int_equal(duration(parse_duration_text(ns, buf)), ns);
	}
	assert_int_equal(duration(parse_duration_text(INT64_MAX, buf)), INT64_MAX);
}

static void count_is_decimal_digits_only(void **state)
{
	static const char *const bad[] = { "", "-1", "+1", "1.0", "1e2", "0x1", "1 ", " 1", "one", "nan" };
	int64_t n = UNTOUCHED;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(parse_count(&n, bad[i], 0, 100), -EINVAL);
	assert_int_equal(parse_count(&n, "101", 0, 100), -ERANGE);
	assert_int_equal(parse_count(&n, "99999999999999999999999", 0, INT64_MAX), -ERANGE);
	assert_int_equal(parse_count(&n, "9223372036854775808", 0, INT64_MAX), -ERANGE);
	assert_int_equal(n, UNTOUCHED);
	assert_int_equal(parse_count(&n, "9223372036854775807", 0, INT64_MAX), 0);
	assert_true(n == INT64_MAX);
	assert_int_equal(parse_count(&n, "007", 0, 100), 0);
	assert_int_equal(n, 7);
}

static void percent_takes_a_fraction_whatever_the_locale(void **state)
{
	double x = -77;

	(void)state;
	assert_int_equal(parse_percent(&x, "nan"), -EINVAL);
	assert_int_equal(parse_percent(&x, "inf"), -EINVAL);
	assert_int_equal(parse_percent(&x, "1e999"), -EINVAL);
	assert_int_equal(parse_percent(&x, "1000000001"), -ERANGE);
	assert_true(x == -77);
	assert_int_equal(parse_percent(&x, "0.1"), 0);
	assert_true(x == 0.1);
	assert_int_equal(parse_percent(&x, "12"), 0);
	assert_true(x == 12);
	assert_int_equal(parse_percent(&x, "12.3"), 0);
	assert_true(x == 12.3);
}

static void percent_sign_is_optional(void **state)
{
	double x = -77;

	(void)state;
	assert_int_equal(parse_percent(&x, "100.1%"), -ERANGE);
	assert_int_equal(parse_percent(&x, "-1%"), -EINVAL);
	assert_int_equal(parse_percent(&x, "%"), -EINVAL);
	assert_int_equal(parse_percent(&x, "5%%"), -EINVAL);
	assert_true(x == -77);
	assert_int_equal(parse_percent(&x, "5%"), 0);
	assert_true(x == 5);
	assert_int_equal(parse_percent(&x, "0.5"), 0);
	assert_true(x == 0.5);
	assert_int_equal(parse_percent(&x, "100"), 0);
	assert_true(x == 100);
}

static void bool_has_six_words(void **state)
{
	static const char *const yes[] = { "true", "yes", "on", "TRUE", "On" };
	static const char *const no[] = { "false", "no", "off", "No" };
	bool b;

	(void)state;
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		b = false;
		assert_int_equal(parse_bool(&b, yes[i]), 0);
		assert_true(b);
	}
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		b = true;
		assert_int_equal(parse_bool(&b, no[i]), 0);
		assert_false(b);
	}
	assert_int_equal(parse_bool(&b, "1"), -EINVAL);
	assert_int_equal(parse_bool(&b, ""), -EINVAL);
	assert_int_equal(parse_bool(&b, "truely"), -EINVAL);
}

static void dscp_names_are_those_of_the_rfcs(void **state)
{
	static const struct {
		const char *text;
		int dscp;
	} good[] = {
		{ "0", 0 },     { "63", 63 },   { "BE", 0 },           { "DF", 0 },    { "CS0", 0 },
		{ "CS1", 8 },   { "cs7", 56 },  { "AF11", 10 },        { "AF12", 12 }, { "AF13", 14 },
		{ "AF21", 18 }, { "AF31", 26 }, { "af41", 34 },        { "AF43", 38 }, { "EF", 46 },
		{ "ef", 46 },   { "VA", 44 },   { "voice-admit", 44 }, { "LE", 1 },
	};
	static const char *const bad[] = {
		"", "CS", "CS8", "CS10", "AF1", "AF10", "AF14", "AF51", "AF111", "-1", "EFF"
	};
	int dscp = -77;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(parse_dscp(&dscp, bad[i]), -EINVAL);
	assert_int_equal(parse_dscp(&dscp, "64"), -ERANGE);
	assert_int_equal(dscp, -77);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(parse_dscp(&dscp, good[i].text), 0);
		assert_int_equal(dscp, good[i].dscp);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(duration_knows_every_unit),
		cmocka_unit_test(duration_without_a_unit_is_seconds),
		cmocka_unit_test(duration_takes_a_fraction_exactly),
		cmocka_unit_test(duration_adds_up_ever_smaller_units),
		cmocka_unit_test(duration_refuses_what_is_none),
		cmocka_unit_test(duration_beyond_its_bounds_is_out_of_range),
		cmocka_unit_test(duration_text_is_what_people_write),
		cmocka_unit_test(duration_text_reads_back_as_it_was),
		cmocka_unit_test(an_age_is_a_duration_or_years),
		cmocka_unit_test(a_size_is_bytes_or_1024_times_as_many),
		cmocka_unit_test(count_is_decimal_digits_only),
		cmocka_unit_test(percent_takes_a_fraction_whatever_the_locale),
		cmocka_unit_test(percent_sign_is_optional),
		cmocka_unit_test(bool_has_six_words),
		cmocka_unit_test(dscp_names_are_those_of_the_rfcs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
