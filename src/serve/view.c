/* view.c - the figures of a generation's windows in a table beside it, computed where somebody asks for them, and its
 * targets by name. */
#include "serve/view.h"

#include "base/secret.h"

#include <stdlib.h>
#include <string.h>

struct view {
	unsigned n_refs;
	uint32_t count;
	struct generation *generation;
	struct view_figures *figures; /* all zero where not computed yet: computed ones have a reply or VIEW_NO_RTT */
	/* By name: a hash table of rows + 1, 0 where there is none; NULL: none made yet. */
	uint32_t *slots;
	uint32_t n_slots;
	struct hash_secret secret;
};

struct view *view_new(struct generation *g)
{
	struct view *v = calloc(1, sizeof(*v));

	if (!v)
		goto free_generation;
	v->n_refs = 1;
	v->generation = g;
	v->count = snapshot_count(g->targets);
	snapshot_trim(g->targets);
	v->figures = calloc(v->count ? v->count : 1, sizeof(*v->figures));
	if (!v->figures)
		goto free_view;
	return v;
free_view:
	free(v);
free_generation:
	g->free(g);
	return NULL;
}

struct view *view_ref(struct view *v)
{
	v->n_refs++;
	return v;
}

void view_unref(struct view *v)
{
	if (!v || --v->n_refs)
		return;
	v->generation->free(v->generation);
	free(v->figures);
	free(v->slots);
	free(v);
}

const struct generation *view_generation(const struct view *v)
{
	return v->generation;
}

uint32_t view_count(const struct view *v)
{
	return v->count;
}

size_t view_bytes(const struct view *v)
{
	return sizeof(*v) + v->count * sizeof(*v->figures) + v->n_slots * sizeof(*v->slots) +
	       snapshot_bytes(v->generation->targets);
}

void view_target(const struct view *v, uint32_t i, struct snapshot_row *out)
{
	snapshot_row(v->generation->targets, i, out);
}

const char *view_name(const struct view *v, uint32_t i)
{
	return snapshot_name(v->generation->targets, i);
}

const struct window *view_window(const struct view *v, uint32_t i)
{
	return snapshot_window(v->generation->targets, i);
}

const struct earlier *view_earlier(const struct view *v, uint32_t i)
{
	return snapshot_earlier(v->generation->targets, i);
}

static uint32_t steps(int64_t ns)
{
	return ns < 0 ? VIEW_NO_RTT : (uint32_t)((ns + WINDOW_UNIT_NS / 2) / WINDOW_UNIT_NS);
}

static struct view_figures figures_of(const struct window *w)
{
	struct window_view x = window_view(w);

	return (struct view_figures){
		.n_sent = x.n_sent,
		.n_received = x.n_received,
		.n_lost = x.n_lost,
		.n_unknown = x.n_unknown,
		.n_not_sent = x.n_not_sent,
		.loss = (float)(x.loss_pct < 0 ? -1 : x.loss_pct / 100),
		.rtt_min = steps(x.rtt_min_ns),
		.rtt_mean = steps(x.rtt_mean_ns),
		.rtt_median = steps(x.rtt_median_ns),
		.rtt_p90 = steps(x.rtt_p90_ns),
		.rtt_p95 = steps(x.rtt_p95_ns),
		.rtt_p99 = steps(x.rtt_p99_ns),
		.rtt_max = steps(x.rtt_max_ns),
		.jitter = steps(x.jitter_ns),
		.ipdv = steps(x.ipdv_ns),
		.not_sent_errno = x.not_sent_errno,
	};
}

const struct view_figures *view_figures(struct view *v, uint32_t i)
{
	struct view_figures *f = &v->figures[i];

	if (!f->n_received && f->rtt_min != VIEW_NO_RTT)
		*f = figures_of(view_window(v, i));
	return f;
}

/* --- by name --- */

/* Where name is, or would be. At least a fifth of the slots are empty. */
static uint32_t slot_of(const struct view *v, const char *name)
{
	uint64_t hash = hash_keyed(&v->secret, name, strlen(name));
	uint32_t at = (uint32_t)((hash >> 32) * v->n_slots >> 32);

	while (v->slots[at] && strcmp(view_name(v, v->slots[at] - 1), name))
		at = at + 1 == v->n_slots ? 0 : at + 1;
	return at;
}

static void make_slots(struct view *v)
{
	uint32_t n = v->count + v->count / 4 + 1;

	v->slots = calloc(n, sizeof(*v->slots));
	if (!v->slots)
		return;
	v->n_slots = n;
	v->secret = secret_new();
	for (uint32_t i = 0; i < v->count; i++) {
		uint32_t at = slot_of(v, view_name(v, i));

		if (!v->slots[at]) /* of two of one name, one has just gone (snapshot.h) */
			v->slots[at] = i + 1;
	}
}

uint32_t view_find(struct view *v, const char *name)
{
	if (!v->slots)
		make_slots(v);
	if (v->slots)
		return v->slots[slot_of(v, name)] - 1; /* 0 - 1: none */
	for (uint32_t i = 0; i < v->count; i++)
		if (!strcmp(view_name(v, i), name))
			return i;
	return UINT32_MAX;
}
