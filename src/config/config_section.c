/* config_section.c - the tables of keys, and what is said of a key or a value that is not in them. */
#include "config/config_section.h"

#include "config/config_node.h"
#include "config/config_reader.h"
#include "config/config_suggest.h"
#include "config/config.h"

#include <stdio.h>
#include <string.h>

#define MAX_KEYS_LEN    600
#define MAX_TARGETS_MAX 4000000           /* at about 100 bytes each while they are read */
#define MAX_RATE        1000000000

#define DEFAULTS     { "defaults", "defaults", "options for every target of this file" }
#define GROUPS       { "groups", "groups", "a list of groups" }
#define TARGETS      { "targets", "targets", "a list of targets" }
#define TARGETS_FILE { "targets_file", "files", "a target file, or a list of them" }
#define INCLUDE      { "include", "files", "a further file, or a list; the last part of a path may have wildcards" }
#define LABELS       { "labels", "labels", "names and strings, added to every record of a target" }
#define DEGRADED     { "degraded", "degraded", "thresholds above which a target that replies is degraded" }
#define DEPENDS_ON \
	{ "depends_on", "names", "the target, or a list of targets, between this host and the target" }
#define END          { NULL, NULL, NULL }

static const struct config_special root_words[] = {
	DEFAULTS, GROUPS, TARGETS, TARGETS_FILE, INCLUDE,
	{ "log", "log", "where the log goes" },
	{ "limits", "limits", "upper bounds on targets and rates" },
	{ "shard", "shard", "which part of the targets this daemon probes" },
	END,
};
static const struct config_special include_words[] = { DEFAULTS, GROUPS, TARGETS, TARGETS_FILE, INCLUDE, END };
static const struct config_special defaults_words[] = { LABELS, DEGRADED, DEPENDS_ON, END };
static const struct config_special group_words[] = {
	{ "name", "name", "the group's name in the log; unique" },
	TARGETS, TARGETS_FILE, LABELS, DEGRADED, DEPENDS_ON, END,
};
static const struct config_special target_words[] = {
	{ "host", "host", "an address or a name" },
	{ "name", "name", "the target's name in the log; unique; default: the host as written" },
	{ "range", "ranges",
	  "instead of host: a target for each address of ADDRESS/PREFIX, FIRST-LAST, or a list of these" },
	{ "exclude", "ranges", "addresses, prefixes or ranges to leave out of the range" },
	LABELS, DEGRADED, DEPENDS_ON, END,
};
static const struct config_special degraded_words[] = {
	{ "clear", "clear", "lower thresholds: a degraded target is up again once it is above none of them" }, END,
};
static const struct config_special sd_words[] = { TARGETS, LABELS, END };
static const struct config_special log_words[] = {
	{ "to", "log_to", "stdout, stderr, or the absolute path of a file" }, END,
};

static const char *const formats[] = { [LOG_LOGFMT] = "logfmt", [LOG_JSON] = "json", NULL };

static const struct setting log_keys[] = {
	SETTING_ONE_OF("format", struct config, log.format, formats, "how a record becomes a line"),
	{ .name = NULL },
};
static const struct setting limits_keys[] = {
	SETTING("max_targets", COUNT, struct config, max_targets, 1, MAX_TARGETS_MAX,
	        "targets, of all files and ranges together"),
	SETTING("max_rate", COUNT, struct config, ratelimit.max_rate, 0, MAX_RATE,
	        "probes a second of the whole daemon; 0: no limit"),
	SETTING("max_rate_per_prefix", COUNT, struct config, ratelimit.max_rate_per_prefix, 0, MAX_RATE,
	        "probes a second to one IPv4 /24 or IPv6 /48; 0: no limit"),
	{ .name = NULL },
};
static const struct setting shard_keys[] = {
	SETTING("index", COUNT, struct config, shard.index, 0, SHARD_MAX - 1,
	        "this daemon's number, from 0"),
	SETTING("count", COUNT, struct config, shard.count, 1, SHARD_MAX,
	        "how many daemons share the targets"),
	SETTING("replicas", COUNT, struct config, shard.replicas, 1, SHARD_MAX,
	        "how many of them probe each target"),
	{ .name = NULL },
};

const struct config_section config_root_section = { "the file", root_words, NULL, "" };
const struct config_section config_include_section = { "an included file", include_words, NULL, "" };
const struct config_section config_defaults_section = { "\"defaults\"", defaults_words, options_settings, "" };
const struct config_section config_group_section = { "a group", group_words, options_settings, "" };
const struct config_section config_target_section = { "a target", target_words, options_settings, "" };
const struct config_section config_degraded_section = { "\"degraded\"", degraded_words, options_settings, "degraded." };
const struct config_section config_clear_section = { "\"clear\"", NULL, options_settings, "degraded.clear." };
const struct config_section config_log_section = { "\"log\"", log_words, log_keys, "" };
const struct config_section config_limits_section = { "\"limits\"", NULL, limits_keys, "" };
const struct config_section config_shard_section = { "\"shard\"", NULL, shard_keys, "" };
const struct config_section config_sd_section = { "an entry of a targets file", sd_words, NULL, "" };

bool config_section_has(const struct config_section *section, const struct setting *key)
{
	size_t len = strlen(section->prefix);

	return !strncmp(key->name, section->prefix, len) && !strchr(key->name + len, '.');
}

const char *config_section_key(const struct config_section *section, size_t i)
{
	for (const struct config_special *w = section->words; w && w->name; w++) {
		if (i-- == 0)
			return w->name;
	}
	for (const struct setting *k = section->keys; k && k->name; k++) {
		if (config_section_has(section, k) && i-- == 0)
			return k->name + strlen(section->prefix);
	}
	return NULL;
}

const struct config_special *config_section_special(const struct config_section *section, const char *name)
{
	for (const struct config_special *w = section->words; w && w->name; w++) {
		if (!strcmp(w->name, name))
			return w;
	}
	return NULL;
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
