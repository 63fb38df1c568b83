/* decode.c - reads a packet from its front to its end, and checks each length before what it is the length of. */
#include "core/decode.h"

#include "base/checksum.h"

#include <netinet/icmp6.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <string.h>

#define IP4_MIN         20u
#define IP6_LEN         40u
#define ICMP_LEN        8u
#define NONCE_LEN       8u
#define MAX_EXT_HEADERS 8

static uint16_t get_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t get_be32(const uint8_t *p)
{
	return (uint32_t)get_be16(p) << 16 | get_be16(p + 2);
}

/* The IPv4 header's length with options; 0 if pkt is no IPv4 header or ends inside it. */
static size_t ip4_header_len(const uint8_t *pkt, size_t len)
{
	size_t ihl;

	if (len < IP4_MIN || pkt[0] >> 4 != 4)
		return 0;
	ihl = (size_t)(pkt[0] & 0x0fu) * 4; /* RFC 791 3.1: 32-bit words */
	return ihl < IP4_MIN || ihl > len ? 0 : ihl;
}

/* pkt has at least ICMP_LEN bytes. */
static void read_echo(const uint8_t *pkt, size_t len, struct decoded *out)
{
	out->id = get_be16(pkt + 4);
	out->seq = get_be16(pkt + 6);
	out->payload = pkt + ICMP_LEN;
	out->payload_len = len - ICMP_LEN;
	out->has_nonce = out->payload_len >= NONCE_LEN;
	if (out->has_nonce)
		memcpy(&out->nonce, out->payload, NONCE_LEN);
}

static enum decode_kind read_reply(const uint8_t *pkt, size_t len, struct decoded *out)
{
	read_echo(pkt, len, out);
	return out->code ? DECODE_BAD_CODE : DECODE_REPLY;
}

enum decode_kind decode_quote(int family, const uint8_t *pkt, size_t len, struct decoded *out)
{
	if (len < ICMP_LEN)
		return DECODE_MALFORMED;
	if (pkt[0] != (family == AF_INET ? ICMP_ECHO : ICMP6_ECHO_REQUEST) || pkt[1])
		return DECODE_OTHER;
	read_echo(pkt, len, out);
	return DECODE_ERROR;
}

/* pkt is the quoted packet of an ICMPv4 error, from its IP header on. */
static enum decode_kind quote4(const uint8_t *pkt, size_t len, struct decoded *out)
{
	size_t ihl = ip4_header_len(pkt, len);

	if (!ihl)
		return DECODE_MALFORMED;
	if (pkt[9] != IPPROTO_ICMP || get_be16(pkt + 6) & 0x1fff) /* a later fragment has no ICMP header */
		return DECODE_OTHER;
	out->quoted_to = addr_from_bytes(pkt + 16, AF_INET);
	return decode_quote(AF_INET, pkt + ihl, len - ihl, out);
}

/* An extension header's length and successor (RFC 8200 4, RFC 4302 2.2); 0 for what is none. */
static size_t ext_header_len(uint8_t type, const uint8_t *p)
{
	switch (type) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_DSTOPTS:
		return ((size_t)p[1] + 1) * 8;
	case IPPROTO_AH:
		return ((size_t)p[1] + 2) * 4;
	case IPPROTO_FRAGMENT:
		return get_be16(p + 2) & 0xfff8 ? 0 : 8u;
	default:
		return 0;
	}
}

static enum decode_kind quote6(const uint8_t *pkt, size_t len, struct decoded *out)
{
	size_t at = IP6_LEN;
	uint8_t next;

	if (len < IP6_LEN)
		return DECODE_MALFORMED;
	if (pkt[0] >> 4 != 6)
		return DECODE_MALFORMED;
	next = pkt[6];
	out->quoted_to = addr_from_bytes(pkt + 24, AF_INET6);
	for (int i = 0; next != IPPROTO_ICMPV6 && i < MAX_EXT_HEADERS; i++) {
		size_t ext;

		if (len - at < 8)
			return DECODE_MALFORMED;
		ext = ext_header_len(next, pkt + at);
		if (!ext)
			return DECODE_OTHER;
		if (ext > len - at)
			return DECODE_MALFORMED;
		next = pkt[at];
		at += ext;
	}
	return next == IPPROTO_ICMPV6 ? decode_quote(AF_INET6, pkt + at, len - at, out) : DECODE_OTHER;
}

static void start(const uint8_t *pkt, struct decoded *out)
{
	*out = (struct decoded){ .ttl = -1, .type = pkt[0], .code = pkt[1] };
}

enum decode_kind decode_icmp4(const uint8_t *pkt, size_t len, struct decoded *out)
{
	if (len < ICMP_LEN)
		return DECODE_MALFORMED;
	start(pkt, out);
	switch (out->type) {
	case ICMP_ECHOREPLY:
		return read_reply(pkt, len, out);
	case ICMP_DEST_UNREACH:
		if (out->code == ICMP_FRAG_NEEDED)
			out->mtu = get_be16(pkt + 6); /* RFC 1191 4 */
		return quote4(pkt + ICMP_LEN, len - ICMP_LEN, out);
	case ICMP_TIME_EXCEEDED:
	case ICMP_PARAMETERPROB:
		return quote4(pkt + ICMP_LEN, len - ICMP_LEN, out);
	default:
		return DECODE_OTHER;
	}
}

enum decode_kind decode_ip4(const uint8_t *pkt, size_t len, struct decoded *out)
{
	size_t ihl = ip4_header_len(pkt, len), total;
	enum decode_kind kind;

	if (!ihl)
		return DECODE_MALFORMED;
	total = get_be16(pkt + 2);
	if (total < ihl + ICMP_LEN || total > len)
		return DECODE_MALFORMED;
	kind = decode_icmp4(pkt + ihl, total - ihl, out);
	out->ttl = pkt[8];
	if (kind == DECODE_OTHER || kind == DECODE_MALFORMED)
		return kind;
	if (!checksum_fold(checksum_add(0, pkt + ihl, total - ihl)))
		return kind;
	/* What claims to be an error is not worth counting once it is damaged. */
	return kind == DECODE_ERROR ? DECODE_OTHER : DECODE_CORRUPT;
}

enum decode_kind decode_icmp6(const uint8_t *pkt, size_t len, struct decoded *out)
{
	if (len < ICMP_LEN)
		return DECODE_MALFORMED;
	start(pkt, out);
	switch (out->type) {
	case ICMP6_ECHO_REPLY:
		return read_reply(pkt, len, out);
	case ICMP6_PACKET_TOO_BIG:
		out->mtu = get_be32(pkt + 4); /* RFC 4443 3.2 */
		return quote6(pkt + ICMP_LEN, len - ICMP_LEN, out);
	case ICMP6_DST_UNREACH:
	case ICMP6_TIME_EXCEEDED:
	case ICMP6_PARAM_PROB:
		return quote6(pkt + ICMP_LEN, len - ICMP_LEN, out);
	default:
		return DECODE_OTHER;
	}
}
