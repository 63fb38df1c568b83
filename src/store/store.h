/* store.h - the thread that writes what outlives a restart, as the daemon sees it: blocks of bytes go in, and nothing
 * waits. The loop fills blocks with a save of all targets; the thread turns them into the state file. */
#ifndef MINIPING_STORE_H
#define MINIPING_STORE_H
#include "base/post.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct state_memory;
struct store; /* opaque; its functions are one thread's, the loop's */

enum store_kind {
	STORE_STATE_BEGIN, /* a save begins, to the file whose path these bytes are, with its NUL: what came of one
	                    * before that has not ended is dropped */
	STORE_STATE,       /* whole records of it (state_record.h) */
	STORE_STATE_END,   /* it is whole: the file is put in place of the one before */
	STORE_STATE_LEAVE, /* nothing more is saved where it was; these bytes are the struct state_lock * of the file,
	                    * which is released: a save that has not ended is dropped */
};

#define STORE_BLOCK_BYTES (64u * 1024 - 64)
#define STORE_BLOCKS      16u /* how many may wait for the disk: memory is taken as they are first used */

struct store_block {
	struct post_item item; /* first */
	enum store_kind kind;
	uint32_t len;
	int64_t at_real_ns; /* of STORE_STATE_BEGIN: when that was */
	unsigned char bytes[STORE_BLOCK_BYTES];
};

/* store_start - 0 and *out, or -errno. A save that fails is reported to the operator, once for each reason, as is the
 * next one that does not. */
int store_start(struct store **out);

/* store_take - an empty block; NULL: all of them are under way. store_give - it is the thread's. Neither waits, nor
 * allocates; O(1). */
struct store_block *store_take(struct store *s, enum store_kind kind);
void store_give(struct store *s, struct store_block *b);

struct store_save {                     /* that has ended */
	int64_t begun_real_ns, took_ns; /* took_ns: from its begin to the file in place, or to its failure */
	uint64_t bytes;                 /* of the file */
	int err;                        /* 0, or -errno: the file before is still in place */
};

/* store_saved - the latest save that has ended since the call before. False: none has. O(1), and waits for nothing. */
bool store_saved(struct store *s, struct store_save *out);

/* store_forget - frees m there, for that takes its time. Before that, the one given before has been freed or is so now;
 * NULL allowed. */
void store_forget(struct store *s, struct state_memory *m);

/* store_end - what has been given is written, for at most wait_ns; a save without its end is dropped. False: the thread
 * is left behind with a disk that does not answer, and s must stay. NULL: true. */
bool store_end(struct store *s, int64_t wait_ns);
#endif
