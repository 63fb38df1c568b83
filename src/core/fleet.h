/* fleet.h - all targets, by number. A target's number stays the same as long as the target lives; a retired number
 * is used again. */
#ifndef MINIPING_FLEET_H
#define MINIPING_FLEET_H
#include "core/earlier.h"
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

/* fleet_put - the fleet takes t over, with all that it holds. Its number, or FLEET_NONE if memory has run out: t is
 * released then (target_fini). */
uint32_t fleet_put(struct fleet *f, struct target *t);

/* fleet_derive - a target for one address of parent (target_init_derived). Its number, or FLEET_NONE if memory has
 * run out. */
uint32_t fleet_derive(struct fleet *f, uint32_t parent, const struct addr *addr, int64_t now_ns, int64_t now_real_ns);

/* fleet_inherit - derived gets what parent has become: profile and size of the window, whose latest
 * samples stay. Without memory for another window, it keeps its own. */
void fleet_inherit(struct fleet *f, uint32_t derived, uint32_t parent);

/* fleet_set_earlier - what a target's counters were before this process, *e, goes with it from now on. 0 or -ENOMEM: it
 * is not known then. fleet_earlier - borrowed until the next of these calls; NULL: nothing. O(1). Where no target has
 * any, they take no memory, and else 64 bytes each. */
int fleet_set_earlier(struct fleet *f, uint32_t number, const struct earlier *e);
const struct earlier *fleet_earlier(const struct fleet *f, uint32_t number);

/* fleet_retire - a target goes, and its number with it. */
void fleet_retire(struct fleet *f, uint32_t number);

/* Room for targets to come, which is allocated away from the loop. */
struct fleet_room;

/* fleet_room_new - for n more targets than f has numbers: the first n of them fleet_put gives a number without
 * allocating. Reads of the fleet only what changes as targets come and go, so that another thread may do it while the
 * engine probes; no target may come or go until the room is taken or freed. 0 and *out, or -ENOMEM. O(n), for it writes
 * to the memory. */
int fleet_room_new(struct fleet_room **out, const struct fleet *f, size_t n);

/* fleet_room_take - the fleet has the room from now on, and r is gone. Cannot fail. O(1) for each 4,096 targets. */
void fleet_room_take(struct fleet *f, struct fleet_room *r);

/* fleet_room_free - of room never taken. NULL allowed. */
void fleet_room_free(struct fleet_room *r);

/* fleet_blocked_by - the name of the first that t depends on and that does not answer at this moment
 * (health_failing); NULL: none. One that is not of this fleet counts as none. O(DEPENDS_MAX). */
const char *fleet_blocked_by(const struct fleet *f, const struct target *t);

/* fleet_mark_blocked - t's state has changed: fleet_blocked_by, but NULL of a target that is up. Kept for
 * fleet_unblocked. */
const char *fleet_mark_blocked(const struct fleet *f, struct target *t);

/* fleet_unblocked - of a target whose health.blocked is not HEALTH_FREE and whose state has not changed by what
 * settled as s says: true once when it is down by itself. That is, nothing has blocked it for a while, and a
 * probe that was sent in that while is lost. O(DEPENDS_MAX): each target finds out at its own time, however many
 * depend on one that answers again. */
bool fleet_unblocked(const struct fleet *f, struct target *t, const struct settled *s);
#endif
