#include "target.h"

#include <errno.h>

int target_init(struct target *t, const char *name, const char *host, const struct addr *addr,
                const struct profile *profile, int64_t now_ns)
{
	*t = (struct target){ .name = name, .host = host, .addr = *addr, .born_ns = now_ns, .ttl = -1 };
	t->window = window_new(profile->options.window);
	if (!t->window)
		return -ENOMEM;
	t->profile = profile;
	return 0;
}

void target_fini(struct target *t)
{
	window_free(t->window);
	*t = (struct target){ .ttl = -1 };
}

static bool judge(struct target *t)
{
	struct window_view v = window_view(t->window);
	struct health_figures f = {
		.loss_pct = v.loss_pct, .rtt_median_ns = v.rtt_median_ns, .jitter_ns = v.jitter_ns,
	};

	return health_judge(&t->health, &t->profile->options, &f);
}

struct target_change target_settle(struct target *t, const struct settled *s, int64_t now_real_ns)
{
	const struct options *o = &t->profile->options;
	struct target_change c = {
		.state_from = (enum health_state)t->health.state,
		.ttl_from = t->ttl,
		.since_real_ns = t->since_real_ns,
	};

	t->counters.by_outcome[s->outcome]++;
	window_add(t->window, s->outcome, s->rtt_ns);
	c.state = health_settle(&t->health, o, s->outcome);
	if (!c.state && s->outcome != OUTCOME_UNKNOWN && health_judged(o))
		c.state = judge(t);
	if (c.state)
		t->since_real_ns = now_real_ns;
	if (s->outcome == OUTCOME_REPLY && s->ttl >= 0 && s->ttl != t->ttl) {
		c.path = t->ttl >= 0;
		t->ttl = (int16_t)s->ttl;
	}
	return c;
}

struct target_totals target_totals(const struct target *t)
{
	const uint64_t *n = t->counters.by_outcome;
	struct target_totals sum = {
		.received = n[OUTCOME_REPLY],
		.lost = n[OUTCOME_TIMEOUT] + n[OUTCOME_UNREACHABLE] + n[OUTCOME_TTL_EXCEEDED] +
		        n[OUTCOME_TOO_BIG],
		.unknown = n[OUTCOME_UNKNOWN],
	};

	sum.sent = sum.received + sum.lost + sum.unknown;
	return sum;
}

void target_forget_path(struct target *t, int64_t now_real_ns)
{
	window_clear(t->window);
	t->health = (struct health){ .state = HEALTH_UNKNOWN };
	t->since_real_ns = now_real_ns;
	t->ttl = -1;
}
