/* ratelimit.c - a generic cell rate for all probes, and one for each network (prefixes.h). */
#include "core/ratelimit.h"

#include "base/clock.h"
#include "core/prefixes.h"

#include <stdlib.h>

struct ratelimit {
	struct ratelimit_options is;
	int64_t gap_ns, prefix_gap_ns; /* 0: no limit */
	int64_t next_ns;               /* when the next probe would be in time */
	struct prefixes prefixes;      /* the same, of each network */
};

struct ratelimit *ratelimit_new(uint64_t secret)
{
	struct ratelimit *l = calloc(1, sizeof(*l));

	if (l)
		l->prefixes.secret = secret;
	return l;
}

void ratelimit_free(struct ratelimit *l)
{
	if (!l)
		return;
	prefixes_clear(&l->prefixes);
	free(l);
}

bool ratelimit_set(struct ratelimit *l, const struct ratelimit_options *o)
{
	if (o->max_rate == l->is.max_rate && o->max_rate_per_prefix == l->is.max_rate_per_prefix)
		return false;
	l->is = *o;
	l->gap_ns = o->max_rate ? NS_PER_S / o->max_rate : 0;
	l->prefix_gap_ns = o->max_rate_per_prefix ? NS_PER_S / o->max_rate_per_prefix : 0;
	l->next_ns = 0;
	prefixes_clear(&l->prefixes);
	return true;
}

/* One more probe, not before now_ns. */
static int64_t take(int64_t *next_ns, int64_t gap_ns, int64_t now_ns)
{
	int64_t in_time = *next_ns > now_ns ? *next_ns : now_ns;

	*next_ns = in_time + gap_ns;
	return in_time - now_ns > RATELIMIT_BURST_NS ? in_time : now_ns;
}

int64_t ratelimit_reserve(struct ratelimit *l, const struct addr *to, enum ratelimit_wait *wait, int64_t now_ns)
{
	int64_t at_ns = now_ns, *next_ns;

	if (*wait == RATELIMIT_ASKS && l->prefix_gap_ns && (next_ns = prefixes_at(&l->prefixes, to, now_ns)))
		at_ns = take(next_ns, l->prefix_gap_ns, now_ns);
	if (at_ns > now_ns) {
		*wait = RATELIMIT_PREFIX;
		return at_ns;
	}
	if (*wait != RATELIMIT_ALL && l->gap_ns)
		at_ns = take(&l->next_ns, l->gap_ns, now_ns);
	*wait = at_ns > now_ns ? RATELIMIT_ALL : RATELIMIT_ASKS;
	return at_ns;
}

size_t ratelimit_bytes(const struct ratelimit *l)
{
	return prefixes_bytes(&l->prefixes);
}
