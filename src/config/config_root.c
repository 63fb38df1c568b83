/* config_root.c - the table of sections, and the order in which a file's are read. */
#include "config/config_root.h"

#include "config/config_files.h"
#include "config/config_groups.h"
#include "config/config_history.h"
#include "config/config_log.h"
#include "config/config_node.h"
#include "config/config_reader.h"
#include "config/config_serve.h"
#include "config/config_state.h"
#include "config/config_targets.h"
#include "config/config_targets_file.h"
#include "config/config_tree.h"

#include <errno.h>
#include <string.h>

#define MAX_TARGETS_MAX 4000000 /* at about 100 bytes each while they are read */
#define MAX_RATE        1000000000

/* --- sections without a table --- */

static int read_defaults(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	const struct config_node *key;
	bool taken;
	int err = 0;

	if (!config_node_want(r, "defaults", value, CONFIG_MAPPING))
		return 0;
	for (key = config_node_follow(value)->first; key && !err; key = config_node_next_key(key)) {
		if (!config_node_key(key))
			continue;
		err = config_level_key(r, &file->base, key, &taken);
		if (!taken)
			config_section_unknown_key(r, &config_defaults_section, key);
	}
	return err;
}

static int read_groups(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	return config_groups_read(r, value, &file->base);
}

static int read_targets(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	return config_targets_read(r, value, &file->base, file->shared);
}

static int read_targets_file(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	return config_targets_file_read(r, value, &file->base, file->shared);
}

static int on_include(struct config_reader *r, struct config_at whole, const char *text, size_t len, void *data)
{
	const struct config_file *from = data;
	struct config_tree tree;
	int err = config_tree_parse(&tree, whole, text, len, r->errors);

	*config_files_tree(r, whole.number) = tree;
	if (!err && tree.root)
		err = config_root_read(r, tree.root, &from->base, false);
	return err == -EINVAL ? 0 : err;
}

static int read_include(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	return config_files_read(r, "include", value, CONFIG_INPUT_INCLUDE, on_include, file);
}

/* --- sections with a table --- */

static int read_table(struct config_reader *r, struct config_file *file, const char *name,
                      const struct config_section *section, const struct config_node *value)
{
	void *base = (char *)r->config + section->offset + (config_section_n(section, r->config) - 1) * section->size;
	const struct config_node *key;
	int err = 0;

	if (!config_node_want(r, name, value, CONFIG_MAPPING))
		return 0;
	for (key = config_node_follow(value)->first; key && !err; key = config_node_next_key(key)) {
		const struct config_node *n = config_node_follow(key->next);
		const char *text = config_node_key(key);
		const struct config_special *special = text ? config_section_special(section, text) : NULL;
		const struct setting *setting = text ? config_section_find(section, text) : NULL;

		if (special)
			err = special->section ? read_table(r, file, special->name, special->section, key->next)
			                       : special->read(r, file, key->next);
		else if (!setting)
			config_section_unknown_key(r, section, key);
		else if (n->kind != CONFIG_SCALAR || setting_parse(base, setting, n->text) < 0)
			config_section_bad_value(r, setting, key->next);
	}
	return err;
}

/* clang-format off */
/* Limits of more than one module: offsets in the whole struct config. */
static const struct setting limits_keys[] = {
	SETTING("max_targets", COUNT, struct config, max_targets, 1, MAX_TARGETS_MAX,
	        "targets, of all files and ranges together"),
	SETTING("max_rate", COUNT, struct config, ratelimit.max_rate, 0, MAX_RATE,
	        "probes a second of the whole daemon; 0: no limit"),
	SETTING("max_rate_per_prefix", COUNT, struct config, ratelimit.max_rate_per_prefix, 0, MAX_RATE,
	        "probes a second to one IPv4 /24 or IPv6 /48; 0: no limit"),
	{ .name = NULL },
};
static const struct config_section limits_section = { .what = "\"limits\"", .keys = limits_keys, .prefix = "" };

static const struct setting shard_keys[] = {
	SETTING("index", COUNT, struct shard, index, 0, SHARD_MAX - 1, "this daemon's number, from 0"),
	SETTING("count", COUNT, struct shard, count, 1, SHARD_MAX, "how many daemons share the targets"),
	SETTING("replicas", COUNT, struct shard, replicas, 1, SHARD_MAX, "how many of them probe each target"),
	{ .name = NULL },
};
static const struct config_section shard_section = {
	.what = "\"shard\"", .keys = shard_keys, .prefix = "", .offset = offsetof(struct config, shard),
};
/* clang-format on */

/* Each is read while it is the last one. */
static int read_list(struct config_reader *r, struct config_file *file, const char *name,
                     const struct config_section *section, const struct config_node *value)
{
	size_t *n = (size_t *)(void *)((char *)r->config + section->n_offset);
	const struct config_node *list = config_node_follow(value), *item;
	int err = 0;

	if (list->kind != CONFIG_LIST)
		return read_table(r, file, name, section, value);
	if (!list->first)
		config_complain(r, value, "\"%s\" is an empty list: expected a mapping, or a list of them", name);
	*n = list->first ? 0 : 1;
	for (item = list->first; item && !err; item = item->next) {
		if (*n == section->n_max) {
			config_complain(r, item, "more than %zu of \"%s\"", section->n_max, name);
			break;
		}
		++*n;
		err = read_table(r, file, name, section, item);
	}
	return err;
}

static int read_log(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	int err = read_list(r, file, "log", &config_log_section, value);

	if (!err)
		config_log_check(r, value);
	return err;
}

static int read_http(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	int err = read_table(r, file, "http", &config_http_section, value);

	if (!err)
		config_http_check(r, value);
	return err;
}

static int read_shard(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	const struct shard *s = &r->config->shard;
	int err = read_table(r, file, "shard", &shard_section, value);

	if (s->index >= s->count)
		config_complain(r, value, "shard %u of %u: \"index\" must be below \"count\"", s->index, s->count);
	if (s->replicas > s->count)
		config_complain(r, value, "%u replicas among %u shards: \"replicas\" must not be above \"count\"",
		                s->replicas, s->count);
	return err;
}

static int read_history(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	int err;

	r->config->history.is_wanted = true;
	err = read_table(r, file, "history", &config_history_section, value);
	if (!err)
		config_history_check(r, value);
	return err;
}

/* --- all of them --- */

/* clang-format off */
const struct config_special config_root_sections[] = {
	{ CONFIG_KEY("defaults", NULL, "options for every target of this file"),
	  .read = read_defaults, .is_first = true },
	{ CONFIG_KEY("groups", "groups", "a list of groups"), .read = read_groups },
	{ CONFIG_TARGETS, .read = read_targets },
	{ CONFIG_TARGETS_FILE, .read = read_targets_file },
	{ CONFIG_KEY("include", "files", "a further file, or a list; the last part of a path may have wildcards"),
	  .read = read_include },
	{ CONFIG_KEY("log", NULL, "where the log goes: a sink, or a list of them"),
	  .section = &config_log_section, .read = read_log, .only_main = true },
	{ CONFIG_KEY("http", NULL, "where metrics and the API are served"),
	  .section = &config_http_section, .read = read_http, .only_main = true },
	{ CONFIG_KEY("control", NULL, "where minipingctl reaches the daemon"),
	  .section = &config_control_section, .only_main = true },
	{ CONFIG_KEY("metrics", NULL, "what the metrics are called and how RTTs are counted"),
	  .section = &config_metrics_section, .only_main = true },
	{ CONFIG_KEY("state", NULL, "where the state of the targets is kept over restarts"),
	  .section = &config_state_section, .only_main = true },
	{ CONFIG_KEY("history", NULL, "where the past of the targets is kept, and how much of it"),
	  .section = &config_history_section, .read = read_history, .only_main = true },
	{ CONFIG_KEY("limits", NULL, "upper bounds on targets and rates"),
	  .section = &limits_section, .only_main = true, .is_first = true },
	{ CONFIG_KEY("shard", NULL, "which part of the targets this daemon probes"),
	  .section = &shard_section, .read = read_shard, .only_main = true, .is_first = true },
	{ .name = NULL },
};
const struct config_section config_root_main = {
	.what = "the file", .specials = config_root_sections, .prefix = "",
};
static const struct config_section included = {
	.what = "an included file", .specials = config_root_sections, .prefix = "", .is_included = true,
};
/* clang-format on */

static int read_section(struct config_reader *r, struct config_file *file, const struct config_special *section,
                        const struct config_node *value)
{
	return section->read ? section->read(r, file, value)
	                     : read_table(r, file, section->name, section->section, value);
}

/* Reading all others depends on these, wherever in the file they are. */
static int read_first(struct config_reader *r, struct config_file *file, const struct config_node *root)
{
	const struct config_node *defaults = config_node_child(root, "defaults");
	int err = 0;

	for (const struct config_special *s = config_root_sections; s->name && !err; s++) {
		const struct config_node *value = s->is_first ? config_node_child(root, s->name) : NULL;

		if (value && (file->is_main || !s->only_main))
			err = read_section(r, file, s, value);
	}
	return err ? err : config_level_end(r, &file->base, defaults ? defaults : root, &file->shared);
}

static int read_key(struct config_reader *r, struct config_file *file, const struct config_node *key)
{
	const struct config_section *all = file->is_main ? &config_root_main : &included;
	const char *text = config_node_key(key);
	const struct config_special *section = text ? config_section_special(all, text) : NULL;

	if (!text || !strncmp(text, "x-", 2)) /* x- is the file's own, for anchors */
		return 0;
	if (section)
		return section->is_first ? 0 : read_section(r, file, section, key->next);
	if (config_section_special(&config_root_main, text))
		config_complain(r, key, "\"%s\" belongs in the main file, not in an included one", text);
	else
		config_section_unknown_key(r, all, key);
	return 0;
}

int config_root_read(struct config_reader *r, const struct config_node *root, const struct config_level *base,
                     bool is_main)
{
	struct config_file file = { .base = *base, .is_main = is_main };
	int err;

	file.base.window = NULL;
	file.base.origins.kind = ORIGIN_DEFAULTS;
	root = config_node_follow(root);
	if (root->kind != CONFIG_MAPPING) {
		config_complain(r, root, "the file must be a mapping with a list \"targets:\", not %s",
		                config_node_kind(root));
		return 0;
	}
	err = read_first(r, &file, root);
	if (is_main)
		r->config->defaults = file.shared;
	for (const struct config_node *key = root->first; key && !err; key = config_node_next_key(key))
		err = read_key(r, &file, key);
	return err;
}
