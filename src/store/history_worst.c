/* history_worst.c - the worst targets of a time. Loss is exact by counts. For RTT and jitter a second scan reads the
 * distributions of those that may be among the worst, some more than twice as many as are asked for, by the mean of
 * their rows; what is answered is merged. */
#include "store/history_scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_S     3600
#define SPARE      2 /* times limit: candidates */
#define SPARE_MORE 16

static double key_of(enum past_by by, const struct row *r)
{
	if (by == PAST_BY_RTT)
		return (double)rtt_code_ns(r->q[ROW_MEDIAN]);
	return (double)(rtt_code_ns(r->q[ROW_P90]) - rtt_code_ns(r->q[ROW_P10]));
}

static int worst_first(const void *a, const void *b)
{
	const struct history_candidate *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? 1 : -1;
	return history_by_series(a, b);
}

static int choose(struct history_scan *x, size_t limit)
{
	size_t n = 0, most = x->by == PAST_BY_LOSS ? limit : limit * SPARE + SPARE_MORE;
	struct history_candidate *all = calloc(x->n_tallies + 1, sizeof(*all));

	if (!all)
		return -ENOMEM;
	for (size_t i = 0; i < x->n_tallies; i++) {
		const struct history_tally *t = &x->tallies[i];
		uint64_t whole = x->by == PAST_BY_LOSS ? t->n_sent : t->n_replies;

		if (!whole)
			continue;
		all[n].series = (uint32_t)i;
		all[n++].key = (x->by == PAST_BY_LOSS ? (double)t->n_lost : t->sum) / (double)whole;
	}
	qsort(all, n, sizeof(*all), worst_first);
	x->n_candidates = n < most ? n : most;
	qsort(all, x->n_candidates, sizeof(*all), history_by_series);
	x->candidates = all;
	return 0;
}

static void merge(struct history_scan *x)
{
	for (size_t i = 0; i < x->n_candidates; i++) {
		struct history_candidate *c = &x->candidates[i];

		row_merge(&c->merged, c->rows, c->n);
		if (x->by != PAST_BY_LOSS)
			c->key = key_of(x->by, &c->merged);
	}
	qsort(x->candidates, x->n_candidates, sizeof(*x->candidates), worst_first);
}

/* The candidate's name behind those that are there. 0, -ENOENT: it has none, or another -errno. */
static int add_name(struct history_reader *r, struct past_worsts *w, size_t *len, uint32_t series)
{
	sqlite3_stmt *s = history_sql_bind(r->sql[READ_NAME], (int64_t[]){ series }, 1);
	int answer = sqlite3_step(s), error = answer == SQLITE_DONE ? -ENOENT : 0;
	const unsigned char *name;
	size_t name_len;
	char *grown;

	if (answer == SQLITE_ROW) {
		name = sqlite3_column_text(s, 0);
		name_len = (size_t)sqlite3_column_bytes(s, 0);
		grown = name ? realloc(w->names, *len + name_len + 1) : NULL;
		if (grown) {
			w->names = grown;
			memcpy(grown + *len, name, name_len + 1);
			*len += name_len + 1;
		} else {
			error = -ENOMEM;
		}
	} else if (!error) {
		error = history_sql_errno(r->db);
	}
	sqlite3_reset(s);
	return error;
}

static int answer(struct history_scan *x, size_t limit, struct past_worsts *w)
{
	size_t len = 0;
	char *name;

	w->from_s = x->from_s;
	w->to_s = x->to_s;
	w->at = calloc(x->n_candidates + 1, sizeof(*w->at));
	if (!w->at)
		return -ENOMEM;
	for (size_t i = 0; i < x->n_candidates && w->n < limit; i++) {
		const struct history_candidate *c = &x->candidates[i];
		int error = add_name(x->r, w, &len, c->series);
		struct past_point p;

		if (error == -ENOENT)
			continue;
		if (error)
			return error;
		row_point(&p, &c->merged, x->from_s);
		w->at[w->n++] = (struct past_worst){ NULL, c->key, p.n_sent, p.n_lost, p.median_ns, p.p95_ns };
	}
	name = w->names;
	for (size_t i = 0; i < w->n; i++) {
		w->at[i].name = name;
		name += strlen(name) + 1;
	}
	return 0;
}

int history_reader_worst(struct history_reader *r, int64_t now_s, int64_t window_s, enum past_by by, size_t limit,
                         struct past_worsts **out)
{
	int64_t unit = window_s > HOUR_S ? HOUR_S : 60;
	struct history_scan x = {
		.r = r, .by = by, .from_s = (now_s - window_s) / unit * unit, .to_s = now_s / 60 * 60 + 60
	};
	struct past_worsts *w = calloc(1, sizeof(*w));
	int error;

	if (!w)
		return -ENOMEM;
	if (x.from_s < 0)
		x.from_s = 0;
	if (limit > SERIES_MAX)
		limit = SERIES_MAX;
	error = history_read_begin(r);
	if (error)
		goto free_worsts;
	history_scan_init(&x);
	error = history_scan(&x);
	if (!error)
		error = choose(&x, limit);
	if (!error)
		error = history_scan(&x);
	if (!error) {
		merge(&x);
		error = answer(&x, limit, w);
	}
	history_read_end(r);
	history_scan_fini(&x);
	if (error)
		goto free_worsts;
	*out = w;
	return 0;
free_worsts:
	past_worsts_free(w);
	return history_read_error(error);
}
