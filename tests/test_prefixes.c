#include "fixture.h"

#include "base/clock.h"
#include "core/prefixes.h"
#include "random.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#define LATER (1000 * NS_PER_S)

static struct prefixes p;

static int init(void **state)
{
	(void)state;
	p = (struct prefixes){ .secret = 42 };
	return 0;
}

static int fini(void **state)
{
	(void)state;
	prefixes_clear(&p);
	return 0;
}

static int64_t *at(const char *text, int64_t now_ns)
{
	struct addr a;

	assert_int_equal(addr_parse(&a, text), 0);
	return prefixes_at(&p, &a, now_ns);
}

/* The n-th /24 of 10.0.0.0/8. */
static int64_t *nth(uint32_t n, int64_t now_ns)
{
	struct addr a = { .family = AF_INET, .bytes = { 10, (uint8_t)(n >> 8), (uint8_t)n, 1 } };
	int64_t *until = prefixes_at(&p, &a, now_ns);

	assert_non_null(until);
	return until;
}

static void a_network_that_is_new_has_no_time(void **state)
{
	(void)state;
	assert_int_equal(*at("192.0.2.1", 1), 0);
	assert_int_equal(*at("2001:db8::1", 1), 0);
}

static void addresses_of_a_network_share_its_time(void **state)
{
	(void)state;
	*at("192.0.2.1", 1) = LATER;
	*at("2001:db8:0:1::1", 1) = LATER + 1;
	assert_int_equal(*at("192.0.2.254", 2), LATER);
	assert_int_equal(*at("2001:db8::ffff:1", 2), LATER + 1);
	assert_int_equal(*at("192.0.3.1", 2), 0);
	assert_int_equal(*at("2001:db8:1::1", 2), 0);
}

static void networks_of_the_two_ip_versions_are_never_the_same(void **state)
{
	(void)state;
	*at("32.1.13.0", 1) = LATER; /* the bytes that 2001:d00::/24 begins with */
	assert_int_equal(*at("2001:d00::", 1), 0);
	*at("::1", 1) = LATER;
	assert_int_equal(*at("0.0.0.1", 1), 0);
}

static void a_time_that_is_past_is_forgotten(void **state)
{
	(void)state;
	*at("192.0.2.1", 1) = 100;
	assert_int_equal(*at("192.0.2.1", 99), 100);
	assert_int_equal(*at("192.0.2.1", 100), 0);
}

static void all_is_forgotten_when_asked_to(void **state)
{
	(void)state;
	*at("192.0.2.1", 1) = LATER;
	prefixes_clear(&p);
	assert_int_equal(prefixes_bytes(&p), 0);
	assert_int_equal(p.secret, 42);
	assert_int_equal(*at("192.0.2.1", 1), 0);
}

/* Against a plain array, through growth and renewals. */
static void times_agree_with_a_plain_list_at_every_size(void **state)
{
	static int64_t until[40000];
	uint64_t seed = 5;
	int64_t now = 1;

	(void)state;
	memset(until, 0, sizeof(until));
	for (int i = 0; i < 300000; i++) {
		uint32_t n = (uint32_t)random_below(&seed, i < 200000 ? 40000 : 300);
		int64_t *found = nth(n, now);

		assert_int_equal(*found, until[n] > now ? until[n] : 0);
		*found = until[n] = now + (int64_t)random_below(&seed, 20 * (uint64_t)NS_PER_S);
		now += (int64_t)random_below(&seed, 2 * (uint64_t)NS_PER_MS);
	}
}

static void memory_that_is_not_needed_any_more_is_given_back(void **state)
{
	size_t at_most = 0;
	int64_t now = 1;

	(void)state;
	for (uint32_t n = 0; n < 50000; n++)
		*nth(n, now) = now + NS_PER_S;
	at_most = prefixes_bytes(&p);
	assert_true(at_most >= (size_t)50000 * 2 * 16);
	for (int i = 0; i < 20000; i++, now += NS_PER_S)
		nth(1, now);
	assert_true(prefixes_bytes(&p) < at_most / 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_network_that_is_new_has_no_time, init, fini),
		cmocka_unit_test_setup_teardown(addresses_of_a_network_share_its_time, init, fini),
		cmocka_unit_test_setup_teardown(networks_of_the_two_ip_versions_are_never_the_same, init, fini),
		cmocka_unit_test_setup_teardown(a_time_that_is_past_is_forgotten, init, fini),
		cmocka_unit_test_setup_teardown(all_is_forgotten_when_asked_to, init, fini),
		cmocka_unit_test_setup_teardown(times_agree_with_a_plain_list_at_every_size, init, fini),
		cmocka_unit_test_setup_teardown(memory_that_is_not_needed_any_more_is_given_back, init, fini),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
