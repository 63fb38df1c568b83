/* dns.h - keeps the addresses of targets in step with DNS: looks their names up again and again, and
 * probes where the answers point; with addresses: all, by a target for each address (dns_addresses.h). Speaks to the log and to the operator. */
#ifndef MINIPING_DNS_H
#define MINIPING_DNS_H
#include "core/engine.h"
#include "core/fleet.h"
#include "log/log.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ev_loop;
struct dns;

struct dns_parts {                     /* the caller's, who keeps them until after dns_close */
	struct ev_loop *loop;
	struct fleet   *fleet;
	struct engine  *engine;
	struct log     *log;
};

/* dns_open - an address stays in use for its TTL, but not less than ttl_min_ns. 0 and *out, or
 * -errno. */
int dns_open(struct dns **out, const struct dns_parts *parts, int64_t ttl_min_ns);

/* dns_close - NULL allowed. */
void dns_close(struct dns *f);

/* dns_target - what a reload does with number: follow it if its host is a name. For fleet_apply_some's
 * callback, of every action. */
void dns_target(struct dns *f, enum fleet_action a, uint32_t number);

/* dns_limit - of the fleet's targets, those that addresses: all adds included; from now on. Without limit until the first
 * call. */
void dns_limit(struct dns *f, uint32_t max_targets);

/* dns_hold - from now on the fleet is a reload's to change, until dns_resume. Names are looked up all
 * the same. */
void dns_hold(struct dns *f);
void dns_resume(struct dns *f);

/* dns_is_asking - names wait for their first answer. */
bool dns_is_asking(const struct dns *f);

/* dns_unresolved - targets whose names have never been resolved. O(names). */
size_t dns_unresolved(const struct dns *f);

/* dns_refresh - read resolv.conf anew, and ask at once for what could not be resolved. */
void dns_refresh(struct dns *f);
#endif
