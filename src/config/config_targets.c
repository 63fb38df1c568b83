#include "config/config_reader.h"

#include <errno.h>
#include <string.h>

#define MAX_NAME 255

/* 192.0.2.1#gateway, as in files of lines (hostlines.h): to YAML a comment only behind a blank, but no host has a #. */
static int read_host(struct config_reader *r, struct config_item *item, const struct config_node *node)
{
	const struct config_node *n = config_node_follow(node);
	struct config_node *cut;
	size_t len;

	item->host = node;
	if (n->kind != CONFIG_SCALAR || n->quoted || !strchr(n->text, '#'))
		return 0;
	len = strcspn(n->text, "#");
	cut = arena_take(r->scratch, sizeof(*cut));
	if (!cut)
		return -ENOMEM;
	*cut = (struct config_node){
		.text = arena_text(r->scratch, n->text, len),
		.line = node->line, .column = node->column, .file = node->file, .kind = CONFIG_SCALAR,
	};
	item->host = cut;
	return cut->text ? 0 : -ENOMEM;
}

static int read_target_key(struct config_reader *r, struct config_level *level, struct config_item *item,
                           const struct config_node *key)
{
	const char *text = config_key(key);
	const struct {
		const char                *name;
		const struct config_node **place;
	} own[] = {
		{ "name", &item->name },
		{ "range", &item->range },
		{ "exclude", &item->exclude },
	};
	bool taken;
	int err;

	if (!text)
		return 0;
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		if (!strcmp(text, own[i].name)) {
			*own[i].place = key->next;
			return 0;
		}
	}
	if (!strcmp(text, "host"))
		return read_host(r, item, key->next);
	err = config_level_key(r, level, key, &taken);
	if (!taken)
		config_unknown_key(r, &config_target_section, key);
	item->is_plain &= !taken;
	return err;
}

static int read_item(struct config_reader *r, const struct config_item *item)
{
	if (item->host && item->range)
		config_report(r->errors, config_node_at(r, item->range),
		              "\"host\" and \"range\" in one target: it takes one of them");
	else if (item->range && item->name)
		config_report(r->errors, config_node_at(r, item->name),
		              "\"name\" beside \"range\": its targets are called by their addresses");
	else if (item->host && item->exclude)
		config_report(r->errors, config_node_at(r, item->exclude), "\"exclude\" without \"range\"");
	else if (item->range)
		return config_range(r, item);
	else if (item->host)
		return config_target(r, item);
	else
		config_report(r->errors, config_node_at(r, item->node), "a target without \"host\"");
	return 0;
}

static int read_target_mapping(struct config_reader *r, const struct config_level *base,
			       struct config_item *item)
{
	struct config_level level = *base;
	const struct config_node *key;
	int err = 0;

	level.window = level.depends = NULL;
	for (key = config_node_follow(item->node)->first; key && !err; key = config_next_key(key))
		err = read_target_key(r, &level, item, key);
	item->depends = level.depends;
	if (err || (!item->is_plain && config_level_end(r, &level, item->node, &item->profile) < 0))
		return -ENOMEM;
	return read_item(r, item);
}

/* [fd00::2] is a list to YAML. */
static bool is_bracketed(const struct config_node *list)
{
	const struct config_node *item = list->first;

	return item && !item->next && item->kind == CONFIG_SCALAR && strchr(item->text, ':');
}

int config_one_target(struct config_reader *r, const struct config_level *base, const struct profile *shared,
                      const struct config_node *node)
{
	const struct config_node *n = config_node_follow(node);
	struct config_item item = { .node = node, .profile = shared, .is_plain = true };

	switch (n->kind) {
	case CONFIG_MAPPING:
		return read_target_mapping(r, base, &item);
	case CONFIG_SCALAR:
		return read_host(r, &item, node) < 0 ? -ENOMEM : config_target(r, &item);
	default:
		config_report(r->errors, config_node_at(r, node),
		              "a target must be an address, a host name or a mapping, not %s%s", config_kind_name(n),
		              is_bracketed(n) ? ": write an IPv6 address without brackets" : "");
		return 0;
	}
}

int config_targets(struct config_reader *r, const struct config_node *value,
		   const struct config_level *base, const struct profile *shared)
{
	const struct config_node *node;
	int err = 0;

	if (!config_want(r, "targets", value, CONFIG_LIST))
		return 0;
	for (node = config_node_follow(value)->first; node && !err && !r->is_full; node = node->next)
		err = config_one_target(r, base, shared, node);
	return err;
}

static int read_group_name(struct config_reader *r, struct config_level *level,
			   const struct config_node *group)
{
	const struct config_node *node = config_child(config_node_follow(group), "name");
	const char *name;

	if (!node) {
		config_report(r->errors, config_node_at(r, group), "a group without \"name\"");
		return 0;
	}
	name = config_node_text(r, "name", node, MAX_NAME);
	if (!name)
		return 0;
	level->profile.group = arena_text(r->config->arena, name, strlen(name));
	return level->profile.group ? config_claim_name(r, &r->groups, "group", node) : -ENOMEM;
}

static int read_group_key(struct config_reader *r, struct config_level *level,
			  const struct config_node *key)
{
	const char *text = config_key(key);
	bool taken;
	int err;

	if (!text || !strcmp(text, "name") || !strcmp(text, "targets") || !strcmp(text, "targets_file"))
		return 0;
	err = config_level_key(r, level, key, &taken);
	if (!taken)
		config_unknown_key(r, &config_group_section, key);
	return err;
}

static int read_group_targets(struct config_reader *r, const struct config_node *group,
                              const struct config_level *level, const struct profile *shared)
{
	const struct config_node *n = config_node_follow(group);
	const struct config_node *targets = config_child(n, "targets"), *file = config_child(n, "targets_file");
	int err = 0;

	if (targets)
		err = config_targets(r, targets, level, shared);
	if (file && !err)
		err = config_targets_file(r, file, level, shared);
	if (!targets && !file)
		config_report(r->errors, config_node_at(r, group), "a group without \"targets\"");
	return err;
}

static int read_group(struct config_reader *r, const struct config_level *base,
		      const struct config_node *group)
{
	const struct config_node *n = config_node_follow(group), *key;
	struct config_level level = *base;
	const struct profile *shared;
	int err;

	level.window = NULL;
	if (n->kind != CONFIG_MAPPING) {
		config_report(r->errors, config_node_at(r, group), "a group must be a mapping, not %s",
		              config_kind_name(n));
		return 0;
	}
	err = read_group_name(r, &level, group);
	for (key = n->first; key && !err; key = config_next_key(key))
		err = read_group_key(r, &level, key);
	if (err || config_level_end(r, &level, group, &shared) < 0)
		return -ENOMEM;
	return read_group_targets(r, group, &level, shared);
}

int config_groups(struct config_reader *r, const struct config_node *value,
		  const struct config_level *base)
{
	const struct config_node *node;
	int err = 0;

	if (!config_want(r, "groups", value, CONFIG_LIST))
		return 0;
	for (node = config_node_follow(value)->first; node && !err; node = node->next)
		err = read_group(r, base, node);
	return err;
}
