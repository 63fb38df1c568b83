/* api_past.c - each route asks the history on this thread (past.h), and writes what it says. */
#include "serve/api_past.h"

#include "base/clock.h"
#include "base/jsonbuf.h"
#include "serve/api_document.h"
#include "serve/api_past_ask.h"
#include "serve/api_query.h"
#include "serve/chart.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define JSON "application/json"
#define SVG  "image/svg+xml"

#define WIDTH  800
#define HEIGHT 300

static struct past_points *no_points(int64_t from_s, int64_t to_s, int64_t step_s)
{
	struct past_points *points = malloc(sizeof(*points));

	if (points)
		*points = (struct past_points){ .from_s = from_s, .to_s = to_s, .step_s = step_s ? step_s : 60 };
	return points;
}

/* NULL: answered. */
static struct past_points *points_of(struct request *r, const char *name, int64_t from_s, int64_t to_s, int64_t step_s,
                                     bool may_be_new)
{
	const struct past_ops *past = request_past(r);
	struct past_points *points = NULL;
	int err = past ? past->points(past->data, name, from_s, to_s, step_s, &points) : -ENOSYS;

	if (err == -ENOENT && may_be_new) {
		points = no_points(from_s, to_s, step_s);
		err = points ? 0 : -ENOMEM;
	}
	if (!err)
		return points;
	api_past_ask_failed(r, err, name);
	return NULL;
}

/* --- one target's past --- */

struct past_stream {
	struct stream stream;
	struct past_points *points;
	char *name;
	size_t step;
	bool comma;
};

static void put_point(struct jsonbuf *j, const struct past_point *p)
{
	uint32_t n_answerable = p->n_sent - p->n_unknown;

	jsonbuf_open(j, NULL, '{');
	jsonbuf_time(j, "time", p->at_s * NS_PER_S);
	jsonbuf_uint(j, "sent", p->n_sent);
	jsonbuf_uint(j, "received", n_answerable - p->n_lost);
	jsonbuf_uint(j, "lost", p->n_lost);
	jsonbuf_uint(j, "unknown", p->n_unknown);
	jsonbuf_uint(j, "not_sent", p->n_not_sent);
	jsonbuf_ratio(j, "loss_ratio", n_answerable ? (double)p->n_lost / n_answerable : -1);
	jsonbuf_seconds(j, "rtt_min_seconds", p->min_ns);
	jsonbuf_seconds(j, "rtt_p10_seconds", p->p10_ns);
	jsonbuf_seconds(j, "rtt_p25_seconds", p->p25_ns);
	jsonbuf_seconds(j, "rtt_median_seconds", p->median_ns);
	jsonbuf_seconds(j, "rtt_p75_seconds", p->p75_ns);
	jsonbuf_seconds(j, "rtt_p90_seconds", p->p90_ns);
	jsonbuf_seconds(j, "rtt_p95_seconds", p->p95_ns);
	jsonbuf_seconds(j, "rtt_p99_seconds", p->p99_ns);
	jsonbuf_seconds(j, "rtt_max_seconds", p->max_ns);
	jsonbuf_bool(j, "incomplete", p->is_incomplete);
	jsonbuf_close(j, '}');
}

/* False: there was none. */
static bool put_step(const struct past_stream *s, struct jsonbuf *j)
{
	const struct past_points *points = s->points;

	if (s->step == 0) {
		jsonbuf_open(j, NULL, '{');
		jsonbuf_text(j, "target", s->name);
		jsonbuf_time(j, "from", points->from_s * NS_PER_S);
		jsonbuf_time(j, "to", points->to_s * NS_PER_S);
		jsonbuf_uint(j, "step_seconds", (uint64_t)points->step_s);
		jsonbuf_open(j, "items", '[');
	} else if (s->step <= points->n) {
		put_point(j, &points->at[s->step - 1]);
	} else if (s->step == points->n + 1) {
		jsonbuf_close(j, ']');
		jsonbuf_close(j, '}');
		textbuf_char(j->t, '\n');
	}
	return s->step <= points->n + 1;
}

static bool more(struct stream *stream, struct textbuf *t)
{
	struct past_stream *s = (struct past_stream *)stream;

	for (;; s->step++) {
		struct textbuf before = *t;
		struct jsonbuf j = { .t = t, .comma = s->comma };

		if (!put_step(s, &j))
			return false;
		if (t->full) {
			*t = before;
			return true;
		}
		s->comma = j.comma;
	}
}

static void on_free(struct stream *stream)
{
	struct past_stream *s = (struct past_stream *)stream;

	free(s->points);
	free(s->name);
	free(s);
}

/* Takes points over. */
static struct stream *stream_of(struct past_points *points, const char *name)
{
	struct past_stream *s = calloc(1, sizeof(*s));

	if (!s) {
		free(points);
		return NULL;
	}
	s->stream = (struct stream){ .more = more, .free = on_free };
	s->points = points;
	s->name = strdup(name);
	if (s->name)
		return &s->stream;
	on_free(&s->stream);
	return NULL;
}

static void on_history(struct request *r)
{
	int64_t from_s, to_s, step_s = 0;
	struct past_points *points;
	struct stream *s;
	bool may_be_new;

	if (!api_past_ask_range(r, &from_s, &to_s) || !api_past_ask_duration(r, "step", &step_s) ||
	    !api_past_ask_new(r, &may_be_new))
		return;
	if (step_s && (to_s - from_s) / step_s > PAST_POINTS_MAX) {
		answer_error(r, 400, "bad parameter", "step: more than %u steps", PAST_POINTS_MAX);
		return;
	}
	points = points_of(r, request_rest(r), from_s, to_s, step_s, may_be_new);
	if (!points)
		return;
	s = stream_of(points, request_rest(r));
	if (s)
		answer_stream(r, JSON, s);
	else
		api_past_ask_failed(r, -ENOMEM, "");
}

/* --- its picture --- */

static void on_chart(struct request *r)
{
	int64_t width = WIDTH, height = HEIGHT;
	struct chart c = { .name = request_param(r, "target") };
	struct past_points *points;
	size_t len = 0;
	char *svg;

	if (!c.name || !*c.name) {
		answer_error(r, 400, "bad parameter", "target: expected the name of a target");
		return;
	}
	if (!api_past_ask_range(r, &c.from_s, &c.to_s) ||
	    !api_past_ask_count(r, "width", &width, CHART_WIDTH_MIN, CHART_WIDTH_MAX) ||
	    !api_past_ask_count(r, "height", &height, CHART_HEIGHT_MIN, CHART_HEIGHT_MAX))
		return;
	c.width = (unsigned)width;
	c.height = (unsigned)height;
	c.points = points = points_of(r, c.name, c.from_s, c.to_s, chart_step(&c), false);
	if (!points)
		return;
	svg = chart_svg(&c, &len);
	free(points);
	if (svg)
		answer_taken(r, 200, SVG, svg, len);
	else
		api_past_ask_failed(r, -ENOMEM, "");
}

/* --- the worst of a time --- */

struct worst {
	const struct past_worsts *w;
	enum past_by by;
};

static const char *const by_names[] = { [PAST_BY_LOSS] = "loss", [PAST_BY_RTT] = "rtt", [PAST_BY_JITTER] = "jitter" };

static void put_worst(struct jsonbuf *j, const void *data)
{
	const struct worst *x = data;

	jsonbuf_open(j, NULL, '{');
	jsonbuf_time(j, "from", x->w->from_s * NS_PER_S);
	jsonbuf_time(j, "to", x->w->to_s * NS_PER_S);
	jsonbuf_text(j, "by", by_names[x->by]);
	jsonbuf_open(j, "items", '[');
	for (size_t i = 0; i < x->w->n; i++) {
		const struct past_worst *p = &x->w->at[i];

		jsonbuf_open(j, NULL, '{');
		jsonbuf_text(j, "name", p->name);
		jsonbuf_uint(j, "sent", p->n_sent);
		jsonbuf_uint(j, "lost", p->n_lost);
		if (x->by == PAST_BY_LOSS)
			jsonbuf_ratio(j, "loss_ratio", p->value);
		jsonbuf_seconds(j, "rtt_median_seconds", p->median_ns);
		jsonbuf_seconds(j, "rtt_p95_seconds", p->p95_ns);
		if (x->by == PAST_BY_JITTER)
			jsonbuf_seconds(j, "rtt_spread_seconds", (int64_t)p->value);
		jsonbuf_close(j, '}');
	}
	jsonbuf_close(j, ']');
	jsonbuf_close(j, '}');
}

/* False: answered. */
static bool read_by(struct request *r, enum past_by *by)
{
	const char *text = request_param(r, "by");

	*by = PAST_BY_LOSS;
	if (!text)
		return true;
	for (size_t i = 0; i < sizeof(by_names) / sizeof(by_names[0]); i++) {
		if (!strcmp(by_names[i], text)) {
			*by = (enum past_by)i;
			return true;
		}
	}
	return api_past_ask_refuse(r, "by", "loss, rtt or jitter");
}

/* Those that choose targets as they are now: history does not know them. */
static bool has_no_others(struct request *r)
{
	const char *name, *value;

	for (size_t i = 0; request_pair(r, i, &name, &value); i++) {
		if (!strcmp(name, "window") || !strcmp(name, "by") || !strcmp(name, "limit"))
			continue;
		answer_error(r, 400, "bad parameter", "%s: not together with window", name);
		return false;
	}
	return true;
}

void api_past_worst(struct request *r, size_t limit_default)
{
	const struct past_ops *past = request_past(r);
	int64_t window_s = 0, limit = (int64_t)limit_default;
	struct past_worsts *w = NULL;
	struct worst x;
	size_t len = 0;
	char *text;
	int err;

	if (!has_no_others(r) || !api_past_ask_duration(r, "window", &window_s) || !read_by(r, &x.by) ||
	    !api_past_ask_count(r, "limit", &limit, 1, API_LIMIT_MAX))
		return;
	err = past ? past->worst(past->data, window_s, x.by, (size_t)limit, &w) : -ENOSYS;
	if (err) {
		api_past_ask_failed(r, err, "");
		return;
	}
	x.w = w;
	text = api_document(put_worst, &x, &len);
	past_worsts_free(w);
	if (text)
		answer_taken(r, 200, JSON, text, len);
	else
		api_past_ask_failed(r, -ENOMEM, "");
}

/* clang-format off */
static const struct route_param history_params[] = {
	API_PAST_RANGE,
	{ "step", "{\"type\": \"string\"}", "the length of a step, as 5m; as fine as the answer has room for", false },
	API_PAST_NEW,
	{ .name = NULL },
};
static const struct route_param chart_params[] = {
	{ "target", "{\"type\": \"string\"}", "its name; must be given", false },
	API_PAST_RANGE,
	{ "width", "{\"type\": \"integer\", \"minimum\": 200, \"maximum\": 4000, \"default\": 800}", "of the picture, in pixels", false },
	{ "height", "{\"type\": \"integer\", \"minimum\": 100, \"maximum\": 2000, \"default\": 300}", "likewise", false },
	{ .name = NULL },
};
/* clang-format on */

const struct route api_past_routes[] = {
	{ .method = "GET",
	  .path = "/api/v1/targets/{name}/history",
	  .handle = on_history,
	  .params = history_params,
	  .about = "one target's past: loss and round-trip times of each step, merged of its minutes",
	  .types = JSON },
	{ .method = "GET",
	  .path = "/api/v1/chart.svg",
	  .handle = on_chart,
	  .params = chart_params,
	  .about = "one target's past as a picture",
	  .types = SVG },
	{ .path = NULL },
};
