#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/checksum.h"
#include "core/decode.h"
#include "core/encode.h"
#include "random.h"

#include <string.h>

#define IP4_LEN    20u
#define FILLER_MAX (65507u - ENCODE_NONCE_LEN)

static uint8_t filler[FILLER_MAX], packet[IP4_LEN + ENCODE_HEAD + FILLER_MAX];

/* The whole IPv4 packet of a request, made a reply on request: what the far end would send back. */
static size_t build4(uint16_t id, uint16_t seq, uint64_t nonce, size_t filler_len, bool reply)
{
	uint8_t *icmp = packet + IP4_LEN;
	size_t len = IP4_LEN + ENCODE_HEAD + filler_len;
	uint16_t sum;

	encode_echo4(icmp, id, seq, nonce, checksum_add(0, filler, filler_len));
	memcpy(icmp + ENCODE_HEAD, filler, filler_len);
	memset(packet, 0, IP4_LEN);
	packet[0] = 0x45;
	packet[2] = (uint8_t)(len >> 8);
	packet[3] = (uint8_t)len;
	packet[8] = 64;
	packet[9] = 1;
	if (!reply)
		return len;
	icmp[0] = 0;
	icmp[2] = icmp[3] = 0;
	sum = checksum_fold(checksum_add(0, icmp, len - IP4_LEN));
	icmp[2] = (uint8_t)(sum >> 8);
	icmp[3] = (uint8_t)sum;
	return len;
}

static void an_ipv4_request_carries_a_right_checksum_at_every_small_size(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (size_t filler_len = 0; filler_len < 2000; filler_len++) {
		size_t len = build4((uint16_t)random_next(&seed), (uint16_t)random_next(&seed), random_next(&seed),
		                    filler_len, false);

		assert_int_equal(checksum_fold(checksum_add(0, packet + IP4_LEN, len - IP4_LEN)), 0);
	}
}

static void the_greatest_request_carries_a_right_checksum(void **state)
{
	size_t len = build4(0xffff, 0xffff, UINT64_MAX, FILLER_MAX, false);

	(void)state;
	assert_int_equal(len, 65535);
	assert_int_equal(checksum_fold(checksum_add(0, packet + IP4_LEN, len - IP4_LEN)), 0);
}

/* RFC 792: type 8, code 0, id and sequence number in network order; then the nonce. */
static void the_head_is_laid_out_as_rfc_792_says(void **state)
{
	uint8_t head[ENCODE_HEAD];
	uint64_t nonce = UINT64_C(0x1122334455667788), found;

	(void)state;
	encode_echo4(head, 0xabcd, 0x0102, nonce, 0);
	assert_int_equal(head[0], 8);
	assert_int_equal(head[1], 0);
	assert_memory_equal(head + 4, "\xab\xcd\x01\x02", 4);
	memcpy(&found, head + 8, sizeof(found));
	assert_true(found == nonce);
}

static void an_icmpv6_request_leaves_its_checksum_to_the_kernel(void **state)
{
	uint8_t head[ENCODE_HEAD];
	uint64_t nonce = UINT64_C(0x1122334455667788);

	(void)state;
	memset(head, 0xff, sizeof(head));
	encode_echo6(head, 0xabcd, 0x0102, nonce);
	assert_memory_equal(head, "\x80\x00\x00\x00\xab\xcd\x01\x02", 8);
	assert_memory_equal(head + 8, &nonce, 8);
}

static void what_is_encoded_is_decoded_again(void **state)
{
	uint64_t seed = 2;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		uint16_t id = (uint16_t)random_next(&seed), seq = (uint16_t)random_next(&seed);
		uint64_t nonce = random_next(&seed);
		size_t filler_len = random_below(&seed, 1500);
		size_t len = build4(id, seq, nonce, filler_len, true);
		struct decoded d;

		assert_int_equal(decode_ip4(packet, len, &d), DECODE_REPLY);
		assert_int_equal(d.id, id);
		assert_int_equal(d.seq, seq);
		assert_true(d.has_nonce && d.nonce == nonce);
		assert_int_equal(d.payload_len, ENCODE_NONCE_LEN + filler_len);
		assert_memory_equal(d.payload + ENCODE_NONCE_LEN, filler, filler_len);
		assert_int_equal(d.ttl, 64);
	}
}

static void a_request_handed_back_by_the_error_queue_is_recognised(void **state)
{
	uint8_t head[ENCODE_HEAD];
	struct decoded d = { 0 };

	(void)state;
	encode_echo4(head, 3, 4, 5, 0);
	assert_int_equal(decode_quote(AF_INET, head, sizeof(head), &d), DECODE_ERROR);
	assert_true(d.id == 3 && d.seq == 4 && d.has_nonce && d.nonce == 5);
	encode_echo6(head, 6, 7, 8);
	assert_int_equal(decode_quote(AF_INET6, head, sizeof(head), &d), DECODE_ERROR);
	assert_true(d.id == 6 && d.seq == 7 && d.has_nonce && d.nonce == 8);
}

static int fill(void **state)
{
	uint64_t seed = 3;

	(void)state;
	for (size_t i = 0; i < FILLER_MAX; i++)
		filler[i] = (uint8_t)random_next(&seed);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ipv4_request_carries_a_right_checksum_at_every_small_size),
		cmocka_unit_test(the_greatest_request_carries_a_right_checksum),
		cmocka_unit_test(the_head_is_laid_out_as_rfc_792_says),
		cmocka_unit_test(an_icmpv6_request_leaves_its_checksum_to_the_kernel),
		cmocka_unit_test(what_is_encoded_is_decoded_again),
		cmocka_unit_test(a_request_handed_back_by_the_error_queue_is_recognised),
	};

	return cmocka_run_group_tests(tests, fill, NULL);
}
