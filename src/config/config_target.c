/* config_target.c - a host becomes one target, or two: one for each IP version. */
#include "config/config_target.h"

#include "config/config_depends.h"
#include "config/config_host.h"
#include "config/config_intake.h"
#include "config/config_names.h"
#include "config/config_node.h"
#include "config/config_origins.h"
#include "config/config_profiles.h"
#include "config/config_reader.h"

#include <errno.h>
#include <string.h>

/* Its addresses become targets of their own. */
static bool has_children(const struct config_target *target)
{
	return target->addr.family == AF_UNSPEC && target->profile->options.addresses == ADDRESSES_ALL;
}

static int add(struct config_reader *r, const struct config_item *item, const struct config_node *name,
               const struct config_target *target)
{
	const struct config *c = r->config;
	size_t n;

	if (!config_intake_count(r, 1, item->node))
		return 0;
	if (config_names_claim(r, name) < 0 || (has_children(target) && config_names_add_parent(r, name) < 0) ||
	    config_depends_remember(r, name, target->profile->depends) < 0)
		return -ENOMEM;
	if (item->depends)
		config_depends_not_self(r, item->depends, config_node_follow(name)->text);
	n = c->n_targets;
	if (config_intake_keep(r, target) < 0)
		return -ENOMEM;
	return c->n_targets > n ? config_origins_own(r, &c->targets[n], item->node) : 0;
}

/* NAME/4 and NAME/6, the same name at both IP versions. */
static int add_both(struct config_reader *r, const struct config_item *item, struct config_target target)
{
	const struct config_node *written = item->name ? item->name : item->host;
	const struct profile *profile = target.profile;
	char text[CONFIG_MAX_NAME_MADE + 1];
	int err = 0;

	for (int version = 4; version <= 6 && !err; version += 2) {
		struct config_node *name = arena_take(r->scratch, sizeof(*name));

		if (!name)
			return -ENOMEM;
		*name = *config_node_follow(written);
		strcpy(stpcpy(text, name->text), version == 4 ? "/4" : "/6");
		name->text = arena_text(r->scratch, text, strlen(text));
		name->line = written->line;
		name->column = written->column;
		if (!name->text)
			return -ENOMEM;
		target.name = name->text;
		err = config_profiles_of(r, profile, version == 4 ? FAMILY_IPV4 : FAMILY_IPV6, &target.profile);
		if (!err)
			err = add(r, item, name, &target);
	}
	return err;
}

int config_target_read(struct config_reader *r, const struct config_item *item)
{
	struct config_target target = { .profile = item->profile, .line = item->node->line };
	const struct options *o = &item->profile->options;
	bool is_both = o->family == FAMILY_BOTH;
	struct host h = { .zone = "" };

	target.host = config_host_read(r, o, item->host, &h);
	target.addr = h.addr;
	target.name = item->name ? config_node_text(r, "name", item->name, CONFIG_MAX_NAME) : target.host;
	if (!target.name)
		return 0;
	/* All addresses are those of both versions already. */
	if (is_both && target.host && target.addr.family == AF_UNSPEC && o->addresses == ADDRESSES_FIRST)
		return add_both(r, item, target);
	if (is_both && config_profiles_of(r, item->profile, FAMILY_ANY, &target.profile) < 0)
		return -ENOMEM;
	if (h.zone[0] && config_profiles_on(r, target.profile, h.zone, &target.profile) < 0)
		return -ENOMEM;
	return add(r, item, item->name ? item->name : item->host, &target);
}
