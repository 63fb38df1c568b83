#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/checksum.h"
#include "core/payload.h"
#include "random.h"

#include <string.h>

#define LEN_MAX 1500u

static struct payload filler;
static uint8_t expected[LEN_MAX];

static int init(void **state)
{
	(void)state;
	return payload_reserve(&filler, LEN_MAX);
}

static int fini(void **state)
{
	(void)state;
	payload_fini(&filler);
	return 0;
}

/* A pattern of n bytes, 0: none, and what it makes of a payload, byte by byte. */
static struct options with_pattern(uint64_t *seed, uint32_t n)
{
	struct options o = options_default();

	o.pattern_len = n;
	for (uint32_t i = 0; i < n; i++)
		o.pattern[i] = (uint8_t)random_next(seed);
	for (uint32_t i = 0; i < LEN_MAX; i++)
		expected[i] = n ? o.pattern[i % n] : (uint8_t)(i + 8);
	return o;
}

static void a_sum_is_that_of_the_bytes(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (uint32_t n = 0; n <= SETTING_PATTERN_MAX; n++) {
		struct options o = with_pattern(&seed, n);

		for (uint32_t len = 0; len <= LEN_MAX; len += len < 70 ? 1 : 31)
			assert_int_equal(checksum_fold(payload_sum(&filler, &o, len)),
			                 checksum_fold(checksum_add(0, expected, len)));
	}
}

static void the_bytes_match_and_each_other_byte_does_not(void **state)
{
	uint64_t seed = 2;

	(void)state;
	for (uint32_t n = 0; n <= SETTING_PATTERN_MAX; n++) {
		struct options o = with_pattern(&seed, n);

		for (uint32_t len = 0; len <= 70; len++) {
			assert_true(payload_match(&filler, &o, expected, len));
			for (uint32_t at = 0; at < len; at++) {
				expected[at] ^= 0x40;
				assert_false(payload_match(&filler, &o, expected, len));
				expected[at] ^= 0x40;
			}
		}
	}
}

static void more_room_keeps_what_there_is(void **state)
{
	struct payload f = { .len = 0 };

	(void)state;
	for (uint32_t len = 0; len < 600; len += 37) {
		assert_int_equal(payload_reserve(&f, len), 0);
		assert_int_equal(payload_reserve(&f, len / 2), 0);
		assert_int_equal(f.len, len);
		for (uint32_t i = 0; i < len; i++)
			assert_int_equal(f.bytes[i], (uint8_t)(i + 8));
	}
	payload_fini(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_sum_is_that_of_the_bytes, init, fini),
		cmocka_unit_test_setup_teardown(the_bytes_match_and_each_other_byte_does_not, init, fini),
		cmocka_unit_test(more_room_keeps_what_there_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
