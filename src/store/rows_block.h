/* rows_block.h - up to 60 rows of one target as a compressed block, and back. Pure but for zstd. */
#ifndef MINIPING_ROWS_BLOCK_H
#define MINIPING_ROWS_BLOCK_H
#include "store/row.h"

#include <stddef.h>
#include <stdint.h>

#define ROWS_BLOCK_ROWS 60u
#define ROWS_BLOCK_MAX  8192u /* bytes that one may take */

/* rows_pack_slot / rows_unpack_slot - one row in ROWS_SLOT_BYTES fixed bytes, for the recent tier. */
#define ROWS_SLOT_BYTES 40u
void rows_pack_slot(unsigned char out[ROWS_SLOT_BYTES], const struct row *r);
void rows_unpack_slot(struct row *out, const unsigned char in[ROWS_SLOT_BYTES]);

/* rows_block_write - rows[i] is of slot i; mask: bit i, there is such a row. Its length, 0: out of memory. */
size_t rows_block_write(unsigned char out[ROWS_BLOCK_MAX], const struct row *rows, uint64_t mask);

/* rows_block_read - 0 and mask, or -EBADMSG: damaged, whatever the bytes are. */
int rows_block_read(struct row rows[ROWS_BLOCK_ROWS], uint64_t *mask, const unsigned char *in, size_t len);
#endif
