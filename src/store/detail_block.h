/* detail_block.h - single probes of some series in one minute, as a compressed block, and back. Pure but for zstd. */
#ifndef MINIPING_DETAIL_BLOCK_H
#define MINIPING_DETAIL_BLOCK_H
#include <stddef.h>
#include <stdint.h>

enum detail_kind { DETAIL_REPLY, DETAIL_LOST, DETAIL_UNKNOWN, DETAIL_NOT_SENT };

struct detail_probe {   /* plain value */
	uint16_t rtt;   /* rtt_code; of a reply */
	uint8_t second; /* of the minute in which its outcome was known, 0 .. 59; ascending in a series */
	uint8_t kind;   /* enum detail_kind */
};

struct detail_series { /* borrowed */
	uint32_t series;
	const struct detail_probe *probes;
	size_t n;
};

#define DETAIL_CHUNK_SERIES 128u       /* neighbouring series of which a block is */
#define DETAIL_PROBES_MAX   (1u << 20) /* of a block; those beyond that are left out */

/* detail_block_write - of all[0 .. n), ascending, of one chunk: a malloc'ed block of *len bytes, or NULL: out of
 * memory. Blocks may stand one behind the other. */
unsigned char *detail_block_write(const struct detail_series *all, size_t n, size_t *len);

/* detail_block_read - hands on the probes of series from all blocks in in[0 .. len), the chunk's. 0, -ENOMEM, or
 * -EBADMSG: damaged, whatever the bytes are. */
int detail_block_read(const unsigned char *in, size_t len, uint32_t series,
                      int (*on)(void *to, const struct detail_probe *p), void *to);
#endif
