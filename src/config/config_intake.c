/* config_intake.c - counts, filters and copies targets into the growing array. */
#include "config/config_intake.h"

#include "config/config_depends.h"
#include "config/config_node.h"
#include "config/config_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct config_intake {
	size_t n;    /* targets counted, also those that are not kept */
	size_t room; /* allocated in config->targets */
	bool is_full;
};

int config_intake_init(struct config_reader *r)
{
	r->intake = arena_take(r->scratch, sizeof(*r->intake));
	if (!r->intake)
		return -ENOMEM;
	*r->intake = (struct config_intake){ 0 };
	return 0;
}

bool config_intake_count(struct config_reader *r, uint64_t n, const struct config_node *node)
{
	uint32_t max = r->config->max_targets;
	struct config_intake *in = r->intake;

	if (in->is_full)
		return false;
	if (n <= max - in->n) {
		in->n += n;
		return true;
	}
	in->is_full = true;
	config_complain(r, node, "more than %u targets", max);
	return false;
}

bool config_intake_is_full(const struct config_reader *r)
{
	return r->intake->is_full;
}

size_t config_intake_n(const struct config_reader *r)
{
	return r->intake->n;
}

static int make_room(struct config *c, size_t *room)
{
	size_t more = *room ? 2 * *room : 64;
	struct config_target *targets;

	if (c->n_targets < *room)
		return 0;
	targets = reallocarray(c->targets, more, sizeof(*targets));
	if (!targets)
		return -ENOMEM;
	c->targets = targets;
	*room = more;
	return 0;
}

bool config_intake_is_ours(const struct config_reader *r, const char *name)
{
	const struct shard_set *shards = r->overrides->shards;

	return shards ? shard_set_has(shards, shard_number(name)) : shard_takes(&r->config->shard, name);
}

int config_intake_keep(struct config_reader *r, const struct config_target *target)
{
	struct config *c = r->config;
	struct config_target *kept;

	if (r->errors->n || !config_intake_is_ours(r, target->name))
		return 0;
	if (make_room(c, &r->intake->room) < 0)
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
