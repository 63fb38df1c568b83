/* reload_plan.h - what a new configuration means for the fleet: which targets stay, change, move, come and go. It is
 * planned away from the loop and carried out on it, in steps. Targets are matched by name. */
#ifndef MINIPING_RELOAD_PLAN_H
#define MINIPING_RELOAD_PLAN_H
#include "config/config.h"
#include "core/fleet.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum reload_action {
	RELOAD_KEPT,    /* nothing of it has changed */
	RELOAD_CHANGED, /* other options, group or labels: window and counters stay */
	RELOAD_MOVED,   /* another host, or other addresses of it: counters go on, the window
	                 * starts anew */
	RELOAD_ADDED,
	RELOAD_REMOVED,
	RELOAD_ACTIONS
};

struct reload_plan;

/* reload_plan_make - compare, and allocate all that the new configuration needs; the fleet stays as it is.
 * Reads of the fleet only what a reload alone changes, so that another thread may plan while the engine probes: no
 * target may be derived or retired until the plan is freed. Derived targets (fleet_derive) are not compared; leased
 * ones stay, unless c has one of the name, which takes their place as if it had changed. f and c, and what c replaces,
 * must outlive the plan. 0 and *out, or -ENOMEM. O(targets). */
int reload_plan_make(struct reload_plan **out, struct fleet *f, const struct config *c);

/* reload_plan_count - how many targets get that action; RELOAD_MOVED ones are not RELOAD_CHANGED. */
size_t reload_plan_count(const struct reload_plan *p, enum reload_action a);

/* reload_plan_each - on for every target that is not kept: was is it as the fleet has it (NULL: added), is as the new
 * configuration has it (NULL: removed). Of was, only what no probe changes may be read: name, host, profile. Before the
 * plan is begun. */
typedef void reload_plan_on_change(void *data, enum reload_action a, const struct target *was,
                                   const struct config_target *is);
void reload_plan_each(const struct reload_plan *p, reload_plan_on_change *on, void *data);

typedef void reload_plan_on(void *data, enum reload_action a, uint32_t number);

/* reload_plan_apply - carry out up to max steps of the plan; cannot fail. Calls on for every target: RELOAD_REMOVED
 * before it goes, the others once they are in place. True once all of it is done: the fleet borrows from the new
 * configuration then (strings, profiles and dependencies, not targets[]), and from the one before no more. Between
 * two calls the fleet is sound: some targets are already the new ones. A plan begun must be carried to its end. */
bool reload_plan_apply(struct reload_plan *p, size_t max, int64_t now_ns, int64_t now_real_ns, reload_plan_on *on,
                       void *data);

/* reload_plan_free - of a plan never begun, or carried out; not of c or f. NULL allowed. O(targets), and may run on
 * another thread. */
void reload_plan_free(struct reload_plan *p);
#endif
