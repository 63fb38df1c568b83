/* encode.c - byte by byte, whatever the alignment. */
#include "core/encode.h"

#include "base/checksum.h"

#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <string.h>

static void put_be16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put_head(uint8_t *head, uint8_t type, uint16_t id, uint16_t seq, uint64_t nonce)
{
	head[0] = type;
	head[1] = 0;
	put_be16(head + 2, 0);
	put_be16(head + 4, id);
	put_be16(head + 6, seq);
	memcpy(head + 8, &nonce, ENCODE_NONCE_LEN);
}

void encode_echo4(uint8_t head[ENCODE_HEAD], uint16_t id, uint16_t seq, uint64_t nonce, uint64_t payload_sum)
{
	put_head(head, ICMP_ECHO, id, seq, nonce);
	put_be16(head + 2, checksum_fold(checksum_add(payload_sum, head, ENCODE_HEAD)));
}

void encode_echo6(uint8_t head[ENCODE_HEAD], uint16_t id, uint16_t seq, uint64_t nonce)
{
	put_head(head, ICMP6_ECHO_REQUEST, id, seq, nonce);
}
