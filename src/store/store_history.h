/* store_history.h - the store's thread on the history: tape to minutes, minutes to the file, which is tended between
 * blocks. All but store_history_status is that thread's. */
#ifndef MINIPING_STORE_HISTORY_H
#define MINIPING_STORE_HISTORY_H
#include "store/store_block.h"

struct store_history;

/* store_history_new - without a file: what comes is dropped. NULL: out of memory. */
struct store_history *store_history_new(void);

/* store_history_close - writes what there is, also of the running minute, and closes the file. store_history_free - of
 * one that has been closed, or never had a file. NULL allowed. */
void store_history_close(struct store_history *h);
void store_history_free(struct store_history *h);

/* store_history_take - a block of STORE_TAPE or STORE_HISTORY; may wait for the disk. */
void store_history_take(struct store_history *h, const struct store_block *b);

/* store_history_tend - what the file needs now, for some 16 ms. True: there is more, if nothing else is to be done. */
bool store_history_tend(struct store_history *h);

/* Any thread: store_history_status_of and store_history_names_wanted of store.h. */
void store_history_status(struct store_history *h, struct store_history_status *out);
bool store_history_wants_names(struct store_history *h);
#endif
