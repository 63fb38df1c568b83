/* ctl_columns.c - one table of columns, and a way to write each kind. */
#include "ctl/ctl_columns.h"

#include "base/textbuf.h"
#include "ctl/ctl_figures.h"
#include "ctl/ctl_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* clang-format off */
static const struct ctl_column targets[] = {
	/* title     key                    kind              table   width  from */
	{ "STATE",   "state",               CTL_COLUMN_STATE, true,   8,     0 },
	{ "TARGET",  "name",                CTL_COLUMN_TEXT,  true,   0,     0 },
	{ "ADDRESS", "ip",                  CTL_COLUMN_TEXT,  true,   16,    120 },
	{ "GROUP",   "group",               CTL_COLUMN_TEXT,  true,   14,    100 },
	{ "LOSS",    "loss_ratio",          CTL_COLUMN_RATIO, true,   6,     0 },
	{ "MIN ms",  "rtt_min_seconds",     CTL_COLUMN_MS,    false,  8,     140 },
	{ "MED ms",  "rtt_median_seconds",  CTL_COLUMN_MS,    true,   8,     0 },
	{ "P95 ms",  "rtt_p95_seconds",     CTL_COLUMN_MS,    true,   8,     72 },
	{ "MAX ms",  "rtt_max_seconds",     CTL_COLUMN_MS,    true,   8,     140 },
	{ "JIT ms",  "rtt_jitter_seconds",  CTL_COLUMN_MS,    false,  8,     110 },
	{ "SENT",    "sent",                CTL_COLUMN_COUNT, false,  6,     130 },
	{ "LOST",    "lost",                CTL_COLUMN_COUNT, false,  6,     130 },
	{ "HOPS",    "hops",                CTL_COLUMN_COUNT, false,  4,     150 },
	{ "FOR",     "since",               CTL_COLUMN_AGE,   true,   7,     60 },
	{ "REASON",  "reason",              CTL_COLUMN_REASON, true,   24,    160 },
	{ "",        "host",                CTL_COLUMN_TEXT,  false,  0,     0 },
	{ "",        "received",            CTL_COLUMN_COUNT, false,  0,     0 },
	{ "",        "unknown",             CTL_COLUMN_COUNT, false,  0,     0 },
	{ "",        "not_sent",            CTL_COLUMN_COUNT, false,  0,     0 },
	{ "",        "rtt_mean_seconds",    CTL_COLUMN_MS,    false,  0,     0 },
	{ "",        "rtt_p99_seconds",     CTL_COLUMN_MS,    false,  0,     0 },
	{ "",        "rtt_ipdv_seconds",    CTL_COLUMN_MS,    false,  0,     0 },
	{ "",        "ttl",                 CTL_COLUMN_COUNT, false,  0,     0 },
	{ "",        "labels",              CTL_COLUMN_TEXT,  false,  0,     0 },
};

static const struct ctl_column groups[] = {
	{ "GROUP",    "name",               CTL_COLUMN_TEXT,  true,   0,     0 },
	{ "TARGETS",  "targets.total",      CTL_COLUMN_COUNT, true,   9,     0 },
	{ "DOWN",     "targets.down",       CTL_COLUMN_COUNT, true,   9,     0 },
	{ "UNKNOWN",  "targets.unknown",    CTL_COLUMN_COUNT, true,   9,     0 },
	{ "DEGRADED", "targets.degraded",   CTL_COLUMN_COUNT, true,   9,     0 },
	{ "UP",       "targets.up",         CTL_COLUMN_COUNT, true,   9,     0 },
	{ "LOSS",     "loss_ratio",         CTL_COLUMN_RATIO, true,   6,     72 },
	{ "MIN ms",   "rtt_min_seconds",    CTL_COLUMN_MS,    false,  8,     140 },
	{ "MEAN ms",  "rtt_mean_seconds",   CTL_COLUMN_MS,    true,   8,     90 },
	{ "MAX ms",   "rtt_max_seconds",    CTL_COLUMN_MS,    true,   8,     100 },
	{ "WORST",    "worst.name",         CTL_COLUMN_TEXT,  true,   30,    130 },
	{ "",         "sent",               CTL_COLUMN_COUNT, false,  0,     0 },
	{ "",         "received",           CTL_COLUMN_COUNT, false,  0,     0 },
	{ "",         "lost",               CTL_COLUMN_COUNT, false,  0,     0 },
	{ "",         "not_sent",           CTL_COLUMN_COUNT, false,  0,     0 },
};
/* clang-format on */
const struct ctl_columns ctl_columns_targets = { targets, sizeof(targets) / sizeof(*targets) };
const struct ctl_columns ctl_columns_groups = { groups, sizeof(groups) / sizeof(*groups) };

char *ctl_columns_labels(json_t *labels, char *buf, size_t buf_len)
{
	struct textbuf t = textbuf_on(buf, buf_len - 1);
	const char *name;
	json_t *value;

	json_object_foreach(labels, name, value) {
		if (textbuf_len(&t))
			textbuf_char(&t, ' ');
		textbuf_text(&t, name);
		textbuf_char(&t, '=');
		textbuf_text(&t, json_string_value(value) ? json_string_value(value) : "");
	}
	*t.at = '\0';
	return buf;
}

double ctl_columns_now(json_t *document)
{
	const char *at = ctl_json_text(document, "time");
	double now = at ? ctl_figures_when(at) : -1;

	return now >= 0 ? now : (double)time(NULL);
}

static void write_number(const struct ctl_column *c, double value, char *buf)
{
	switch (c->kind) {
	case CTL_COLUMN_MS:
		ctl_figures_ms(buf, value);
		break;
	case CTL_COLUMN_RATIO:
		ctl_figures_percent(buf, value);
		break;
	default:
		ctl_figures_count(buf, value);
	}
}

enum ctl_colour ctl_columns_cell(const struct ctl_column *c, const json_t *item, double now, char *buf, size_t buf_len)
{
	const char *text = ctl_json_text(item, c->key);
	char figure[CTL_FIGURE_LEN] = "-";
	double value;

	if (c->kind == CTL_COLUMN_REASON && ctl_json_text(item, "state") && !strcmp(ctl_json_text(item, "state"), "up"))
		text = NULL;
	if (!ctl_columns_to_right(c)) {
		if (json_is_object(ctl_json_at(item, c->key)))
			ctl_columns_labels(ctl_json_at(item, c->key), buf, buf_len);
		else
			snprintf(buf, buf_len, "%s", text ? text : "");
		return c->kind == CTL_COLUMN_STATE ? ctl_term_state(buf) : CTL_PLAIN;
	}
	if (c->kind == CTL_COLUMN_AGE && text && ctl_figures_when(text) >= 0)
		ctl_figures_age(figure, now - ctl_figures_when(text));
	else if (ctl_json_number(&value, item, c->key))
		write_number(c, value, figure);
	snprintf(buf, buf_len, "%s", figure);
	return c->kind == CTL_COLUMN_RATIO && ctl_json_number(&value, item, c->key) && value > 0 ? CTL_YELLOW
	                                                                                         : CTL_PLAIN;
}

static void print_quoted(const char *text)
{
	if (!text[strcspn(text, ",\"\r\n")]) {
		fputs(text, stdout);
		return;
	}
	putchar('"');
	for (; *text; text++) {
		if (*text == '"')
			putchar('"');
		putchar(*text);
	}
	putchar('"');
}

void ctl_columns_csv(const struct ctl_column *c, const json_t *item, bool is_terminal)
{
	json_t *value = ctl_json_at(item, c->key);
	char labels[4096], shown[8192];
	const char *text =
		json_is_object(value) ? ctl_columns_labels(value, labels, sizeof(labels)) : json_string_value(value);

	if (json_is_number(value)) {
		char *number = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(9));

		fputs(number ? number : "", stdout);
		free(number);
	} else if (text) {
		print_quoted(is_terminal ? textbuf_shown(shown, sizeof(shown), text) : text);
	}
}
