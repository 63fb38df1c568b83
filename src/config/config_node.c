#include "config/config_reader.h"

#include <stdio.h>
#include <string.h>

#define MAX_KEY      32                   /* longer than any key we have: then none is near */
#define MAX_EDITS    2u
#define MAX_KEYS_LEN 600

const char *config_key(const struct config_node *key)
{
	key = config_node_follow(key);
	return key->kind == CONFIG_SCALAR ? key->text : NULL;
}

const struct config_node *config_next_key(const struct config_node *key)
{
	return key->next->next;
}

const struct config_node *config_child(const struct config_node *mapping, const char *name)
{
	const struct config_node *key;

	for (key = mapping->first; key; key = config_next_key(key)) {
		const char *text = config_key(key);

		if (text && !strcmp(text, name))
			return key->next;
	}
	return NULL;
}

const char *config_kind_name(const struct config_node *n)
{
	switch (n->kind) {
	case CONFIG_LIST:
		return "a list";
	case CONFIG_MAPPING:
		return "a mapping";
	default:
		return n->text[0] || n->quoted ? "a text" : "empty";
	}
}

struct config_at config_node_at(const struct config_reader *r, const struct config_node *n)
{
	return (struct config_at){ r->config->files[n->file].path, n->line, n->column, n->file };
}

char *config_node_place(const struct config_reader *r, const struct config_node *n,
                        const struct config_node *reader, char buf[CONFIG_PLACELEN])
{
	if (n->file == reader->file)
		snprintf(buf, CONFIG_PLACELEN, "%u:%u", n->line, n->column);
	else
		snprintf(buf, CONFIG_PLACELEN, "%s:%u:%u", r->config->files[n->file].path, n->line, n->column);
	return buf;
}

bool config_want(struct config_reader *r, const char *name, const struct config_node *value,
                 enum config_kind kind)
{
	const struct config_node *n = config_node_follow(value);
	static const char *const names[] = {
		[CONFIG_SCALAR] = "a text", [CONFIG_LIST] = "a list", [CONFIG_MAPPING] = "a mapping",
	};

	if (n->kind == kind)
		return true;
	config_report(r->errors, config_node_at(r, value), "\"%s\" must be %s, not %s", name,
	              names[kind], config_kind_name(n));
	return false;
}

const char *config_node_text(struct config_reader *r, const char *name, const struct config_node *value,
			size_t max)
{
	const struct config_node *n = config_node_follow(value);
	char quoted[CONFIG_QUOTELEN];
	const char *at;

	if (!config_want(r, name, value, CONFIG_SCALAR))
		return NULL;
	if (!n->text[0]) {
		config_report(r->errors, config_node_at(r, value), "\"%s\" is empty", name);
		return NULL;
	}
	if (strnlen(n->text, max + 1) > max) {
		config_report(r->errors, config_node_at(r, value),
			      "\"%s\" is %s: longer than %zu bytes", name,
			      config_quote(n->text, quoted), max);
		return NULL;
	}
	for (at = n->text; *at && !config_is_control(at); at++)
		;
	if (!*at)
		return n->text;
	config_report(r->errors, config_node_at(r, value),
		      "\"%s\" is %s: control characters are not allowed", name,
		      config_quote(n->text, quoted));
	return NULL;
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/* Levenshtein's distance, one row of the table at a time. Both are at most MAX_KEY long. */
static unsigned edits(const char *a, const char *b)
{
	unsigned row[MAX_KEY + 1], b_len = (unsigned)strlen(b);

	for (unsigned j = 0; j <= b_len; j++)
		row[j] = j;
	for (unsigned i = 1; *a; a++, i++) {
		unsigned diagonal = row[0];

		row[0] = i;
		for (unsigned j = 1; j <= b_len; j++) {
			unsigned above = row[j];

			row[j] = min3(above + 1, row[j - 1] + 1, diagonal + (*a != b[j - 1]));
			diagonal = above;
		}
	}
	return row[b_len];
}

/* Of words that are as near as each other the first in the alphabet: they may come in any order. */
void config_nearest_offer(struct config_nearest *nearest, const char *word)
{
	size_t len = strnlen(nearest->text, MAX_KEY + 1), word_len = strnlen(word, MAX_KEY + 1);
	unsigned n;

	if (len > MAX_KEY || word_len > MAX_KEY || len > word_len + MAX_EDITS || word_len > len + MAX_EDITS)
		return;
	n = edits(nearest->text, word);
	if (n > MAX_EDITS || n > len / 2 ||
	    (nearest->word && (n > nearest->n_edits ||
	                       (n == nearest->n_edits && strcmp(word, nearest->word) > 0))))
		return;
	nearest->n_edits = n;
	nearest->word = word;
}

static const char *nearest_key(const struct config_section *place, const char *text)
{
	struct config_nearest nearest = { .text = text };
	const char *key;

	for (size_t i = 0; (key = config_section_key(place, i)); i++)
		config_nearest_offer(&nearest, key);
	return nearest.word;
}

static void list_keys(const struct config_section *place, char buf[MAX_KEYS_LEN])
{
	const char *key;
	size_t len = 0;

	buf[0] = '\0';
	for (size_t i = 0; (key = config_section_key(place, i)) && len + strlen(key) + 2 < MAX_KEYS_LEN; i++)
		len += (size_t)sprintf(buf + len, " %s", key);
}

void config_unknown_key(struct config_reader *r, const struct config_section *place,
			const struct config_node *key)
{
	struct config_at at = config_node_at(r, key);
	const char *text = config_key(key), *nearest;
	char quoted[CONFIG_QUOTELEN], keys[MAX_KEYS_LEN];

	if (!text)
		return;
	if (config_report_is_moot(r->errors, at)) {
		config_report(r->errors, at, "unknown key");
		return;
	}
	config_quote(text, quoted);
	nearest = nearest_key(place, text);
	list_keys(place, keys);
	if (nearest)
		config_report(r->errors, at, "unknown key %s in %s; did you mean \"%s\"?", quoted,
			      place->what, nearest);
	else
		config_report(r->errors, at, "unknown key %s in %s; it takes:%s", quoted, place->what,
			      keys);
}

void config_bad_value(struct config_reader *r, const struct setting *key,
		      const struct config_node *value)
{
	const struct config_node *n = config_node_follow(value);
	bool is_told = n->kind == CONFIG_SCALAR && (n->text[0] || n->quoted);
	char quoted[CONFIG_QUOTELEN], expects[SETTING_EXPECTS_LEN];

	config_report(r->errors, config_node_at(r, value), "\"%s\" is %s: expected %s%s", key->name,
	              is_told ? config_quote(n->text, quoted) : config_kind_name(n),
	              setting_expects(key, expects, sizeof(expects)),
	              key->kind == SETTING_ADDR && is_told && strchr(n->text, '%')
	                      ? ", without a zone: name the interface by \"interface\"" : "");
}
