/* dns_addresses.h - a target for each address of a name with "addresses: all", the parent: derives them from
 * answers, and retires those whose address is in the answer no more. An address that stays keeps its window and
 * counters. At most DNS_ADDRESSES_MAX of a name. */
#ifndef MINIPING_DNS_ADDRESSES_H
#define MINIPING_DNS_ADDRESSES_H
#include "core/engine.h"
#include "core/events.h"
#include "core/fleet.h"
#include "dns/dns_children.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DNS_ADDRESSES_MAX DNS_CHILDREN_MAX

struct dns_addresses;

/* dns_addresses_new - the parts are the caller's, who keeps them until after dns_addresses_free. NULL: out of
 * memory. */
struct dns_addresses *dns_addresses_new(struct fleet *fleet, struct engine *engine, const struct events *events);

/* dns_addresses_free - NULL allowed. The derived targets stay the fleet's. */
void dns_addresses_free(struct dns_addresses *a);

/* dns_addresses_tell - on_derived (NULL: nobody) hears of each target that is derived, before it is probed or emitted.
 */
void dns_addresses_tell(struct dns_addresses *a, void (*on_derived)(void *data, uint32_t number), void *data);

/* dns_addresses_limit - derive no target while the fleet has max_targets or more, and retire those of an
 * answer's parent that are above it; for the answers from now on. Without limit until the first call. */
void dns_addresses_limit(struct dns_addresses *a, uint32_t max_targets);

/* dns_addresses_answer - parent's name has these addresses, n > 0, in the answer's order.
 * dns_addresses_catch_up does what follows from it: the answers of many may come at once, and probes must go on
 * meanwhile.
 *   missing_family   AF_INET, AF_INET6: the addresses of this family stay as they are, or as the last answer
 *                    had them */
void dns_addresses_answer(struct dns_addresses *a, uint32_t parent, const struct addr *addrs, size_t n,
                          int missing_family);

/* dns_addresses_catch_up - applies one of the answers that wait, unless held. True: there are more. */
bool dns_addresses_catch_up(struct dns_addresses *a);

/* dns_addresses_count - how many of parent's addresses are targets now. */
size_t dns_addresses_count(const struct dns_addresses *a, uint32_t parent);

/* dns_addresses_renew - parent, or a target that is none, has a new configuration's profile; has_changed: which says
 * something else. Its addresses inherit it. */
void dns_addresses_renew(struct dns_addresses *a, uint32_t parent, bool has_changed);

/* dns_addresses_remove - parent, or a target that is none, goes, or gets another host: its addresses are no targets any
 * more, and the answer that waits is void. */
void dns_addresses_remove(struct dns_addresses *a, uint32_t parent);

/* dns_addresses_hold - the fleet must not be changed from now on, until dns_addresses_resume. */
void dns_addresses_hold(struct dns_addresses *a);
void dns_addresses_resume(struct dns_addresses *a);
#endif
