/* api_heatmap.c - one look at every target, in the order of the rows, so that a million need no sorting; then the
 * bytes, or the list. */
#include "serve/api_heatmap.h"

#include "base/hash.h"
#include "core/window.h"
#include "serve/api_scan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define CHUNK 4096u /* bytes of one step */

#define LOSS_FULL    250.0
#define RTT_FIRST_NS 20000.0
#define RTT_A_DOUBLE 12 /* bytes */

enum { STATE, LOSS, RTT, N_PLANES };

struct heatmap {
	struct api_scan scan;
	struct api_query query;
	uint32_t n;
	uint64_t layout;
	const struct profile *profile; /* of the target before: many in a row share one, */
	uint64_t group;                /* and this hash of its group */
	/* One of the two, with room for every row of the view: */
	uint8_t *planes[N_PLANES]; /* one allocation, the first's */
	uint32_t *rows;
};

uint8_t api_heatmap_loss(double loss_pct)
{
	double code = round(loss_pct * LOSS_FULL / 100);

	if (loss_pct < 0)
		return API_HEATMAP_NONE;
	if (loss_pct > 0 && code < 1)
		code = 1;
	if (loss_pct < 100 && code > LOSS_FULL - 1)
		code = LOSS_FULL - 1;
	return (uint8_t)code;
}

uint8_t api_heatmap_rtt(int64_t rtt_ns)
{
	double code;

	if (rtt_ns < 0)
		return API_HEATMAP_NONE;
	if ((double)rtt_ns < RTT_FIRST_NS)
		return 0;
	code = round(log2((double)rtt_ns / RTT_FIRST_NS) * RTT_A_DOUBLE);
	return code < API_HEATMAP_NONE ? (uint8_t)code : API_HEATMAP_NONE - 1;
}

/* --- every target --- */

static void add_to_layout(struct heatmap *h, const struct snapshot_row *r)
{
	if (h->profile != r->profile) {
		h->profile = r->profile;
		h->group = hash_fnv1a64(r->profile->group ? r->profile->group : "");
	}
	h->layout = hash_mix64(hash_mix64(h->layout ^ hash_fnv1a64(r->name)) ^ h->group);
}

static bool look(struct api_scan *s, uint32_t i)
{
	struct heatmap *h = (struct heatmap *)s;
	struct window_brief b;
	struct snapshot_row r;

	view_target(s->view, i, &r);
	if (!api_query_takes(&h->query, &r))
		return true;
	add_to_layout(h, &r);
	if (h->rows) {
		h->rows[h->n++] = i;
		return true;
	}
	b = window_brief(view_window(s->view, i));
	h->planes[STATE][h->n] = (uint8_t)(r.state | (r.is_blocked ? API_HEATMAP_BLOCKED : 0));
	h->planes[LOSS][h->n] = api_heatmap_loss(b.loss_pct);
	h->planes[RTT][h->n] = api_heatmap_rtt(b.rtt_median_ns);
	h->n++;
	return true;
}

static void on_free(struct api_scan *s)
{
	struct heatmap *h = (struct heatmap *)s;

	free(h->planes[0]);
	free(h->rows);
	free(h);
}

/* --- the bytes --- */

static void put_le(struct textbuf *t, uint64_t value, unsigned n_bytes)
{
	for (; n_bytes; n_bytes--, value >>= 8)
		textbuf_char(t, (char)(value & 255));
}

static void put_header(const struct heatmap *h, struct textbuf *t)
{
	textbuf_text(t, API_HEATMAP_MAGIC);
	put_le(t, API_HEATMAP_VERSION, 2);
	put_le(t, API_HEATMAP_HEADER, 2);
	put_le(t, (uint64_t)(view_generation(h->scan.view)->at_real_ns / 1000), 8);
	put_le(t, h->n, 4);
	put_le(t, 0, 4);
	put_le(t, h->layout, 8);
}

static bool put_bytes(struct api_scan *s, uint32_t step, struct jsonbuf *j)
{
	const struct heatmap *h = (const struct heatmap *)s;
	uint32_t n_chunks = (h->n + CHUNK - 1) / CHUNK, chunk, len;

	if (step == 0) {
		put_header(h, j->t);
		return true;
	}
	step--;
	if (step >= N_PLANES * n_chunks)
		return false;
	chunk = step % n_chunks;
	len = chunk + 1 < n_chunks ? CHUNK : h->n - chunk * CHUNK;
	textbuf_put(j->t, (const char *)h->planes[step / n_chunks] + (size_t)chunk * CHUNK, len);
	return true;
}

/* --- the list --- */

static bool put_list(struct api_scan *s, uint32_t step, struct jsonbuf *j)
{
	const struct heatmap *h = (const struct heatmap *)s;
	char layout[17];
	struct api_row r;

	if (step == 0) {
		snprintf(layout, sizeof(layout), "%016llx", (unsigned long long)h->layout);
		jsonbuf_open(j, NULL, '{');
		jsonbuf_time(j, "time", view_generation(s->view)->at_real_ns);
		jsonbuf_text(j, "layout", layout);
		jsonbuf_uint(j, "total", h->n);
		jsonbuf_open(j, "items", '[');
	} else if (step <= h->n) {
		r = api_row_for(s->view, h->rows[step - 1], h->query.fields);
		jsonbuf_open(j, NULL, '{');
		api_fields_put(j, &r, h->query.fields);
		jsonbuf_close(j, '}');
	} else if (step == h->n + 1) {
		jsonbuf_close(j, ']');
		jsonbuf_close(j, '}');
		textbuf_char(j->t, '\n');
	}
	return step <= h->n + 1;
}

static struct heatmap *heatmap_new(const struct api_query *q)
{
	struct heatmap *h = calloc(1, sizeof(*h));

	if (h)
		h->query = *q;
	return h;
}

struct stream *api_heatmap(struct view *v, const struct api_query *q)
{
	static const struct api_scan_maker maker = { look, NULL, put_bytes, on_free };
	size_t room = (size_t)view_count(v) + 1; /* never none */
	struct heatmap *h = heatmap_new(q);

	if (!h)
		return NULL;
	h->planes[0] = malloc(N_PLANES * room);
	if (!h->planes[0]) {
		free(h);
		return NULL;
	}
	for (int i = 1; i < N_PLANES; i++)
		h->planes[i] = h->planes[i - 1] + room;
	api_scan_init(&h->scan, &maker, v);
	return &h->scan.stream;
}

struct stream *api_heatmap_list(struct view *v, const struct api_query *q)
{
	static const struct api_scan_maker maker = { look, NULL, put_list, on_free };
	struct heatmap *h = heatmap_new(q);

	if (!h)
		return NULL;
	h->rows = malloc(((size_t)view_count(v) + 1) * sizeof(*h->rows));
	if (!h->rows) {
		free(h);
		return NULL;
	}
	api_scan_init(&h->scan, &maker, v);
	return &h->scan.stream;
}
