/* history_tier.h - the two tiers of the history, of minutes and of hours, and how their rows stand in the file: first
 * by slot, in chunks of neighbouring series, then by block, a series each. Pure. */
#ifndef MINIPING_HISTORY_TIER_H
#define MINIPING_HISTORY_TIER_H
#include "store/row.h"
#include "store/rows_block.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum history_tier_number { TIER_MINUTES, TIER_HOURS, TIERS };

struct history_tier {
	int64_t slot_s, block_s; /* block_s = slot_s * n_slots */
	unsigned n_slots;        /* of a block */
	unsigned chunk_series;   /* so many that a chunk stands in one page, without overflow pages */
	unsigned slot_bytes;
	bool has_counts; /* 32-bit counts beside the packed row, whose own stop at 65535 */
};
extern const struct history_tier history_tiers[TIERS];

#define CHUNK_SERIES_MAX 400u
#define CHUNK_BYTES_MAX  16128u
#define CHUNK_WORDS      7u                   /* of 64 bits: a bit for each series */
#define SERIES_MAX       (UINT32_C(70) << 16) /* a chunk's number has 16 bits, a series' in a block's id 24 */

struct history_chunk {
	uint64_t mask[CHUNK_WORDS]; /* bit i: there is a row of the chunk's i-th series */
	struct row rows[CHUNK_SERIES_MAX];
};

/* Ids of the tables: a chunk's is slot * 2^16 + chunk, a block's block * 2^24 + series; both ascend with time. */
static inline int64_t history_chunk_id(int64_t slot, uint32_t chunk)
{
	return (int64_t)((uint64_t)slot << 16 | chunk);
}

static inline int64_t history_block_id(int64_t block, uint32_t series)
{
	return (int64_t)((uint64_t)block << 24 | series);
}

static inline bool history_chunk_has(const struct history_chunk *c, unsigned i)
{
	return c->mask[i / 64] >> (i % 64) & 1;
}

/* history_chunk_add - r is the chunk's i-th; where there is one already, they are joined (history_row_join). */
void history_chunk_add(enum history_tier_number tier, struct history_chunk *c, unsigned i, const struct row *r);

/* history_row_join - r is of the same slot as what is there. Of minutes both count: a restart has cut it in two. Of
 * hours the fuller one does: each was merged from all minutes there were then. */
void history_row_join(enum history_tier_number tier, struct row *there, const struct row *r);

/* history_chunk_write - returns its length, at most CHUNK_BYTES_MAX. history_chunk_read - 0, or -EBADMSG and nothing
 * is in it. history_chunk_row - its i-th row alone; false: there is none, or the chunk is damaged. O(1).
 * history_chunk_mask - its mask; returns its rows, slot_bytes each, as they are, or NULL: it is damaged. */
size_t history_chunk_write(enum history_tier_number tier, unsigned char out[CHUNK_BYTES_MAX],
                           const struct history_chunk *c);
int history_chunk_read(enum history_tier_number tier, struct history_chunk *c, const void *bytes, size_t len);
const unsigned char *history_chunk_mask(enum history_tier_number tier, uint64_t mask[CHUNK_WORDS], const void *bytes,
                                        size_t len);
bool history_chunk_row(enum history_tier_number tier, struct row *out, const void *bytes, size_t len, unsigned i);
#endif
