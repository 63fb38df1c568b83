/* ctl_history.c - the past of one target, or of one after the other, so that no document is larger than one's. */
#include "ctl/ctl_history.h"

#include "base/clock.h"
#include "ctl/ctl_ask.h"
#include "ctl/ctl_columns.h"
#include "ctl/ctl_json.h"
#include "ctl/ctl_table.h"

#include <stdio.h>
#include <string.h>

#define PAGE "1000"

/* clang-format off */
static const struct ctl_column columns[] = {
	/* title     key                    kind              table   width  from */
	{ "TIME",    "time",                CTL_COLUMN_TEXT,  true,   0,     0 },
	{ "SENT",    "sent",                CTL_COLUMN_COUNT, true,   0,     0 },
	{ "",        "received",            CTL_COLUMN_COUNT, false,  0,     0 },
	{ "LOST",    "lost",                CTL_COLUMN_COUNT, true,   0,     0 },
	{ "UNKNOWN", "unknown",             CTL_COLUMN_COUNT, true,   0,     0 },
	{ "",        "not_sent",            CTL_COLUMN_COUNT, false,  0,     0 },
	{ "LOSS",    "loss_ratio",          CTL_COLUMN_RATIO, true,   0,     0 },
	{ "MIN ms",  "rtt_min_seconds",     CTL_COLUMN_MS,    true,   0,     0 },
	{ "",        "rtt_p10_seconds",     CTL_COLUMN_MS,    false,  0,     0 },
	{ "",        "rtt_p25_seconds",     CTL_COLUMN_MS,    false,  0,     0 },
	{ "MED ms",  "rtt_median_seconds",  CTL_COLUMN_MS,    true,   0,     0 },
	{ "",        "rtt_p75_seconds",     CTL_COLUMN_MS,    false,  0,     0 },
	{ "",        "rtt_p90_seconds",     CTL_COLUMN_MS,    false,  0,     0 },
	{ "P95 ms",  "rtt_p95_seconds",     CTL_COLUMN_MS,    true,   0,     0 },
	{ "",        "rtt_p99_seconds",     CTL_COLUMN_MS,    false,  0,     0 },
	{ "MAX ms",  "rtt_max_seconds",     CTL_COLUMN_MS,    true,   0,     0 },
};
/* clang-format on */
#define N_COLUMNS (sizeof(columns) / sizeof(*columns))

static const struct ctl_column target = { "", "target", CTL_COLUMN_TEXT, false, 0, 0 };

static void query(struct ctl_query *q, const struct ctl_options *o, const char *name)
{
	char text[32];

	ctl_query_path(q, "/api/v1/targets/");
	ctl_query_part(q, name);
	ctl_query_path(q, "/history");
	snprintf(text, sizeof(text), "-%llds", (long long)(o->since_ns / NS_PER_S));
	ctl_query_param(q, "from", text);
	if (!o->step_ns)
		return;
	snprintf(text, sizeof(text), "%llds", (long long)(o->step_ns / NS_PER_S));
	ctl_query_param(q, "step", text);
}

static void print_keys(void)
{
	for (size_t i = 0; i < N_COLUMNS; i++)
		printf("%s%s", columns[i].key, i + 1 < N_COLUMNS ? "," : "\n");
}

static void print_csv(const struct ctl_session *s, json_t *past, bool with_target)
{
	json_t *item;
	size_t n;

	json_array_foreach(json_object_get(past, "items"), n, item) {
		if (with_target) {
			ctl_columns_csv(&target, past, s->term.is_terminal);
			putchar(',');
		}
		for (size_t i = 0; i < N_COLUMNS; i++) {
			ctl_columns_csv(&columns[i], item, s->term.is_terminal);
			putchar(i + 1 < N_COLUMNS ? ',' : '\n');
		}
	}
}

static enum ctl_exit print_table(const struct ctl_session *s, json_t *past)
{
	struct ctl_table_column shown[N_COLUMNS];
	struct ctl_table *t;
	size_t n_shown = 0, n;
	bool printed;
	json_t *item;

	for (size_t i = 0; i < N_COLUMNS; i++)
		if (columns[i].in_table)
			shown[n_shown++] =
				(struct ctl_table_column){ columns[i].title, ctl_columns_to_right(&columns[i]) };
	t = ctl_table_new(&s->term, shown, n_shown);
	if (!t)
		return ctl_complain(CTL_EXIT_UNREACHABLE, "out of memory");
	json_array_foreach(json_object_get(past, "items"), n, item)
		for (size_t i = 0; i < N_COLUMNS; i++) {
			char text[256];
			enum ctl_colour c;

			if (!columns[i].in_table)
				continue;
			c = ctl_columns_cell(&columns[i], item, 0, text, sizeof(text));
			ctl_table_cell(t, text, c);
		}
	printed = ctl_table_print(t, stdout, 0);
	ctl_table_free(t);
	return printed ? CTL_EXIT_DONE : ctl_complain(CTL_EXIT_UNREACHABLE, "out of memory");
}

enum ctl_exit ctl_history(struct ctl_session *s)
{
	struct ctl_query q = { 0 };
	enum ctl_exit code;
	json_t *past;

	query(&q, s->options, s->options->arguments[0]);
	code = ctl_ask_get(s, &q, &past);
	ctl_query_fini(&q);
	if (code)
		return code;
	if (ctl_options_given(s->options, CTL_JSON)) {
		ctl_json_print(past, 2);
		putchar('\n');
	} else if (ctl_options_given(s->options, CTL_CSV)) {
		print_keys();
		print_csv(s, past, false);
	} else {
		code = print_table(s, past);
	}
	json_decref(past);
	return code;
}

/* Of a target that is new nothing is known. */
static bool is_new(const struct ctl_answer *a)
{
	return a->status == 404 && a->text && strstr(a->text, "\"no such target\"");
}

static enum ctl_exit export_one(struct ctl_session *s, const char *name)
{
	struct ctl_query q = { 0 };
	struct ctl_answer a;
	enum ctl_exit code;
	json_t *past = NULL;
	char why[1024];

	query(&q, s->options, name);
	if (!ctl_query_text(&q)) {
		ctl_query_fini(&q);
		return ctl_complain(CTL_EXIT_UNREACHABLE, "out of memory");
	}
	ctl_http_do(s->http, "GET", ctl_query_text(&q), NULL, &a);
	ctl_query_fini(&q);
	if (is_new(&a)) {
		ctl_answer_fini(&a);
		return CTL_EXIT_DONE;
	}
	code = ctl_ask_judge(&a, &past, why, sizeof(why));
	ctl_answer_fini(&a);
	if (code)
		return ctl_complain(code, "%s", why);
	print_csv(s, past, true);
	json_decref(past);
	return CTL_EXIT_DONE;
}

enum ctl_exit ctl_history_export(struct ctl_session *s)
{
	json_t *page = NULL, *next_page, *item;
	const char *cursor = NULL;
	enum ctl_exit code;
	size_t i;

	printf("%s,", target.key);
	print_keys();
	do {
		struct ctl_query q = { 0 };

		ctl_query_path(&q, "/api/v1/targets");
		ctl_query_param(&q, "fields", "name");
		ctl_query_param(&q, "limit", PAGE);
		if (cursor)
			ctl_query_param(&q, "cursor", cursor);
		code = ctl_ask_get(s, &q, &next_page);
		ctl_query_fini(&q);
		json_decref(page); /* cursor was of it */
		page = next_page;
		json_array_foreach(json_object_get(page, "items"), i, item)
			if (!code && ctl_json_text(item, "name"))
				code = export_one(s, ctl_json_text(item, "name"));
		cursor = ctl_json_text(page, "next");
	} while (!code && cursor);
	json_decref(page);
	return code;
}
