/* fleet.h - all targets; what a reload adopts, adds and retires.
 * A target's number stays the same as long as the target lives; a retired number is used again. */
#ifndef MINIPING_FLEET_H
#define MINIPING_FLEET_H
#include "config.h"
#include "target.h"

#include <stddef.h>
#include <stdint.h>

#define FLEET_NONE UINT32_MAX

struct fleet;

/* fleet_new - empty. NULL: out of memory. */
struct fleet *fleet_new(void);
void fleet_free(struct fleet *f);

/* fleet_at - borrows target number i, i < fleet_size; NULL if that number is not in use. The pointer
 * is good until the next fleet_add or fleet_apply. */
struct target *fleet_at(const struct fleet *f, uint32_t i);

/* fleet_size - one more than the highest number that may be in use. */
uint32_t fleet_size(const struct fleet *f);

/* fleet_count - targets in use. */
uint32_t fleet_count(const struct fleet *f);

/* fleet_add - one target whose name, host and profile the caller keeps alive. Its number, or FLEET_NONE
 * if memory has run out. */
uint32_t fleet_add(struct fleet *f, const char *name, const char *host, const struct addr *addr,
                   const struct profile *profile, int64_t now_ns);

/* What a new configuration means for the fleet. Targets are matched by name. */
enum fleet_action {
	FLEET_KEPT,                       /* nothing of it has changed */
	FLEET_CHANGED,                    /* other options, group or labels: window and counters stay */
	FLEET_MOVED,                      /* another host: counters go on, the window starts anew */
	FLEET_ADDED,
	FLEET_REMOVED,
	FLEET_ACTIONS
};

struct fleet_plan;

/* fleet_plan - compare, and allocate all that the new configuration needs; the fleet stays as it is.
 * 0 and *out, or -ENOMEM. O(targets). */
int fleet_plan(struct fleet_plan **out, const struct fleet *f, const struct config *c);
void fleet_plan_free(struct fleet_plan *p);

/* fleet_plan_count - how many targets get that action; FLEET_MOVED ones are not FLEET_CHANGED. */
size_t fleet_plan_count(const struct fleet_plan *p, enum fleet_action a);

/* fleet_plan_each - on(data, action, name) for every target that is not kept. */
void fleet_plan_each(const struct fleet_plan *p,
                     void (*on)(void *data, enum fleet_action a, const char *name), void *data);

/* fleet_apply - carry the plan out; cannot fail. Calls on(data, action, number) for every target:
 * FLEET_REMOVED before it goes, the others once they are in place. The fleet then takes the
 * configuration over, and frees the one before. */
void fleet_apply(struct fleet *f, struct fleet_plan *p, struct config *c, int64_t now_ns, int64_t now_real_ns,
                 void (*on)(void *data, enum fleet_action a, uint32_t number), void *data);

/* fleet_config - the configuration in force; NULL before the first fleet_apply. */
const struct config *fleet_config(const struct fleet *f);
#endif
