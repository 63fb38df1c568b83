/* engine_settle.c - how a probe ends, and why one could not be sent. */
#include "core/engine_settle.h"

#include "core/engine_faults.h"
#include "core/engine_private.h"
#include "core/netcheck.h"

#include <errno.h>

void engine_turn_id(struct target *t)
{
	t->id_turn = (t->id_turn + 1) % ENGINE_IDS;
}

struct target *engine_owner(const struct engine *e, uint32_t target, int64_t sent_ns)
{
	struct target *t = target == FLIGHT_NOBODY ? NULL : fleet_at(e->fleet, target);

	return t && sent_ns >= t->born_ns ? t : NULL;
}

void engine_settle(struct engine *e, const struct probe *p, struct settled *s)
{
	struct target *t = engine_owner(e, p->target, p->sent_ns);
	struct target_change c;

	if (!t)
		return;
	s->number = p->number;
	s->sent_ns = p->sent_ns;
	s->to = p->to;
	s->has_error = p->has_error;
	s->error = p->error;
	if (p->has_error)
		s->mtu = p->error.mtu;
	c = target_settle(t, s, e->clock.real_ns);
	if (c.state && t->health.state == HEALTH_DOWN)
		engine_turn_id(t);
	if (c.state)
		c.blocked_by = fleet_mark_blocked(e->fleet, t);
	else if (t->health.blocked != HEALTH_FREE)
		c.unblocked = fleet_unblocked(e->fleet, t, s);
	events_settled(e->events, p->target, s, &c);
}

void engine_further(struct engine *e, const struct probe *p, struct settled *s)
{
	if (!engine_owner(e, p->target, p->sent_ns))
		return;
	s->number = p->number;
	s->sent_ns = p->sent_ns;
	s->to = p->to;
	events_further(e->events, p->target, s);
}

void engine_count_stray(struct engine *e, uint32_t target, int64_t sent_ns, enum stray kind)
{
	struct target *t = engine_owner(e, target, sent_ns);

	if (!t) {
		e->stats.n_foreign += kind == STRAY_FOREIGN;
		e->stats.n_corrupt += kind == STRAY_CORRUPT;
		return;
	}
	switch (kind) {
	case STRAY_LATE:
		target_count(&t->counters.late);
		break;
	case STRAY_DUPLICATE:
		target_count(&t->counters.duplicate);
		break;
	case STRAY_CORRUPT:
		target_count(&t->counters.corrupt);
		break;
	case STRAY_FOREIGN:
		target_count(&t->counters.foreign);
		break;
	}
	events_stray(e->events, target, kind);
}

/* --- what cannot be sent --- */

/* An interface that goes down takes its routes with it, and its IPv6 addresses, and an address its routes: all that
 * send(2) returns for any of them is ENETUNREACH or, of IPv6, EINVAL. */
static int true_errno(struct engine *e, const struct target *t, int sys_errno)
{
	const struct options *o = &t->profile->options;

	if (sys_errno != ENETUNREACH && sys_errno != EINVAL)
		return sys_errno;
	engine_read_links(e);
	if (netif_is_off(e->netif, t->link) || (o->interface[0] && !netcheck_is_up(o->interface)))
		return ENETDOWN;
	if (o->source.family == t->addr.family && !netcheck_is_ours(&o->source))
		return EADDRNOTAVAIL;
	return sys_errno;
}

void engine_not_sent(struct engine *e, const struct probe *p, int sys_errno)
{
	struct settled s = { .outcome = OUTCOME_NOT_SENT, .rtt_ns = -1, .ttl = -1 };
	const struct target *t = engine_owner(e, p->target, p->sent_ns);
	const struct options *o = t ? &t->profile->options : NULL;

	if (!t)
		return;
	s.sys_errno = true_errno(e, t, sys_errno);
	if (s.sys_errno == EMSGSIZE) {
		s.outcome = OUTCOME_TOO_BIG;
		s.mtu = netcheck_mtu(&p->to, &o->source,
		                     o->interface[0] ? netif_find_cached(e->netif, o->interface, p->sent_ns) : 0);
	} else if (s.sys_errno == ENETDOWN) {
		fault_count_not_sent(&e->faults, netif_ifindex(e->netif, t->link), clock_mono_ns());
	}
	engine_settle(e, p, &s);
}
