/* config_names.c - an index of names for targets, for groups and for parents. */
#include "config/config_names.h"

#include "config/config_node.h"
#include "config/config_reader.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct config_names { /* of struct config_node */
	struct arena_index targets;
	struct arena_index groups;
	struct arena_index parents; /* targets that are names with addresses: all */
};

static bool same_name(const void *item, const void *wanted)
{
	const struct config_node *x = item, *y = wanted;

	return !strcmp(config_node_follow(x)->text, config_node_follow(y)->text);
}

int config_names_init(struct config_reader *r)
{
	r->names = arena_take(r->scratch, sizeof(*r->names));
	if (!r->names)
		return -ENOMEM;
	arena_index_init(&r->names->targets, same_name);
	arena_index_init(&r->names->groups, same_name);
	arena_index_init(&r->names->parents, same_name);
	return 0;
}

void config_names_fini(struct config_reader *r)
{
	if (!r->names)
		return;
	arena_index_fini(&r->names->targets);
	arena_index_fini(&r->names->groups);
	arena_index_fini(&r->names->parents);
}

static uint64_t hash_of(const struct config_reader *r, const char *text)
{
	return hash_keyed(&r->secret, text, strlen(text));
}

static const struct config_node *find(const struct config_reader *r, const struct arena_index *index, const char *text)
{
	const struct config_node wanted = { .kind = CONFIG_SCALAR, .text = text };

	return arena_index_at(index, hash_of(r, text), &wanted);
}

static int claim(struct config_reader *r, struct arena_index *index, const char *what, const struct config_node *name)
{
	const char *text = config_node_follow(name)->text;
	uint64_t hash = hash_of(r, text);
	const struct config_node *first = arena_index_at(index, hash, name);
	char quoted[CONFIG_QUOTELEN], position[CONFIG_POSITION_LEN];

	if (!first)
		return arena_index_add(index, hash, name);
	if (config_error_would_drop(r->errors, config_node_at(r, name)))
		config_complain(r, name, "duplicate name");
	else
		config_complain(r, name, "duplicate %s name %s (first at %s)", what, config_error_quote(text, quoted),
		                config_node_position(r, first, name, position));
	return 0;
}

int config_names_claim(struct config_reader *r, const struct config_node *name)
{
	return claim(r, &r->names->targets, "target", name);
}

int config_names_claim_group(struct config_reader *r, const struct config_node *name)
{
	return claim(r, &r->names->groups, "group", name);
}

int config_names_add_parent(struct config_reader *r, const struct config_node *name)
{
	const char *text = config_node_follow(name)->text;

	if (find(r, &r->names->parents, text))
		return 0; /* a duplicate, and reported */
	return arena_index_add(&r->names->parents, hash_of(r, text), name);
}

const struct config_node *config_names_at(const struct config_reader *r, const char *text)
{
	return find(r, &r->names->targets, text);
}

bool config_names_is_parent(const struct config_reader *r, const char *text)
{
	return find(r, &r->names->parents, text);
}

void config_names_each(const struct config_reader *r, void (*on)(const void *name, void *data), void *data)
{
	arena_index_each(&r->names->targets, on, data);
}

size_t config_names_n(const struct config_reader *r)
{
	return r->names->targets.index.n;
}

static void check_name(const void *item, void *data)
{
	const struct config_node *node = item, *parent;
	const char *text = config_node_follow(node)->text, *slash = strrchr(text, '/');
	char wanted[CONFIG_MAX_NAME_MADE + 1], canonical[ADDR_STRLEN], quoted[CONFIG_QUOTELEN];
	char position[CONFIG_POSITION_LEN];
	struct config_reader *r = data;
	struct addr a;

	if (!slash || addr_parse(&a, slash + 1) < 0 || strcmp(addr_format(&a, canonical), slash + 1))
		return;
	snprintf(wanted, sizeof(wanted), "%.*s", (int)(slash - text), text);
	parent = find(r, &r->names->parents, wanted);
	if (parent)
		config_complain(r, node,
		                "target name %s is that of an address of the target at %s (\"addresses: all\")",
		                config_error_quote(text, quoted), config_node_position(r, parent, node, position));
}

void config_names_check(struct config_reader *r)
{
	if (r->names->parents.index.n)
		arena_index_each(&r->names->targets, check_name, r);
}
