/* row.h - one target's minute, hour or day: counts and the distribution of its RTTs, small, and mergeable without
 * averaging a percentile. Pure. */
#ifndef MINIPING_ROW_H
#define MINIPING_ROW_H
#include "core/past.h"
#include "core/rtt_code.h"

#include <stddef.h>
#include <stdint.h>

/* What is known of a distribution, ascending. The points beyond p95 are its sketch of the tail; row.c has their shares.
 */
enum row_quantile {
	ROW_MIN,
	ROW_P10,
	ROW_P25,
	ROW_MEDIAN,
	ROW_P75,
	ROW_P90,
	ROW_P95,
	ROW_P99 = 11,
	ROW_MAX = 15,
	ROW_POINTS
};

struct row { /* plain value; all zero: nothing was probed. 16-bit counts stop at their greatest value in minutes only */
	uint32_t n_sent, n_lost, n_unknown, n_not_sent;
	uint16_t q[ROW_POINTS]; /* rtt_code; RTT_CODE_NONE: no reply */
	uint8_t is_incomplete;
};

/* row_of_codes - of n RTTs (sorted by it), each point as the nearest rank; counts are the caller's to set. */
void row_of_codes(struct row *r, uint16_t *codes, size_t n);

/* row_merge - one row of n, weighted by their replies: the distributions are added, and their quantiles read off the
 * sum. min, max and counts are exact, and all is where no row has more than five replies. O(n), some 4 µs for 60
 * (bench/micro). */
void row_merge(struct row *out, const struct row *rows, size_t n);

/* row_point - as those who ask have it: RTTs in ns. */
void row_point(struct past_point *out, const struct row *r, int64_t at_s);
#endif
