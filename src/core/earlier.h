/* earlier.h - what a target's counters were before the process began to count at 0: kept beside them, for log and API
 * to add. Metrics have the process's own, as Prometheus wants counters. Pure. */
#ifndef MINIPING_EARLIER_H
#define MINIPING_EARLIER_H
#include "core/remembered.h"

#include <stdint.h>

struct earlier { /* 64 bytes; all zero: nothing. The small ones stop at 2^32 − 1 */
	int64_t started_real_ns;
	uint64_t received, timeout;
	uint32_t unreachable, ttl_exceeded, too_big, unknown, send_error;
	uint32_t late, duplicate, corrupt, foreign, truncated;
};

struct earlier earlier_of(const struct remembered *r);

struct earlier_sums { /* since started_real_ns, over all restarts */
	int64_t started_real_ns;
	uint64_t sent, received, lost, unknown; /* as target_totals */
	uint64_t timeout, unreachable, ttl_exceeded, too_big, send_error;
	uint64_t late, duplicate, corrupt, foreign, truncated;
};

/* earlier_add - e and c together.
 *   e                 NULL: nothing
 *   started_real_ns   since when c counts */
struct earlier_sums earlier_add(const struct earlier *e, const struct target_counters *c, int64_t started_real_ns);

/* earlier_remembered - as state_record_write wants it: only the counters. */
struct remembered earlier_remembered(const struct earlier *e);
#endif
