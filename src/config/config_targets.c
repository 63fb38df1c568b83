/* config_targets.c - each item is a host, or a mapping with a host or a range. */
#include "config/config_targets.h"

#include "config/config_aka.h"
#include "config/config_intake.h"
#include "config/config_level.h"
#include "config/config_node.h"
#include "config/config_range.h"
#include "config/config_reader.h"
#include "config/config_section.h"
#include "config/config_target.h"

#include <errno.h>
#include <string.h>

/* 192.0.2.1#gateway, as in target files (hostlines.h): YAML has comments only behind a blank, but no host has a #. */
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
		.line = node->line,
		.column = node->column,
		.file = node->file,
		.kind = CONFIG_SCALAR,
	};
	item->host = cut;
	return cut->text ? 0 : -ENOMEM;
}

static int read_target_key(struct config_reader *r, struct config_level *level, struct config_item *item,
                           const struct config_node *key)
{
	const char *text = config_node_key(key);
	const struct {
		const char *name;
		const struct config_node **at;
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
			*own[i].at = key->next;
			return 0;
		}
	}
	if (!strcmp(text, "host"))
		return read_host(r, item, key->next);
	if (!strcmp(text, "aka")) {
		item->aka = key->next;
		item->is_plain = false;
		return config_aka_read(r, key->next, &level->profile.aka);
	}
	err = config_level_key(r, level, key, &taken);
	if (!taken)
		config_section_unknown_key(r, &config_target_section, key);
	item->is_plain &= !taken;
	return err;
}

static int read_item(struct config_reader *r, const struct config_item *item)
{
	if (item->host && item->range)
		config_complain(r, item->range, "\"host\" and \"range\" in one target: it takes one of them");
	else if (item->range && item->name)
		config_complain(r, item->name, "\"name\" beside \"range\": its targets are called by their addresses");
	else if (item->range && item->aka)
		config_complain(r, item->aka, "\"aka\" beside \"range\": its targets are called by their addresses");
	else if (item->host && item->exclude)
		config_complain(r, item->exclude, "\"exclude\" without \"range\"");
	else if (item->range)
		return config_range_read(r, item);
	else if (item->host)
		return config_target_read(r, item);
	else
		config_complain(r, item->node, "a target without \"host\"");
	return 0;
}

static int read_target_mapping(struct config_reader *r, const struct config_level *base, struct config_item *item)
{
	struct config_level level = *base;
	const struct config_node *key;
	int err = 0;

	level.window = level.depends = NULL;
	level.origins.kind = ORIGIN_TARGET;
	for (key = config_node_follow(item->node)->first; key && !err; key = config_node_next_key(key))
		err = read_target_key(r, &level, item, key);
	item->depends = level.depends;
	level.origins.is_own = item->range == NULL;
	if (err || (!item->is_plain && config_level_end(r, &level, item->node, &item->profile) < 0))
		return -ENOMEM;
	return read_item(r, item);
}

/* [fd00::2] is a list in YAML. */
static bool is_bracketed(const struct config_node *list)
{
	const struct config_node *item = list->first;

	return item && !item->next && item->kind == CONFIG_SCALAR && strchr(item->text, ':');
}

int config_targets_item(struct config_reader *r, const struct config_level *base, const struct profile *shared,
                        const struct config_node *node)
{
	const struct config_node *n = config_node_follow(node);
	struct config_item item = { .node = node, .profile = shared, .is_plain = true };

	switch (n->kind) {
	case CONFIG_MAPPING:
		return read_target_mapping(r, base, &item);
	case CONFIG_SCALAR:
		return read_host(r, &item, node) < 0 ? -ENOMEM : config_target_read(r, &item);
	default:
		config_complain(r, node, "a target must be an address, a host name or a mapping, not %s%s",
		                config_node_kind(n), is_bracketed(n) ? ": write an IPv6 address without brackets" : "");
		return 0;
	}
}

int config_targets_read(struct config_reader *r, const struct config_node *value, const struct config_level *base,
                        const struct profile *shared)
{
	const struct config_node *node;
	int err = 0;

	if (!config_node_want(r, "targets", value, CONFIG_LIST))
		return 0;
	for (node = config_node_follow(value)->first; node && !err && !config_intake_is_full(r); node = node->next)
		err = config_targets_item(r, base, shared, node);
	return err;
}
