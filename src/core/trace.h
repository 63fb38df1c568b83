/* trace.h - one trace of a path: which echo requests with a small TTL are sent when, what their answers mean, and the
 * hops that come of it. Packets, ids and times are the caller's. Pure. */
#ifndef MINIPING_TRACE_H
#define MINIPING_TRACE_H
#include "base/addr.h"

#include <stdbool.h>
#include <stdint.h>

#define TRACE_HOPS_MAX    30u
#define TRACE_PACKETS_MAX 30u /* of all hops together */
#define TRACE_TRIES       3u  /* packets to a hop that does not answer */
#define TRACE_IN_FLIGHT   4u  /* packets; when the host answers, so many at most have gone beyond it */
#define TRACE_SILENT_MAX  5u  /* hops in a row that do not answer: nobody beyond them is asked */

enum trace_end {                    /* why nothing beyond the last hop is asked */
	         TRACE_CUT,         /* it is not over, or there are more hops than it asks for */
	         TRACE_REACHED,     /* the host has answered */
	         TRACE_ELSEWHERE,   /* its answer came from another address */
	         TRACE_UNREACHABLE, /* somebody on the way has said that it goes no further */
	         TRACE_SILENT,      /* nobody beyond the last one that answers does */
};

struct trace_hop {
	struct addr from;   /* AF_UNSPEC: silent */
	int64_t rtt_ns;     /* -1: silent */
	uint8_t n_packets;  /* that were meant for it, at least 1 */
	uint8_t type, code; /* of the ICMP message that answered */
};

struct trace_path {
	struct trace_hop hops[TRACE_HOPS_MAX]; /* at i what TTL i + 1 reaches */
	uint8_t n_hops;                        /* that were asked for, up to the one that ended the trace */
	uint8_t last;                          /* the TTL of the last hop that answers; 0: none does */
	uint8_t n_packets;
	enum trace_end end;
};

struct trace_packet {     /* in flight, or over */
	uint64_t nonce;   /* the first eight bytes of its payload */
	uint16_t id, seq; /* of its ICMP header */
	int64_t sent_ns;
	uint8_t ttl;
	bool left;  /* it could be sent */
	bool waits; /* for its answer, until the timeout */
};

struct trace_answer {       /* what an echo reply, or an ICMP error that quotes a request, says */
	struct addr from;   /* who sent it */
	struct addr to;     /* of an error: where the quoted request went */
	bool is_error;      /* else an echo reply */
	uint8_t type, code; /* of the message */
	uint16_t id, seq;   /* of the reply, or of the quoted request */
	bool has_nonce;     /* a router may quote too little (RFC 792): such an error is believed by id and seq */
	uint64_t nonce;
	int64_t at_ns; /* when it arrived */
};

struct trace {
	struct addr to;
	int64_t timeout_ns, latest_ns; /* latest: when a packet was sent */
	uint8_t n_asked;               /* hops, TTL 1 and so on */
	uint8_t end_ttl;               /* which has ended the trace; 0: none yet */
	struct trace_packet packets[TRACE_PACKETS_MAX];
	struct trace_path path;
};

/* trace_init - of the path to an address.
 *   timeout_ns   how long an answer to a packet is waited for */
void trace_init(struct trace *t, const struct addr *to, int64_t timeout_ns);

/* trace_due - the TTL of the packet to be sent at now_ns, which trace_sent or trace_not_sent must follow; 0: none now.
 * Hops are asked for the first time before any is asked again. */
uint8_t trace_due(struct trace *t, int64_t now_ns);

/* trace_sent - it has left at sent_ns, with this id, sequence number and nonce. */
void trace_sent(struct trace *t, uint8_t ttl, uint16_t id, uint16_t seq, uint64_t nonce, int64_t sent_ns);

/* trace_not_sent - it could not be sent at now_ns: it counts as one that was not answered. */
void trace_not_sent(struct trace *t, uint8_t ttl, int64_t now_ns);

/* trace_answer - false: it belongs to no packet of this trace, and nothing has changed. The first answer of a hop
 * counts, also after the timeout. */
bool trace_answer(struct trace *t, const struct trace_answer *a);

/* trace_next_ns - when trace_due is to be called again, at the latest; INT64_MIN: at once; INT64_MAX: the trace is
 * over.
 */
int64_t trace_next_ns(const struct trace *t);

/* trace_path - as it is now; whole once the trace is over. */
struct trace_path trace_path(const struct trace *t);

/* trace_differs - the first TTL at which the path is not the one of before: another address, or one of the two ends, or
 * is silent to its end, where the other goes on; 0: there is none. A hop that is silent on the way is no difference:
 * routers answer at times only. */
uint8_t trace_differs(const struct trace_path *now, const struct trace_path *before);
#endif
