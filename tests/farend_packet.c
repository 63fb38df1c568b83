#include "farend_packet.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

enum {
	IP4_MIN = 20,
	IP6_HDR = 40,
	ECHO_HDR = 8,
	NONCE_LEN = 8,
	EXT_LEN = 8, /* of options and extension headers that we add */
	OPT_NOP = 1, /* RFC 791 3.1 */
	ICMP4_REQUEST = 8,
	ICMP4_REPLY = 0,
	ICMP6_REQUEST = 128,
	ICMP6_REPLY = 129,
	ICMP4_ERROR_MAX = 576,
	ICMP6_ERROR_MAX = 1280,
};

static uint16_t get_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static void put_be16(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* RFC 1071: an odd last byte counts as the high half of a word. */
static uint32_t sum_add(uint32_t sum, const uint8_t *p, size_t len)
{
	for (; len > 1; p += 2, len -= 2)
		sum += get_be16(p);
	return len ? sum + ((uint32_t)p[0] << 8) : sum;
}

static uint16_t sum_fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* RFC 8200 8.1: addresses, length and next header 58; ICMPv4 has no such header. */
static uint16_t icmp_sum(int family, const uint8_t *src, const uint8_t *dst, const uint8_t *icmp, size_t len)
{
	uint32_t sum = 0;

	if (family == AF_INET6) {
		sum = sum_add(sum_add(sum, src, 16), dst, 16);
		sum += (uint32_t)len + IPPROTO_ICMPV6;
	}
	return sum_fold(sum_add(sum, icmp, len));
}

static enum echo_verdict parse_icmp(const struct echo *e, uint8_t request)
{
	if (e->icmp_len < 1 || e->icmp[0] != request)
		return ECHO_OTHER;
	if (e->icmp_len < ECHO_HDR || e->icmp[1] != 0)
		return ECHO_MALFORMED;
	/* Over a right message, its checksum included, the folded sum is 0. */
	return icmp_sum(e->family, e->src, e->dst, e->icmp, e->icmp_len) ? ECHO_BAD_CHECKSUM : ECHO_REQUEST;
}

static enum echo_verdict parse_ip4(struct echo *out, const uint8_t *pkt, size_t len)
{
	size_t ihl = (pkt[0] & 0x0fu) * 4u;
	bool fragment;

	if (len < IP4_MIN || ihl < IP4_MIN || len < ihl || get_be16(pkt + 2) != len)
		return ECHO_MALFORMED;
	if (pkt[9] != IPPROTO_ICMP)
		return ECHO_OTHER;
	fragment = get_be16(pkt + 6) & 0x3fff;
	if (fragment || sum_fold(sum_add(0, pkt, ihl)))
		return ECHO_MALFORMED;
	out->family = AF_INET;
	out->tos = pkt[1];
	out->ttl = pkt[8];
	memcpy(out->src, pkt + 12, 4);
	memcpy(out->dst, pkt + 16, 4);
	out->icmp = pkt + ihl;
	out->icmp_len = len - ihl;
	return parse_icmp(out, ICMP4_REQUEST);
}

static enum echo_verdict parse_ip6(struct echo *out, const uint8_t *pkt, size_t len)
{
	if (len < IP6_HDR || get_be16(pkt + 4) != len - IP6_HDR)
		return ECHO_MALFORMED;
	if (pkt[6] == IPPROTO_FRAGMENT)
		return ECHO_MALFORMED;
	if (pkt[6] != IPPROTO_ICMPV6)
		return ECHO_OTHER;
	out->family = AF_INET6;
	out->tos = (uint8_t)(pkt[0] << 4 | pkt[1] >> 4);
	out->ttl = pkt[7];
	memcpy(out->src, pkt + 8, 16);
	memcpy(out->dst, pkt + 24, 16);
	out->icmp = pkt + IP6_HDR;
	out->icmp_len = len - IP6_HDR;
	return parse_icmp(out, ICMP6_REQUEST);
}

enum echo_verdict echo_parse(struct echo *out, const uint8_t *pkt, size_t len)
{
	memset(out, 0, sizeof(*out));
	out->ip = pkt;
	out->ip_len = len;
	if (!len)
		return ECHO_MALFORMED;
	switch (pkt[0] >> 4) {
	case 4:
		return parse_ip4(out, pkt, len);
	case 6:
		return parse_ip6(out, pkt, len);
	default:
		return ECHO_MALFORMED;
	}
}

const char *damage_name(enum damage d)
{
	static const char *const names[DAMAGE_COUNT] = {
		"none",          "wrong-id",    "wrong-seq",    "wrong-src",    "wrong-checksum",
		"alter-payload", "alter-nonce", "cut-payload",  "zero-payload", "wrong-type",
		"wrong-code",    "short-icmp",  "truncated-ip", "fragment",
	};

	return names[d];
}

/* Where the ICMP message begins in an answer. */
static size_t outer_len(const struct echo *e, const struct outer *o)
{
	return (size_t)(e->family == AF_INET ? IP4_MIN : IP6_HDR) + (o->opts ? EXT_LEN : 0);
}

static void write_ip4(uint8_t *ip, const struct echo *e, const struct outer *o, size_t len)
{
	size_t ihl = outer_len(e, o);

	memset(ip, 0, IP4_MIN);
	memset(ip + IP4_MIN, OPT_NOP, ihl - IP4_MIN);
	ip[0] = (uint8_t)(0x40 | ihl / 4);
	ip[1] = e->tos;
	put_be16(ip + 2, len);
	put_be16(ip + 6, 0x4000);
	ip[8] = o->ttl;
	ip[9] = IPPROTO_ICMP;
	memcpy(ip + 12, o->from, 4);
	memcpy(ip + 16, e->src, 4);
	put_be16(ip + 10, sum_fold(sum_add(0, ip, ihl)));
}

/* An extension header of one PadN option (RFC 8200 4.2). */
static void write_ext(uint8_t *p, uint8_t next)
{
	static const uint8_t pad_n[EXT_LEN] = { 0, 0, 1, 4, 0, 0, 0, 0 };

	memcpy(p, pad_n, EXT_LEN);
	p[0] = next;
}

static void write_ip6(uint8_t *ip, const struct echo *e, const struct outer *o, size_t len)
{
	memset(ip, 0, IP6_HDR);
	ip[0] = (uint8_t)(0x60 | e->tos >> 4);
	ip[1] = (uint8_t)(e->tos << 4);
	put_be16(ip + 4, len - IP6_HDR);
	ip[6] = o->opts ? IPPROTO_DSTOPTS : IPPROTO_ICMPV6;
	ip[7] = o->ttl;
	memcpy(ip + 8, o->from, 16);
	memcpy(ip + 24, e->src, 16);
	if (o->opts)
		write_ext(ip + IP6_HDR, IPPROTO_ICMPV6);
}

/* Put checksum and IP header around icmp_len bytes that stand at their place in out. */
static size_t wrap(uint8_t *out, const struct echo *e, const struct outer *o, size_t icmp_len)
{
	size_t off = outer_len(e, o);
	uint8_t *icmp = out + off;

	if (icmp_len >= 4) {
		put_be16(icmp + 2, 0);
		put_be16(icmp + 2, icmp_sum(e->family, o->from, e->src, icmp, icmp_len));
	}
	if (e->family == AF_INET)
		write_ip4(out, e, o, off + icmp_len);
	else
		write_ip6(out, e, o, off + icmp_len);
	return off + icmp_len;
}

/* Damage that a right checksum covers; the new length of the message. */
static size_t damage_icmp(uint8_t *icmp, size_t len, const struct reply_shape *s, int family)
{
	size_t n_payload = len - ECHO_HDR;

	switch (s->damage) {
	case DAMAGE_WRONG_ID:
		put_be16(icmp + 4, get_be16(icmp + 4) ^ s->id_xor);
		break;
	case DAMAGE_WRONG_SEQ:
		put_be16(icmp + 6, get_be16(icmp + 6) ^ s->seq_xor);
		break;
	case DAMAGE_ALTER_PAYLOAD:
		if (n_payload > NONCE_LEN)
			icmp[ECHO_HDR + NONCE_LEN + (n_payload - NONCE_LEN) / 2] ^= 0xff;
		break;
	case DAMAGE_ALTER_NONCE:
		if (n_payload)
			icmp[ECHO_HDR + (n_payload < NONCE_LEN ? n_payload : NONCE_LEN) - 1] ^= 0x01;
		break;
	case DAMAGE_CUT_PAYLOAD:
		return ECHO_HDR + n_payload / 2;
	case DAMAGE_ZERO_PAYLOAD:
		memset(icmp + ECHO_HDR, 0, n_payload);
		break;
	case DAMAGE_WRONG_TYPE:
		icmp[0] = family == AF_INET ? 14 : 200;
		break;
	case DAMAGE_WRONG_CODE:
		icmp[1] = 1;
		break;
	case DAMAGE_SHORT_ICMP:
		return 4;
	default:
		break;
	}
	return len;
}

/* RFC 791 3.1, RFC 8200 4.5. None is a part of the one before. */
static size_t make_fragment(uint8_t *ip, size_t len, int family)
{
	static uint16_t id;

	id++;
	if (family == AF_INET) {
		put_be16(ip + 4, id);
		put_be16(ip + 6, 0x2000);
		put_be16(ip + 10, 0);
		put_be16(ip + 10, sum_fold(sum_add(0, ip, (ip[0] & 0x0fu) * 4u)));
		return len;
	}
	memmove(ip + IP6_HDR + EXT_LEN, ip + IP6_HDR, len - IP6_HDR);
	memset(ip + IP6_HDR, 0, EXT_LEN);
	ip[IP6_HDR] = ip[6];
	ip[IP6_HDR + 3] = 1;
	put_be16(ip + IP6_HDR + 6, id);
	ip[6] = IPPROTO_FRAGMENT;
	put_be16(ip + 4, len + EXT_LEN - IP6_HDR);
	return len + EXT_LEN;
}

size_t reply_build(uint8_t *out, const struct echo *e, const struct outer *o, const struct reply_shape *s)
{
	struct outer from = *o;
	size_t off = outer_len(e, o);
	uint8_t *icmp = out + off;
	size_t len;

	memcpy(icmp, e->icmp, e->icmp_len);
	icmp[0] = e->family == AF_INET ? ICMP4_REPLY : ICMP6_REPLY;
	len = damage_icmp(icmp, e->icmp_len, s, e->family);
	if (s->damage == DAMAGE_WRONG_SRC)
		from.from[e->family == AF_INET ? 3 : 15] ^= 0x80;
	len = wrap(out, e, &from, len);
	if (s->damage == DAMAGE_WRONG_CHECKSUM)
		icmp[2] ^= 0x55;
	if (s->damage == DAMAGE_TRUNCATED_IP)
		len -= (len - off) / 2;
	return s->damage == DAMAGE_FRAGMENT ? make_fragment(out, len, e->family) : len;
}

/* The request's IP header as a router quotes it, made longer if told; returns its length. */
static size_t quote_ip(uint8_t *q, const struct echo *e, bool opts)
{
	size_t hdr = (size_t)(e->icmp - e->ip);

	memcpy(q, e->ip, hdr);
	if (!opts)
		return hdr;
	if (e->family == AF_INET6) {
		q[6] = IPPROTO_HOPOPTS;
		put_be16(q + 4, e->icmp_len + 2 * EXT_LEN);
		write_ext(q + hdr, IPPROTO_DSTOPTS);
		write_ext(q + hdr + EXT_LEN, IPPROTO_ICMPV6);
		return hdr + 2 * EXT_LEN;
	}
	q[0] = (uint8_t)(q[0] + EXT_LEN / 4);
	put_be16(q + 2, e->ip_len + EXT_LEN);
	memset(q + hdr, OPT_NOP, EXT_LEN);
	put_be16(q + 10, 0);
	put_be16(q + 10, sum_fold(sum_add(0, q, hdr + EXT_LEN)));
	return hdr + EXT_LEN;
}

size_t error_build(uint8_t *out, const struct echo *e, const struct outer *o, const struct error_shape *s)
{
	size_t off = outer_len(e, o);
	uint8_t *icmp = out + off, *q = icmp + ECHO_HDR;
	size_t hdr = quote_ip(q, e, s->quote_opts);
	size_t max = (size_t)(e->family == AF_INET ? ICMP4_ERROR_MAX : ICMP6_ERROR_MAX) - off - ECHO_HDR - hdr;
	size_t n = s->quote < e->icmp_len ? s->quote : e->icmp_len;

	if (n > max)
		n = max;
	memset(icmp, 0, ECHO_HDR);
	icmp[0] = s->type;
	icmp[1] = s->code;
	if (e->family == AF_INET6)
		put_be16(icmp + 4, s->mtu >> 16);
	put_be16(icmp + 6, s->mtu);
	memcpy(q + hdr, e->icmp, n);
	if (s->quote_bad_nonce && n > ECHO_HDR)
		q[hdr + ECHO_HDR] ^= 0x01;
	if (s->quote_wrong_id && n > 4)
		q[hdr + 4] ^= 0x80;
	return wrap(out, e, o, ECHO_HDR + hdr + n);
}
