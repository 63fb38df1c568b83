/* ctl_changes.c - in the order of the answer, which is that of the configuration. */
#include "ctl/ctl_changes.h"

#include "base/textbuf.h"
#include "ctl/ctl_figures.h"
#include "ctl/ctl_json.h"

#include <stdio.h>
#include <string.h>

static const char *const actions[] = { "added", "removed", "changed", "moved" };
#define N_ACTIONS (sizeof(actions) / sizeof(*actions))

bool ctl_changes_any(json_t *answer)
{
	char path[64];
	double n;

	for (size_t i = 0; i < N_ACTIONS; i++) {
		snprintf(path, sizeof(path), "counts.%s", actions[i]);
		if (ctl_json_number(&n, answer, path) && n > 0)
			return true;
	}
	return json_array_size(ctl_json_at(answer, "settings"));
}

static void put(const struct ctl_term *t, const char *text)
{
	char shown[4096];

	fputs(ctl_term_shown(t, shown, sizeof(shown), text), stdout);
}

/* null is no value. */
static void put_value(const struct ctl_term *t, const json_t *option, const char *key)
{
	const char *value = ctl_json_text(option, key);

	put(t, value ? value : "none");
}

static void print_options(const struct ctl_term *t, json_t *options)
{
	json_t *option;
	size_t i;

	json_array_foreach(options, i, option) {
		const char *name = ctl_json_text(option, "option");

		fputs("    ", stdout);
		put(t, name ? name : "?");
		fputs(": ", stdout);
		put_value(t, option, "from");
		fputs(" -> ", stdout);
		put_value(t, option, "to");
		putchar('\n');
	}
}

static enum ctl_colour colour_of(const char *change)
{
	return !strcmp(change, "added") ? CTL_GREEN : !strcmp(change, "removed") ? CTL_RED : CTL_YELLOW;
}

static void print_targets(const struct ctl_term *t, json_t *answer)
{
	json_t *changes = ctl_json_at(answer, "changes"), *change;
	size_t i;
	double more = 0;

	json_array_foreach(changes, i, change) {
		const char *name = ctl_json_text(change, "name"), *what = ctl_json_text(change, "change");

		fputs(ctl_term_colour(t, colour_of(what ? what : "")), stdout);
		printf("%-8s ", what ? what : "?");
		fputs(ctl_term_colour(t, CTL_PLAIN), stdout);
		put(t, name ? name : "?");
		putchar('\n');
		print_options(t, ctl_json_at(change, "options"));
	}
	if (ctl_json_number(&more, answer, "more") && more > 0)
		printf("... and %.0f more\n", more);
}

void ctl_changes_print(const struct ctl_term *t, json_t *answer)
{
	static const char *const counts[] = { "added", "removed", "changed", "moved", "kept" };
	json_t *settings = ctl_json_at(answer, "settings");
	char path[64], figure[CTL_FIGURE_LEN];
	double n;

	print_targets(t, answer);
	if (json_array_size(settings)) {
		puts("settings");
		print_options(t, settings);
	}
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		snprintf(path, sizeof(path), "counts.%s", counts[i]);
		if (!ctl_json_number(&n, answer, path))
			n = 0;
		printf("%s%s %s", i ? ", " : "", ctl_figures_count(figure, n), counts[i]);
	}
	putchar('\n');
}

void ctl_changes_errors(json_t *answer)
{
	json_t *error;
	char shown[4096];
	size_t i;
	double more;

	(void)fflush(stdout);
	json_array_foreach(ctl_json_at(answer, "errors"), i, error) {
		const char *text = json_string_value(error);

		fprintf(stderr, "%s\n", textbuf_shown(shown, sizeof(shown), text ? text : ""));
	}
	if (ctl_json_number(&more, answer, "more") && more > 0)
		fprintf(stderr, "... and %.0f more\n", more);
}
