/* store.h - the thread that writes what outlives a restart, as the daemon sees it: blocks of bytes go in, and nothing
 * waits. The loop fills blocks with a save of all targets, which the thread turns into the state file, and with the
 * tape of results, which it turns into the minutes of the history. */
#ifndef MINIPING_STORE_H
#define MINIPING_STORE_H
#include "store/store_block.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct state_memory;
struct store; /* opaque; its functions are one thread's, the loop's */

/* store_start - 0 and *out, or -errno. A save that fails is reported to the operator, once for each reason, as is the
 * next one that does not. */
int store_start(struct store **out);

/* store_take - an empty block; NULL: all of its sort are under way. store_give - it is the thread's. Neither waits, nor
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

/* store_history_status_of - any thread; what the file is and was when it was last written. store_history_names_wanted -
 * true once: all targets are to be named anew on the tape. */
void store_history_status_of(struct store *s, struct store_history_status *out);
bool store_history_names_wanted(struct store *s);

/* store_end - what has been given is written, for at most wait_ns; a save without its end is dropped. False: the thread
 * is left behind with a disk that does not answer, and s must stay. NULL: true. store_free - after that, once no thread
 * asks for the history's status any more. NULL allowed. */
bool store_end(struct store *s, int64_t wait_ns);
void store_free(struct store *s);
#endif
