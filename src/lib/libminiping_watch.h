/* libminiping_watch.h - the descriptors of a session behind one, which its caller's loop waits for. */
#ifndef LIBMINIPING_WATCH_H
#define LIBMINIPING_WATCH_H
#include "base/timerfd.h"
#include "core/engine.h"

#include <stdint.h>

enum { WATCH_TIMER = ENGINE_FDS, WATCH_RESOLVE, WATCH_PLACES }; /* behind the engine's */

struct libminiping_watch {
	int fd; /* an epoll's: readable when one of the others is; -1: not open */
	struct timerfd timer;
	int fds[WATCH_PLACES]; /* that are watched now; -1: none in this place */
};

/* libminiping_watch_open - watches its timer. 0 or -errno (then there is nothing to close). */
int libminiping_watch_open(struct libminiping_watch *w);
void libminiping_watch_close(struct libminiping_watch *w);

/* libminiping_watch_set - in this place fd is watched from now on; -1: none. It is the same descriptor as before if it
 * has the same number. 0 or -errno. */
int libminiping_watch_set(struct libminiping_watch *w, unsigned place, int fd);

/* libminiping_watch_take - a bit for each place whose descriptor is readable, at once. Or -errno. */
int libminiping_watch_take(struct libminiping_watch *w);
#endif
