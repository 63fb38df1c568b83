/* chart.c - the parts of the picture, the lowest first, each one path for all points. */
#include "serve/chart.h"

#include "base/textbuf.h"
#include "serve/svg.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM ((size_t)64 * 1024)
#define LAST_ROOM  ((size_t)64 * 1024 * 1024)

#define LEFT    60 /* px around the plot */
#define RIGHT   12
#define TOP     26
#define BOTTOM  44
#define LETTER  7  /* px that a letter takes at most, on average */
#define LABEL_X 84 /* px between two times */
#define LABEL_Y 36 /* and two round-trip times, at least */
#define LEGEND  54 /* px of one colour's legend */

#define NS_PER_S 1000000000.0

static const struct {
	double up_to;
	const char *colour, *text;
} losses[] = {
	{ 0, "#26ff00", "0 %" },           { 0.05, "#00b8ff", "\u2264 5 %" },
	{ 0.1, "#0059ff", "\u2264 10 %" }, { 0.15, "#5e00ff", "\u2264 15 %" },
	{ 0.2, "#7e00ff", "\u2264 20 %" }, { 0.5, "#dd00ff", "\u2264 50 %" },
	{ 1, "#ff0000", "more" },
};

enum { N_LOSSES = sizeof(losses) / sizeof(losses[0]) };

struct picture {
	const struct chart *chart;
	const struct past_points *points;
	struct textbuf *t;
	double width, height; /* of the plot */
	double top_ns;        /* the highest round-trip time that is shown */
};

static size_t loss_class(double loss)
{
	size_t i = 0;

	while (i + 1 < N_LOSSES && loss > losses[i].up_to)
		i++;
	return i;
}

const char *chart_loss_colour(double loss)
{
	return losses[loss_class(loss)].colour;
}

int64_t chart_step(const struct chart *c)
{
	int64_t pixels = (int64_t)c->width - LEFT - RIGHT;

	return (c->to_s - c->from_s + pixels - 1) / pixels;
}

/* --- places --- */

static void put_day_or_time(struct textbuf *t, int64_t at_s, bool is_day)
{
	char text[40];
	struct textbuf whole = textbuf_on(text, sizeof(text));

	textbuf_time(&whole, at_s * (int64_t)NS_PER_S);
	textbuf_put(t, text + (is_day ? 0 : 11), is_day ? 10 : 5); /* of 2026-01-02T03:04:05.678901Z */
}

static double x_of(const struct picture *p, int64_t at_s)
{
	double part = (double)(at_s - p->chart->from_s) / (double)(p->chart->to_s - p->chart->from_s);

	return LEFT + p->width * (part < 0 ? 0 : part > 1 ? 1 : part);
}

static double y_of(const struct picture *p, int64_t rtt_ns)
{
	double part = (double)rtt_ns / p->top_ns;

	return TOP + p->height * (1 - (part > 1 ? 1 : part));
}

static double begin_of(const struct picture *p, size_t i)
{
	return x_of(p, p->points->at[i].at_s);
}

static double end_of(const struct picture *p, size_t i)
{
	return x_of(p, p->points->at[i].at_s + p->points->step_s);
}

static bool is_shown(const struct picture *p, const struct past_point *at)
{
	return at->at_s < p->chart->to_s && at->at_s + p->points->step_s > p->chart->from_s;
}

/* < 0: nothing to divide by. */
static double loss_of(const struct past_point *at)
{
	uint32_t n = at->n_sent - at->n_unknown;

	return n ? (double)at->n_lost / n : -1;
}

static bool is_known(const struct picture *p, size_t i)
{
	return is_shown(p, &p->points->at[i]) && loss_of(&p->points->at[i]) >= 0;
}

static bool has_reply(const struct picture *p, size_t i)
{
	return is_shown(p, &p->points->at[i]) && p->points->at[i].median_ns >= 0;
}

/* How many points from i on follow each other without a gap, all of them such. */
static size_t run_of(const struct picture *p, size_t i, bool (*is_such)(const struct picture *p, size_t i))
{
	size_t end = i;

	while (end < p->points->n && is_such(p, end) &&
	       (end == i || p->points->at[end].at_s == p->points->at[end - 1].at_s + p->points->step_s))
		end++;
	return end - i;
}

/* --- the plot --- */

static void put_background(const struct picture *p)
{
	struct textbuf *t = p->t;

	textbuf_text(t, "<rect fill=\"#ddd\"");
	svg_attribute(t, "x", LEFT);
	svg_attribute(t, "y", TOP);
	svg_attribute(t, "width", p->width);
	svg_attribute(t, "height", p->height);
	textbuf_text(t, "/>\n<path fill=\"#fff\" d=\"");
	for (size_t i = 0, n; i < p->points->n; i += n ? n : 1) {
		n = run_of(p, i, is_known);
		if (!n)
			continue;
		svg_move(t, 'M', begin_of(p, i));
		svg_move(t, ' ', TOP);
		svg_move(t, 'H', end_of(p, i + n - 1));
		svg_move(t, 'V', TOP + p->height);
		svg_move(t, 'H', begin_of(p, i));
		textbuf_char(t, 'Z');
	}
	textbuf_text(t, "\"/>\n");
}

/* high and low: offsets of members of struct past_point. */
static int64_t value_at(const struct picture *p, size_t i, size_t offset)
{
	int64_t value;

	memcpy(&value, (const char *)&p->points->at[i] + offset, sizeof(value));
	return value;
}

static void put_band(const struct picture *p, size_t low, size_t high, const char *opacity)
{
	struct textbuf *t = p->t;

	textbuf_text(t, "<path fill=\"#000\" fill-opacity=\"");
	textbuf_text(t, opacity);
	textbuf_text(t, "\" d=\"");
	for (size_t i = 0, n; i < p->points->n; i += n ? n : 1) {
		n = run_of(p, i, has_reply);
		if (!n)
			continue;
		svg_move(t, 'M', begin_of(p, i));
		svg_move(t, ' ', y_of(p, value_at(p, i, high)));
		for (size_t k = i; k < i + n; k++) {
			svg_move(t, 'V', y_of(p, value_at(p, k, high)));
			svg_move(t, 'H', end_of(p, k));
		}
		for (size_t k = i + n; k-- > i;) {
			svg_move(t, 'V', y_of(p, value_at(p, k, low)));
			svg_move(t, 'H', begin_of(p, k));
		}
		textbuf_char(t, 'Z');
	}
	textbuf_text(t, "\"/>\n");
}

static void put_medians(const struct picture *p, size_t class)
{
	struct textbuf *t = p->t;

	textbuf_text(t, "<path fill=\"none\" stroke-width=\"2\" stroke=\"");
	textbuf_text(t, losses[class].colour);
	textbuf_text(t, "\" d=\"");
	for (size_t i = 0; i < p->points->n; i++) {
		const struct past_point *at = &p->points->at[i];

		if (!has_reply(p, i) || loss_class(loss_of(at)) != class)
			continue;
		svg_move(t, 'M', begin_of(p, i));
		svg_move(t, ' ', y_of(p, at->median_ns));
		svg_move(t, 'H', end_of(p, i));
	}
	textbuf_text(t, "\"/>\n");
}

static void put_outages(const struct picture *p)
{
	struct textbuf *t = p->t;

	textbuf_text(t, "<path fill=\"none\" stroke-width=\"6\" stroke=\"");
	textbuf_text(t, chart_loss_colour(1));
	textbuf_text(t, "\" d=\"");
	for (size_t i = 0; i < p->points->n; i++) {
		if (!is_known(p, i) || has_reply(p, i))
			continue;
		svg_move(t, 'M', begin_of(p, i));
		svg_move(t, ' ', TOP + p->height - 3);
		svg_move(t, 'H', end_of(p, i));
	}
	textbuf_text(t, "\"/>\n");
}

/* --- axes --- */

/* The smallest of 1, 2 or 5 times a power of ten that is not below least. */
static double nice_step(double least)
{
	double step = 1;

	while (step * 10 < least)
		step *= 10;
	return step >= least ? step : step * 2 >= least ? step * 2 : step * 5 >= least ? step * 5 : step * 10;
}

static void put_rtts(const struct picture *p)
{
	double step = nice_step(p->top_ns * LABEL_Y / p->height), unit = step >= 1e9 ? 1e9 : step >= 1e6 ? 1e6 : 1e3;
	struct textbuf *t = p->t;

	for (int i = 0; i * step <= p->top_ns; i++) {
		double y = y_of(p, (int64_t)(i * step));

		textbuf_text(t, "<path stroke=\"#000\" stroke-opacity=\".15\" d=\"");
		svg_move(t, 'M', LEFT);
		svg_move(t, ' ', y);
		svg_move(t, 'H', LEFT + p->width);
		textbuf_text(t, "\"/>");
		svg_text_begin(t, LEFT - 5, y + 4, "end");
		textbuf_decimal(t, i * step / unit);
		textbuf_text(t, unit >= 1e9 ? " s" : unit >= 1e6 ? " ms" : " \u00b5s");
		svg_text_end(t);
	}
}

static void put_times(const struct picture *p)
{
	static const int64_t steps_s[] = { 60,    120,   300,   600,    900,    1800,    3600,    7200,    10800,
		                           21600, 43200, 86400, 172800, 604800, 1209600, 2592000, 7776000, 31536000 };
	const int64_t range_s = p->chart->to_s - p->chart->from_s;
	int64_t step_s = steps_s[0], at_s;

	for (size_t i = 0; i < sizeof(steps_s) / sizeof(steps_s[0]); i++) {
		step_s = steps_s[i];
		if ((double)step_s * p->width >= (double)range_s * LABEL_X)
			break;
	}
	while ((double)step_s * p->width < (double)range_s * LABEL_X)
		step_s *= 2;
	at_s = (p->chart->from_s + step_s - 1) / step_s * step_s;
	for (; at_s <= p->chart->to_s; at_s += step_s) {
		double x = x_of(p, at_s);

		textbuf_text(p->t, "<path stroke=\"#000\" stroke-opacity=\".15\" d=\"");
		svg_move(p->t, 'M', x);
		svg_move(p->t, ' ', TOP);
		svg_move(p->t, 'V', TOP + p->height + 4);
		textbuf_text(p->t, "\"/>");
		if (x + 5.0 * LETTER > p->chart->width)
			continue; /* a date would be cut off */
		svg_text_begin(p->t, x, TOP + p->height + 16, "middle");
		put_day_or_time(p->t, at_s, step_s >= 86400 || at_s % 86400 == 0);
		svg_text_end(p->t);
	}
}

/* --- what stands around it --- */

static void put_loss(const struct picture *p)
{
	uint64_t n_lost = 0, n = 0;

	for (size_t i = 0; i < p->points->n; i++) {
		if (!is_known(p, i))
			continue;
		n_lost += p->points->at[i].n_lost;
		n += p->points->at[i].n_sent - p->points->at[i].n_unknown;
	}
	if (!n) {
		textbuf_text(p->t, "nothing is known");
		return;
	}
	textbuf_text(p->t, "loss ");
	textbuf_decimal(p->t, 100 * (double)n_lost / (double)n);
	textbuf_text(p->t, " %");
}

static void put_head(const struct picture *p)
{
	const struct chart *c = p->chart;
	struct textbuf *t = p->t;

	textbuf_text(
		t,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" font-family=\"sans-serif\" font-size=\"11\"");
	svg_attribute(t, "width", c->width);
	svg_attribute(t, "height", c->height);
	textbuf_text(t, ">\n<title>");
	svg_escaped(t, c->name, SIZE_MAX);
	textbuf_text(t, "</title>\n<desc>Round-trip times, ");
	textbuf_time(t, c->from_s * (int64_t)NS_PER_S);
	textbuf_text(t, " to ");
	textbuf_time(t, c->to_s * (int64_t)NS_PER_S);
	textbuf_text(t, "; ");
	put_loss(p);
	textbuf_text(t, "</desc>\n<rect fill=\"#fff\" width=\"100%\" height=\"100%\"/>\n");
}

static void put_words(const struct picture *p)
{
	const struct chart *c = p->chart;
	struct textbuf *t = p->t;
	double y = c->height - 8.0, x = c->width - RIGHT - LEGEND * N_LOSSES;

	svg_text_begin(t, LEFT, TOP - 9, "start");
	svg_escaped(t, c->name, (size_t)(p->width - 110) / LETTER);
	svg_text_end(t);
	svg_text_begin(t, LEFT + p->width, TOP - 9, "end");
	put_loss(p);
	svg_text_end(t);
	svg_text_begin(t, 8, y, "start");
	textbuf_text(t, "UTC");
	svg_text_end(t);
	if (x < LEFT)
		return; /* too narrow for a legend */
	svg_text_begin(t, x - 6, y, "end");
	textbuf_text(t, "loss");
	svg_text_end(t);
	for (size_t i = 0; i < N_LOSSES; i++) {
		textbuf_text(t, "<rect height=\"8\" width=\"8\" fill=\"");
		textbuf_text(t, losses[i].colour);
		textbuf_char(t, '"');
		svg_attribute(t, "x", x);
		svg_attribute(t, "y", y - 8);
		textbuf_text(t, "/>");
		svg_text_begin(t, x + 11, y, "start");
		textbuf_text(t, losses[i].text);
		svg_text_end(t);
		x += LEGEND;
	}
}

static void put_chart(const struct picture *p)
{
	put_head(p);
	put_background(p);
	put_band(p, offsetof(struct past_point, min_ns), offsetof(struct past_point, max_ns), ".1");
	put_band(p, offsetof(struct past_point, p10_ns), offsetof(struct past_point, p90_ns), ".15");
	put_band(p, offsetof(struct past_point, p25_ns), offsetof(struct past_point, p75_ns), ".25");
	put_rtts(p);
	put_times(p);
	for (size_t i = 0; i < N_LOSSES; i++)
		put_medians(p, i);
	put_outages(p);
	put_words(p);
	textbuf_text(p->t, "</svg>\n");
}

static double top_of(const struct picture *p)
{
	int64_t highest_ns = 0;

	for (size_t i = 0; i < p->points->n; i++)
		if (has_reply(p, i) && p->points->at[i].p95_ns > highest_ns)
			highest_ns = p->points->at[i].p95_ns;
	return highest_ns ? (double)highest_ns * 1.15 : 1e6;
}

char *chart_svg(const struct chart *c, size_t *len)
{
	struct picture p = { .chart = c, .points = c->points };

	p.width = (double)c->width - LEFT - RIGHT;
	p.height = (double)c->height - TOP - BOTTOM;
	p.top_ns = top_of(&p);
	for (size_t room = FIRST_ROOM; room <= LAST_ROOM; room *= 2) {
		char *text = malloc(room);
		struct textbuf t = textbuf_on(text, room);

		if (!text)
			return NULL;
		p.t = &t;
		put_chart(&p);
		if (!t.full) {
			*len = textbuf_len(&t);
			return text;
		}
		free(text);
	}
	return NULL;
}
