/* history_tier.c - a chunk is a mask of 100 or 70 bits and the rows that are there, one behind the other: series that
 * have gone, or are rarely probed, take no room. */
#include "store/history_tier.h"
#include "store/bytes.h"

#include <errno.h>
#include <string.h>

#define COUNTS_BYTES 16u
#define MASK_BYTES   16u

/* clang-format off */
const struct history_tier history_tiers[TIERS] = {
	[TIER_MINUTES] = { 60, 3600, 60, 100, ROWS_SLOT_BYTES, false },
	[TIER_HOURS]   = { 3600, 86400, 24, 70, ROWS_SLOT_BYTES + COUNTS_BYTES, true },
};
/* clang-format on */

_Static_assert(MASK_BYTES + 100 * ROWS_SLOT_BYTES <= CHUNK_BYTES_MAX, "a chunk of minutes is too long");
_Static_assert(MASK_BYTES + 70 * (ROWS_SLOT_BYTES + COUNTS_BYTES) <= CHUNK_BYTES_MAX, "a chunk of hours is too long");

void history_row_join(enum history_tier_number tier, struct row *there, const struct row *r)
{
	if (tier == TIER_MINUTES) {
		struct row both[2] = { *there, *r };

		row_merge(there, both, 2);
		there->is_incomplete = both[0].is_incomplete | both[1].is_incomplete;
	} else if ((uint64_t)r->n_sent + r->n_not_sent > (uint64_t)there->n_sent + there->n_not_sent) {
		*there = *r;
	}
}

void history_chunk_add(enum history_tier_number tier, struct history_chunk *c, unsigned i, const struct row *r)
{
	if (history_chunk_has(c, i)) {
		history_row_join(tier, &c->rows[i], r);
	} else {
		c->rows[i] = *r;
		c->mask[i / 64] |= UINT64_C(1) << (i % 64);
	}
}

static void put_row(const struct history_tier *t, unsigned char *to, const struct row *r)
{
	rows_pack_slot(to, r);
	if (!t->has_counts)
		return;
	to += ROWS_SLOT_BYTES;
	bytes_put(to, r->n_sent, 4);
	bytes_put(to + 4, r->n_lost, 4);
	bytes_put(to + 8, r->n_unknown, 4);
	bytes_put(to + 12, r->n_not_sent, 4);
}

static void get_row(const struct history_tier *t, struct row *r, const unsigned char *from)
{
	rows_unpack_slot(r, from);
	if (!t->has_counts)
		return;
	from += ROWS_SLOT_BYTES;
	r->n_sent = (uint32_t)bytes_get(from, 4);
	r->n_lost = (uint32_t)bytes_get(from + 4, 4);
	r->n_unknown = (uint32_t)bytes_get(from + 8, 4);
	r->n_not_sent = (uint32_t)bytes_get(from + 12, 4);
}

size_t history_chunk_write(enum history_tier_number tier, unsigned char out[CHUNK_BYTES_MAX],
                           const struct history_chunk *c)
{
	const struct history_tier *t = &history_tiers[tier];
	size_t len = MASK_BYTES;

	bytes_put(out, c->mask[0], 8);
	bytes_put(out + 8, c->mask[1], 8);
	for (unsigned i = 0; i < t->chunk_series; i++)
		if (history_chunk_has(c, i)) {
			put_row(t, out + len, &c->rows[i]);
			len += t->slot_bytes;
		}
	return len;
}

/* The masks of bytes; false: they and the length do not agree. */
static bool read_mask(const struct history_tier *t, uint64_t mask[2], const unsigned char *bytes, size_t len)
{
	unsigned n, beyond = t->chunk_series - 64;

	if (len < MASK_BYTES)
		return false;
	mask[0] = bytes_get(bytes, 8);
	mask[1] = bytes_get(bytes + 8, 8);
	if (mask[1] >> beyond)
		return false;
	n = (unsigned)__builtin_popcountll(mask[0]) + (unsigned)__builtin_popcountll(mask[1]);
	return len == MASK_BYTES + (size_t)n * t->slot_bytes;
}

int history_chunk_read(enum history_tier_number tier, struct history_chunk *c, const void *bytes, size_t len)
{
	const struct history_tier *t = &history_tiers[tier];
	const unsigned char *at = bytes;

	c->mask[0] = c->mask[1] = 0;
	if (!read_mask(t, c->mask, at, len)) {
		c->mask[0] = c->mask[1] = 0;
		return -EBADMSG;
	}
	at += MASK_BYTES;
	for (unsigned i = 0; i < t->chunk_series; i++)
		if (history_chunk_has(c, i)) {
			get_row(t, &c->rows[i], at);
			at += t->slot_bytes;
		}
	return 0;
}

bool history_chunk_row(enum history_tier_number tier, struct row *out, const void *bytes, size_t len, unsigned i)
{
	const struct history_tier *t = &history_tiers[tier];
	uint64_t mask[2], below;
	unsigned before;

	if (!read_mask(t, mask, bytes, len) || !(mask[i / 64] >> (i % 64) & 1))
		return false;
	below = (UINT64_C(1) << (i % 64)) - 1;
	before = (unsigned)__builtin_popcountll(mask[i / 64] & below);
	if (i >= 64)
		before += (unsigned)__builtin_popcountll(mask[0]);
	get_row(t, out, (const unsigned char *)bytes + MASK_BYTES + (size_t)before * t->slot_bytes);
	return true;
}
