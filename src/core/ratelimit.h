/* ratelimit.h - how many probes a second may leave: of the whole daemon, and into one network. Pure but for
 * memory. What is too much is not dropped but given a later time, so that every target gets its turn. */
#ifndef MINIPING_RATELIMIT_H
#define MINIPING_RATELIMIT_H
#include "base/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ratelimit;

struct ratelimit_options {            /* probes a second; 0: no limit */
	uint32_t max_rate;            /* of the whole daemon */
	uint32_t max_rate_per_prefix; /* to one /24, or /48 of IPv6 */
};

/* How far a probe has come. Its network's turn comes first, and only then does it take a place among all: a network
 * that is asked for too much delays no other. */
enum ratelimit_wait {
	RATELIMIT_ASKS,   /* for no turn yet, or for the next probe's */
	RATELIMIT_PREFIX, /* waits for its network's */
	RATELIMIT_ALL     /* has had it, and waits for the whole daemon's */
};

/* ratelimit_new - without limits. secret: any number that cannot be guessed. NULL: out of memory. */
struct ratelimit *ratelimit_new(uint64_t secret);
void ratelimit_free(struct ratelimit *l);

/* ratelimit_set - from now on o holds. True if that has changed: all turns given before are void then, and what
 * waits is to ask anew. */
bool ratelimit_set(struct ratelimit *l, const struct ratelimit_options *o);

/* ratelimit_reserve - one probe to that address: now_ns, it may leave, or the later time at which to ask again.
 *   wait     the caller's, from call to call; RATELIMIT_ASKS at first, and again once it may leave
 * A place taken is kept: turns come in the order in which they were asked for. Two generic cell rates (ITU-T I.371)
 * that let RATELIMIT_BURST_NS worth of probes leave together. now_ns never goes back. O(1). */
#define RATELIMIT_BURST_NS INT64_C(5000000)
int64_t ratelimit_reserve(struct ratelimit *l, const struct addr *to, enum ratelimit_wait *wait, int64_t now_ns);

/* ratelimit_bytes - of memory for the networks. */
size_t ratelimit_bytes(const struct ratelimit *l);
#endif
