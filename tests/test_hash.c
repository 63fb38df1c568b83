#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/hash.h"

/* The authors' own test vectors (Fowler, Noll, Vo). Slots and shards rely on them for ever. */
static void fnv1a64_is_the_same_for_ever(void **state)
{
	(void)state;
	assert_int_equal(hash_fnv1a64(""), UINT64_C(0xcbf29ce484222325));
	assert_int_equal(hash_fnv1a64("a"), UINT64_C(0xaf63dc4c8601ec8c));
	assert_int_equal(hash_fnv1a64("foobar"), UINT64_C(0x85944171f73967e8));
}

/* splitmix64 from the seed 0. */
static void mix64_is_the_finalizer_of_splitmix64(void **state)
{
	(void)state;
	assert_int_equal(hash_mix64(UINT64_C(0x9e3779b97f4a7c15)), UINT64_C(0xe220a8397b1dcdaf));
	assert_int_equal(hash_mix64(UINT64_C(0x9e3779b97f4a7c15) * 2), UINT64_C(0x6e789e6aa1b965f4));
}

/* The vectors of Rust's core::hash::sip, which come from the reference implementation with one round and three: key
 * 00 01 .. 0f, input 00 01 .. */
static void keyed_is_siphash_1_3(void **state)
{
	static const uint64_t expected[] = { UINT64_C(0xabac0158050fc4dc), UINT64_C(0xc9f49bf37d57ca93) };
	const struct hash_secret secret = { UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908) };
	const uint8_t input[] = { 0 };

	(void)state;
	assert_int_equal(hash_keyed(&secret, input, 0), expected[0]);
	assert_int_equal(hash_keyed(&secret, input, 1), expected[1]);
}

static void every_byte_the_length_and_the_secret_count(void **state)
{
	const struct hash_secret secret = { 1, 2 }, other = { 1, 3 };
	char text[40] = "";
	uint64_t empty = hash_keyed(&secret, text, sizeof(text));

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++) {
		text[i] = 1;
		assert_int_not_equal(hash_keyed(&secret, text, sizeof(text)), empty);
		text[i] = 0;
		assert_int_not_equal(hash_keyed(&secret, text, i), empty);
	}
	assert_int_not_equal(hash_keyed(&other, text, sizeof(text)), empty);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fnv1a64_is_the_same_for_ever),
		cmocka_unit_test(mix64_is_the_finalizer_of_splitmix64),
		cmocka_unit_test(keyed_is_siphash_1_3),
		cmocka_unit_test(every_byte_the_length_and_the_secret_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
