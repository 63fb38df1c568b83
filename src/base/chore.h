/* chore.h - long work on the loop in time-boxed slices, so that probes leave on time between them. A chore does its
 * work in steps; a slice is as many steps as its budget allows. Pure but for the clock that it is given. */
#ifndef MINIPING_CHORE_H
#define MINIPING_CHORE_H
#include "base/clock.h"

#include <stdbool.h>
#include <stdint.h>

/* The stall budget: no step begins later than this after its turn did. With one step more, which should take well below
 * a millisecond, it is the longest that chores keep the loop from its sockets. */
#define CHORES_STALL_NS (2 * NS_PER_MS)

struct chore {                    /* of the caller, who keeps it until after the last turn */
	bool (*step)(void *data); /* does a little of the work; true: there is more */
	void *data;
	int64_t budget_ns; /* no step of a slice begins later than this after the first; 0: one step */
	int64_t every_ns;  /* from the beginning of a slice to that of the next */
	/* of this module, zero at first */
	int64_t due_ns;
	struct chore *next;
	bool is_active;
};

struct chores {
	int64_t (*clock)(void); /* monotonic */
	struct chore *first;    /* those that have work; NULL at first */
};

/* chores_start - c has work from now on: its first slice is due at once. One that has work already goes on as it was.
 * Also from within a step, but not for the step's own chore. */
void chores_start(struct chores *all, struct chore *c);

/* chores_next_ns - when chores_turn is to be called next, which may be in the past; INT64_MAX: nothing to do. */
int64_t chores_next_ns(const struct chores *all);

/* chores_turn - a slice of each chore that is due, the longest overdue first, within CHORES_STALL_NS for all of them;
 * those that find no time stay due. */
void chores_turn(struct chores *all, int64_t now_ns);
#endif
