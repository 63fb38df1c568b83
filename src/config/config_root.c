/* config_root.c - sections of a file, in the order in which they can be read. */
#include "config/config_root.h"

#include "config/config_files.h"
#include "config/config_groups.h"
#include "config/config_level.h"
#include "config/config_node.h"
#include "config/config_reader.h"
#include "config/config_section.h"
#include "config/config_targets.h"
#include "config/config_targets_file.h"
#include "config/config_tree.h"

#include <errno.h>
#include <string.h>

#define MAX_PATH 4095

/* What a section of one file sees. */
struct file_level {
	struct config_level   base;
	const struct profile *shared;
	bool                  is_main;
};

static int read_defaults(struct config_reader *r, const struct config_node *value, struct config_level *level)
{
	const struct config_node *key;
	bool taken;
	int err = 0;

	if (!config_node_want(r, "defaults", value, CONFIG_MAPPING))
		return 0;
	for (key = config_node_follow(value)->first; key && !err; key = config_node_next_key(key)) {
		if (!config_node_key(key))
			continue;
		err = config_level_key(r, level, key, &taken);
		if (!taken)
			config_section_unknown_key(r, &config_defaults_section, key);
	}
	return err;
}

static int read_log_to(struct config_reader *r, const struct config_node *value)
{
	struct log_options *log = &r->config->log;
	const char *text = config_node_text(r, "to", value, MAX_PATH);
	char quoted[CONFIG_QUOTELEN];

	if (!text)
		return 0;
	if (log_options_to(log, text)) {
		config_complain(r, value, "\"to\" is %s: expected stdout, stderr or a path that begins with /",
		                config_error_quote(text, quoted));
		return 0;
	}
	if (log->path)
		log->path = arena_text(r->config->arena, text, strlen(text));
	return log->to == LOG_TO_FILE && !log->path ? -ENOMEM : 0;
}

/* A section whose keys, but for "to", are all in its place's table. */
static int read_table(struct config_reader *r, const char *name, const struct config_section *place,
                      const struct config_node *value)
{
	const struct config_node *key;
	int err = 0;

	if (!config_node_want(r, name, value, CONFIG_MAPPING))
		return 0;
	for (key = config_node_follow(value)->first; key && !err; key = config_node_next_key(key)) {
		const struct config_node *n = config_node_follow(key->next);
		const char *text = config_node_key(key);
		const struct setting *option = text ? config_section_find(place, text) : NULL;

		if (text && config_section_special(place, text))
			err = read_log_to(r, key->next);
		else if (!option)
			config_section_unknown_key(r, place, key);
		else if (n->kind != CONFIG_SCALAR || setting_parse(r->config, option, n->text) < 0)
			config_section_bad_value(r, option, key->next);
	}
	return err;
}

static int read_shard(struct config_reader *r, const struct config_node *value)
{
	struct shard *s = &r->config->shard;
	int err = read_table(r, "shard", &config_shard_section, value);

	if (s->index >= s->count)
		config_complain(r, value, "shard %u of %u: \"index\" must be below \"count\"", s->index, s->count);
	if (s->replicas > s->count)
		config_complain(r, value, "%u replicas among %u shards: \"replicas\" must not be above \"count\"",
		                s->replicas, s->count);
	return err;
}

static int on_include(struct config_reader *r, struct config_at whole, const char *text, size_t len, void *data)
{
	const struct file_level *from = data;
	struct config_tree tree;
	int err = config_tree_parse(&tree, whole, text, len, r->errors);

	*config_files_tree(r, whole.number) = tree;
	if (!err && tree.root)
		err = config_root_read(r, tree.root, &from->base, false);
	return err == -EINVAL ? 0 : err;
}

static int read_section(struct config_reader *r, const struct config_node *key, struct file_level *level)
{
	const char *text = config_node_key(key);

	/* The two that the targets depend on have been read before; x- is the file's own, for anchors. */
	if (!text || !strcmp(text, "defaults") || !strncmp(text, "x-", 2) ||
	    (level->is_main && (!strcmp(text, "limits") || !strcmp(text, "shard"))))
		return 0;
	if (!strcmp(text, "groups"))
		return config_groups_read(r, key->next, &level->base);
	if (!strcmp(text, "targets"))
		return config_targets_read(r, key->next, &level->base, level->shared);
	if (!strcmp(text, "targets_file"))
		return config_targets_file_read(r, key->next, &level->base, level->shared);
	if (!strcmp(text, "include"))
		return config_files_read(r, text, key->next, CONFIG_INPUT_INCLUDE, on_include, level);
	if (level->is_main && !strcmp(text, "log"))
		return read_table(r, "log", &config_log_section, key->next);
	if (!level->is_main && config_section_special(&config_root_section, text))
		config_complain(r, key, "\"%s\" belongs into the main file, not into an included one", text);
	else
		config_section_unknown_key(r, level->is_main ? &config_root_section : &config_include_section, key);
	return 0;
}

/* What the reading of all else depends on, wherever it stands. */
static int read_first(struct config_reader *r, const struct config_node *root, struct file_level *level)
{
	const struct config_node *limits = config_node_child(root, "limits"), *shard = config_node_child(root, "shard");
	const struct config_node *defaults = config_node_child(root, "defaults");
	int err = 0;

	if (level->is_main && limits)
		err = read_table(r, "limits", &config_limits_section, limits);
	if (!err && level->is_main && shard)
		err = read_shard(r, shard);
	if (!err && defaults)
		err = read_defaults(r, defaults, &level->base);
	return err ? err : config_level_end(r, &level->base, defaults ? defaults : root, &level->shared);
}

int config_root_read(struct config_reader *r, const struct config_node *root, const struct config_level *base,
                     bool is_main)
{
	struct file_level level = { .base = *base, .is_main = is_main };
	int err;

	level.base.window = NULL;
	root = config_node_follow(root);
	if (root->kind != CONFIG_MAPPING) {
		config_complain(r, root, "the file must be a mapping with a list \"targets:\", not %s",
		                config_node_kind(root));
		return 0;
	}
	err = read_first(r, root, &level);
	for (const struct config_node *key = root->first; key && !err; key = config_node_next_key(key))
		err = read_section(r, key, &level);
	return err;
}
