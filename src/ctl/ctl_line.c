/* ctl_line.c - a change of state in words, everything else as its keys and values. */
#include "ctl/ctl_line.h"

#include "base/textbuf.h"
#include "ctl/ctl_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_shown(const struct ctl_term *t, const char *text)
{
	char shown[4096];

	fputs(ctl_term_shown(t, shown, sizeof(shown), text), stdout);
}

static void print_coloured(const struct ctl_term *t, enum ctl_colour c, const char *text)
{
	fputs(ctl_term_colour(t, c), stdout);
	print_shown(t, text);
	fputs(ctl_term_colour(t, CTL_PLAIN), stdout);
}

/* As in logfmt, but that only ASCII and what the locale has is left as it is. */
static void print_value(const struct ctl_term *t, const json_t *value)
{
	char buf[4096];
	struct textbuf quoted = textbuf_on(buf, sizeof(buf) - 1);
	char *number;

	if (json_is_string(value)) {
		textbuf_logfmt(&quoted, json_string_value(value));
		*quoted.at = '\0';
		print_shown(t, buf);
		return;
	}
	number = json_dumps(value, JSON_ENCODE_ANY | JSON_ENSURE_ASCII | JSON_COMPACT | JSON_REAL_PRECISION(9));
	fputs(number ? number : "", stdout);
	free(number);
}

static void print_state(const struct ctl_term *t, json_t *e)
{
	const char *from = ctl_json_text(e, "from"), *to = ctl_json_text(e, "to");
	const char *reason = ctl_json_text(e, "reason"), *blocked_by = ctl_json_text(e, "blocked_by");

	putchar(' ');
	print_coloured(t, ctl_term_state(from ? from : ""), from ? from : "?");
	fputs(" -> ", stdout);
	print_coloured(t, ctl_term_state(to ? to : ""), to ? to : "?");
	if (reason) {
		fputs(" (", stdout);
		print_shown(t, reason);
		fputs(blocked_by ? ", blocked by " : "", stdout);
		print_shown(t, blocked_by ? blocked_by : "");
		putchar(')');
	}
}

static void print_members(const struct ctl_term *t, json_t *e)
{
	static const char *const known[] = { "ts", "v", "n", "level", "kind", "target", "event", "labels", NULL };
	const char *key;
	json_t *value;

	json_object_foreach(e, key, value) {
		bool is_known = false;

		for (size_t k = 0; known[k]; k++)
			is_known |= !strcmp(key, known[k]);
		if (is_known || json_is_null(value))
			continue;
		putchar(' ');
		print_shown(t, key);
		putchar('=');
		print_value(t, value);
	}
}

void ctl_line_print(const struct ctl_term *t, json_t *e)
{
	const char *ts = ctl_json_text(e, "ts"), *kind = ctl_json_text(e, "kind");
	const char *target = ctl_json_text(e, "target"), *event = ctl_json_text(e, "event");

	print_coloured(t, CTL_DIM, ts ? ts : "-");
	putchar(' ');
	print_shown(t, kind ? kind : "?");
	putchar(' ');
	print_coloured(t, CTL_BOLD, target ? target : event ? event : "");
	if (kind && !strcmp(kind, "state"))
		print_state(t, e);
	else
		print_members(t, e);
	putchar('\n');
}
