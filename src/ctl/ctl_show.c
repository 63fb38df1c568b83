/* ctl_show.c - one target: who it is, its figures, a picture of its latest probes, its options and where each was set.
 */
#include "ctl/ctl_show.h"

#include "base/textbuf.h"
#include "ctl/ctl_ask.h"
#include "ctl/ctl_chart.h"
#include "ctl/ctl_columns.h"
#include "ctl/ctl_figures.h"
#include "ctl/ctl_json.h"
#include "ctl/ctl_table.h"

#include <stdlib.h>
#include <string.h>

#define SAMPLES_MAX 1000
#define BAR_WIDTH   40

struct page {
	FILE *to;
	const struct ctl_term *term;
	json_t *target;
};

static void put_text(const struct page *p, const char *text)
{
	char shown[4096];

	fputs(ctl_term_shown(p->term, shown, sizeof(shown), text), p->to);
}

static void put_coloured(const struct page *p, enum ctl_colour c, const char *text)
{
	fputs(ctl_term_colour(p->term, c), p->to);
	put_text(p, text);
	fputs(ctl_term_colour(p->term, CTL_PLAIN), p->to);
}

static void title(const struct page *p, const char *text)
{
	fputs("\n", p->to);
	put_coloured(p, CTL_BOLD, text);
	fputs("\n", p->to);
}

/* --- who it is --- */

static void put_pair(const struct page *p, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	fprintf(p->to, "  %-9s ", name);
	put_text(p, value);
	fputs("\n", p->to);
}

static void print_head(const struct page *p)
{
	const char *name = ctl_json_text(p->target, "name"), *state = ctl_json_text(p->target, "state");
	const char *since = ctl_json_text(p->target, "since"), *reason = ctl_json_text(p->target, "reason");
	char age[CTL_FIGURE_LEN], labels[2048];

	put_coloured(p, CTL_BOLD, name ? name : "");
	fputs(" is ", p->to);
	put_coloured(p, ctl_term_state(state ? state : ""), state ? state : "?");
	if (since && ctl_figures_when(since) >= 0)
		fprintf(p->to, " for %s", ctl_figures_age(age, ctl_columns_now(p->target) - ctl_figures_when(since)));
	if (reason) {
		fputs(" (", p->to);
		put_text(p, reason);
		fputs(json_is_true(ctl_json_at(p->target, "blocked")) ? ", blocked)" : ")", p->to);
	}
	fputs("\n", p->to);
	put_pair(p, "host", ctl_json_text(p->target, "host"));
	put_pair(p, "address", ctl_json_text(p->target, "ip"));
	put_pair(p, "group", ctl_json_text(p->target, "group"));
	put_pair(p, "labels", ctl_columns_labels(ctl_json_at(p->target, "labels"), labels, sizeof(labels)));
}

/* --- figures --- */

/* A row of names and figures; those without a value are left out. */
struct figure {
	const char *name, *key;
};

static void print_figures(const struct page *p, const char *head, const struct figure *f, enum ctl_column_kind kind)
{
	char buf[CTL_FIGURE_LEN];
	bool any = false;

	for (; f->name; f++) {
		double value;

		if (!ctl_json_number(&value, p->target, f->key))
			continue;
		fprintf(p->to, any ? "  %s " : "  %-9s %s ", any ? f->name : head, f->name);
		any = true;
		fputs(kind == CTL_COLUMN_MS      ? ctl_figures_ms(buf, value)
		      : kind == CTL_COLUMN_RATIO ? ctl_figures_percent(buf, value)
		                                 : ctl_figures_count(buf, value),
		      p->to);
	}
	if (any)
		fputs(kind == CTL_COLUMN_MS ? " ms\n" : "\n", p->to);
}

static void print_window(const struct page *p)
{
	static const struct figure probes[] = { { "sent", "sent" },         { "received", "received" },
		                                { "lost", "lost" },         { "unknown", "unknown" },
		                                { "not sent", "not_sent" }, { NULL, NULL } };
	static const struct figure rtts[] = { { "min", "rtt_min_seconds" },
		                              { "mean", "rtt_mean_seconds" },
		                              { "median", "rtt_median_seconds" },
		                              { "max", "rtt_max_seconds" },
		                              { NULL, NULL } };
	static const struct figure tail[] = {
		{ "p90", "rtt_p90_seconds" }, { "p95", "rtt_p95_seconds" }, { "p99", "rtt_p99_seconds" }, { NULL, NULL }
	};
	static const struct figure spread[] = { { "jitter", "rtt_jitter_seconds" },
		                                { "ipdv", "rtt_ipdv_seconds" },
		                                { NULL, NULL } };
	static const struct figure way[] = { { "ttl", "ttl" }, { "hops", "hops" }, { NULL, NULL } };
	static const struct figure loss[] = { { "ratio", "loss_ratio" }, { NULL, NULL } };

	title(p, "window");
	print_figures(p, "probes", probes, CTL_COLUMN_COUNT);
	print_figures(p, "loss", loss, CTL_COLUMN_RATIO);
	print_figures(p, "rtt", rtts, CTL_COLUMN_MS);
	print_figures(p, "", tail, CTL_COLUMN_MS);
	print_figures(p, "", spread, CTL_COLUMN_MS);
	print_figures(p, "path", way, CTL_COLUMN_COUNT);
}

static void print_totals(const struct page *p)
{
	static const struct figure probes[] = { { "sent", "total_sent" },     { "received", "total_received" },
		                                { "lost", "total_lost" },     { "unknown", "total_unknown" },
		                                { "not sent", "send_error" }, { NULL, NULL } };
	static const struct figure lost[] = { { "timeout", "total_timeout" },
		                              { "unreachable", "total_unreachable" },
		                              { "ttl exceeded", "total_ttl_exceeded" },
		                              { "too big", "total_too_big" },
		                              { NULL, NULL } };
	static const struct figure odd[] = { { "late", "late" },           { "duplicate", "duplicate" },
		                             { "corrupt", "corrupt" },     { "foreign", "foreign" },
		                             { "truncated", "truncated" }, { NULL, NULL } };
	const char *started = ctl_json_text(p->target, "started");
	char text[64];

	/* Over restarts, where they have kept its state. */
	snprintf(text, sizeof(text), "since %s", started ? started : "start");
	title(p, text);
	print_figures(p, "probes", probes, CTL_COLUMN_COUNT);
	print_figures(p, "lost by", lost, CTL_COLUMN_COUNT);
	print_figures(p, "replies", odd, CTL_COLUMN_COUNT);
}

/* --- the latest probes --- */

static char sign_of(const char *outcome)
{
	if (!outcome || !strcmp(outcome, "unknown"))
		return '?';
	return strcmp(outcome, "not_sent") ? '!' : ' ';
}

static size_t take_samples(struct ctl_chart_sample *samples, const json_t *outcomes)
{
	size_t n = json_array_size(outcomes), from = n > SAMPLES_MAX ? n - SAMPLES_MAX : 0;

	for (size_t i = from; i < n; i++) {
		const json_t *o = json_array_get(outcomes, i);
		struct ctl_chart_sample *s = &samples[i - from];

		s->sign = sign_of(ctl_json_text(o, "outcome"));
		if (!ctl_json_number(&s->seconds, o, "rtt_seconds") || s->seconds < 0)
			s->seconds = -1;
	}
	return n - from;
}

/* As many of the latest as a line has room for. */
static void print_sparkline(const struct page *p, const struct ctl_chart_sample *samples, size_t n)
{
	char buf[4 * SAMPLES_MAX + 1];
	struct textbuf t = textbuf_on(buf, sizeof(buf) - 1);
	size_t room = p->term->columns > 4 ? (size_t)p->term->columns - 4 : 1, skip = n > room ? n - room : 0;

	ctl_chart_sparkline(&t, samples + skip, n - skip, p->term->has_utf8);
	*t.at = '\0';
	fprintf(p->to, "  %s\n", buf);
}

static void print_histogram(const struct page *p, const struct ctl_chart_sample *samples, size_t n)
{
	struct ctl_chart_bin bins[CTL_CHART_BINS];
	size_t n_bins = ctl_chart_bins(bins, samples, n), greatest = 0;
	char from[CTL_FIGURE_LEN], to[CTL_FIGURE_LEN], bar[4 * BAR_WIDTH + 4];

	for (size_t i = 0; i < n_bins; i++)
		greatest = bins[i].n > greatest ? bins[i].n : greatest;
	for (size_t i = 0; i < n_bins; i++) {
		struct textbuf t = textbuf_on(bar, sizeof(bar) - 1);

		ctl_chart_bar(&t, bins[i].n, greatest, BAR_WIDTH, p->term->has_utf8);
		*t.at = '\0';
		fprintf(p->to, "  %8s - %8s ms %5zu %s\n", ctl_figures_ms(from, bins[i].from),
		        ctl_figures_ms(to, bins[i].to), bins[i].n, bar);
	}
}

static void print_outcomes(const struct page *p)
{
	struct ctl_chart_sample samples[SAMPLES_MAX];
	size_t n = take_samples(samples, ctl_json_at(p->target, "outcomes"));
	char text[128];

	if (!n)
		return;
	snprintf(text, sizeof(text), "the latest %zu probe%s (! lost, ? unknown)", n, n == 1 ? "" : "s");
	title(p, text);
	print_sparkline(p, samples, n);
	print_histogram(p, samples, n);
}

/* --- where it comes from --- */

static void print_history(const struct page *p)
{
	static const struct ctl_table_column columns[] = { { "", false }, { "", false }, { "", false }, { "", false } };
	json_t *history = ctl_json_at(p->target, "history"), *change;
	struct ctl_table *t = json_array_size(history) ? ctl_table_new(p->term, columns, 4) : NULL;
	char text[600];
	size_t i;

	if (!t)
		return;
	title(p, "history");
	json_array_foreach(history, i, change) {
		const char *time = ctl_json_text(change, "time"), *from = ctl_json_text(change, "from");
		const char *to = ctl_json_text(change, "to"), *reason = ctl_json_text(change, "reason");
		const char *blocked_by = ctl_json_text(change, "blocked_by");

		ctl_table_cell(t, time ? time : "", CTL_DIM);
		snprintf(text, sizeof(text), "%s ->", from ? from : "?");
		ctl_table_cell(t, text, CTL_PLAIN);
		ctl_table_cell(t, to ? to : "?", ctl_term_state(to ? to : ""));
		snprintf(text, sizeof(text), "%s%s%s", reason ? reason : "", blocked_by ? ", blocked by " : "",
		         blocked_by ? blocked_by : "");
		ctl_table_cell(t, text, CTL_PLAIN);
	}
	ctl_table_print(t, p->to, 2);
	ctl_table_free(t);
}

static void print_depends(const struct page *p)
{
	json_t *depends = ctl_json_at(p->target, "depends_on"), *name;
	size_t i;

	if (!json_array_size(depends))
		return;
	fputs("  depends_on", p->to);
	json_array_foreach(depends, i, name) {
		fputs(i ? ", " : " ", p->to);
		put_text(p, json_string_value(name) ? json_string_value(name) : "");
	}
	fputs("\n", p->to);
}

/* Those that are set somewhere before those that are built in. */
static void add_options(struct ctl_table *t, json_t *options, bool built_in)
{
	const char *name;
	json_t *option;

	json_object_foreach(options, name, option) {
		const char *value = ctl_json_text(option, "value"), *origin = ctl_json_text(option, "origin");
		const char *file = ctl_json_text(option, "file");
		char place[4096];
		double line = 0;

		if ((file == NULL) != built_in)
			continue;
		ctl_json_number(&line, option, "line");
		snprintf(place, sizeof(place), file ? "%s (%s:%.0f)" : "%s", origin ? origin : "", file ? file : "",
		         line);
		ctl_table_cell(t, name, CTL_PLAIN);
		ctl_table_cell(t, value ? value : "", built_in ? CTL_PLAIN : CTL_BOLD);
		ctl_table_cell(t, place, CTL_DIM);
	}
}

static void print_options(const struct page *p)
{
	static const struct ctl_table_column columns[] = { { "", false }, { "", false }, { "", false } };
	json_t *options = ctl_json_at(p->target, "options");
	struct ctl_table *t = json_object_size(options) ? ctl_table_new(p->term, columns, 3) : NULL;

	if (!t)
		return;
	title(p, "options");
	print_depends(p);
	add_options(t, options, false);
	add_options(t, options, true);
	ctl_table_print(t, p->to, 2);
	ctl_table_free(t);
}

enum ctl_exit ctl_show(struct ctl_session *s)
{
	struct ctl_query q = { 0 };
	json_t *target;
	enum ctl_exit code;
	const char *state;

	ctl_query_path(&q, "/api/v1/targets/");
	ctl_query_part(&q, s->options->arguments[0]);
	code = ctl_ask_get(s, &q, &target);
	ctl_query_fini(&q);
	if (code)
		return code;
	if (ctl_options_given(s->options, CTL_JSON)) {
		ctl_json_print(target, 2);
		puts("");
	} else {
		ctl_show_print(stdout, &s->term, target);
	}
	state = ctl_json_text(target, "state");
	if (state && !strcmp(state, "down"))
		code = CTL_EXIT_NO;
	json_decref(target);
	return code;
}

void ctl_show_print(FILE *to, const struct ctl_term *t, json_t *target)
{
	const struct page p = { to, t, target };

	print_head(&p);
	print_window(&p);
	print_outcomes(&p);
	print_totals(&p);
	print_history(&p);
	print_options(&p);
}
