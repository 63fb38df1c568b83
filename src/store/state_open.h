/* state_open.h - the state file as a start or a reload finds it: where it is, whether it can be saved, and what is
 * remembered there. Any call may wait for the disk: not for the loop. */
#ifndef MINIPING_STATE_OPEN_H
#define MINIPING_STATE_OPEN_H
#include "store/place.h"
#include "store/state_memory.h"
#include "store/store_lock.h"
#include "store/store_options.h"

/* state_open_path - where o, and directory (the environment's STATE_DIRECTORY; NULL: it has none), have it; perhaps in
 * buf. NULL: nowhere. Does not touch the disk. */
const char *state_open_path(const struct state_options *o, const char *directory, char buf[PLACE_MAX]);

/* state_open_check - can it be read, if there is one, and can another be put in its place? 0; or -errno, after a
 * message to the operator. */
int state_open_check(const char *path);

/* state_open_lock - as store_lock_take, after a message to the operator. */
int state_open_lock(struct store_lock **out, const char *path);

/* state_open - what is remembered at path. 0 and *out (NULL: nothing); -errno, as state_open_check. A file that is
 * damaged, foreign or newer is set aside as FILE.damaged-TIME, which the operator is told, and counts as none. */
int state_open(struct state_memory **out, const char *path, struct hash_secret secret);
#endif
