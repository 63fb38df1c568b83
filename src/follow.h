/* follow.h - keeps the addresses of targets in step with DNS: looks their names up again and again, and
 * probes where the answers point; with addresses: all, by a target for each address (adopt.h). Speaks to the log and to the operator. */
#ifndef MINIPING_FOLLOW_H
#define MINIPING_FOLLOW_H
#include "engine.h"
#include "fleet.h"
#include "log.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ev_loop;
struct follow;

struct follow_parts {                     /* the caller's, who keeps them until after follow_close */
	struct ev_loop *loop;
	struct fleet   *fleet;
	struct engine  *engine;
	struct log     *log;
};

/* follow_open - an address stays in use for its TTL, but not less than ttl_min_ns. 0 and *out, or
 * -errno. */
int follow_open(struct follow **out, const struct follow_parts *parts, int64_t ttl_min_ns);

/* follow_close - NULL allowed. */
void follow_close(struct follow *f);

/* follow_target - what a reload does with number: follow it if its host is a name. For fleet_apply_some's
 * callback, of every action. */
void follow_target(struct follow *f, enum fleet_action a, uint32_t number);

/* follow_hold - from now on the fleet is a reload's to change, until follow_resume. Names are looked up all
 * the same. */
void follow_hold(struct follow *f);
void follow_resume(struct follow *f);

/* follow_is_asking - names wait for their first answer. */
bool follow_is_asking(const struct follow *f);

/* follow_unresolved - targets whose names have never been resolved. O(names). */
size_t follow_unresolved(const struct follow *f);

/* follow_refresh - read resolv.conf anew, and ask at once for what could not be resolved. */
void follow_refresh(struct follow *f);
#endif
