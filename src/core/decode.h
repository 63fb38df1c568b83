/* decode.h - received bytes to a verdict; reads nothing past what arrived. Pure, no allocation. */
#ifndef MINIPING_DECODE_H
#define MINIPING_DECODE_H
#include "base/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum decode_kind {
	DECODE_REPLY,     /* an echo reply: id, seq, ttl, payload are set */
	DECODE_BAD_CODE,  /* likewise, but its code is not 0: no true reply */
	DECODE_CORRUPT,   /* likewise, but the checksum is wrong: nothing in it can be trusted */
	DECODE_ERROR,     /* an ICMP error that quotes an echo request */
	DECODE_OTHER,     /* well-formed and not for us: an echo request, another protocol's error */
	DECODE_MALFORMED, /* ends before it should */
};

struct decoded {
	uint16_t id, seq; /* of the reply, or of the quoted request */
	int ttl;          /* from the IPv4 header; -1 where the packet has none */
	bool has_nonce;   /* the first 8 payload bytes are there */
	uint64_t nonce;
	const uint8_t *payload; /* after the 8 bytes of ICMP header; of the quote for an error */
	size_t payload_len;
	struct addr quoted_to; /* DECODE_ERROR: where the quoted request went */
	uint8_t type, code;    /* of the message itself */
	uint32_t mtu;          /* of fragmentation needed / packet too big, else 0 */
};

/* decode_ip4 - an IPv4 packet with its header, as a raw socket delivers it: header options, the total
 * length and the ICMP checksum are checked (RFC 791 3.1, RFC 792). In an error's quote, options are
 * skipped and the checksum is not looked at: the quote is cut. */
enum decode_kind decode_ip4(const uint8_t *pkt, size_t len, struct decoded *out);

/* decode_icmp4, decode_icmp6 - an ICMP message without IP header, as an ICMPv6 or a ping socket delivers
 * it. The kernel has checked the checksum (ICMPv6: RFC 3542 3.1; ping sockets: ping_rcv is behind
 * icmp_rcv). Extension headers in an ICMPv6 error's quote are skipped, at most 8 of them. */
enum decode_kind decode_icmp4(const uint8_t *pkt, size_t len, struct decoded *out);
enum decode_kind decode_icmp6(const uint8_t *pkt, size_t len, struct decoded *out);

/* decode_quote - the bare echo request that a ping socket's error queue hands back (ICMP header first;
 * family AF_INET or AF_INET6): DECODE_ERROR, _OTHER or _MALFORMED. Leaves type, code, mtu and quoted_to
 * to the caller, who has them from the control data. */
enum decode_kind decode_quote(int family, const uint8_t *pkt, size_t len, struct decoded *out);
#endif
