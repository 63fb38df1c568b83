/* chores_loop.h - runs chores on a libev loop. */
#ifndef MINIPING_CHORES_LOOP_H
#define MINIPING_CHORES_LOOP_H
#include "base/chore.h"
#include "daemon/deadline.h"

#include <ev.h>

struct chores_loop { /* all zero: closed */
	struct ev_loop *loop;
	struct chores *chores;
	struct deadline next_turn;
	ev_prepare before_wait;
};

/* chores_loop_open - l, loop and chores are the caller's, who keeps them until after chores_loop_close. */
void chores_loop_open(struct chores_loop *l, struct ev_loop *loop, struct chores *chores);

/* chores_loop_close - no-op where it is closed. */
void chores_loop_close(struct chores_loop *l);
#endif
