/* engine_expire.c - probes that are overdue: lost, or unknown where this host was at fault. */
#include "core/engine_private.h"
#include "core/engine_settle.h"

#include <errno.h>

/* The local fault while p was in flight; NULL: none. What has no owner any more is not counted, and
 * what was sent while its target's interface was off left by another. */
static const struct fault *our_fault(struct engine *e, const struct probe *p)
{
	const struct target *t = engine_owner(e, p->target, p->sent_ns);
	uint32_t ifindex = 0;

	if (!t)
		return NULL;
	if (!netif_was_off(e->netif, t->link, p->sent_ns))
		ifindex = netif_ifindex(e->netif, t->link);
	return fault_covers(&e->faults, ifindex, p->sent_ns, p->deadline_ns);
}

void engine_expire(struct engine *e, int64_t now_ns)
{
	struct probe overdue[SOCK_BATCH];
	size_t n;

	do {
		n = flight_expire(e->flight, now_ns, overdue, SOCK_BATCH);
		for (size_t i = 0; i < n; i++) {
			const struct probe *p = &overdue[i];
			const struct fault *fault = our_fault(e, p);
			struct settled s = { .outcome = OUTCOME_TIMEOUT, .rtt_ns = -1, .ttl = -1 };

			if (p->has_error)
				s.outcome = outcome_of_error(p->to.family, p->error.type, p->error.code);
			if (fault) {
				s.outcome = OUTCOME_UNKNOWN;
				s.sys_errno = fault->cause == FAULT_LINK ? ENETDOWN : 0;
			}
			engine_settle(e, p, &s);
		}
	} while (n == SOCK_BATCH);
}
