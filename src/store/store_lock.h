/* store_lock.h - no two daemons keep their state in one file, nor their history: each would find, and write over, the
 * other's. */
#ifndef MINIPING_STORE_LOCK_H
#define MINIPING_STORE_LOCK_H
#include "store/place.h"

struct store_lock; /* lasts as long as the process, or until it is released */

/* store_lock_take - path is this daemon's alone: by FILE.lock, for the file itself may be another after each save. 0
 * and *out, also where the file system has no locks; or -errno and why: -ETXTBSY another daemon has it. May wait for
 * the disk: not for the loop. */
int store_lock_take(struct store_lock **out, const char *path, char why[PLACE_WHY]);

/* store_lock_release - likewise. NULL allowed. */
void store_lock_release(struct store_lock *l);
#endif
