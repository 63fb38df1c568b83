/* config_dump.c - a configuration as YAML, with every default filled in. */
#include "config/config.h"

#include "base/printable.h"
#include "config/config_root.h"

#include <errno.h>
#include <string.h>

/* A YAML string in double quotes. It escapes quotes and backslashes, line ends, characters that YAML allows only in
 * this form, and what a terminal might obey. */
static void put_text(FILE *out, const char *text)
{
	static const struct {
		const char *character, *escape;
	} escapes[] = {
		{ "\"", "\\\"" },
		{ "\\", "\\\\" },
		{ "\xe2\x80\xa8", "\\L" },
		{ "\xe2\x80\xa9", "\\P" },
		{ "\xef\xbb\xbf", "\\uFEFF" },
		{ "\xef\xbf\xbe", "\\uFFFE" },
		{ "\xef\xbf\xbf", "\\uFFFF" },
	};

	putc('"', out);
	while (*text) {
		size_t i = 0, len = 1;
		uint32_t character;

		/* Most are plain: of a million targets this is what takes the time. */
		if (*text > ' ' && *text < '\x7f' && *text != '"' && *text != '\\') {
			putc(*text++, out);
			continue;
		}
		while (i < sizeof(escapes) / sizeof(escapes[0]) &&
		       strncmp(text, escapes[i].character, strlen(escapes[i].character)))
			i++;
		if (i < sizeof(escapes) / sizeof(escapes[0])) {
			fputs(escapes[i].escape, out);
			len = strlen(escapes[i].character);
		} else if (printable_len(text)) {
			len = printable_len(text);
			fprintf(out, "%.*s", (int)len, text);
		} else {
			len = printable_decode(&character, text);
			fprintf(out, "\\u%04X", len ? character : 0xfffd);
			len += !len;
		}
		text += len;
	}
	putc('"', out);
}

static void put_value(FILE *out, const void *base, const struct setting *key)
{
	char text[SETTING_TEXT_LEN];

	setting_print(base, key, text);
	if (setting_is_string(key))
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

/* Those of another shard would not be known where this is read. False: none is left. */
static bool has_depends(const struct depends *depends)
{
	for (size_t i = 0; depends && i < depends->n; i++) {
		if (!depends->at[i]->elsewhere)
			return true;
	}
	return false;
}

static void put_depends(FILE *out, const char *before, const struct depends *depends)
{
	const char *between = "depends_on: [";

	if (!has_depends(depends))
		return;
	fputs(before, out);
	for (size_t i = 0; i < depends->n; i++) {
		if (depends->at[i]->elsewhere)
			continue;
		fputs(between, out);
		put_text(out, depends->at[i]->name);
		between = ", ";
	}
	putc(']', out);
}

static bool differs(const struct options *o, const struct options *base, const struct setting *key)
{
	return !base || !setting_same(o, base, key);
}

static bool are_same(const struct options *o, const struct options *base)
{
	for (const struct setting *k = options_settings; k->name; k++)
		if (differs(o, base, k))
			return false;
	return true;
}

static bool has_options(const struct config_section *section, const struct options *o, const struct options *base)
{
	for (const struct setting *k = options_settings; k->name; k++)
		if (config_section_has(section, k) && differs(o, base, k))
			return true;
	return false;
}

/* The keys of section; the first begins with before, the others with between. Returns what the next begins with. */
static const char *put_keys(FILE *out, const struct config_section *section, const struct options *o,
                            const struct options *base, const char *before, const char *between)
{
	for (const struct setting *k = options_settings; k->name; k++) {
		if (!config_section_has(section, k) || !differs(o, base, k))
			continue;
		fprintf(out, "%s%s: ", before, k->name + strlen(section->prefix));
		put_value(out, o, k);
		before = between;
	}
	return before;
}

/* The options that differ from base; all of them where base is NULL. Each begins with before. */
static void put_options(FILE *out, const struct options *o, const struct options *base, const char *before)
{
	bool has_clear;

	if (are_same(o, base)) /* as of most targets, of which there may be a million */
		return;
	has_clear = has_options(&config_clear_section, o, base);
	put_keys(out, &config_defaults_section, o, base, before, before);
	if (!has_clear && !has_options(&config_degraded_section, o, base))
		return;
	fprintf(out, "%sdegraded: {", before);
	before = put_keys(out, &config_degraded_section, o, base, "", ", ");
	if (has_clear) {
		fprintf(out, "%sclear: {", before);
		put_keys(out, &config_clear_section, o, base, "", ", ");
		putc('}', out);
	}
	putc('}', out);
}

/* A mapping in a section. */
static void put_inner(FILE *out, const struct config_special *s, const void *base)
{
	const char *before = "{";

	fprintf(out, "%s: ", s->name);
	for (const struct setting *k = s->section->keys; k->name; k++, before = ", ") {
		fprintf(out, "%s%s: ", before, k->name);
		put_value(out, base, k);
	}
	fputs("}\n", out);
}

static bool is_left_out(const struct config_special *s, const void *base)
{
	char buf[CONFIG_SPECIAL_LEN];

	return !s->section && (!s->is_list || s->is_never_empty) && !s->text(base, 0, buf);
}

static void put_special(FILE *out, const struct config_special *s, const void *base)
{
	char buf[CONFIG_SPECIAL_LEN];
	const char *text;

	if (s->section) {
		put_inner(out, s, base);
		return;
	}
	text = s->text(base, 0, buf);
	fprintf(out, "%s: %s", s->name, s->is_list ? "[" : s->is_mapping ? "{" : "");
	for (size_t i = 1; text; i++) {
		put_text(out, text);
		text = s->text(base, i, buf);
		if (text)
			fputs(s->is_mapping && i % 2 ? ": " : ", ", out);
	}
	fputs(s->is_list ? "]\n" : s->is_mapping ? "}\n" : "\n", out);
}

static bool has_values(const struct config_section *section, const void *base)
{
	for (const struct config_special *s = section->specials; s && s->name; s++) {
		if (!is_left_out(s, base))
			return true;
	}
	return section->keys;
}

/* The lines of a mapping: the first begins with before, the others with between. */
static void put_mapping(FILE *out, const struct config_section *section, const void *base, const char *before,
                        const char *between)
{
	for (const struct setting *k = section->keys; k && k->name; k++, before = between) {
		fprintf(out, "%s%s: ", before, k->name);
		put_value(out, base, k);
		putc('\n', out);
	}
	for (const struct config_special *s = section->specials; s && s->name; s++) {
		if (is_left_out(s, base))
			continue;
		fputs(before, out);
		put_special(out, s, base);
		before = between;
	}
}

/* A section that has a table of keys. */
static void put_section(FILE *out, const char *name, const struct config_section *section, const struct config *c)
{
	size_t n = config_section_n(section, c);

	fprintf(out, "%s:%s\n", name, has_values(section, config_section_at(section, c, 0)) ? "" : " {}");
	if (n == 1)
		put_mapping(out, section, config_section_at(section, c, 0), "  ", "  ");
	for (size_t i = 0; i < n && n > 1; i++)
		put_mapping(out, section, config_section_at(section, c, i), "  - ", "    ");
}

/* base: what it inherits. */
static void put_target(FILE *out, const char *before, const struct config_target *t, const struct profile *base)
{
	const struct profile *p = t->profile;

	fprintf(out, "%s- {host: ", before);
	put_text(out, t->host);
	if (strcmp(t->name, t->host)) {
		fputs(", name: ", out);
		put_text(out, t->name);
	}
	for (size_t i = 0; p->aka && i < p->aka->n; i++) {
		fputs(i ? ", " : ", aka: [", out);
		put_text(out, p->aka->at[i]);
	}
	if (p->aka)
		putc(']', out);
	put_options(out, &p->options, &base->options, ", ");
	if (p->labels && p->labels != base->labels) {
		fputs(", ", out);
		put_labels(out, p->labels);
	}
	if (p->depends != base->depends)
		put_depends(out, ", ", p->depends);
	fputs("}\n", out);
}

static bool same_group(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* The targets from i on that are of the same group; returns the first that is not. */
static size_t put_group(FILE *out, const struct config_target *targets, size_t n, size_t i,
                        const struct profile *defaults)
{
	struct profile all = *targets[i].profile;
	size_t end = i;

	/* What not all of them share is written with each. */
	for (; end < n && same_group(targets[end].profile->group, all.group); end++) {
		if (targets[end].profile->labels != all.labels)
			all.labels = NULL;
		if (targets[end].profile->depends != all.depends)
			all.depends = NULL;
	}
	fputs("  - name: ", out);
	put_text(out, all.group);
	put_options(out, &all.options, &defaults->options, "\n    ");
	if (all.labels) {
		fputs("\n    ", out);
		put_labels(out, all.labels);
	}
	put_depends(out, "\n    ", all.depends);
	fputs("\n    targets:\n", out);
	for (; i < end; i++)
		put_target(out, "      ", &targets[i], &all);
	return end;
}

static void put_targets(FILE *out, const struct config_target *targets, size_t n, const struct profile *defaults)
{
	size_t n_grouped = 0, i;

	for (i = 0; i < n; i++)
		n_grouped += targets[i].profile->group != NULL;
	if (n_grouped)
		fputs("groups:\n", out);
	for (i = 0; i < n && n_grouped;)
		i = targets[i].profile->group ? put_group(out, targets, n, i, defaults) : i + 1;
	fputs(n_grouped < n ? "targets:\n" : "targets: []\n", out);
	for (i = 0; i < n; i++) {
		if (!targets[i].profile->group)
			put_target(out, "  ", &targets[i], defaults);
	}
}

int config_dump_targets(FILE *out, const struct config *c, const struct config_target *targets, size_t n)
{
	const struct profile defaults = { .options = options_default() };

	for (const struct config_special *s = config_root_sections; s->name; s++) {
		if (s->section)
			put_section(out, s->name, s->section, c);
	}
	fputs("defaults:", out);
	put_options(out, &defaults.options, NULL, "\n  ");
	putc('\n', out);
	put_targets(out, targets, n, &defaults);
	return ferror(out) ? -EIO : 0;
}

int config_dump(FILE *out, const struct config *c)
{
	return config_dump_targets(out, c, c->targets, c->n_targets);
}

int config_dump_defaults(FILE *out, const struct profile *p)
{
	fputs("defaults:", out);
	put_options(out, &p->options, NULL, "\n  ");
	if (p->labels) {
		fputs("\n  ", out);
		put_labels(out, p->labels);
	}
	putc('\n', out);
	return ferror(out) ? -EIO : 0;
}
