/* place.h - where state and history have their files, and how one that cannot be used is put out of the way. */
#ifndef MINIPING_PLACE_H
#define MINIPING_PLACE_H
#include <stdbool.h>
#include <stddef.h>

#define PLACE_MAX 4096u
#define PLACE_WHY 160 /* for what is wrong with a file, in words */

/* place_path - file, if it is named ("off": nowhere), or else name ("/state") in directory, which is the environment's
 * STATE_DIRECTORY (NULL: it has none), if is_wanted; perhaps in buf. NULL: nowhere. Does not touch the disk. */
const char *place_path(const char *file, bool is_wanted, const char *directory, const char *name, char buf[PLACE_MAX]);

/* place_aside - path becomes *aside, PATH.damaged-TIME, and what is beside it by each of n suffixes, likewise. 0 and
 * *aside, to be freed; or -errno. May wait for the disk. */
int place_aside(char **aside, const char *path, const char *const *suffixes, size_t n);
#endif
