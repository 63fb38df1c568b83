/* outcome.h - how a probe ended. Every probe ends in exactly one outcome. */
#ifndef MINIPING_OUTCOME_H
#define MINIPING_OUTCOME_H
#include "base/addr.h"

#include <stdbool.h>
#include <stdint.h>

enum outcome {
	OUTCOME_REPLY,       /* full match before the deadline: received */
	OUTCOME_TIMEOUT,     /* nothing by the deadline: lost */
	OUTCOME_UNREACHABLE, /* as timeout, and an ICMP error quoted this probe: lost */
	OUTCOME_TTL_EXCEEDED,
	OUTCOME_TOO_BIG,
	OUTCOME_UNKNOWN,  /* not answered, because of a local fault: neither */
	OUTCOME_NOT_SENT, /* this host could not send it: neither, and not sent */
	OUTCOME_COUNT
};

struct icmp_error {
	struct addr from; /* who sent the error */
	uint8_t type, code;
	uint32_t mtu; /* of a too_big, in bytes; 0: not known */
};

struct settled { /* one probe, ended */
	enum outcome outcome;
	uint32_t number;         /* of this target's probes, from 1 */
	uint32_t size;           /* payload bytes of the reply */
	int64_t sent_ns;         /* monotonic */
	int64_t rtt_ns;          /* -1: no reply */
	int ttl;                 /* of the reply; -1: none or not known */
	uint8_t link;            /* our interface that the reply arrived on (netif.h); 0: none or not known */
	bool truncated;          /* the reply's payload is but the beginning of what was sent */
	bool has_error;          /* never of a reply */
	struct addr to;          /* where the probe went: the target may have another address by now */
	struct addr from;        /* who replied */
	struct icmp_error error; /* if has_error */
	int sys_errno; /* what kept this host from sending it, as from send(2): always of not_sent; of a too_big
	                * that no link of ours takes; of an unknown that was sent into a link without a
	                * carrier, or a moment before it went down (ENETDOWN); 0: nothing */
	uint32_t mtu;  /* of a too_big, in bytes; 0: not known */
};

/* outcome_name - "reply", "timeout", "unreachable", "ttl_exceeded", "too_big", "unknown", "not_sent". */
const char *outcome_name(enum outcome o);

/* outcome_of_error - what an ICMP error means for the probe that it quotes; OUTCOME_TIMEOUT for a
 * type that is no error (RFC 792; RFC 4443 3.1-3.4). */
enum outcome outcome_of_error(int family, uint8_t type, uint8_t code);

/* outcome_error_text - "Host unreachable" and so on (RFC 792, RFC 1122 3.2.2.1, RFC 1812 5.2.7.1,
 * RFC 4443, RFC 6550, RFC 8883); "Unknown reason" for a code that no RFC names. */
const char *outcome_error_text(int family, uint8_t type, uint8_t code);
#endif
