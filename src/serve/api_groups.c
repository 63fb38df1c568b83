/* api_groups.c - counts are summed up and RTTs pooled, each reply once; so there is no median, which would take all of
 * them. */
#include "serve/api_groups.h"

#include "base/index.h"
#include "base/secret.h"
#include "serve/api_scan.h"

#include <stdlib.h>
#include <string.h>

#define N_STATES (HEALTH_DOWN + 1)

struct group {
	const char *name; /* NULL: of the targets in none */
	uint32_t n_targets, n_in_state[N_STATES], n_blocked;
	uint32_t rtt_min, rtt_max; /* of replies, in steps of 10 ns */
	uint32_t worst;            /* row */
	uint64_t worst_key;
	uint64_t n_sent, n_received, n_lost, n_unknown, n_not_sent;
	double rtt_sum;
};

struct api_groups {
	struct api_scan scan;
	struct api_query query;
	struct index index; /* of groups, by name */
	struct group *groups;
	uint32_t n, room, latest;
	const struct api_sort *worst;
};

static bool same_name(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool same_group(const void *data, uint32_t number, const void *wanted)
{
	const struct api_groups *l = data;

	return same_name(l->groups[number].name, wanted);
}

static struct group *add_group(struct api_groups *l, uint32_t hash, const char *name)
{
	if (l->n == l->room) {
		uint32_t room = l->room ? 2 * l->room : 16;
		struct group *groups = reallocarray(l->groups, room, sizeof(*groups));

		if (!groups)
			return NULL;
		l->groups = groups;
		l->room = room;
	}
	if (index_add(&l->index, hash, l->n) < 0)
		return NULL;
	l->latest = l->n++;
	l->groups[l->latest] = (struct group){ .name = name, .rtt_min = VIEW_NO_RTT, .worst_key = API_KEY_NONE };
	return &l->groups[l->latest];
}

/* Targets of one group come one after the other for the most part. NULL: out of memory. */
static struct group *group_of(struct api_groups *l, const char *name)
{
	uint32_t hash;

	if (l->n && same_name(l->groups[l->latest].name, name))
		return &l->groups[l->latest];
	/* No group is called so: a name is not empty. */
	hash = index_hash_text(&l->index, name ? name : "");
	l->latest = index_at(&l->index, hash, l, name);
	return l->latest == INDEX_NONE ? add_group(l, hash, name) : &l->groups[l->latest];
}

static void add_target(struct group *g, const struct api_row *r)
{
	const struct view_figures *w = &r->window;

	g->n_targets++;
	g->n_in_state[r->target.state]++;
	g->n_blocked += r->target.is_blocked;
	g->n_sent += w->n_sent;
	g->n_received += w->n_received;
	g->n_lost += w->n_lost;
	g->n_unknown += w->n_unknown;
	g->n_not_sent += w->n_not_sent;
	if (!w->n_received)
		return;
	g->rtt_sum += (double)w->rtt_mean * w->n_received;
	if (w->rtt_min < g->rtt_min)
		g->rtt_min = w->rtt_min;
	if (w->rtt_max > g->rtt_max)
		g->rtt_max = w->rtt_max;
}

static bool look(struct api_scan *s, uint32_t i)
{
	struct api_groups *l = (struct api_groups *)s;
	struct group *g;
	struct api_row r;
	uint64_t key;

	view_target(s->view, i, &r.target);
	if (!api_query_takes(&l->query, &r.target))
		return true;
	g = group_of(l, r.target.profile->group);
	if (!g)
		return false;
	r.window = *view_figures(s->view, i);
	add_target(g, &r);
	key = l->worst->key(&r);
	if (key < g->worst_key) {
		g->worst_key = key;
		g->worst = i;
	}
	return true;
}

static int by_name(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	if (!x->name || !y->name)
		return !x->name - !y->name;
	return strcmp(x->name, y->name);
}

static void looked(struct api_scan *s)
{
	struct api_groups *l = (struct api_groups *)s;

	if (l->n)
		qsort(l->groups, l->n, sizeof(*l->groups), by_name);
}

/* --- text --- */

static void put_states(struct jsonbuf *j, const struct group *g)
{
	jsonbuf_open(j, "targets", '{');
	jsonbuf_uint(j, "total", g->n_targets);
	for (int i = 0; i < N_STATES; i++)
		jsonbuf_uint(j, health_state_name((enum health_state)i), g->n_in_state[i]);
	jsonbuf_uint(j, "blocked", g->n_blocked);
	jsonbuf_close(j, '}');
}

static void put_worst(struct jsonbuf *j, struct view *v, const struct group *g)
{
	struct api_row r = api_row(v, g->worst);
	static const char *const fields[] = { "name", "state", "loss_ratio", "rtt_median_seconds" };
	uint64_t which = 0;

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		which |= api_fields_bit(fields[i], strlen(fields[i]));
	jsonbuf_open(j, "worst", '{');
	api_fields_put(j, &r, which);
	jsonbuf_close(j, '}');
}

static int64_t ns_of(const struct group *g, double rtt)
{
	return g->n_received ? (int64_t)(rtt * WINDOW_UNIT_NS + 0.5) : -1;
}

static void put_group(struct jsonbuf *j, struct view *v, const struct group *g)
{
	uint64_t n = g->n_received + g->n_lost;

	jsonbuf_open(j, NULL, '{');
	jsonbuf_text(j, "name", g->name);
	put_states(j, g);
	jsonbuf_uint(j, "sent", g->n_sent);
	jsonbuf_uint(j, "received", g->n_received);
	jsonbuf_uint(j, "lost", g->n_lost);
	jsonbuf_uint(j, "unknown", g->n_unknown);
	jsonbuf_uint(j, "not_sent", g->n_not_sent);
	jsonbuf_ratio(j, "loss_ratio", n ? (double)g->n_lost / (double)n : -1);
	jsonbuf_seconds(j, "rtt_min_seconds", ns_of(g, g->rtt_min));
	jsonbuf_seconds(j, "rtt_mean_seconds", ns_of(g, g->rtt_sum / (double)(g->n_received ? g->n_received : 1)));
	jsonbuf_seconds(j, "rtt_max_seconds", ns_of(g, g->rtt_max));
	put_worst(j, v, g);
	jsonbuf_close(j, '}');
}

static bool put(struct api_scan *s, uint32_t step, struct jsonbuf *j)
{
	const struct api_groups *l = (const struct api_groups *)s;

	if (step == 0) {
		jsonbuf_open(j, NULL, '{');
		jsonbuf_time(j, "time", view_generation(s->view)->at_real_ns);
		jsonbuf_open(j, "items", '[');
	} else if (step <= l->n) {
		put_group(j, s->view, &l->groups[step - 1]);
	} else if (step == l->n + 1) {
		jsonbuf_close(j, ']');
		jsonbuf_null(j, "next");
		jsonbuf_close(j, '}');
		textbuf_char(j->t, '\n');
	}
	return step <= l->n + 1;
}

static void groups_free(struct api_scan *s)
{
	struct api_groups *l = (struct api_groups *)s;

	index_fini(&l->index);
	free(l->groups);
	free(l);
}

struct stream *api_groups(struct view *v, const struct api_query *q)
{
	static const struct api_scan_maker maker = { look, looked, put, groups_free };
	struct api_groups *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->query = *q;
	l->worst = api_sort_find("worst");
	index_init(&l->index, secret_new(), same_group);
	api_scan_init(&l->scan, &maker, v);
	return &l->scan.stream;
}
