#include "limit.h"

#include "clock.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

static struct addr ip4(uint32_t host)
{
	uint8_t bytes[4] = { 198, 18, (uint8_t)(host >> 8), (uint8_t)host };

	return addr_from_bytes(bytes, AF_INET);
}

static void without_limits_everything_leaves_at_once(void **state)
{
	struct limit *l = limit_new();
	struct addr a = ip4(1);

	(void)state;
	for (int i = 0; i < 100000; i++)
		assert_int_equal(limit_reserve(l, &a, 5), 5);
	limit_free(l);
}

/* Ten times too many ask at random moments of ten seconds: no second sees more than the rate and a burst. */
static void a_rate_asked_for_too_much_is_kept_in_every_second(void **state)
{
	enum { RATE = 1000, SECONDS = 10 };
	struct limit *l = limit_new();
	unsigned per_second[200] = { 0 };
	int64_t now = NS_PER_S;
	struct addr a = ip4(1);

	(void)state;
	srandom(1);
	limit_set(l, RATE, 0);
	for (int i = 0; i < 10 * RATE * SECONDS; i++) {
		int64_t at;

		now += random() % (2 * NS_PER_S / (10 * RATE));
		at = limit_reserve(l, &a, now);
		assert_true(at >= now);
		if (at / NS_PER_S < 200)
			per_second[at / NS_PER_S]++;
	}
	for (int s = 2; s < 90; s++)
		assert_in_range(per_second[s], RATE - RATE / 50, RATE + RATE / 50);
	limit_free(l);
}

static void networks_do_not_share_their_limit(void **state)
{
	struct limit *l = limit_new();
	int64_t last = 0;

	(void)state;
	limit_set(l, 0, 10);
	for (uint32_t net = 0; net < 256; net++) {
		for (uint32_t i = 0; i < 20; i++) {
			struct addr a = ip4(net << 8 | i);

			last = limit_reserve(l, &a, NS_PER_S);
		}
		assert_int_equal(last, NS_PER_S + 19 * NS_PER_S / 10);
	}
	limit_free(l);
}

static void a_prefix_that_was_quiet_saves_nothing_up(void **state)
{
	struct limit *l = limit_new();
	struct addr a = ip4(1);

	(void)state;
	limit_set(l, 0, 10);
	assert_int_equal(limit_reserve(l, &a, NS_PER_S), NS_PER_S);
	assert_int_equal(limit_reserve(l, &a, 100 * NS_PER_S), 100 * NS_PER_S);
	assert_int_equal(limit_reserve(l, &a, 100 * NS_PER_S), 100 * NS_PER_S + NS_PER_S / 10);
	limit_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_limits_everything_leaves_at_once),
		cmocka_unit_test(a_rate_asked_for_too_much_is_kept_in_every_second),
		cmocka_unit_test(networks_do_not_share_their_limit),
		cmocka_unit_test(a_prefix_that_was_quiet_saves_nothing_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
