#include "fixture.h"
#include "serve/api_when.h"

#define NOW INT64_C(1767323045) /* 2026-01-02T03:04:05Z */

static void means(const char *text, int64_t expected_s)
{
	int64_t got_s = -1;

	if (api_when_parse(&got_s, text, NOW) || got_s != expected_s)
		fail_msg("%s: %lld", text, (long long)got_s);
}

static void moments_are_absolute_or_before_now(void **state)
{
	(void)state;
	means("now", NOW);
	means("-24h", NOW - 86400);
	means("-1h30m", NOW - 5400);
	means("-0", NOW);
	means("-36525d", 0); /* never before 1970 */
	means("2026-01-02T03:04:05Z", NOW);
	means("2026-01-02t03:04:05z", NOW);
	means("2026-01-02T03:04:05.678901Z", NOW);
	means("2026-01-02T04:34:05+01:30", NOW);
	means("2026-01-02T04:34:05 01:30", NOW); /* a query's + */
	means("2026-01-01T19:04:05-08:00", NOW);
	means("1970-01-01T00:30:00+01:00", 0);
	means("2024-02-29T00:00:00Z", 1709164800);
	means("2016-12-31T23:59:60Z", 1483228800); /* a leap second */
}

static void what_is_no_moment_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		"-",
		"24h",
		"+24h",
		"-24x",
		"--1h",
		"-36526d",
		"yesterday",
		"2026",
		"2026-01-02",
		"2026-01-02T03:04:05",
		"2026-01-02T03:04Z",
		"2026-1-02T03:04:05Z",
		"2026-02-29T00:00:00Z",
		"2026-13-01T00:00:00Z",
		"2026-00-01T00:00:00Z",
		"2026-01-00T00:00:00Z",
		"2026-01-02T24:00:00Z",
		"2026-01-02T00:60:00Z",
		"2026-01-02T00:00:61Z",
		"2026-01-02T00:00:00.Z",
		"2026-01-02T00:00:00Zx",
		"2026-01-02T00:00:00+1:00",
		"2026-01-02T00:00:00+24:00",
		"1969-12-31T23:59:59Z",
		"2026-01-02T00:00:00+",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		int64_t got_s = -1;

		if (!api_when_parse(&got_s, wrong[i], NOW) || got_s != -1)
			fail_msg("%s is taken", wrong[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moments_are_absolute_or_before_now),
		cmocka_unit_test(what_is_no_moment_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
