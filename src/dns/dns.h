/* dns.h - keeps the addresses of targets in step with DNS: looks their names up whenever the TTL is over, and
 * probes where the answers point; with "addresses: all", by a target for each address (dns_addresses.h). Emits
 * changes and failures as events, and warns the operator.
 *
 * The caller polls: when dns_fd is readable, or dns_next_ns has come, it calls dns_turn. */
#ifndef MINIPING_DNS_H
#define MINIPING_DNS_H
#include "base/chore.h"
#include "core/engine.h"
#include "core/events.h"
#include "core/fleet.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DNS_RESOLV_CONF "/etc/resolv.conf"

struct dns;

struct dns_parts { /* the caller's, who keeps them until after dns_close */
	struct fleet *fleet;
	struct engine *engine;
	const struct events *events;
	struct chores *chores; /* for what answers ask for where a name has many addresses */
	/* number has come, one address of a name: its past may be given to it before anybody hears of it. NULL allowed
	 */
	void (*on_derived)(void *data, uint32_t number);
	void *data;
};

/* dns_open - an address stays in use for its TTL, but not less than ttl_min_ns. 0 and *out, or -errno. */
int dns_open(struct dns **out, const struct dns_parts *parts, int64_t ttl_min_ns);

/* dns_close - after the last turn of the chores. NULL allowed. */
void dns_close(struct dns *d);

/* dns_fd - a descriptor to poll, the same until dns_close: readable when there is work for dns_turn. */
int dns_fd(const struct dns *d);

/* dns_next_ns - when dns_turn is to be called on clock_mono_ns, whether dns_fd is readable or not; may be past.
 * INT64_MAX: never. Changes with any other call. O(1). */
int64_t dns_next_ns(const struct dns *d);

/* dns_turn - sends the queries that are due and takes what answers say. Harmless when there is nothing to do. */
void dns_turn(struct dns *d, int64_t now_ns);

/* dns_add - number is a new target, or has another host: if that is a name, it is looked up from now on. */
void dns_add(struct dns *d, uint32_t number);

/* dns_renew - number has a new configuration's profile, and so have those derived from it then; has_changed: which says
 * something else. */
void dns_renew(struct dns *d, uint32_t number, bool has_changed);

/* dns_remove - number goes, or is about to get another host; those derived from it go at once. */
void dns_remove(struct dns *d, uint32_t number);

/* dns_limit - of the fleet's targets, those that addresses: all adds included; from now on. Without limit until
 * the first call. */
void dns_limit(struct dns *d, uint32_t max_targets);

/* dns_hold - from now on the fleet is a reload's to change, until dns_resume. Names are looked up all the same. */
void dns_hold(struct dns *d);
void dns_resume(struct dns *d);

/* dns_is_asking - names wait for their first answer. */
bool dns_is_asking(const struct dns *d);

/* dns_count - names that are followed. O(1). */
size_t dns_count(const struct dns *d);

/* dns_unresolved - targets whose names have never been resolved. O(names). */
size_t dns_unresolved(const struct dns *d);

/* dns_refresh - DNS_RESOLV_CONF may have changed, or the network: read it again, and look up at once what could not be
 * resolved. */
void dns_refresh(struct dns *d);
#endif
