/* engine_loop.h - runs an engine on a libev loop: waits for its descriptors and its time, and keeps the order that it
 * asks for among whatever else the loop has to do. */
#ifndef MINIPING_ENGINE_LOOP_H
#define MINIPING_ENGINE_LOOP_H
#include "base/timerfd.h"
#include "core/engine.h"

#include <ev.h>

struct engine_loop { /* all zero: closed */
	struct ev_loop *loop;
	struct engine *engine;
	struct timerfd timer;
	ev_io timer_readable, readable[ENGINE_FDS];
	ev_prepare before_wait;
	ev_check after_wait;
};

/* engine_loop_open - l, loop and e are the caller's, who keeps them until after engine_loop_close. 0 or -errno. */
int engine_loop_open(struct engine_loop *l, struct ev_loop *loop, struct engine *e);

/* engine_loop_close - one that is closed already is left as it is. */
void engine_loop_close(struct engine_loop *l);
#endif
