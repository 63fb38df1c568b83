/* metrics_query.c - the header Accept, and collect[]=. */
#include "serve/metrics_query.h"

#include <string.h>
#include <strings.h>

#define ITEM_MAX 256 /* bytes of one media type with its parameters; a longer one is none of ours */
#define Q_ONE    1000

/* --- Accept --- */

/* "0.75" in thousandths; what is no such number is 0: not wanted. */
static int parse_q(const char *text)
{
	int q = *text == '1' ? Q_ONE : 0, unit = 100;

	if (*text != '0' && *text != '1')
		return 0;
	if (*++text != '.')
		return *text ? 0 : q;
	for (text++; *text >= '0' && *text <= '9' && unit; text++, unit /= 10)
		q += (*text - '0') * unit;
	return *text ? 0 : q > Q_ONE ? Q_ONE : q;
}

static char *trim(char *text)
{
	size_t len;

	text += strspn(text, " \t");
	len = strlen(text);
	while (len && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		text[--len] = '\0';
	return text;
}

struct item {
	const char *type, *version; /* version: NULL: none */
	int q;
};

static struct item parse_item(char *text)
{
	char *rest = text, *type = trim(strsep(&rest, ";"));
	struct item item = { .type = type, .q = Q_ONE };

	while (rest) {
		char *value = trim(strsep(&rest, ";")), *key = trim(strsep(&value, "="));

		value = value ? trim(value) : NULL;
		if (value && !strcasecmp(key, "q"))
			item.q = parse_q(value);
		if (value && !strcasecmp(key, "version"))
			item.version = value;
	}
	return item;
}

struct wishes { /* in thousandths; -1: not named */
	int openmetrics, text, any_text, any;
};

static void wish(struct wishes *w, struct item i)
{
	if (!strcasecmp(i.type, "application/openmetrics-text") && (!i.version || !strcmp(i.version, "1.0.0")))
		w->openmetrics = i.q;
	else if (!strcasecmp(i.type, "text/plain") && (!i.version || !strcmp(i.version, "0.0.4")))
		w->text = i.q;
	else if (!strcasecmp(i.type, "text/*"))
		w->any_text = i.q;
	else if (!strcmp(i.type, "*/*"))
		w->any = i.q;
}

enum metrics_format metrics_query_format(const char *accept)
{
	struct wishes w = { -1, -1, -1, -1 };
	int text;

	while (accept && *accept) {
		size_t len = strcspn(accept, ",");
		char item[ITEM_MAX];

		if (len < sizeof(item)) {
			memcpy(item, accept, len);
			item[len] = '\0';
			wish(&w, parse_item(item));
		}
		accept += len + (accept[len] == ',');
	}
	text = w.text >= 0 ? w.text : w.any_text >= 0 ? w.any_text : w.any;
	return w.openmetrics > 0 && w.openmetrics >= text ? METRICS_OPENMETRICS : METRICS_TEXT;
}

/* --- families --- */

static void add_table(struct metrics_choice *c, const struct metrics_family *table)
{
	for (; table->name; table++)
		c->families[c->n_families++] = table;
}

void metrics_query_all(struct metrics_choice *c, const struct metrics_options *o)
{
	c->n_families = 0;
	add_table(c, metrics_targets_families);
	add_table(c, metrics_daemon_families);
	if (o->smokeping_prober)
		add_table(c, metrics_compat_smokeping_prober);
	if (o->ping_exporter)
		add_table(c, metrics_compat_ping_exporter);
}

static bool is_named(const struct metrics_family *f, const char *part)
{
	size_t len = strlen(part);

	return !strcmp(f->collect, part) || !strcmp(f->name, part) ||
	       (f->type == METRICS_COUNTER && !strncmp(f->name, part, len) && !strcmp(f->name + len, "_total"));
}

const char *metrics_query_collect(struct metrics_choice *c, const char *const *parts, size_t n)
{
	bool keep[METRICS_FAMILIES_MAX] = { false };
	size_t n_kept = 0;

	for (size_t p = 0; p < n; p++) {
		bool found = false;

		for (size_t i = 0; i < c->n_families; i++)
			if (is_named(c->families[i], parts[p]))
				found = keep[i] = true;
		if (!found)
			return parts[p];
	}
	for (size_t i = 0; i < c->n_families; i++)
		if (keep[i])
			c->families[n_kept++] = c->families[i];
	c->n_families = n_kept;
	return NULL;
}
