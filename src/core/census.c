#include "core/census.h"

#include <string.h>

static void take_over(struct census *c)
{
	memcpy(c->of, c->counting, sizeof(c->of));
	c->n = 0;
	for (unsigned i = 0; i < CENSUS_STATES; i++)
		c->n += c->of[i];
	memset(c->counting, 0, sizeof(c->counting));
	c->at = 0;
}

bool census_some(struct census *c, const struct fleet *f, uint32_t max)
{
	for (; max && c->at < fleet_size(f); max--, c->at++) {
		const struct target *t = fleet_at(f, c->at);

		if (t && !target_is_parent(t))
			c->counting[t->health.state]++;
	}
	if (c->at < fleet_size(f))
		return false;
	take_over(c);
	return true;
}
