/* state_format.h - what a state file begins with, and what stands before each of its blocks: for writer and reader.
 *
 * A file is a head, blocks of whole records (state_record.h), and an end. Numbers are little-endian. A block's hash is
 * keyed with the one before it, so that none can be missing, doubled or out of its place, and a file that was cut has
 * no end. It finds damage, not forgery: whoever can write the file can write any state. */
#ifndef MINIPING_STATE_FORMAT_H
#define MINIPING_STATE_FORMAT_H
#include "base/hash.h"
#include "store/bytes.h"

#include <zstd.h>

#define STATE_MAGIC   "MPDSTATE"
#define STATE_VERSION 1u

enum {
	STATE_HEAD_VERSION = 8, /* 4 */
	STATE_HEAD_UNUSED = 12, /* 4: 0 */
	STATE_HEAD_SAVED = 16,  /* 8: when the save began, CLOCK_REALTIME, ns */
	STATE_HEAD_HASH = 24,   /* 8: of all before */
	STATE_HEAD_BYTES = 32,

	STATE_BLOCK_RAW = 0,    /* 4: bytes of records; 0: the end, whose own bytes are the number of records, 8 */
	STATE_BLOCK_PACKED = 4, /* 4: bytes that follow: the records, as a frame of zstd */
	STATE_BLOCK_HASH = 8,   /* 8: of these */
	STATE_BLOCK_BYTES = 16,

	STATE_END_BYTES = 8
};

#define STATE_RAW_MAX    ((size_t)64 * 1024)
#define STATE_PACKED_MAX ZSTD_COMPRESSBOUND(STATE_RAW_MAX)

static inline uint64_t state_head_hash(const unsigned char *head)
{
	static const struct hash_secret key = { 1, 0 };

	return hash_keyed(&key, head, STATE_HEAD_HASH);
}

/* state_block_hash - before: the block's or head's before it. */
static inline uint64_t state_block_hash(uint64_t before, const unsigned char *head, const unsigned char *packed,
                                        size_t len)
{
	const struct hash_secret key = { before, bytes_get(head, STATE_BLOCK_HASH) };

	return hash_keyed(&key, packed, len);
}
#endif
