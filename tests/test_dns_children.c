#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "dns/dns_children.h"
#include "random.h"

#include <stdbool.h>
#include <string.h>

static struct dns_children *children;

static int init(void **state)
{
	(void)state;
	children = dns_children_new();
	return !children;
}

static int fini(void **state)
{
	(void)state;
	dns_children_free(children);
	return 0;
}

static void nobody_has_children_at_first(void **state)
{
	(void)state;
	assert_int_equal(dns_children_of(children, 0).n, 0);
	assert_int_equal(dns_children_of(children, UINT32_MAX).n, 0);
	assert_int_equal(dns_children_count(children), 0);
	dns_children_remove(children, 1, 2);
}

static void children_stand_in_the_order_they_came(void **state)
{
	const uint32_t all[] = { 9, 3, 7 }, left[] = { 9, 7 };

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(dns_children_add(children, 5, all[i]), 0);
	assert_int_equal(dns_children_of(children, 5).n, 3);
	assert_memory_equal(dns_children_of(children, 5).numbers, all, sizeof(all));
	dns_children_remove(children, 5, 3);
	dns_children_remove(children, 5, 4); /* is nobody's */
	dns_children_remove(children, 6, 9); /* is another's */
	assert_int_equal(dns_children_of(children, 5).n, 2);
	assert_memory_equal(dns_children_of(children, 5).numbers, left, sizeof(left));
}

static void a_parent_may_have_as_many_as_the_limit(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < DNS_CHILDREN_MAX; i++)
		assert_int_equal(dns_children_add(children, 0, 100 + i), 0);
	assert_int_equal(dns_children_of(children, 0).n, DNS_CHILDREN_MAX);
	for (uint32_t i = 0; i < DNS_CHILDREN_MAX; i++)
		dns_children_remove(children, 0, 100 + i);
	assert_int_equal(dns_children_of(children, 0).n, 0);
	assert_int_equal(dns_children_count(children), 0);
}

#define N_PARENTS 500u
#define N_EACH    4u

static void random_comings_and_goings_agree_with_a_table(void **state)
{
	static bool has[N_PARENTS][N_EACH];
	uint64_t seed = 1;
	size_t n = 0;

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		uint32_t parent = (uint32_t)random_below(&seed, N_PARENTS);
		uint32_t child = (uint32_t)random_below(&seed, N_EACH);
		bool *it = &has[parent][child];

		if (*it)
			dns_children_remove(children, parent, parent * N_EACH + child);
		else
			assert_int_equal(dns_children_add(children, parent, parent * N_EACH + child), 0);
		n += *it ? SIZE_MAX : 1;
		*it = !*it;
	}
	assert_int_equal(dns_children_count(children), n);
	for (uint32_t parent = 0; parent < N_PARENTS; parent++) {
		struct dns_children_list list = dns_children_of(children, parent);

		for (size_t i = 0; i < list.n; i++) {
			assert_int_equal(list.numbers[i] / N_EACH, parent);
			assert_true(has[parent][list.numbers[i] % N_EACH]);
		}
		for (size_t i = 0; i < N_EACH; i++)
			list.n -= has[parent][i];
		assert_int_equal(list.n, 0);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, init, fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nobody_has_children_at_first),
		TEST(children_stand_in_the_order_they_came),
		TEST(a_parent_may_have_as_many_as_the_limit),
		TEST(random_comings_and_goings_agree_with_a_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
