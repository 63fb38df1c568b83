/* config_section.c - the keys of each mapping, and errors for unknown keys and bad values. */
#include "config/config_section.h"

#include "config/config_node.h"
#include "config/config_reader.h"
#include "config/config_suggest.h"

#include <stdio.h>
#include <string.h>

#define MAX_KEYS_LEN 600

/* clang-format off */
#define LABELS      { CONFIG_KEY("labels", "labels", "names and strings, added to every record of a target") }
#define DEGRADED \
	{ CONFIG_KEY("degraded", "degraded", "thresholds above which a target that replies is degraded") }
#define DEPENDS_ON \
	{ CONFIG_KEY("depends_on", "names", "the target, or a list of targets, between this host and the target") }
#define END         { .name = NULL }

static const struct config_special defaults_specials[] = { LABELS, DEGRADED, DEPENDS_ON, END };
static const struct config_special group_specials[] = {
	{ CONFIG_KEY("name", "name", "the group's name in the log; unique") },
	{ CONFIG_TARGETS }, { CONFIG_TARGETS_FILE }, LABELS, DEGRADED, DEPENDS_ON, END,
};
static const struct config_special target_specials[] = {
	{ CONFIG_KEY("host", "host", "an address or a name") },
	{ CONFIG_KEY("name", "name", "the target's name in the log; unique; default: the host as written") },
	{ CONFIG_KEY("aka", "names", "the name that the target had before, or a list: it keeps its past") },
	{ CONFIG_KEY("range", "ranges",
	             "instead of host: a target for each address of ADDRESS/PREFIX, FIRST-LAST, or a list of these") },
	{ CONFIG_KEY("exclude", "ranges", "addresses, prefixes or ranges to leave out of the range") },
	LABELS, DEGRADED, DEPENDS_ON, END,
};
static const struct config_special degraded_specials[] = {
	{ CONFIG_KEY("clear", "clear",
	             "lower thresholds: a degraded target is up again once it is above none of them") },
	END,
};
static const struct config_special sd_specials[] = { { CONFIG_TARGETS }, LABELS, END };

const struct config_section config_defaults_section = {
	.what = "\"defaults\"", .specials = defaults_specials, .keys = options_settings, .prefix = "",
};
const struct config_section config_group_section = {
	.what = "a group", .specials = group_specials, .keys = options_settings, .prefix = "",
};
const struct config_section config_target_section = {
	.what = "a target", .specials = target_specials, .keys = options_settings, .prefix = "",
};
const struct config_section config_degraded_section = {
	.what = "\"degraded\"", .specials = degraded_specials, .keys = options_settings, .prefix = "degraded.",
};
const struct config_section config_clear_section = {
	.what = "\"clear\"", .keys = options_settings, .prefix = "degraded.clear.",
};
const struct config_section config_sd_section = {
	.what = "an entry of a targets file", .specials = sd_specials, .prefix = "",
};
/* clang-format on */

bool config_section_has(const struct config_section *section, const struct setting *key)
{
	size_t len = strlen(section->prefix);

	return !strncmp(key->name, section->prefix, len) && !strchr(key->name + len, '.');
}

size_t config_section_n(const struct config_section *section, const struct config *c)
{
	return section->n_offset ? *(const size_t *)((const char *)c + section->n_offset) : 1;
}

const void *config_section_at(const struct config_section *section, const struct config *c, size_t i)
{
	return (const char *)c + section->offset + i * section->size;
}

/* The first special at or after s that the section takes; NULL: none. */
static const struct config_special *special_from(const struct config_section *section, const struct config_special *s)
{
	while (s && s->name && section->is_included && s->only_main)
		s++;
	return s && s->name ? s : NULL;
}

const char *config_section_key(const struct config_section *section, size_t i)
{
	const struct config_special *s = special_from(section, section->specials);

	for (; s; s = special_from(section, s + 1)) {
		if (i-- == 0)
			return s->name;
	}
	for (const struct setting *k = section->keys; k && k->name; k++) {
		if (config_section_has(section, k) && i-- == 0)
			return k->name + strlen(section->prefix);
	}
	return NULL;
}

const struct config_special *config_section_special(const struct config_section *section, const char *name)
{
	const struct config_special *s = special_from(section, section->specials);

	while (s && strcmp(s->name, name))
		s = special_from(section, s + 1);
	return s;
}

const struct setting *config_section_find(const struct config_section *section, const char *name)
{
	for (const struct setting *k = section->keys; k && k->name; k++) {
		if (config_section_has(section, k) && !strcmp(k->name + strlen(section->prefix), name))
			return k;
	}
	return NULL;
}

static const char *nearest_key(const struct config_section *section, const char *text)
{
	struct config_suggest nearest = { .text = text };
	const char *key;

	for (size_t i = 0; (key = config_section_key(section, i)); i++)
		config_suggest_offer(&nearest, key);
	return nearest.word;
}

static void list_keys(const struct config_section *section, char buf[MAX_KEYS_LEN])
{
	const char *key;
	size_t len = 0;

	buf[0] = '\0';
	for (size_t i = 0; (key = config_section_key(section, i)) && len + strlen(key) + 2 < MAX_KEYS_LEN; i++)
		len += (size_t)sprintf(buf + len, " %s", key);
}

void config_section_unknown_key(struct config_reader *r, const struct config_section *section,
                                const struct config_node *key)
{
	const char *text = config_node_key(key), *nearest;
	char quoted[CONFIG_QUOTELEN], keys[MAX_KEYS_LEN];

	if (!text)
		return;
	if (config_error_would_drop(r->errors, config_node_at(r, key))) {
		config_complain(r, key, "unknown key");
		return;
	}
	config_error_quote(text, quoted);
	nearest = nearest_key(section, text);
	list_keys(section, keys);
	if (nearest)
		config_complain(r, key, "unknown key %s in %s; did you mean \"%s\"?", quoted, section->what, nearest);
	else
		config_complain(r, key, "unknown key %s in %s; it takes:%s", quoted, section->what, keys);
}

void config_section_bad_value(struct config_reader *r, const struct setting *key, const struct config_node *value)
{
	const struct config_node *n = config_node_follow(value);
	bool has_text = n->kind == CONFIG_SCALAR && (n->text[0] || n->quoted);
	char quoted[CONFIG_QUOTELEN], expects[SETTING_EXPECTS_LEN];

	config_complain(r, value, "\"%s\" is %s: expected %s%s", key->name,
	                has_text ? config_error_quote(n->text, quoted) : config_node_kind(n),
	                setting_expects(key, expects, sizeof(expects)),
	                key->kind == SETTING_ADDR && has_text && strchr(n->text, '%')
	                        ? ", without a zone: name the interface by \"interface\""
	                        : "");
}
