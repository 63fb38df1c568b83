/* adopt.h - a name with addresses: all, the parent, as a target for each of its addresses: derives them from
 * what DNS answers, and retires those that are not among the answers any more. An address that stays keeps
 * its window and counters. At most ADOPT_MAX of a name, and never more targets than limits.max_targets. */
#ifndef MINIPING_ADOPT_H
#define MINIPING_ADOPT_H
#include "engine.h"
#include "fleet.h"
#include "kin.h"
#include "log.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ADOPT_MAX KIN_MAX

struct adopt;

/* adopt_new - the parts are the caller's, who keeps them until after adopt_free. NULL: out of memory. */
struct adopt *adopt_new(struct fleet *fleet, struct engine *engine, struct log *log);

/* adopt_free - NULL allowed. The derived targets stay the fleet's. */
void adopt_free(struct adopt *a);

/* adopt_answer - parent's name has these addresses, n > 0, in the answer's order. What follows from it is
 * done by adopt_catch_up: the answers of many may come at once, and probes must go on meanwhile.
 *   untold   AF_INET, AF_INET6: those of this version stay as they are, or as the last answer had them; AF_UNSPEC */
void adopt_answer(struct adopt *a, uint32_t parent, const struct addr *addrs, size_t n, int untold);

/* adopt_parent - what a reload does with number, which may be a parent; for fleet_apply_some's callback. */
void adopt_parent(struct adopt *a, enum fleet_action action, uint32_t number);

/* adopt_count - of parent's addresses that are targets now. */
size_t adopt_count(const struct adopt *a, uint32_t parent);

/* adopt_hold - the fleet must not be changed from now on, until adopt_resume. */
void adopt_hold(struct adopt *a);
void adopt_resume(struct adopt *a);

/* adopt_catch_up - with one of the answers that wait, unless held. True: there are more to go on with. */
bool adopt_catch_up(struct adopt *a);
#endif
