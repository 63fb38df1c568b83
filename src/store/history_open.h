/* history_open.h - the history's file as a start or a reload finds it: where it is, and its one writer. Any call but
 * history_open_path may wait for the disk: not for the loop. */
#ifndef MINIPING_HISTORY_OPEN_H
#define MINIPING_HISTORY_OPEN_H
#include "store/history_db.h"
#include "store/place.h"

/* history_open_path - where o, and directory (the environment's STATE_DIRECTORY; NULL: it has none), have it; perhaps
 * in buf. NULL: nowhere. Does not touch the disk. */
const char *history_open_path(const struct history_options *o, const char *directory, char buf[PLACE_MAX]);

/* history_open - the history at path, made if there is none. 0 and *out; or -errno, after a message to the operator. A
 * file that is damaged, foreign or newer is set aside as FILE.damaged-TIME with what SQLite has beside it, which the
 * operator is told, and another is begun. */
int history_open(struct history_db **out, const char *path, const struct history_options *o);

/* history_set_aside - the file at path, which nobody here has open and which is damaged as why says, likewise. 0, or
 * -errno after a message. */
int history_set_aside(const char *path, const char *why);
#endif
