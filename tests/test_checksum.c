#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/checksum.h"
#include "random.h"

#include <string.h>

#define LEN_MAX 1500

static uint16_t checksum(const uint8_t *bytes, size_t len)
{
	return checksum_fold(checksum_add(0, bytes, len));
}

/* RFC 1071 3: the words 0001 f203 f4f5 f6f7 sum to 2ddf0, folded ddf2. */
static void example_of_rfc_1071(void **state)
{
	static const uint8_t bytes[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };

	(void)state;
	assert_int_equal(checksum(bytes, sizeof(bytes)), 0xffff - 0xddf2);
}

static void nothing_sums_to_nothing(void **state)
{
	uint8_t none = 0;

	(void)state;
	assert_int_equal(checksum_add(0, &none, 0), 0);
	assert_int_equal(checksum_fold(0), 0xffff);
}

static void an_odd_last_byte_counts_as_high_byte(void **state)
{
	static const uint8_t bytes[] = { 0x12, 0x34, 0x56 };

	(void)state;
	assert_int_equal(checksum(bytes, 3), 0xffff - (0x1234 + 0x5600));
}

static void folding_carries_twice(void **state)
{
	(void)state;
	assert_int_equal(checksum_fold(0x1ffff), 0xfffe);
	assert_int_equal(checksum_fold(0xffffffff), 0);
	assert_int_equal(checksum_fold(UINT64_MAX), 0);
}

static void pieces_of_even_length_add_up_to_the_whole(void **state)
{
	uint64_t seed = 1;
	uint8_t bytes[LEN_MAX];

	(void)state;
	for (size_t i = 0; i < LEN_MAX; i++)
		bytes[i] = (uint8_t)random_next(&seed);
	for (int i = 0; i < 1000; i++) {
		size_t len = random_below(&seed, LEN_MAX + 1), cut = random_below(&seed, len + 1) & ~(size_t)1;
		uint64_t sum = checksum_add(checksum_add(0, bytes, cut), bytes + cut, len - cut);

		assert_int_equal(checksum_fold(sum), checksum_fold(checksum_add(0, bytes, len)));
	}
}

static void a_message_with_its_checksum_folds_to_zero_and_a_flipped_bit_does_not(void **state)
{
	uint64_t seed = 2;
	uint8_t bytes[LEN_MAX];

	(void)state;
	for (int i = 0; i < 2000; i++) {
		size_t len = 4 + random_below(&seed, 200), bit = random_below(&seed, len * 8);
		uint16_t sum;

		for (size_t k = 0; k < len; k++)
			bytes[k] = (uint8_t)random_next(&seed);
		bytes[2] = bytes[3] = 0;
		sum = checksum(bytes, len);
		bytes[2] = (uint8_t)(sum >> 8);
		bytes[3] = (uint8_t)sum;
		assert_int_equal(checksum(bytes, len), 0);
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_not_equal(checksum(bytes, len), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(example_of_rfc_1071),
		cmocka_unit_test(nothing_sums_to_nothing),
		cmocka_unit_test(an_odd_last_byte_counts_as_high_byte),
		cmocka_unit_test(folding_carries_twice),
		cmocka_unit_test(pieces_of_even_length_add_up_to_the_whole),
		cmocka_unit_test(a_message_with_its_checksum_folds_to_zero_and_a_flipped_bit_does_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
