/* history_tier.c - a chunk is a mask of its series, as many 64-bit words as it takes, and the rows that are there, one
 * behind the other: series that have gone, or are rarely probed, take no room. */
#include "store/history_tier.h"
#include "store/bytes.h"

#include <errno.h>
#include <string.h>

#define COUNTS_BYTES 16u
#define MASK_BYTES   (1 + 8 * CHUNK_WORDS)

/* clang-format off */
const struct history_tier history_tiers[TIERS] = {
	[TIER_MINUTES] = { 60, 3600, 60, 400, ROWS_SLOT_BYTES, false },
	[TIER_HOURS]   = { 3600, 86400, 24, 280, ROWS_SLOT_BYTES + COUNTS_BYTES, true },
};
/* clang-format on */

_Static_assert(MASK_BYTES + 400 * ROWS_SLOT_BYTES <= CHUNK_BYTES_MAX, "a chunk of minutes is too long");
_Static_assert(MASK_BYTES + 280 * (ROWS_SLOT_BYTES + COUNTS_BYTES) <= CHUNK_BYTES_MAX, "a chunk of hours is too long");

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
	size_t n_words = CHUNK_WORDS;
	size_t len;

	while (n_words && !c->mask[n_words - 1])
		n_words--;
	out[0] = (unsigned char)n_words;
	for (size_t w = 0; w < n_words; w++)
		bytes_put(out + 1 + 8 * w, c->mask[w], 8);
	len = 1 + 8 * n_words;
	for (unsigned i = 0; i < t->chunk_series; i++)
		if (history_chunk_has(c, i)) {
			put_row(t, out + len, &c->rows[i]);
			len += t->slot_bytes;
		}
	return len;
}

const unsigned char *history_chunk_mask(enum history_tier_number tier, uint64_t mask[CHUNK_WORDS], const void *bytes,
                                        size_t len)
{
	const struct history_tier *t = &history_tiers[tier];
	const unsigned char *at = bytes;
	size_t n = 0, head;

	if (!len || at[0] > CHUNK_WORDS || len < 1 + 8 * (size_t)at[0])
		return NULL;
	head = 1 + 8 * (size_t)at[0];
	for (size_t w = 0; w < CHUNK_WORDS; w++) {
		mask[w] = w < at[0] ? bytes_get(at + 1 + 8 * w, 8) : 0;
		n += (size_t)__builtin_popcountll(mask[w]);
		if (w == t->chunk_series / 64 && mask[w] >> (t->chunk_series % 64))
			return NULL;
		if (w > t->chunk_series / 64 && mask[w])
			return NULL;
	}
	return len == head + n * t->slot_bytes ? at + head : NULL;
}

int history_chunk_read(enum history_tier_number tier, struct history_chunk *c, const void *bytes, size_t len)
{
	const struct history_tier *t = &history_tiers[tier];
	const unsigned char *at = history_chunk_mask(tier, c->mask, bytes, len);

	if (!at) {
		memset(c->mask, 0, sizeof(c->mask));
		return -EBADMSG;
	}
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
	uint64_t mask[CHUNK_WORDS];
	const unsigned char *rows = history_chunk_mask(tier, mask, bytes, len);
	size_t before = 0;

	if (!rows || !(mask[i / 64] >> (i % 64) & 1))
		return false;
	for (unsigned w = 0; w < i / 64; w++)
		before += (size_t)__builtin_popcountll(mask[w]);
	before += (size_t)__builtin_popcountll(mask[i / 64] & ((UINT64_C(1) << (i % 64)) - 1));
	get_row(t, out, rows + before * t->slot_bytes);
	return true;
}
