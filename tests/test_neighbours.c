#include "neighbours.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static struct addr addr_of(const char *text)
{
	struct addr a;

	assert_int_equal(addr_parse(&a, text), 0);
	return a;
}

static bool among(const char *net, unsigned prefix_len, const char *text)
{
	struct neighbours_net nets[2] = { { addr_of("192.0.2.1"), 30 }, { addr_of(net), prefix_len } };
	struct addr a = addr_of(text);

	return neighbours_among(nets, 2, &a);
}

static void a_neighbour_is_who_shares_the_prefix(void **state)
{
	(void)state;
	assert_true(among("10.9.2.1", 23, "10.9.3.255"));
	assert_true(among("10.9.2.1", 23, "10.9.2.0"));
	assert_false(among("10.9.2.1", 23, "10.9.4.0"));
	assert_false(among("10.9.2.1", 23, "10.9.1.255"));
	assert_true(among("10.9.2.1", 24, "10.9.2.77"));
	assert_false(among("10.9.2.1", 24, "10.9.3.77"));
	assert_true(among("10.9.2.1", 32, "10.9.2.1"));
	assert_false(among("10.9.2.1", 32, "10.9.2.2"));
	assert_true(among("fd00::1", 64, "fd00::ffff:ffff:ffff:ffff"));
	assert_false(among("fd00::1", 64, "fd00:0:0:1::"));
	assert_true(among("fd00::1", 127, "fd00::"));
	assert_false(among("fd00::1", 127, "fd00::2"));
	assert_true(among("10.9.2.1", 24, "192.0.2.3"));   /* the other one */
}

/* 10.0.0.0/8 begins with the same byte as a00::/8. */
static void ip_versions_are_apart(void **state)
{
	(void)state;
	assert_false(among("10.0.0.1", 8, "a00::1"));
	assert_false(among("a00::1", 8, "10.0.0.1"));
}

static void the_kernel_tells_the_limit_of_its_tables(void **state)
{
	struct neighbours_table table;

	(void)state;
	for (int i = 0; i < 2; i++) {
		table = (struct neighbours_table){ 0 };
		assert_int_equal(neighbours_table(i ? AF_INET6 : AF_INET, &table), 0);
		assert_true(table.limit > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_neighbour_is_who_shares_the_prefix),
		cmocka_unit_test(ip_versions_are_apart),
		cmocka_unit_test(the_kernel_tells_the_limit_of_its_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
