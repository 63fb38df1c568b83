/* state_lock.h - no two daemons keep their state in one file, nor their history: each would find, and write over, the
 * other's. */
#ifndef MINIPING_STATE_LOCK_H
#define MINIPING_STATE_LOCK_H
#include <sys/types.h>

struct state_lock; /* lasts as long as the process, or until it is released */

/* state_lock_take - path is this daemon's alone: by FILE.lock, for the file itself is another after each save. 0 and
 * *out, also where the file system has no locks; or -errno, after a message to the operator: -ETXTBSY another daemon
 * has it. May wait for the disk: not for the loop. */
int state_lock_take(struct state_lock **out, const char *path);

/* state_lock_try - the same without a message; *holder as filelock_take has it. */
int state_lock_try(struct state_lock **out, const char *path, pid_t *holder);

/* state_lock_release - likewise. NULL allowed. */
void state_lock_release(struct state_lock *l);
#endif
