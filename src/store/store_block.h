/* store_block.h - what the loop and the store's thread hand each other. */
#ifndef MINIPING_STORE_BLOCK_H
#define MINIPING_STORE_BLOCK_H
#include "base/post.h"
#include "store/history_open.h"
#include "store/store_options.h"

#include <stdbool.h>
#include <stdint.h>

enum store_kind {
	STORE_STATE_BEGIN, /* a save begins, to the file whose path these bytes are, with its NUL: what came of one
	                    * before that has not ended is dropped */
	STORE_STATE,       /* whole records of it (state_record.h) */
	STORE_STATE_END,   /* it is whole: the file is put in place of the one before */
	STORE_STATE_LEAVE, /* nothing more is saved where it was; these bytes are the struct store_lock * of the file,
	                    * which is released: a save that has not ended is dropped */
	STORE_TAPE,        /* of the history: tape.h */
	STORE_HISTORY,     /* a struct store_history_change */
};

#define STORE_BLOCK_BYTES (64u * 1024 - 64)
/* How many may wait for the disk, of saves and of all else: memory is taken as they are first used. */
#define STORE_BLOCKS      16u
#define STORE_TAPE_BLOCKS 128u /* 10 s of 100,000 probes a second */

struct store_block {
	struct post_item item; /* first */
	enum store_kind kind;
	uint32_t len;
	int64_t at_real_ns; /* of STORE_STATE_BEGIN: when that was */
	unsigned char bytes[STORE_BLOCK_BYTES];
};

struct store_history_change {  /* of the file, or of its options */
	struct history_db *db; /* the store's from now on; with moves, NULL: nothing is kept */
	bool moves;            /* to db, from the one before, which is closed; its targets are to be named anew */
	bool is_dropped;       /* db is closed, and all stays as it was */
	char file[PLACE_MAX];
	struct history_options options; /* but for its file */
};

struct store_history_status {
	uint64_t version; /* another one: another file */
	bool is_on;
	char file[PLACE_MAX];
	char error[160]; /* what keeps it from being written; "": nothing */
	uint64_t bytes;
	int64_t newest_s; /* the latest minute that is stored; 0: none */
};
#endif
