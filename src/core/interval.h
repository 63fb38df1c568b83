/* interval.h - what has become of a target's probes since its previous report: five counts in 48 bits, so that a
 * million targets have room for them, and in a block of their own where one of them is too large for that. */
#ifndef MINIPING_INTERVAL_H
#define MINIPING_INTERVAL_H
#include <stdint.h>

enum interval_count {
	INTERVAL_RECEIVED,
	INTERVAL_LOST,
	INTERVAL_UNKNOWN,
	INTERVAL_NOT_SENT,
	INTERVAL_SKIPPED, /* slots in which nothing was tried */
	INTERVAL_COUNTS
};

struct interval {
	uint64_t packed; /* 0: nothing yet; never more than INTERVAL_BITS */
};

#define INTERVAL_BITS 48u

struct interval_view {
	uint32_t n[INTERVAL_COUNTS]; /* by enum interval_count; each stops at 2^32 − 1 */
};

/* interval_add - n more; n < 0: fewer, but never less than 0. O(1); allocates once a count passes 32,767 (received,
 * lost) or 2,047 (the others), which no report at the default options comes near. Without memory, a count stays at
 * that. */
void interval_add(struct interval *i, enum interval_count which, int64_t n);

struct interval_view interval_view(const struct interval *i);

/* interval_clear - counts from zero again, and releases what was allocated. */
void interval_clear(struct interval *i);
#endif
