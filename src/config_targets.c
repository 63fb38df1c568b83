#include "config_read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MAX_NAME 255
#define MAX_HOST 255

struct item {                             /* a target while it is read; nodes not followed */
	const struct config_node *node, *host, *name;
	const struct profile     *profile;
	bool                      is_plain;   /* has no option or label of its own */
};

static const char *const target_keys[] = { "host", "name", "labels", "degraded", NULL };
static const char *const group_keys[] = { "name", "targets", "labels", "degraded", NULL };
static const struct config_place target_place = { "a target", target_keys, "" };
static const struct config_place group_place = { "a group", group_keys, "" };

static bool same_name(const void *item, const void *wanted)
{
	const struct config_node *x = item, *y = wanted;

	return !strcmp(config_node_follow(x)->text, config_node_follow(y)->text);
}

void config_names_init(struct config_reader *r)
{
	config_index_init(&r->names, same_name);
	config_index_init(&r->groups, same_name);
}

void config_names_fini(struct config_reader *r)
{
	config_index_fini(&r->names);
	config_index_fini(&r->groups);
}

static int claim_name(struct config_reader *r, struct config_index *index, const char *what,
                      const struct config_node *name)
{
	const char *text = config_node_follow(name)->text;
	uint64_t hash = config_hash(&r->secret, text, strlen(text));
	const struct config_node *first = config_index_at(index, hash, name);
	char quoted[CONFIG_QUOTELEN];

	if (!first)
		return config_index_add(index, hash, name);
	config_report(r->errors, config_node_at(r, name), "duplicate %s name %s (first at %u:%u)", what,
	              config_quote(text, quoted), first->line, first->column);
	return 0;
}

static bool check_family(struct config_reader *r, const struct item *item, const struct addr *addr)
{
	enum family wanted = item->profile->options.family;
	char quoted[CONFIG_QUOTELEN];

	if (addr->family == AF_UNSPEC || wanted == FAMILY_ANY ||
	    (wanted == FAMILY_IPV4) == (addr->family == AF_INET))
		return true;
	config_report(r->errors, config_node_at(r, item->host),
		      "%s is an %s address, but \"family\" is %s here",
		      config_quote(config_node_follow(item->host)->text, quoted),
		      addr->family == AF_INET ? "IPv4" : "IPv6",
		      wanted == FAMILY_IPV4 ? "ipv4" : "ipv6");
	return false;
}

/* The text of the host, checked; NULL: reported. */
static const char *read_host(struct config_reader *r, const struct item *item, struct addr *addr)
{
	const char *host = config_text(r, "host", item->host, MAX_HOST), *wrong;
	char quoted[CONFIG_QUOTELEN];

	if (!host)
		return NULL;
	wrong = config_host_check(host, addr);
	if (wrong) {
		config_report(r->errors, config_node_at(r, item->host), "%s %s",
			      config_quote(host, quoted), wrong);
		return NULL;
	}
	return check_family(r, item, addr) ? host : NULL;
}

static int add_target(struct config_reader *r, const struct item *item)
{
	struct config *c = r->config;
	struct config_target target = { .profile = item->profile, .line = item->node->line };
	const char *host = read_host(r, item, &target.addr);
	const char *name = item->name ? config_text(r, "name", item->name, MAX_NAME) : host;

	if (name && claim_name(r, &r->names, "target", item->name ? item->name : item->host) < 0)
		return -ENOMEM;
	r->n_targets++;
	if (!host || !name || r->errors->n)   /* with an error nobody will see the targets */
		return 0;
	target.host = config_arena_text(c->arena, host, strlen(host));
	target.name = name == host ? target.host : config_arena_text(c->arena, name, strlen(name));
	if (!target.host || !target.name)
		return -ENOMEM;
	c->targets[c->n_targets++] = target;
	return 0;
}

static int read_target_key(struct config_reader *r, struct config_level *level, struct item *item,
                           const struct config_node *key)
{
	const char *text = config_key(key);
	bool taken;
	int err;

	if (!text)
		return 0;
	if (!strcmp(text, "host")) {
		item->host = key->next;
		return 0;
	}
	if (!strcmp(text, "name")) {
		item->name = key->next;
		return 0;
	}
	err = config_level_key(r, level, key, &taken);
	if (!taken)
		config_unknown_key(r, &target_place, key);
	item->is_plain &= !taken;
	return err;
}

static int read_target_mapping(struct config_reader *r, const struct config_level *base,
			       struct item *item)
{
	struct config_level level = *base;
	const struct config_node *key;
	int err = 0;

	level.window = NULL;
	for (key = config_node_follow(item->node)->first; key && !err; key = config_next_key(key))
		err = read_target_key(r, &level, item, key);
	if (err || (!item->is_plain && config_level_end(r, &level, item->node, &item->profile) < 0))
		return -ENOMEM;
	if (item->host)
		return add_target(r, item);
	config_report(r->errors, config_node_at(r, item->node), "a target without \"host\"");
	return 0;
}

static int read_target(struct config_reader *r, const struct config_level *base,
		       const struct profile *shared, const struct config_node *node)
{
	const struct config_node *n = config_node_follow(node);
	struct item item = { .node = node, .profile = shared, .is_plain = true };

	switch (n->kind) {
	case CONFIG_MAPPING:
		return read_target_mapping(r, base, &item);
	case CONFIG_SCALAR:
		item.host = node;
		return add_target(r, &item);
	default:
		config_report(r->errors, config_node_at(r, node),
			      "a target must be an address, a host name or a mapping, not %s",
			      config_kind_name(n));
		return 0;
	}
}

static int make_room(struct config_reader *r)
{
	size_t room = r->room ? 2 * r->room : 64;
	struct config_target *targets;

	if (r->config->n_targets < r->room)
		return 0;
	targets = reallocarray(r->config->targets, room, sizeof(*targets));
	if (!targets)
		return -ENOMEM;
	r->config->targets = targets;
	r->room = room;
	return 0;
}

int config_targets(struct config_reader *r, const struct config_node *value,
		   const struct config_level *base, const struct profile *shared)
{
	const struct config_node *node;
	int err = 0;

	if (!config_want(r, "targets", value, CONFIG_LIST))
		return 0;
	for (node = config_node_follow(value)->first; node && !err; node = node->next) {
		if (r->n_targets == CONFIG_MAX_TARGETS) {
			config_report(r->errors, config_node_at(r, node), "more than %d targets",
				      CONFIG_MAX_TARGETS);
			return 0;
		}
		err = make_room(r);
		if (!err)
			err = read_target(r, base, shared, node);
	}
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
	name = config_text(r, "name", node, MAX_NAME);
	if (!name)
		return 0;
	level->profile.group = config_arena_text(r->config->arena, name, strlen(name));
	return level->profile.group ? claim_name(r, &r->groups, "group", node) : -ENOMEM;
}

static int read_group_key(struct config_reader *r, struct config_level *level,
			  const struct config_node *key)
{
	const char *text = config_key(key);
	bool taken;
	int err;

	if (!text || !strcmp(text, "name") || !strcmp(text, "targets"))
		return 0;
	err = config_level_key(r, level, key, &taken);
	if (!taken)
		config_unknown_key(r, &group_place, key);
	return err;
}

static int read_group(struct config_reader *r, const struct config_level *base,
		      const struct config_node *group)
{
	const struct config_node *n = config_node_follow(group), *key, *targets;
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
	targets = config_child(n, "targets");
	if (targets)
		return config_targets(r, targets, &level, shared);
	config_report(r->errors, config_node_at(r, group), "a group without \"targets\"");
	return 0;
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
