#include "config/config_grammar.h"

#include "config/config.h"

#include <string.h>

#define MAX_TARGETS_MAX 4000000           /* at about 100 bytes each while they are read */
#define MAX_RATE        1000000000

#define DEFAULTS     { "defaults", "defaults", "options for every target of this file" }
#define GROUPS       { "groups", "groups", "a list of groups" }
#define TARGETS      { "targets", "targets", "a list of targets" }
#define TARGETS_FILE { "targets_file", "files", "a file of targets, or a list of such files" }
#define INCLUDE      { "include", "files", "a further file, or a list; the last part of a path may have wildcards" }
#define LABELS       { "labels", "labels", "names and texts that stand in every record" }
#define DEGRADED     { "degraded", "degraded", "thresholds above which a target that replies is degraded" }
#define DEPENDS_ON \
	{ "depends_on", "names", "the target, or a list of targets, that stand between this host and the target" }
#define END          { NULL, NULL, NULL }

static const struct config_special root_words[] = {
	DEFAULTS, GROUPS, TARGETS, TARGETS_FILE, INCLUDE,
	{ "log", "log", "where the log goes" },
	{ "limits", "limits", "what the configuration may not exceed" },
	{ "shard", "shard", "which part of the targets is this daemon's" },
	END,
};
static const struct config_special include_words[] = { DEFAULTS, GROUPS, TARGETS, TARGETS_FILE, INCLUDE, END };
static const struct config_special defaults_words[] = { LABELS, DEGRADED, DEPENDS_ON, END };
static const struct config_special group_words[] = {
	{ "name", "name", "what the group is called in the log; unique" },
	TARGETS, TARGETS_FILE, LABELS, DEGRADED, DEPENDS_ON, END,
};
static const struct config_special target_words[] = {
	{ "host", "host", "an address or a name" },
	{ "name", "name", "what the target is called in the log; unique; without it, the host as written" },
	{ "range", "ranges",
	  "instead of host: a target for each address of ADDRESS/PREFIX, FIRST-LAST, or a list of these" },
	{ "exclude", "ranges", "addresses, prefixes or ranges that the range leaves out" },
	LABELS, DEGRADED, DEPENDS_ON, END,
};
static const struct config_special degraded_words[] = {
	{ "clear", "clear", "lower thresholds, all of which a degraded target must keep to be up again" }, END,
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

bool config_section_has(const struct config_section *place, const struct setting *key)
{
	size_t len = strlen(place->prefix);

	return !strncmp(key->name, place->prefix, len) && !strchr(key->name + len, '.');
}

const char *config_section_key(const struct config_section *place, size_t i)
{
	for (const struct config_special *w = place->words; w && w->name; w++) {
		if (i-- == 0)
			return w->name;
	}
	for (const struct setting *k = place->keys; k && k->name; k++) {
		if (config_section_has(place, k) && i-- == 0)
			return k->name + strlen(place->prefix);
	}
	return NULL;
}

const struct config_special *config_section_special(const struct config_section *place, const char *name)
{
	for (const struct config_special *w = place->words; w && w->name; w++) {
		if (!strcmp(w->name, name))
			return w;
	}
	return NULL;
}

const struct setting *config_section_find(const struct config_section *place, const char *name)
{
	for (const struct setting *k = place->keys; k && k->name; k++) {
		if (config_section_has(place, k) && !strcmp(k->name + strlen(place->prefix), name))
			return k;
	}
	return NULL;
}

void config_default(struct config *c)
{
	c->max_targets = CONFIG_MAX_TARGETS;
	c->ratelimit.max_rate = 200000;
	c->shard = (struct shard){ .count = 1, .replicas = 1 };
}
