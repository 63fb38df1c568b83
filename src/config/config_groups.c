/* config_groups.c - a group is a level of options, with targets of its own. */
#include "config/config_groups.h"

#include "config/config_level.h"
#include "config/config_names.h"
#include "config/config_node.h"
#include "config/config_reader.h"
#include "config/config_section.h"
#include "config/config_targets.h"
#include "config/config_targets_file.h"

#include <errno.h>
#include <string.h>

static int read_group_name(struct config_reader *r, struct config_level *level, const struct config_node *group)
{
	const struct config_node *node = config_node_child(config_node_follow(group), "name");
	const char *name;

	if (!node) {
		config_complain(r, group, "a group without \"name\"");
		return 0;
	}
	name = config_node_text(r, "name", node, CONFIG_MAX_NAME);
	if (!name)
		return 0;
	level->profile.group = arena_text(r->config->arena, name, strlen(name));
	return level->profile.group ? config_names_claim_group(r, node) : -ENOMEM;
}

static int read_group_key(struct config_reader *r, struct config_level *level, const struct config_node *key)
{
	const char *text = config_node_key(key);
	bool taken;
	int err;

	if (!text || !strcmp(text, "name") || !strcmp(text, "targets") || !strcmp(text, "targets_file"))
		return 0;
	err = config_level_key(r, level, key, &taken);
	if (!taken)
		config_section_unknown_key(r, &config_group_section, key);
	return err;
}

static int read_group_targets(struct config_reader *r, const struct config_node *group,
                              const struct config_level *level, const struct profile *shared)
{
	const struct config_node *n = config_node_follow(group);
	const struct config_node *targets = config_node_child(n, "targets"),
				 *file = config_node_child(n, "targets_file");
	int err = 0;

	if (targets)
		err = config_targets_read(r, targets, level, shared);
	if (file && !err)
		err = config_targets_file_read(r, file, level, shared);
	if (!targets && !file)
		config_complain(r, group, "a group without \"targets\"");
	return err;
}

static int read_group(struct config_reader *r, const struct config_level *base, const struct config_node *group)
{
	const struct config_node *n = config_node_follow(group), *key;
	struct config_level level = *base;
	const struct profile *shared;
	int err;

	level.window = NULL;
	level.origins.kind = ORIGIN_GROUP;
	if (n->kind != CONFIG_MAPPING) {
		config_complain(r, group, "a group must be a mapping, not %s", config_node_kind(n));
		return 0;
	}
	err = read_group_name(r, &level, group);
	for (key = n->first; key && !err; key = config_node_next_key(key))
		err = read_group_key(r, &level, key);
	if (err || config_level_end(r, &level, group, &shared) < 0)
		return -ENOMEM;
	return read_group_targets(r, group, &level, shared);
}

int config_groups_read(struct config_reader *r, const struct config_node *value, const struct config_level *base)
{
	const struct config_node *node;
	int err = 0;

	if (!config_node_want(r, "groups", value, CONFIG_LIST))
		return 0;
	for (node = config_node_follow(value)->first; node && !err; node = node->next)
		err = read_group(r, base, node);
	return err;
}
