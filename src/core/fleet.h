/* fleet.h - all targets; what a reload adopts, adds and retires.
 * A target's number stays the same as long as the target lives; a retired number is used again. */
#ifndef MINIPING_FLEET_H
#define MINIPING_FLEET_H
#include "config/config.h"
#include "core/target.h"

#include <stddef.h>
#include <stdint.h>

#define FLEET_NONE UINT32_MAX

struct fleet;

/* fleet_new - empty. NULL: out of memory. */
struct fleet *fleet_new(void);
void fleet_free(struct fleet *f);

/* fleet_at - borrows target number i, i < fleet_size; NULL if that number is not in use. The pointer
 * is good as long as the target lives. */
struct target *fleet_at(const struct fleet *f, uint32_t i);

/* fleet_prefetch - target i is going to be used soon, i < fleet_size. */
void fleet_prefetch(const struct fleet *f, uint32_t i);

/* fleet_size - one more than the highest number that may be in use. */
uint32_t fleet_size(const struct fleet *f);

/* fleet_count - targets in use. */
uint32_t fleet_count(const struct fleet *f);

/* fleet_add - one target whose name, host and profile the caller keeps alive. Its number, or FLEET_NONE
 * if memory has run out. */
uint32_t fleet_add(struct fleet *f, const char *name, const char *host, const struct addr *addr,
                   const struct profile *profile, int64_t now_ns);

/* fleet_derive - a target for one address of parent (target_init_derived). No plan matches or removes it.
 * Its number, or FLEET_NONE if memory has run out. Not from the making of a plan until it is freed. */
uint32_t fleet_derive(struct fleet *f, uint32_t parent, const struct addr *addr, int64_t now_ns,
                      int64_t now_real_ns);

/* fleet_inherit - derived gets what parent has become: profile and size of the window, whose latest
 * samples stay. Without memory for another window, it keeps its own. */
void fleet_inherit(struct fleet *f, uint32_t derived, uint32_t parent);

/* fleet_retire - a derived target goes. Also between the steps of a plan, but not while one is made. */
void fleet_retire(struct fleet *f, uint32_t derived);

/* What a new configuration means for the fleet. Targets are matched by name. */
enum fleet_action {
	FLEET_KEPT,                       /* nothing of it has changed */
	FLEET_CHANGED,                    /* other options, group or labels: window and counters stay */
	FLEET_MOVED,                      /* another host, or other addresses of it: counters go on, the window
	                                   * starts anew */
	FLEET_ADDED,
	FLEET_REMOVED,
	FLEET_ACTIONS
};

struct fleet_plan;

/* fleet_plan - compare, and allocate all that the new configuration needs; the fleet stays as it is.
 * Reads of the fleet only what a reload alone changes, so that another thread may plan while the engine
 * probes. f and c must outlive the plan. 0 and *out, or -ENOMEM. O(targets). */
int fleet_plan(struct fleet_plan **out, struct fleet *f, struct config *c);

/* fleet_plan_count - how many targets get that action; FLEET_MOVED ones are not FLEET_CHANGED. */
size_t fleet_plan_count(const struct fleet_plan *p, enum fleet_action a);

/* fleet_plan_each - on(data, action, name) for every target that is not kept. */
void fleet_plan_each(const struct fleet_plan *p,
                     void (*on)(void *data, enum fleet_action a, const char *name), void *data);

typedef void fleet_on_action(void *data, enum fleet_action a, uint32_t number);

/* fleet_apply_some - carry out up to max steps of the plan; cannot fail. Calls on for every target:
 * FLEET_REMOVED before it goes, the others once they are in place. True once all of it is done: the
 * configuration is then the fleet's, and the one before goes with the plan. Between two calls the fleet
 * is sound: some targets are already the new ones. A plan begun must be carried to its end. */
bool fleet_apply_some(struct fleet_plan *p, size_t max, int64_t now_ns, int64_t now_real_ns,
                      fleet_on_action *on, void *data);

/* fleet_plan_applied - carried out to its end. */
bool fleet_plan_applied(const struct fleet_plan *p);

/* fleet_plan_free - of a plan never begun, or carried out. O(targets), and may run on another thread. */
void fleet_plan_free(struct fleet_plan *p);

/* fleet_blocked_by - the name of the first that t depends on and that does not answer at this moment
 * (health_failing); NULL: none. One that is not of this fleet counts as none. O(DEPENDS_MAX). */
const char *fleet_blocked_by(const struct fleet *f, const struct target *t);

/* fleet_blocked_told - what the record of t's new state tells: fleet_blocked_by, but of a target that is up
 * nothing. That it was told is kept for fleet_unblocked. */
const char *fleet_blocked_told(const struct fleet *f, struct target *t);

/* fleet_unblocked - of a target whose health.blocked is not HEALTH_FREE and whose state has not changed by what
 * settled as s says: true once when it is down by itself. That is, nothing has blocked it for a while, and a
 * probe that was sent in that while is lost. O(DEPENDS_MAX): each target finds out at its own time, however many
 * depend on one that answers again. */
bool fleet_unblocked(const struct fleet *f, struct target *t, const struct settled *s);

/* fleet_config - the configuration in force; NULL before the first one was applied. */
const struct config *fleet_config(const struct fleet *f);
#endif
