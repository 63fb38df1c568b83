/* config_aka.c - former names, each of one target, and of none now. */
#include "config/config_aka.h"

#include "config/config_names.h"
#include "config/config_node.h"
#include "config/config_range.h"
#include "config/config_reader.h"

#include <errno.h>
#include <string.h>

#define KEY "aka"

struct config_akas { /* of struct config_node, by what they say */
	struct arena_index index;
};

static bool same_name(const void *item, const void *wanted)
{
	return !strcmp(config_node_follow(item)->text, config_node_follow(wanted)->text);
}

int config_aka_init(struct config_reader *r)
{
	r->akas = arena_take(r->scratch, sizeof(*r->akas));
	if (!r->akas)
		return -ENOMEM;
	arena_index_init(&r->akas->index, same_name);
	return 0;
}

void config_aka_fini(struct config_reader *r)
{
	if (r->akas)
		arena_index_fini(&r->akas->index);
}

static int read_name(struct config_reader *r, const struct config_node *node, struct aka *aka)
{
	const char *text = config_node_text(r, KEY, node, CONFIG_MAX_NAME_MADE);
	char quoted[CONFIG_QUOTELEN], position[CONFIG_POSITION_LEN];
	const struct config_node *first;
	uint64_t hash;

	if (!text)
		return 0;
	hash = hash_keyed(&r->secret, text, strlen(text));
	first = arena_index_at(&r->akas->index, hash, node);
	if (first) {
		config_complain(r, node, "%s was another target's name already (\"" KEY "\" at %s)",
		                config_error_quote(text, quoted), config_node_position(r, first, node, position));
		return 0;
	}
	aka->at[aka->n] = arena_text(r->config->arena, text, strlen(text));
	return aka->at[aka->n++] ? arena_index_add(&r->akas->index, hash, node) : -ENOMEM;
}

int config_aka_read(struct config_reader *r, const struct config_node *value, const struct aka **out)
{
	const struct config_node *n = config_node_follow(value), *node;
	struct aka *aka = arena_take(r->config->arena, sizeof(*aka));
	int err = 0;

	if (!aka)
		return -ENOMEM;
	aka->n = 0;
	if (n->kind == CONFIG_MAPPING)
		config_complain(r, value, "\"" KEY "\" must be a name or a list of names, not %s", config_node_kind(n));
	else if (n->kind == CONFIG_SCALAR)
		err = read_name(r, value, aka);
	for (node = n->kind == CONFIG_LIST ? n->first : NULL; node && !err; node = node->next) {
		if (aka->n == AKA_MAX) {
			config_complain(r, node, "more than %d names in \"" KEY "\"", AKA_MAX);
			break;
		}
		err = read_name(r, node, aka);
	}
	*out = aka->n ? aka : NULL;
	return err;
}

static void check(const void *item, void *data)
{
	const struct config_node *node = item, *now;
	const char *text = config_node_follow(node)->text;
	char quoted[CONFIG_QUOTELEN], position[CONFIG_POSITION_LEN];
	const struct depends *depends;
	struct config_reader *r = data;

	now = config_names_at(r, text);
	if (!now)
		now = config_range_at(r, text, &depends);
	if (now)
		config_complain(r, node, "%s is the name of a target now (at %s): \"" KEY "\" takes former names",
		                config_error_quote(text, quoted), config_node_position(r, now, node, position));
}

void config_aka_check(struct config_reader *r)
{
	arena_index_each(&r->akas->index, check, r);
}
