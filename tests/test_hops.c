#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/hops.h"

static void hops_count_from_the_lowest_initial_ttl_not_below(void **state)
{
	static const struct {
		int ttl, hops;
	} table[] = {
		{ 255, 1 }, { 254, 2 }, { 129, 127 }, { 128, 1 }, { 127, 2 },
		{ 65, 64 }, { 64, 1 },  { 63, 2 },    { 1, 64 },  { 0, 65 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		assert_int_equal(hops_from_ttl(table[i].ttl), table[i].hops);
}

static void every_ttl_gives_at_least_one_hop(void **state)
{
	(void)state;
	for (int ttl = 0; ttl <= 255; ttl++) {
		assert_in_range(hops_from_ttl(ttl), 1, 127);
		assert_non_null(hops_os_guess(ttl));
	}
}

static void an_unknown_ttl_tells_nothing(void **state)
{
	(void)state;
	assert_int_equal(hops_from_ttl(-1), -1);
	assert_null(hops_os_guess(-1));
}

static void guess_follows_the_initial_ttl(void **state)
{
	(void)state;
	assert_string_equal(hops_os_guess(0), "Linux/Unix/BSD/macOS/Android");
	assert_string_equal(hops_os_guess(64), "Linux/Unix/BSD/macOS/Android");
	assert_string_equal(hops_os_guess(65), "Windows");
	assert_string_equal(hops_os_guess(128), "Windows");
	assert_string_equal(hops_os_guess(129), "Network device (e.g., Cisco)");
	assert_string_equal(hops_os_guess(255), "Network device (e.g., Cisco)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hops_count_from_the_lowest_initial_ttl_not_below),
		cmocka_unit_test(every_ttl_gives_at_least_one_hop),
		cmocka_unit_test(an_unknown_ttl_tells_nothing),
		cmocka_unit_test(guess_follows_the_initial_ttl),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
