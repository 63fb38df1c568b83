/* prefixes.h - a time for each network that probes go to, which is forgotten once it is past. Pure but for memory.
 *
 * A hash table that is renewed bit by bit, into one that is larger, smaller or of its size: a million networks are
 * never moved in one call, and what is not needed any more is given back. */
#ifndef MINIPING_PREFIXES_H
#define MINIPING_PREFIXES_H
#include "base/addr.h"

#include <stddef.h>
#include <stdint.h>

struct prefixes_table {
	struct prefix *at; /* open addressing */
	uint32_t n_places, n_used;
};

struct prefixes {                       /* all zero but for secret: empty */
	uint64_t secret;                /* networks come from DNS, too: or others could choose networks that collide */
	struct prefixes_table now, old; /* old: being moved to now, up to old_at already */
	uint32_t old_at;
	int64_t renewed_ns; /* when the latest renewal began */
};

#define PREFIXES_RENEW_NS (INT64_C(60) * 1000 * 1000 * 1000) /* from one renewal to the next, unless it is full */

/* prefixes_at - the time of to's /24, or /48 of IPv6: the caller's to change, until the next call. 0 for a network that
 * is new, or whose time is not after now_ns. now_ns never goes back. NULL: out of memory. O(1). */
int64_t *prefixes_at(struct prefixes *p, const struct addr *to, int64_t now_ns);

/* prefixes_clear - forgets all. */
void prefixes_clear(struct prefixes *p);

/* prefixes_bytes - of memory that it takes. */
size_t prefixes_bytes(const struct prefixes *p);
#endif
