#include "config/config_reader.h"
#include "dns/host.h"
#include "config/shard.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_NAME 255
#define MAX_HOST 255

static bool same_name(const void *item, const void *wanted)
{
	const struct config_node *x = item, *y = wanted;

	return !strcmp(config_node_follow(x)->text, config_node_follow(y)->text);
}

void config_names_init(struct config_reader *r)
{
	arena_index_init(&r->names, same_name);
	arena_index_init(&r->groups, same_name);
	arena_index_init(&r->parents, same_name);
}

void config_names_fini(struct config_reader *r)
{
	arena_index_fini(&r->names);
	arena_index_fini(&r->groups);
	arena_index_fini(&r->parents);
}

int config_claim_name(struct config_reader *r, struct arena_index *index, const char *what,
                      const struct config_node *name)
{
	const char *text = config_node_follow(name)->text;
	uint64_t hash = hash_keyed(&r->secret, text, strlen(text));
	const struct config_node *first = arena_index_at(index, hash, name);
	char quoted[CONFIG_QUOTELEN], place[CONFIG_PLACELEN];

	if (!first)
		return arena_index_add(index, hash, name);
	if (config_report_is_moot(r->errors, config_node_at(r, name)))
		config_report(r->errors, config_node_at(r, name), "duplicate name");
	else
		config_report(r->errors, config_node_at(r, name), "duplicate %s name %s (first at %s)", what,
		              config_quote(text, quoted), config_node_place(r, first, name, place));
	return 0;
}

bool config_count(struct config_reader *r, uint64_t n, const struct config_node *node)
{
	uint32_t max = r->config->max_targets;

	if (r->is_full)
		return false;
	if (n <= max - r->n_targets) {
		r->n_targets += n;
		return true;
	}
	r->is_full = true;
	config_report(r->errors, config_node_at(r, node), "more than %u targets", max);
	return false;
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

int config_keep(struct config_reader *r, const struct config_target *target)
{
	struct config *c = r->config;
	struct config_target *kept;

	if (r->errors->n || !shard_takes(&c->shard, target->name))
		return 0;
	if (make_room(r) < 0)
		return -ENOMEM;
	kept = &c->targets[c->n_targets];
	*kept = *target;
	kept->name = arena_text(c->arena, target->name, strlen(target->name));
	kept->host = kept->name;
	if (target->host && target->host != target->name)
		kept->host = arena_text(c->arena, target->host, strlen(target->host));
	if (!kept->name || !kept->host || config_depends_strip(r, kept->name, &kept->profile) < 0)
		return -ENOMEM;
	c->n_targets++;
	return 0;
}

/* A zone is the target's interface. */
static bool check_zone(struct config_reader *r, const struct config_item *item, const struct host *h)
{
	const char *interface = item->profile->options.interface;
	char quoted[CONFIG_QUOTELEN];

	config_quote(config_node_follow(item->host)->text, quoted);
	if (h->zone[0] && interface[0] && strcmp(h->zone, interface)) {
		config_report(r->errors, config_node_at(r, item->host), "%s is of another interface than \"interface\", "
		              "which is %s here", quoted, interface);
		return false;
	}
	if (addr_is_link_local(&h->addr) && !h->zone[0] && !interface[0])
		config_report(&r->config->warnings, config_node_at(r, item->host), "warning: %s is link-local, and cannot "
		              "be sent to without an interface: write it with a zone, such as \"fe80::1%%eth0\"", quoted);
	return true;
}

/* The text of the host, checked; NULL: reported. */
static const char *read_host(struct config_reader *r, const struct config_item *item, struct host *h)
{
	const char *host = config_node_text(r, "host", item->host, MAX_HOST), *wrong;
	char quoted[CONFIG_QUOTELEN];

	if (!host)
		return NULL;
	wrong = host_parse(h, host);
	if (wrong) {
		config_report(r->errors, config_node_at(r, item->host), "%s %s",
			      config_quote(host, quoted), wrong);
		return NULL;
	}
	if (!config_family_check(r, &item->profile->options, item->host, h->addr.family))
		return NULL;
	return check_zone(r, item, h) ? host : NULL;
}

static int remember_parent(struct config_reader *r, const struct config_node *name,
                           const struct config_target *target)
{
	const char *text = config_node_follow(name)->text;
	uint64_t hash = hash_keyed(&r->secret, text, strlen(text));

	if (target->addr.family != AF_UNSPEC || target->profile->options.addresses != ADDRESSES_ALL ||
	    arena_index_at(&r->parents, hash, name))
		return 0;
	return arena_index_add(&r->parents, hash, name);
}

static void check_name(const void *item, void *data)
{
	const struct config_node *node = item, *parent;
	const char *text = config_node_follow(node)->text, *slash = strrchr(text, '/');
	char wanted[MAX_NAME + 3], canonical[ADDR_STRLEN], quoted[CONFIG_QUOTELEN], place[CONFIG_PLACELEN];
	struct config_node first = { .kind = CONFIG_SCALAR, .text = wanted };
	struct config_reader *r = data;
	struct addr a;

	if (!slash || addr_parse(&a, slash + 1) < 0 || strcmp(addr_format(&a, canonical), slash + 1))
		return;
	snprintf(wanted, sizeof(wanted), "%.*s", (int)(slash - text), text);
	parent = arena_index_at(&r->parents, hash_keyed(&r->secret, wanted, strlen(wanted)), &first);
	if (parent)
		config_report(r->errors, config_node_at(r, node),
		              "target name %s is that of an address of the target at %s (\"addresses: all\")",
		              config_quote(text, quoted), config_node_place(r, parent, node, place));
}

void config_names_check(struct config_reader *r)
{
	if (r->parents.index.n)
		arena_index_each(&r->names, check_name, r);
}

static int add(struct config_reader *r, const struct config_item *item, const struct config_node *name,
               const struct config_target *target)
{
	if (!config_count(r, 1, item->node))
		return 0;
	if (config_claim_name(r, &r->names, "target", name) < 0 || remember_parent(r, name, target) < 0 ||
	    config_depends_remember(r, name, target->profile->depends) < 0)
		return -ENOMEM;
	if (item->depends)
		config_depends_not_self(r, item->depends, config_node_follow(name)->text);
	return config_keep(r, target);
}

/* NAME/4 and NAME/6, the same name at both IP versions. */
static int add_both(struct config_reader *r, const struct config_item *item, struct config_target target)
{
	const struct config_node *written = item->name ? item->name : item->host;
	const struct profile *profile = target.profile;
	char text[MAX_NAME + 3];
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
		err = config_profile_of(r, profile, version == 4 ? FAMILY_IPV4 : FAMILY_IPV6, &target.profile);
		if (!err)
			err = add(r, item, name, &target);
	}
	return err;
}

int config_target(struct config_reader *r, const struct config_item *item)
{
	struct config_target target = { .profile = item->profile, .line = item->node->line };
	const struct options *o = &item->profile->options;
	bool is_both = o->family == FAMILY_BOTH;
	struct host h = { .zone = "" };

	target.host = read_host(r, item, &h);
	target.addr = h.addr;
	target.name = item->name ? config_node_text(r, "name", item->name, MAX_NAME) : target.host;
	if (!target.name)
		return 0;
	/* All addresses are those of both versions already. */
	if (is_both && target.host && target.addr.family == AF_UNSPEC && o->addresses == ADDRESSES_FIRST)
		return add_both(r, item, target);
	if (is_both && config_profile_of(r, item->profile, FAMILY_ANY, &target.profile) < 0)
		return -ENOMEM;
	if (h.zone[0] && config_profile_on(r, target.profile, h.zone, &target.profile) < 0)
		return -ENOMEM;
	return add(r, item, item->name ? item->name : item->host, &target);
}
