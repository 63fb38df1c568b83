/* ctl_status.c - the daemon's own figures, a line for each subject. */
#include "ctl/ctl_status.h"

#include "ctl/ctl_ask.h"
#include "ctl/ctl_columns.h"
#include "ctl/ctl_figures.h"
#include "ctl/ctl_json.h"

#include <stdio.h>

struct page {
	const struct ctl_term *term;
	json_t *status;
};

struct figure {
	const char *path, *name; /* name: what it counts */
};

static void put(const struct page *p, const char *text)
{
	char shown[4096];

	fputs(ctl_term_shown(p->term, shown, sizeof(shown), text ? text : "-"), stdout);
}

/* "targets      100 up, 2 down"; what is not there is left out, and a line without any figure is none. */
static void print_counts(const struct page *p, const char *head, const struct figure *f)
{
	char figure[CTL_FIGURE_LEN];
	bool any = false;

	for (; f->path; f++) {
		double n;

		if (!ctl_json_number(&n, p->status, f->path))
			continue;
		if (any)
			fputs(", ", stdout);
		else
			printf("%-14s", head);
		any = true;
		printf("%s %s", ctl_figures_count(figure, n), f->name);
	}
	if (any)
		putchar('\n');
}

static void print_head(const struct page *p)
{
	double up;
	char age[CTL_FIGURE_LEN];

	fputs(ctl_term_colour(p->term, CTL_BOLD), stdout);
	fputs("minipingd ", stdout);
	put(p, ctl_json_text(p->status, "version"));
	fputs(ctl_term_colour(p->term, CTL_PLAIN), stdout);
	if (ctl_json_number(&up, p->status, "uptime_seconds"))
		printf(", up %s", ctl_figures_age(age, up));
	if (json_is_false(ctl_json_at(p->status, "ready")))
		fputs(", not ready: names are being looked up", stdout);
	putchar('\n');
}

static void print_states(const struct page *p)
{
	static const char *const states[] = { "down", "unknown", "degraded", "up" };
	char path[64], figure[CTL_FIGURE_LEN];
	double n;

	if (!ctl_json_number(&n, p->status, "targets.total"))
		return;
	printf("%-14s%s:", "targets", ctl_figures_count(figure, n));
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++) {
		snprintf(path, sizeof(path), "targets.%s", states[i]);
		if (!ctl_json_number(&n, p->status, path))
			continue;
		printf("%s %s%s %s%s", i ? "," : "", n > 0 ? ctl_term_colour(p->term, ctl_term_state(states[i])) : "",
		       ctl_figures_count(figure, n), states[i], n > 0 ? ctl_term_colour(p->term, CTL_PLAIN) : "");
	}
	if (ctl_json_number(&n, p->status, "targets.blocked") && n > 0)
		printf("; %s of them blocked", ctl_figures_count(figure, n));
	putchar('\n');
}

static void print_lag(const struct page *p)
{
	char ms[CTL_FIGURE_LEN];
	double lag;

	if (ctl_json_number(&lag, p->status, "loop_lag_seconds"))
		printf("%-14s%s ms\n", "loop lag", ctl_figures_ms(ms, lag));
}

static void print_when(const struct page *p, const char *path)
{
	const char *at = ctl_json_text(p->status, path);
	char age[CTL_FIGURE_LEN];

	if (at && ctl_figures_when(at) >= 0)
		printf(", %s ago", ctl_figures_age(age, ctl_columns_now(p->status) - ctl_figures_when(at)));
	putchar('\n');
}

static void print_config(const struct page *p)
{
	json_t *ok = ctl_json_at(p->status, "config.last_reload.ok"), *error;
	size_t i;
	double more;

	if (!ctl_json_at(p->status, "config"))
		return;
	printf("%-14s", "configuration");
	put(p, ctl_json_text(p->status, "config.path"));
	fputs(", hash ", stdout);
	put(p, ctl_json_text(p->status, "config.hash"));
	print_when(p, "config.loaded");
	if (!json_is_false(ok))
		return;
	fputs(ctl_term_colour(p->term, CTL_RED), stdout);
	fputs("the last reload failed", stdout);
	fputs(ctl_term_colour(p->term, CTL_PLAIN), stdout);
	print_when(p, "config.last_reload.time");
	json_array_foreach(ctl_json_at(p->status, "config.last_reload.errors"), i, error) {
		fputs("  ", stdout);
		put(p, json_string_value(error));
		putchar('\n');
	}
	if (ctl_json_number(&more, p->status, "config.last_reload.more_errors") && more > 0)
		printf("  ... and %.0f more\n", more);
}

static void print_fault(const struct page *p, const char *what, const char *error)
{
	fputs(ctl_term_colour(p->term, CTL_RED), stdout);
	fputs(what, stdout);
	fputs(ctl_term_colour(p->term, CTL_PLAIN), stdout);
	fputs(": ", stdout);
	put(p, error);
	putchar('\n');
}

static void print_saves(const struct page *p)
{
	const char *error = ctl_json_text(p->status, "saves.error");
	char figure[CTL_FIGURE_LEN];
	double took, bytes;

	if (!ctl_json_at(p->status, "saves"))
		return;
	printf("%-14s", "state");
	if (ctl_json_number(&bytes, p->status, "saves.bytes") &&
	    ctl_json_number(&took, p->status, "saves.duration_seconds")) {
		printf("saved in %.1f s, ", took);
		printf("%s bytes", ctl_figures_count(figure, bytes));
		print_when(p, "saves.time");
	} else {
		puts("not saved yet");
	}
	if (error)
		print_fault(p, "the last save failed", error);
}

static void print_history(const struct page *p)
{
	const char *error = ctl_json_text(p->status, "history.error");
	char figure[CTL_FIGURE_LEN];
	double bytes, n_lost;

	if (!ctl_json_text(p->status, "history.file"))
		return;
	printf("%-14s", "history");
	put(p, ctl_json_text(p->status, "history.file"));
	if (ctl_json_number(&bytes, p->status, "history.bytes"))
		printf(", %s bytes", ctl_figures_count(figure, bytes));
	if (ctl_json_number(&n_lost, p->status, "history.lost_results") && n_lost > 0)
		printf(", %s results lost", ctl_figures_count(figure, n_lost));
	fputs(ctl_json_text(p->status, "history.newest") ? ", latest minute" : ", no minute yet", stdout);
	print_when(p, "history.newest");
	if (error)
		print_fault(p, "it is not written", error);
}

static void print_text(const struct page *p)
{
	static const struct figure names[] = { { "names.total", "followed" },
		                               { "names.unresolved", "unresolved" },
		                               { NULL, NULL } };
	static const struct figure probes[] = { { "rate_per_second", "sent/s" },
		                                { "in_flight", "in flight" },
		                                { NULL, NULL } };
	static const struct figure start[] = { { "since_start.sent", "sent" },
		                               { "since_start.received", "received" },
		                               { "since_start.skipped", "skipped" },
		                               { "since_start.off_schedule", "off schedule" },
		                               { NULL, NULL } };
	static const struct figure odd[] = { { "since_start.foreign", "foreign" },
		                             { "since_start.corrupt", "corrupt" },
		                             { "since_start.malformed", "malformed" },
		                             { "since_start.socket_drops", "dropped by the socket" },
		                             { NULL, NULL } };
	static const struct figure log[] = { { "since_start.log_lines", "lines" },
		                             { "since_start.log_dropped", "dropped" },
		                             { NULL, NULL } };

	print_head(p);
	print_states(p);
	print_counts(p, "names", names);
	print_counts(p, "probes", probes);
	print_counts(p, "since start", start);
	print_counts(p, "packets", odd);
	print_counts(p, "log", log);
	print_lag(p);
	print_saves(p);
	print_history(p);
	print_config(p);
}

enum ctl_exit ctl_status(struct ctl_session *s)
{
	struct ctl_query q = { 0 };
	struct page p = { .term = &s->term };
	enum ctl_exit code;

	ctl_query_path(&q, "/api/v1/status");
	code = ctl_ask_get(s, &q, &p.status);
	ctl_query_fini(&q);
	if (code)
		return code;
	if (ctl_options_given(s->options, CTL_JSON)) {
		ctl_json_print(p.status, 2);
		putchar('\n');
	} else {
		print_text(&p);
	}
	json_decref(p.status);
	return CTL_EXIT_DONE;
}
