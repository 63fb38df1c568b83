/* rows_block.c - a block is its format, which slots it has, a hash, and the rows as columns: differences to what they
 * are likely to be, low bytes and high bytes apart, by zstd. */
#include "store/rows_block.h"

#include "base/hash.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#define FIELDS  (ROW_POINTS + 8) /* of 16 bits: the points; the counts, 32 bits each */
#define ROW_RAW (FIELDS * 2 + 1)
#define RAW_MAX (ROW_RAW * ROWS_BLOCK_ROWS)
#define LEVEL   (-1) /* a tenth of the CPU a minute less than 1, and a tenth more bytes */

enum { AT_FORMAT, AT_MASK = 1, AT_HASH = 9, AT_PACKED = 13 };
#define FORMAT 1

/* Not against anybody who can write the file: against what a disk does. */
static const struct hash_secret no_secret;

static uint32_t hash_of(uint64_t mask, const unsigned char *raw, size_t len)
{
	return (uint32_t)(hash_keyed(&no_secret, raw, len) ^ hash_mix64(mask));
}

/* --- a row as 16-bit fields and back --- */

static void to_fields(uint16_t fields[FIELDS], const struct row *r)
{
	const uint32_t counts[4] = { r->n_sent, r->n_lost, r->n_unknown, r->n_not_sent };

	memcpy(fields, r->q, sizeof(r->q));
	for (unsigned i = 0; i < 4; i++) {
		fields[ROW_POINTS + 2 * i] = (uint16_t)counts[i];
		fields[ROW_POINTS + 2 * i + 1] = (uint16_t)(counts[i] >> 16);
	}
}

static void from_fields(struct row *r, const uint16_t fields[FIELDS])
{
	uint32_t *const counts[4] = { &r->n_sent, &r->n_lost, &r->n_unknown, &r->n_not_sent };

	memcpy(r->q, fields, sizeof(r->q));
	for (unsigned i = 0; i < 4; i++)
		*counts[i] = fields[ROW_POINTS + 2 * i] | (uint32_t)fields[ROW_POINTS + 2 * i + 1] << 16;
}

/* What a field is likely to be: a point like the one below it, anything else like that of the row before. */
static uint16_t likely(size_t field, const uint16_t now[FIELDS], const uint16_t before[FIELDS])
{
	return field > 0 && field < ROW_POINTS ? now[field - 1] : before[field];
}

/* --- blocks --- */

struct rows_zstd {
	ZSTD_CCtx *write;
	ZSTD_DCtx *read;
};

struct rows_zstd *rows_zstd_new(void)
{
	struct rows_zstd *z = calloc(1, sizeof(*z));

	if (!z)
		return NULL;
	z->write = ZSTD_createCCtx();
	z->read = ZSTD_createDCtx();
	if (!z->write || !z->read) {
		rows_zstd_free(z);
		return NULL;
	}
	return z;
}

void rows_zstd_free(struct rows_zstd *z)
{
	if (!z)
		return;
	ZSTD_freeCCtx(z->write);
	ZSTD_freeDCtx(z->read);
	free(z);
}

static void put_row(unsigned char *raw, size_t n, size_t i, const struct row *r, uint16_t before[FIELDS])
{
	uint16_t now[FIELDS];

	to_fields(now, r);
	for (size_t f = 0; f < FIELDS; f++) {
		uint16_t d = (uint16_t)(now[f] - likely(f, now, before));

		raw[(2 * f) * n + i] = (unsigned char)d;
		raw[(2 * f + 1) * n + i] = (unsigned char)(d >> 8);
	}
	raw[2 * (size_t)FIELDS * n + i] = r->is_incomplete;
	memcpy(before, now, sizeof(now));
}

static void get_row(struct row *r, const unsigned char *raw, size_t n, size_t i, uint16_t before[FIELDS])
{
	uint16_t now[FIELDS];

	for (size_t f = 0; f < FIELDS; f++)
		now[f] = (uint16_t)(likely(f, now, before) + (raw[(2 * f) * n + i] | raw[(2 * f + 1) * n + i] << 8));
	from_fields(r, now);
	r->is_incomplete = raw[2 * (size_t)FIELDS * n + i] & 1;
	memcpy(before, now, sizeof(now));
}

size_t rows_block_write(struct rows_zstd *z, unsigned char out[ROWS_BLOCK_MAX], const struct row *rows, uint64_t mask)
{
	unsigned char raw[RAW_MAX];
	uint16_t before[FIELDS] = { 0 };
	size_t n = (size_t)__builtin_popcountll(mask), len, i = 0;

	_Static_assert(AT_PACKED + ZSTD_COMPRESSBOUND(RAW_MAX) <= ROWS_BLOCK_MAX, "a block may not fit");
	for (unsigned slot = 0; slot < ROWS_BLOCK_ROWS; slot++)
		if (mask >> slot & 1)
			put_row(raw, n, i++, &rows[slot], before);
	out[AT_FORMAT] = FORMAT;
	bytes_put(out + AT_MASK, mask, 8);
	bytes_put(out + AT_HASH, hash_of(mask, raw, n * ROW_RAW), 4);
	len = ZSTD_compressCCtx(z->write, out + AT_PACKED, ROWS_BLOCK_MAX - AT_PACKED, raw, n * ROW_RAW, LEVEL);
	return ZSTD_isError(len) ? 0 : AT_PACKED + len;
}

int rows_block_read(struct rows_zstd *z, struct row rows[ROWS_BLOCK_ROWS], uint64_t *mask, const unsigned char *in,
                    size_t len)
{
	unsigned char raw[RAW_MAX];
	uint16_t before[FIELDS] = { 0 };
	uint64_t slots;
	size_t n, i = 0;

	if (len < AT_PACKED || in[AT_FORMAT] != FORMAT)
		return -EBADMSG;
	slots = bytes_get(in + AT_MASK, 8);
	n = (size_t)__builtin_popcountll(slots);
	if (slots >> ROWS_BLOCK_ROWS ||
	    ZSTD_decompressDCtx(z->read, raw, sizeof(raw), in + AT_PACKED, len - AT_PACKED) != n * ROW_RAW)
		return -EBADMSG;
	if (hash_of(slots, raw, n * ROW_RAW) != bytes_get(in + AT_HASH, 4))
		return -EBADMSG;
	for (unsigned slot = 0; slot < ROWS_BLOCK_ROWS; slot++)
		if (slots >> slot & 1)
			get_row(&rows[slot], raw, n, i++, before);
	*mask = slots;
	return 0;
}

/* --- slots --- */

enum { AT_POINTS, AT_COUNTS = 2 * ROW_POINTS };
_Static_assert(AT_COUNTS + 8 == ROWS_SLOT_BYTES, "a slot has points and four counts");

static uint16_t at_most(uint32_t n, uint16_t max)
{
	return n < max ? (uint16_t)n : max;
}

void rows_pack_slot(unsigned char out[ROWS_SLOT_BYTES], const struct row *r)
{
	for (size_t i = 0; i < ROW_POINTS; i++)
		bytes_put(out + AT_POINTS + 2 * i, r->q[i], 2);
	bytes_put(out + AT_COUNTS, at_most(r->n_sent, UINT16_MAX), 2);
	bytes_put(out + AT_COUNTS + 2, at_most(r->n_lost, UINT16_MAX), 2);
	bytes_put(out + AT_COUNTS + 4, at_most(r->n_unknown, UINT16_MAX), 2);
	bytes_put(out + AT_COUNTS + 6, at_most(r->n_not_sent, INT16_MAX) | (r->is_incomplete ? 0x8000u : 0), 2);
}

void rows_unpack_slot(struct row *out, const unsigned char in[ROWS_SLOT_BYTES])
{
	uint64_t last = bytes_get(in + AT_COUNTS + 6, 2);

	for (size_t i = 0; i < ROW_POINTS; i++)
		out->q[i] = (uint16_t)bytes_get(in + AT_POINTS + 2 * i, 2);
	out->n_sent = (uint32_t)bytes_get(in + AT_COUNTS, 2);
	out->n_lost = (uint32_t)bytes_get(in + AT_COUNTS + 2, 2);
	out->n_unknown = (uint32_t)bytes_get(in + AT_COUNTS + 4, 2);
	out->n_not_sent = (uint32_t)last & 0x7fff;
	out->is_incomplete = last >> 15 & 1;
}
