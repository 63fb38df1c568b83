/* prefixes.c - open addressing in two tables, the one in use and the one it is moved to. */
#include "core/prefixes.h"

#include "base/hash.h"

#include <stdlib.h>

#define START_PLACES 256u
#define STEP         1024u /* places that one call looks through: some 50 us at the most */

struct prefix {
	uint64_t key; /* 0: free */
	int64_t until_ns;
};

static uint64_t key_of(const struct addr *a)
{
	size_t len = a->family == AF_INET ? 3 : 6;
	uint64_t key = (uint64_t)len << 56;

	for (size_t i = 0; i < len; i++)
		key |= (uint64_t)a->bytes[i] << (8 * i);
	return key;
}

/* Where key is, or the free place where it would be. */
static struct prefix *place_of(const struct prefixes *p, const struct prefixes_table *t, uint64_t key)
{
	uint32_t i = (uint32_t)hash_mix64(hash_mix64(key ^ p->secret) + p->secret) & (t->n_places - 1);

	while (t->at[i].key && t->at[i].key != key)
		i = (i + 1) & (t->n_places - 1);
	return &t->at[i];
}

/* NULL: there is no room. */
static struct prefix *put(struct prefixes *p, uint64_t key, int64_t until_ns)
{
	struct prefix *x = place_of(p, &p->now, key);

	if (x->key)
		return x;
	if (p->now.n_used + 1 == p->now.n_places)
		return NULL;
	*x = (struct prefix){ key, until_ns };
	p->now.n_used++;
	return x;
}

static void move_some(struct prefixes *p, int64_t now_ns)
{
	for (uint32_t n = 0; n < STEP && p->old_at < p->old.n_places; n++, p->old_at++) {
		const struct prefix *x = &p->old.at[p->old_at];

		if (x->key && x->until_ns > now_ns)
			put(p, x->key, x->until_ns);
	}
	if (p->old_at < p->old.n_places)
		return;
	free(p->old.at);
	p->old = (struct prefixes_table){ 0 };
}

static bool is_full(const struct prefixes_table *t)
{
	return 2 * (t->n_used + 1) > t->n_places;
}

/* Full again within PREFIXES_RENEW_NS, it holds what is needed; later, mostly what is past. What it holds is known
 * once that has been left behind, so that it shrinks a renewal later. */
static uint32_t n_places_next(const struct prefixes *p, int64_t now_ns)
{
	const struct prefixes_table *t = &p->now;

	if (!t->n_places)
		return START_PLACES;
	if (is_full(t) && now_ns - p->renewed_ns < PREFIXES_RENEW_NS)
		return 2 * t->n_places;
	return t->n_used <= t->n_places / 8 && t->n_places > START_PLACES ? t->n_places / 2 : t->n_places;
}

/* Without memory, the old one goes on. */
static void renew(struct prefixes *p, int64_t now_ns)
{
	uint32_t n = n_places_next(p, now_ns);
	struct prefix *at = calloc(n, sizeof(*at));

	if (!at)
		return;
	p->old = p->now;
	p->old_at = 0;
	p->now = (struct prefixes_table){ .at = at, .n_places = n };
	p->renewed_ns = now_ns;
}

int64_t *prefixes_at(struct prefixes *p, const struct addr *to, int64_t now_ns)
{
	uint64_t key = key_of(to);
	struct prefix *x, *old = NULL;

	if (!p->old.at && (is_full(&p->now) || now_ns - p->renewed_ns >= PREFIXES_RENEW_NS))
		renew(p, now_ns);
	if (!p->now.at)
		return NULL;
	if (p->old.at)
		move_some(p, now_ns);
	if (p->old.at)
		old = place_of(p, &p->old, key);
	x = put(p, key, old && old->key ? old->until_ns : 0);
	if (!x)
		return NULL;
	if (x->until_ns <= now_ns)
		x->until_ns = 0;
	return &x->until_ns;
}

void prefixes_clear(struct prefixes *p)
{
	free(p->now.at);
	free(p->old.at);
	*p = (struct prefixes){ .secret = p->secret };
}

size_t prefixes_bytes(const struct prefixes *p)
{
	return ((size_t)p->now.n_places + p->old.n_places) * sizeof(struct prefix);
}
