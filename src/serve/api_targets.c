/* api_targets.c - the rows that come first are kept in a heap with the last of them at its root. */
#include "serve/api_targets.h"

#include "serve/api_scan.h"

#include <stdlib.h>

struct entry {
	uint64_t key;
	uint32_t row;
};

struct api_targets {
	struct api_scan scan;
	struct api_query query;
	struct entry *kept; /* once all has been looked at: in order */
	uint32_t n, room;
	uint32_t n_matching, n_after; /* targets asked for; of these, those of this page and of later ones */
};

static struct api_place place_of(const struct api_targets *l, struct entry e)
{
	return (struct api_place){ e.key, view_name(l->scan.view, e.row) };
}

/* By their rows where a target of the same name has just come and gone. */
static int compare(const struct api_targets *l, struct entry a, struct entry b)
{
	int order = api_query_compare(&l->query, place_of(l, a), place_of(l, b));

	return order ? order : (a.row > b.row) - (a.row < b.row);
}

/* --- the heap --- */

static void sift_up(struct api_targets *l, uint32_t at)
{
	struct entry e = l->kept[at];

	for (; at && compare(l, l->kept[(at - 1) / 2], e) < 0; at = (at - 1) / 2)
		l->kept[at] = l->kept[(at - 1) / 2];
	l->kept[at] = e;
}

/* e sinks from the root of the first n. */
static void sift_down(struct api_targets *l, struct entry e, uint32_t n)
{
	uint32_t at = 0, child;

	while ((child = 2 * at + 1) < n) {
		if (child + 1 < n && compare(l, l->kept[child], l->kept[child + 1]) < 0)
			child++;
		if (compare(l, l->kept[child], e) <= 0)
			break;
		l->kept[at] = l->kept[child];
		at = child;
	}
	l->kept[at] = e;
}

static bool keep(struct api_targets *l, struct entry e)
{
	if (l->n == l->query.limit) {
		if (compare(l, e, l->kept[0]) < 0)
			sift_down(l, e, l->n);
		return true;
	}
	if (l->n == l->room) {
		uint32_t room = l->room ? 2 * l->room : 64;
		struct entry *kept = reallocarray(l->kept, room, sizeof(*kept));

		if (!kept)
			return false;
		l->kept = kept;
		l->room = room;
	}
	l->kept[l->n] = e;
	sift_up(l, l->n++);
	return true;
}

/* --- the stream --- */

static bool look(struct api_scan *s, uint32_t i)
{
	struct api_targets *l = (struct api_targets *)s;
	struct entry e = { .row = i };
	struct api_row r;

	view_target(s->view, i, &r.target);
	if (!api_query_takes(&l->query, &r.target))
		return true;
	l->n_matching++;
	if (l->query.sort->by_figures)
		r.window = *view_figures(s->view, i);
	e.key = api_query_key(&l->query, &r);
	if (l->query.has_after && api_query_compare(&l->query, place_of(l, e), api_query_after(&l->query)) <= 0)
		return true;
	l->n_after++;
	return keep(l, e);
}

/* The heap comes apart, the last row first. */
static void looked(struct api_scan *s)
{
	struct api_targets *l = (struct api_targets *)s;

	for (uint32_t n = l->n; n > 1; n--) {
		struct entry last = l->kept[n - 1];

		l->kept[n - 1] = l->kept[0];
		sift_down(l, last, n - 1);
	}
}

static void put_end(const struct api_targets *l, struct jsonbuf *j)
{
	char cursor[API_CURSOR_SIZE];
	bool is_last = l->n_after == l->n;

	jsonbuf_close(j, ']');
	jsonbuf_text(j, "next", is_last ? NULL : api_query_cursor(&l->query, place_of(l, l->kept[l->n - 1]), cursor));
	jsonbuf_close(j, '}');
	textbuf_char(j->t, '\n');
}

static bool put(struct api_scan *s, uint32_t step, struct jsonbuf *j)
{
	const struct api_targets *l = (const struct api_targets *)s;
	struct api_row r;

	if (step == 0) {
		jsonbuf_open(j, NULL, '{');
		jsonbuf_time(j, "time", view_generation(s->view)->at_real_ns);
		jsonbuf_uint(j, "total", l->n_matching);
		jsonbuf_open(j, "items", '[');
	} else if (step <= l->n) {
		r = api_row_for(s->view, l->kept[step - 1].row, l->query.fields);
		jsonbuf_open(j, NULL, '{');
		api_fields_put(j, &r, l->query.fields);
		jsonbuf_close(j, '}');
	} else if (step == l->n + 1) {
		put_end(l, j);
	}
	return step <= l->n + 1;
}

static void list_free(struct api_scan *s)
{
	struct api_targets *l = (struct api_targets *)s;

	free(l->kept);
	free(l);
}

struct stream *api_targets(struct view *v, const struct api_query *q)
{
	static const struct api_scan_maker maker = { look, looked, put, list_free };
	struct api_targets *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->query = *q;
	api_scan_init(&l->scan, &maker, v);
	return &l->scan.stream;
}
