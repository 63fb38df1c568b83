#include "config_grammar.h"

#include "config.h"
#include "config_error.h"

#include <errno.h>
#include <string.h>

/* A YAML text in double quotes. Beside quotes and backslashes it escapes what ends a line in YAML, and
 * what YAML takes only in this form. */
static void put_text(FILE *out, const char *text)
{
	static const struct {
		const char *character, *escape;
	} escapes[] = {
		{ "\"", "\\\"" },         { "\\", "\\\\" },          { "\xe2\x80\xa8", "\\L" },
		{ "\xe2\x80\xa9", "\\P" }, { "\xef\xbb\xbf", "\\uFEFF" }, { "\xef\xbf\xbe", "\\uFFFE" },
		{ "\xef\xbf\xbf", "\\uFFFF" },
	};

	putc('"', out);
	while (*text) {
		size_t i = 0, len = 1;

		while (i < sizeof(escapes) / sizeof(escapes[0]) &&
		       strncmp(text, escapes[i].character, strlen(escapes[i].character)))
			i++;
		if (i < sizeof(escapes) / sizeof(escapes[0])) {
			fputs(escapes[i].escape, out);
			len = strlen(escapes[i].character);
		} else {
			putc(*text, out);
		}
		text += len;
	}
	putc('"', out);
}

static void put_value(FILE *out, const void *base, const struct options_key *key)
{
	char text[OPTIONS_TEXT_LEN];

	options_text(base, key, text);
	if (key->type == OPTIONS_PATTERN || key->type == OPTIONS_INTERFACE || key->type == OPTIONS_ADDR)
		put_text(out, text);
	else
		fputs(text, out);
}

static void put_labels(FILE *out, const struct labels *labels)
{
	fputs("labels: {", out);
	for (size_t i = 0; i < labels->n; i++) {
		fprintf(out, "%s%s: ", i ? ", " : "", labels->at[i].key);
		put_text(out, labels->at[i].value);
	}
	putc('}', out);
}

/* The options that differ from base; all of them where base is NULL. Each begins with before. */
static void put_options(FILE *out, const struct options *o, const struct options *base, const char *before)
{
	const char *between = "degraded: {";

	for (const struct options_key *k = options_keys; k->name; k++) {
		if (!config_place_has(&config_defaults_place, k) || (base && options_same(o, base, k)))
			continue;
		fprintf(out, "%s%s: ", before, k->name);
		put_value(out, o, k);
	}
	for (const struct options_key *k = options_keys; k->name; k++) {
		if (!config_place_has(&config_degraded_place, k) || (base && options_same(o, base, k)))
			continue;
		fprintf(out, "%s%s%s: ", between[0] == 'd' ? before : "", between,
		        k->name + strlen(config_degraded_place.prefix));
		put_value(out, o, k);
		between = ", ";
	}
	if (between[0] != 'd')
		putc('}', out);
}

static void put_table(FILE *out, const char *name, const struct config_place *place, const struct config *c)
{
	fprintf(out, "%s:\n", name);
	for (const struct options_key *k = place->keys; k->name; k++) {
		fprintf(out, "  %s: ", k->name);
		put_value(out, c, k);
		putc('\n', out);
	}
}

/* labels: what it inherits; NULL: none. */
static void put_target(FILE *out, const char *before, const struct config_target *t,
                       const struct options *base, const struct labels *labels)
{
	const struct profile *p = t->profile;

	fprintf(out, "%s- {host: ", before);
	put_text(out, t->host);
	if (strcmp(t->name, t->host)) {
		fputs(", name: ", out);
		put_text(out, t->name);
	}
	put_options(out, &p->options, base, ", ");
	if (p->labels && p->labels != labels) {
		fputs(", ", out);
		put_labels(out, p->labels);
	}
	fputs("}\n", out);
}

static bool same_group(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* The targets from i on that are of the same group; returns the first that is not. */
static size_t put_group(FILE *out, const struct config *c, size_t i, const struct options *defaults)
{
	const struct profile *first = c->targets[i].profile;
	const struct labels *labels = first->labels;
	size_t end = i;

	for (; end < c->n_targets && same_group(c->targets[end].profile->group, first->group); end++) {
		if (c->targets[end].profile->labels != labels)
			labels = NULL;        /* not of all: each has to say its own */
	}
	fputs("  - name: ", out);
	put_text(out, first->group);
	put_options(out, &first->options, defaults, "\n    ");
	if (labels) {
		fputs("\n    ", out);
		put_labels(out, labels);
	}
	fputs("\n    targets:\n", out);
	for (; i < end; i++)
		put_target(out, "      ", &c->targets[i], &first->options, labels);
	return end;
}

static void put_targets(FILE *out, const struct config *c, const struct options *defaults)
{
	size_t n_grouped = 0, i;

	for (i = 0; i < c->n_targets; i++)
		n_grouped += c->targets[i].profile->group != NULL;
	if (n_grouped)
		fputs("groups:\n", out);
	for (i = 0; i < c->n_targets && n_grouped;)
		i = c->targets[i].profile->group ? put_group(out, c, i, defaults) : i + 1;
	fputs(n_grouped < c->n_targets ? "targets:\n" : "targets: []\n", out);
	for (i = 0; i < c->n_targets; i++) {
		if (!c->targets[i].profile->group)
			put_target(out, "  ", &c->targets[i], defaults, NULL);
	}
}

int config_dump(FILE *out, const struct config *c)
{
	static const char *const to[] = { [CONFIG_STDOUT] = "stdout", [CONFIG_STDERR] = "stderr" };
	const struct options defaults = options_default();

	put_table(out, "log", &config_log_place, c);
	fputs("  to: ", out);
	put_text(out, c->log.to == CONFIG_FILE ? c->log.path : to[c->log.to]);
	putc('\n', out);
	put_table(out, "limits", &config_limits_place, c);
	put_table(out, "shard", &config_shard_place, c);
	fputs("defaults:", out);
	put_options(out, &defaults, NULL, "\n  ");
	putc('\n', out);
	put_targets(out, c, &defaults);
	return ferror(out) ? -EIO : 0;
}
