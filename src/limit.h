/* limit.h - how many probes a second may leave: of the whole daemon, and into one network. Pure but for
 * memory. What is too much is not dropped but given a later time, so that every target gets its turn. */
#ifndef MINIPING_LIMIT_H
#define MINIPING_LIMIT_H
#include "addr.h"

#include <stdint.h>

struct limit;

/* limit_new - without limits. NULL: out of memory. */
struct limit *limit_new(void);
void limit_free(struct limit *l);

/* limit_set - probes a second of all, and of one prefix (/24, or /48 of IPv6); 0: no limit. */
void limit_set(struct limit *l, uint32_t max_rate, uint32_t max_rate_per_prefix);

/* limit_reserve - the time for one probe to that address: now_ns, or later where the rates are used up.
 * The place is taken: whoever gets a later time sends then, without asking again. A generic cell rate
 * (ITU-T I.371) that lets LIMIT_BURST_NS worth of probes leave together. O(1). */
#define LIMIT_BURST_NS INT64_C(5000000)
int64_t limit_reserve(struct limit *l, const struct addr *to, int64_t now_ns);
#endif
