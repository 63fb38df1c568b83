/* farend_packet.h - echo requests in, answers of every kind out: bytes only, no I/O, no clock.
 * Shares no code with minipingd: what judges it must not make its mistakes. */
#ifndef FAREND_PACKET_H
#define FAREND_PACKET_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACKET_MAX 65535
#define PACKET_BUF (PACKET_MAX + 256) /* room for headers that an answer adds */

struct echo { /* a request, borrowed from the buffer it came in */
	const uint8_t *ip, *icmp;
	size_t ip_len, icmp_len;
	int family;               /* AF_INET, AF_INET6 */
	uint8_t src[16], dst[16]; /* IPv4 uses the first four; the rest are 0 */
	uint8_t tos, ttl;
};

enum echo_verdict { ECHO_REQUEST, ECHO_BAD_CHECKSUM, ECHO_MALFORMED, ECHO_OTHER };

/* echo_parse - what the len bytes at pkt are. ECHO_REQUEST and ECHO_BAD_CHECKSUM (the ICMP one) fill
 * *out whole; ECHO_OTHER is anything that is no echo request (neighbour discovery and so on);
 * ECHO_MALFORMED has lengths, IP checksum or fragmentation that no answer can follow. */
enum echo_verdict echo_parse(struct echo *out, const uint8_t *pkt, size_t len);

enum damage { /* what is wrong with a reply */
	      DAMAGE_NONE,
	      DAMAGE_WRONG_ID,  /* id ^ id_xor */
	      DAMAGE_WRONG_SEQ, /* sequence number ^ seq_xor */
	      DAMAGE_WRONG_SRC, /* the address's last byte ^ 0x80 */
	      DAMAGE_WRONG_CHECKSUM,
	      DAMAGE_ALTER_PAYLOAD, /* one byte after the nonce; checksum right */
	      DAMAGE_ALTER_NONCE,   /* one byte of the first eight; checksum right */
	      DAMAGE_CUT_PAYLOAD,   /* half the payload; checksum right */
	      DAMAGE_ZERO_PAYLOAD,  /* checksum right */
	      DAMAGE_WRONG_TYPE,    /* ICMPv4 14, ICMPv6 200 */
	      DAMAGE_WRONG_CODE,    /* code 1 */
	      DAMAGE_SHORT_ICMP,    /* four bytes of ICMP; checksum right */
	      DAMAGE_TRUNCATED_IP,  /* the IP header promises more than there is */
	      DAMAGE_FRAGMENT,      /* the first of several; the others never come */
	      DAMAGE_COUNT
};

/* damage_name - "wrong-id" and so on, as in a rules file. */
const char *damage_name(enum damage d);

struct outer { /* the IP header that an answer travels in */
	uint8_t from[16];
	uint8_t ttl;
	bool opts; /* eight bytes of IPv4 options, or a destination options header */
};

struct reply_shape {
	enum damage damage;
	uint16_t id_xor, seq_xor; /* of DAMAGE_WRONG_ID and DAMAGE_WRONG_SEQ */
};

/* reply_build - the reply to e, damaged as told. out holds PACKET_BUF bytes. The length to send. */
size_t reply_build(uint8_t *out, const struct echo *e, const struct outer *o, const struct reply_shape *s);

#define QUOTE_FULL SIZE_MAX

struct error_shape {
	uint8_t type, code;
	uint32_t mtu;         /* of frag-needed and packet-too-big */
	size_t quote;         /* bytes of the request's ICMP message, or QUOTE_FULL */
	bool quote_opts;      /* the quote has IPv4 options, or two IPv6 extension headers */
	bool quote_bad_nonce; /* a forger's quote: right but for the nonce */
	bool quote_wrong_id;  /* of another program's ping */
};

/* error_build - the ICMP error that quotes e. The length to send: never above 576 bytes for IPv4
 * (RFC 1812 4.3.2.3), 1280 for IPv6 (RFC 4443 2.4). */
size_t error_build(uint8_t *out, const struct echo *e, const struct outer *o, const struct error_shape *s);
#endif
