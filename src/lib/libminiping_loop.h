/* libminiping_loop.h - waits for an engine, a resolver and a stop, and hands on to them what comes: with poll(2), for a
 * loop like libev's ends the process when memory runs out, and the process is our caller's. */
#ifndef LIBMINIPING_LOOP_H
#define LIBMINIPING_LOOP_H
#include "base/timerfd.h"
#include "core/engine.h"
#include "dns/resolve.h"

struct libminiping_loop {
	struct timerfd timer;
	int stop_fd;      /* readable: stop; -1: there is no stop */
	int64_t until_ns; /* a wait ends by then; INT64_MAX: whenever */
};

/* libminiping_loop_open - 0 or -errno (then there is nothing to close). */
int libminiping_loop_open(struct libminiping_loop *l, int stop_fd);
void libminiping_loop_close(struct libminiping_loop *l);

/* libminiping_loop_turn - waits for whatever comes next, and does it.
 *   resolve   NULL: no name is looked up
 * 0; -ECANCELED: a stop has come; -EINTR: a signal has been handled, and nothing was done; or another -errno. */
int libminiping_loop_turn(struct libminiping_loop *l, struct engine *engine, struct resolve *resolve);
#endif
