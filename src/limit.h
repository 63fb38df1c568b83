/* limit.h - how many probes a second may leave: of the whole daemon, and into one network. Pure but for
 * memory. What is too much is not dropped but given a later time, so that every target gets its turn. */
#ifndef MINIPING_LIMIT_H
#define MINIPING_LIMIT_H
#include "addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct limit;

/* How far a probe has come. Its network's turn comes first, and only then does it take a place among all: a network
 * that is asked for too much delays no other. */
enum limit_wait {
	LIMIT_ASKS,                       /* for no turn yet, or for the next probe's */
	LIMIT_PREFIX,                     /* waits for its network's */
	LIMIT_ALL                         /* has had it, and waits for the whole daemon's */
};

/* limit_new - without limits. secret: any number that nobody can guess. NULL: out of memory. */
struct limit *limit_new(uint64_t secret);
void limit_free(struct limit *l);

/* limit_set - probes a second of all, and of one prefix (/24, or /48 of IPv6); 0: no limit. True if that has changed:
 * all turns given before are void then, and whoever waits is to ask anew. */
bool limit_set(struct limit *l, uint32_t max_rate, uint32_t max_rate_per_prefix);

/* limit_reserve - one probe to that address: now_ns, it may leave, or the later time at which to ask again.
 *   wait     the caller's, from call to call; LIMIT_ASKS at first, and again once it may leave
 * A place taken is kept: turns come in the order in which they were asked for. Two generic cell rates (ITU-T I.371)
 * that let LIMIT_BURST_NS worth of probes leave together. now_ns never goes back. O(1). */
#define LIMIT_BURST_NS INT64_C(5000000)
int64_t limit_reserve(struct limit *l, const struct addr *to, enum limit_wait *wait, int64_t now_ns);

/* limit_bytes - of memory for the networks. */
size_t limit_bytes(const struct limit *l);
#endif
