/* store.h - the thread that writes state and history, as the daemon sees it: blocks of bytes go in, nothing waits. The
 * loop fills blocks with a save of all targets or with the results of probes; the thread turns them into files. */
#ifndef MINIPING_STORE_H
#define MINIPING_STORE_H
#include "base/post.h"
#include "store/store_options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

enum store_kind {
	STORE_STATE_BEGIN, /* a save begins: what came of one before that has not ended is dropped */
	STORE_STATE,       /* whole records of it (state_record.h) */
	STORE_STATE_END,   /* it is whole: the file is put in place of the one before */
	STORE_TAPE,        /* what has happened to probes and targets (tape.h), in order */
};

#define STORE_BLOCK_BYTES (64 * 1024 - 64)
#define STORE_BLOCKS_MAX \
	1024u /* 64 MiB: what may wait for a disk that is slow; results beyond them are counted as lost */
#define STORE_STATE_BLOCKS_MAX 16u /* of these, those of a save: it waits for the thread instead */

struct store_block {
	struct post_item item; /* first */
	enum store_kind kind;
	uint32_t len;
	unsigned char bytes[STORE_BLOCK_BYTES];
};

/* store_start - the thread, with nothing open. 0 and *out, or -errno. */
int store_start(struct store **out);

/* store_prepare - opens what o says, so that all that may fail has failed: 0 and *out, or -errno after a diag. A file
 * that is damaged, foreign or newer has been set aside (FILE.damaged-TIME) with a diag that says so, and a new one
 * begun. Not on the loop: it may wait for a disk. store_use - in force from now on; never waits; of the loop. */
struct store_setup;
int store_prepare(struct store_setup **out, struct store *s, const struct store_options *o);
void store_setup_free(struct store_setup *x); /* NULL allowed */
void store_use(struct store *s, struct store_setup *x);

/* store_take - an empty block; NULL: as many as may be are under way, or no memory. store_give - it is the thread's.
 * Neither waits. Of the loop. */
struct store_block *store_take(struct store *s, enum store_kind kind);
void store_give(struct store *s, struct store_block *b);

/* store_lost - counts n results that found no block. Any thread. */
void store_lost(struct store *s, uint64_t n);

struct store_figures {                               /* since the start */
	uint64_t n_saves, n_save_errors, save_bytes; /* bytes: of the latest file */
	int64_t saved_real_ns;                       /* when the latest save ended; 0: none has */
	uint64_t n_lost_results;
	uint64_t history_bytes;
	int64_t history_newest_s;
	char error[160]; /* what keeps state or history from being written now; "": nothing */
};

/* store_figures - now. Any thread. */
struct store_figures store_figures(struct store *s);

/* store_end - what has been given is written, at most for wait_ns; false: the thread is left behind, and what it uses
 * must stay. NULL: true. */
bool store_end(struct store *s, int64_t wait_ns);
#endif
