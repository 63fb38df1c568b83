/* restore.c - what a record may give to a target depends on where both are. */
#include "core/restore.h"

#include <string.h>

static bool may_have(const struct target *t, const struct addr *a)
{
	const struct options *o = &t->profile->options;

	if (o->family == FAMILY_IPV4 || o->family == FAMILY_IPV6)
		return a->family == (o->family == FAMILY_IPV4 ? AF_INET : AF_INET6);
	return true;
}

/* Is it still what r is about? */
static bool is_there(const struct target *t, const struct remembered *r)
{
	if (strcmp(t->host, r->host) != 0)
		return false;
	if (target_is_resolved(t))
		return addr_equal(&t->addr, &r->addr);
	return !target_is_parent(t) && (r->addr.family == AF_UNSPEC || may_have(t, &r->addr));
}

static void fill_window(struct target *t, const struct remembered *r)
{
	for (size_t i = 0; i < r->n_samples; i++) {
		struct remembered_sample s = r->sample(r, i);

		if (s.outcome == OUTCOME_NOT_SENT)
			window_add_not_sent(t->window, s.sys_errno);
		else
			window_add(t->window, s.outcome, s.rtt_ns);
		if (s.outcome != OUTCOME_UNKNOWN)
			t->health.lost = s.outcome != OUTCOME_REPLY;
	}
}

void restore_target(struct target *t, const struct remembered *r, struct earlier *earlier)
{
	*earlier = earlier_of(r);
	t->health.known = r->is_known;
	if (!is_there(t, r))
		return;
	/* Its own may have the zone of now. */
	if (!target_is_resolved(t))
		t->addr = r->addr;
	t->ttl = (int16_t)r->ttl;
	t->since_real_ns = r->since_real_ns;
	health_restore(&t->health, r->state, r->reason, r->streak, r->is_known);
	if (r->state == HEALTH_DOWN && r->is_blocked)
		t->health.blocked = HEALTH_BLOCKED;
	fill_window(t, r);
}
