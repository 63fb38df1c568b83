#include "limit.h"

#include <stdlib.h>
#include <string.h>

#define START_PLACES 256u
#define NS_A_SECOND  INT64_C(1000000000)

struct prefix {
	uint64_t key;                     /* 0: free */
	int64_t  next_ns;                 /* when the next probe would be in time */
};

struct limit {
	int64_t        gap_ns, prefix_gap_ns;   /* 0: no limit */
	int64_t        next_ns;
	struct prefix *prefixes;          /* open addressing */
	uint32_t       n_prefixes, n_places;
};

struct limit *limit_new(void)
{
	return calloc(1, sizeof(struct limit));
}

void limit_free(struct limit *l)
{
	if (!l)
		return;
	free(l->prefixes);
	free(l);
}

void limit_set(struct limit *l, uint32_t max_rate, uint32_t max_rate_per_prefix)
{
	l->gap_ns = max_rate ? NS_A_SECOND / max_rate : 0;
	l->prefix_gap_ns = max_rate_per_prefix ? NS_A_SECOND / max_rate_per_prefix : 0;
}

static uint64_t key_of(const struct addr *a)
{
	size_t len = a->family == AF_INET ? 3 : 6;
	uint64_t key = (uint64_t)len << 56;

	for (size_t i = 0; i < len; i++)
		key |= (uint64_t)a->bytes[i] << (8 * i);
	return key;
}

static struct prefix *place_of(struct prefix *prefixes, uint32_t n_places, uint64_t key)
{
	uint32_t i = (uint32_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (n_places - 1);

	while (prefixes[i].key && prefixes[i].key != key)
		i = (i + 1) & (n_places - 1);
	return &prefixes[i];
}

static int grow(struct limit *l)
{
	uint32_t n = l->n_places ? 2 * l->n_places : START_PLACES;
	struct prefix *prefixes = calloc(n, sizeof(*prefixes));

	if (!prefixes)
		return -1;
	for (uint32_t i = 0; i < l->n_places; i++)
		if (l->prefixes[i].key)
			*place_of(prefixes, n, l->prefixes[i].key) = l->prefixes[i];
	free(l->prefixes);
	l->prefixes = prefixes;
	l->n_places = n;
	return 0;
}

/* NULL: out of memory; the prefix then has no limit. */
static struct prefix *find(struct limit *l, const struct addr *to)
{
	uint64_t key = key_of(to);
	struct prefix *p;

	if (2 * (l->n_prefixes + 1) > l->n_places && grow(l))
		return NULL;
	p = place_of(l->prefixes, l->n_places, key);
	if (!p->key) {
		p->key = key;
		l->n_prefixes++;
	}
	return p;
}

/* One more probe, not before at_ns. */
static int64_t take(int64_t *next_ns, int64_t gap_ns, int64_t at_ns)
{
	int64_t in_time = *next_ns > at_ns ? *next_ns : at_ns;

	*next_ns = in_time + gap_ns;
	return in_time - at_ns > LIMIT_BURST_NS ? in_time : at_ns;
}

int64_t limit_reserve(struct limit *l, const struct addr *to, int64_t now_ns)
{
	int64_t at_ns = now_ns;
	struct prefix *p;

	if (l->prefix_gap_ns && (p = find(l, to)))
		at_ns = take(&p->next_ns, l->prefix_gap_ns, at_ns);
	if (l->gap_ns)
		at_ns = take(&l->next_ns, l->gap_ns, at_ns);
	return at_ns;
}
