/* flight.h - probes in flight: which one a reply belongs to, and which are overdue.
 * Pure: time and nonces are arguments. Every probe has a slot, and the slot is its ICMP id and sequence
 * number: one id carries 65,536 of them, and further ids are used as more are in flight. The caller says by which
 * of n_aliases ids a probe goes, all of the same slot. A slot is used
 * again only after its deadline plus a grace, and the longest unused one first, so that what comes late
 * or twice is still known for what it is. */
#ifndef MINIPING_FLIGHT_H
#define MINIPING_FLIGHT_H
#include "base/addr.h"
#include "core/outcome.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FLIGHT_SEQS         65536u               /* sequence numbers of one id */
#define FLIGHT_NOBODY       UINT32_MAX           /* no target */
#define FLIGHT_SLOT_BYTES   96u                  /* two places in wheels included */
#define FLIGHT_LINGER_NS    INT64_C(10000000000) /* after its deadline a probe is known for so long, */
#define FLIGHT_LINGER_BYTES 64000000u            /* where that takes less than so many bytes */

struct flight;

struct probe { /* one probe in flight; plain value */
	struct addr to;
	uint64_t nonce;
	int64_t sent_ns;     /* monotonic */
	int64_t deadline_ns; /* a reply later than this is late */
	uint32_t target;     /* the caller's number for whom it probes */
	uint32_t number;     /* of this target's probes */
	uint32_t size;       /* payload bytes */
	uint16_t id, seq;    /* set by flight_add */
	uint8_t alias;       /* by which of a slot's ids it goes, 0 .. n_aliases − 1 */
	bool many;           /* it goes to a broadcast or multicast address: whoever replies, from whatever address */
	bool has_error;      /* an ICMP error has annotated it; of an answered one, never */
	struct icmp_error error;
};

/* What a reply or an error brings to be matched. */
struct flight_echo {
	uint16_t id, seq;
	struct addr from; /* who replied; of an error: where the quoted request went */
	bool has_nonce;
	uint64_t nonce;
	size_t payload_len;
	bool filler_intact; /* the payload after the nonce is as it was sent, as far as it goes */
	int64_t at_ns;      /* arrival, monotonic */
	int64_t doubt_ns;   /* it may have come so much earlier; late is only what surely is */
};

enum flight_verdict {
	FLIGHT_ENDED,     /* full match: the probe is the caller's, its slot settled */
	FLIGHT_NOTED,     /* an error without nonce: kept beside the probe, which goes on */
	FLIGHT_FURTHER,   /* one more reply in time to a probe that goes to many, after that which has ended it */
	FLIGHT_LATE,      /* the reply of a probe that was already overdue */
	FLIGHT_DUPLICATE, /* the reply of a probe that was already answered */
	FLIGHT_CORRUPT,   /* the right nonce, but the payload is not what was sent, nor its beginning */
	FLIGHT_FOREIGN,   /* wrong id, source or nonce */
};

/* flight_new - ids from first_id upwards (wrapping): n_aliases (a power of two, 1 .. 256) for each 65,536 slots, at
 * most max_ids (n_aliases .. 32,767) of them; now_ns starts its clock. Slot i goes by the ids first_id + i / 65,536 ×
 * n_aliases + alias. About 100 bytes for each slot in use; starts small. NULL: out of memory. */
struct flight *flight_new(uint16_t first_id, uint32_t n_aliases, uint32_t max_ids, int64_t now_ns);
void flight_free(struct flight *f);

/* flight_room - slots for n_in_flight probes in flight or in their grace, rate of which begin each second: with those
 * that let each linger for FLIGHT_LINGER_NS, if all together take less than FLIGHT_LINGER_BYTES. Pure. */
double flight_room(double n_in_flight, double rate);

/* flight_linger - from now on rather add slots, up to FLIGHT_LINGER_BYTES of them, than use one again before
 * FLIGHT_LINGER_NS after its deadline; or not (as after flight_new). */
void flight_linger(struct flight *f, bool linger);

/* flight_reserve - make room for n probes in flight or in their grace, as far as max_ids allow: growing later
 * takes milliseconds. Never shrinks. 0 or -ENOMEM (what fitted before still does). O(n). */
int flight_reserve(struct flight *f, uint32_t n);

/* flight_add - a probe about to be sent: gets id and seq; everything else in *p is the caller's. Slots whose
 * grace is over at p->sent_ns come back with it.
 * 0, -EAGAIN (every sequence number is in flight or in its grace) or -ENOMEM; then nothing changed. */
int flight_add(struct flight *f, struct probe *p);

/* flight_sent - the moment it left, once that is known; deadline_ns moves along with it. */
void flight_sent(struct flight *f, uint16_t id, uint16_t seq, int64_t sent_ns, int64_t deadline_ns);

/* flight_cancel - the probe never left: its slot is free again at once. */
void flight_cancel(struct flight *f, uint16_t id, uint16_t seq);

/* flight_prefetch - id and seq are going to be asked for, a little later. */
void flight_prefetch(const struct flight *f, uint16_t id, uint16_t seq);

/* flight_take - whose reply is this? FLIGHT_ENDED hands the probe over in *out, FLIGHT_FURTHER a copy of it. For the
 * other verdicts
 * out->target is the target that they concern, with out->sent_ns (the number may have changed hands since),
 * or FLIGHT_NOBODY, and nothing else in *out counts.
 * A payload that was cut short behind the nonce is a reply: some routers and resolvers give back so much only.
 * A reply after the deadline is FLIGHT_LATE even if flight_expire has not yet seen the probe. O(1). */
enum flight_verdict flight_take(struct flight *f, const struct flight_echo *e, struct probe *out);

/* flight_error - an ICMP error that quotes a request. With the right nonce: FLIGHT_ENDED, *out as above,
 * out->error set. Without one (a quote of 8 bytes): FLIGHT_NOTED, the probe goes on, and its timeout
 * will carry the error; a reply refutes it: so always of one that goes to many. Else FLIGHT_FOREIGN (nothing changed).
 * O(1). */
enum flight_verdict flight_error(struct flight *f, const struct flight_echo *e, const struct icmp_error *error,
                                 struct probe *out);

/* flight_owner - the target whose latest probe had this id, seq and address, and when that was sent;
 * FLIGHT_NOBODY (*sent_ns untouched) if none. */
uint32_t flight_owner(const struct flight *f, uint16_t id, uint16_t seq, const struct addr *to, int64_t *sent_ns);

/* flight_expire - hands over up to max probes whose deadline is past at now_ns. Call until less than max
 * come. Amortised O(1) a probe. */
size_t flight_expire(struct flight *f, int64_t now_ns, struct probe *out, size_t max);

/* flight_next - when flight_expire should be called next; INT64_MAX: nothing is in flight. */
int64_t flight_next(const struct flight *f);

/* flight_count - probes in flight: added, neither ended nor expired. */
uint32_t flight_count(const struct flight *f);

/* flight_n_ids - ids in use: first_id .. first_id + n − 1, modulo 65,536; a multiple of n_aliases. Only ever grows. */
uint32_t flight_n_ids(const struct flight *f);
#endif
