/* rows_block.h - up to 60 rows of one target as a compressed block, and back. Pure but for zstd. */
#ifndef MINIPING_ROWS_BLOCK_H
#define MINIPING_ROWS_BLOCK_H
#include "store/bytes.h"
#include "store/row.h"

#include <stddef.h>
#include <stdint.h>

#define ROWS_BLOCK_ROWS 60u
#define ROWS_BLOCK_MAX  8192u /* bytes that one may take */

/* rows_pack_slot / rows_unpack_slot - one row in ROWS_SLOT_BYTES fixed bytes, for the recent tier. */
#define ROWS_SLOT_BYTES 40u
void rows_pack_slot(unsigned char out[ROWS_SLOT_BYTES], const struct row *r);
void rows_unpack_slot(struct row *out, const unsigned char in[ROWS_SLOT_BYTES]);

/* rows_slot_glance - what a scan of many rows wants of one, without unpacking it. */
struct rows_glance {
	uint32_t n_sent, n_lost, n_replies;
	uint16_t p10, median, p90; /* rtt_code */
};
static inline void rows_slot_glance(struct rows_glance *out, const unsigned char in[ROWS_SLOT_BYTES])
{
	uint32_t n_unknown = (uint32_t)bytes_get(in + 2 * ROW_POINTS + 4, 2);

	out->n_sent = (uint32_t)bytes_get(in + 2 * ROW_POINTS, 2);
	out->n_lost = (uint32_t)bytes_get(in + 2 * ROW_POINTS + 2, 2);
	out->n_replies = out->n_sent > out->n_lost + n_unknown ? out->n_sent - out->n_lost - n_unknown : 0;
	out->p10 = (uint16_t)bytes_get(in + 2 * ROW_P10, 2);
	out->median = (uint16_t)bytes_get(in + 2 * ROW_MEDIAN, 2);
	out->p90 = (uint16_t)bytes_get(in + 2 * ROW_P90, 2);
}

/* rows_zstd_new - what zstd needs, kept from one block to the next; of one thread. NULL: out of memory. */
struct rows_zstd;
struct rows_zstd *rows_zstd_new(void);
void rows_zstd_free(struct rows_zstd *z); /* NULL allowed */

/* rows_block_write - rows[i] is of slot i; mask: bit i, there is such a row. Its length, 0: out of memory. */
size_t rows_block_write(struct rows_zstd *z, unsigned char out[ROWS_BLOCK_MAX], const struct row *rows, uint64_t mask);

/* rows_block_read - 0 and mask, or -EBADMSG: damaged, whatever the bytes are. */
int rows_block_read(struct rows_zstd *z, struct row rows[ROWS_BLOCK_ROWS], uint64_t *mask, const unsigned char *in,
                    size_t len);
#endif
