/* status.c - a count is taken over whole, so that one in progress shows in no figure. */
#include "core/status.h"

#include "base/clock.h"

#include <string.h>

static void take_over(struct status *s, struct status_count *c)
{
	memcpy(s->n_in_state, c->n_in_state, sizeof(s->n_in_state));
	s->n_targets = 0;
	for (unsigned i = 0; i < STATUS_STATES; i++)
		s->n_targets += s->n_in_state[i];
	*c = (struct status_count){ .at = 0 };
}

bool status_count_some(struct status *s, struct status_count *c, const struct fleet *f, uint32_t max)
{
	for (; max && c->at < fleet_size(f); max--, c->at++) {
		const struct target *t = fleet_at(f, c->at);

		if (t && !target_is_parent(t))
			c->n_in_state[t->health.state]++;
	}
	if (c->at < fleet_size(f))
		return false;
	take_over(s, c);
	return true;
}

double status_rate(const struct status *s, uint64_t n_sent, int64_t at_ns)
{
	return (double)(s->engine.n_sent - n_sent) * NS_PER_S / (double)(s->at_ns - at_ns);
}

void status_update(struct status *s, const struct engine_stats *engine, int64_t now_ns)
{
	uint64_t n_sent = s->engine.n_sent;
	int64_t at_ns = s->at_ns;

	s->engine = *engine;
	s->at_ns = now_ns;
	s->rate = status_rate(s, n_sent, at_ns);
}
