#include "config/config_reader.h"

#include <errno.h>
#include <string.h>

#define MAX_NAME 257                      /* a target's, and the "/4" of family: both */
#define KEY      "depends_on"

struct dependent {                        /* a target that depends on any */
	const struct config_node *name;
	const struct depends     *depends;
};

struct list {                             /* on the stack */
	size_t                   n;
	const struct dependency *at[DEPENDS_MAX];
};

static bool same_depended(const void *item, const void *wanted)
{
	const struct config_depended *d = item;

	return !strcmp(d->is->name, wanted);
}

static bool same_dependent(const void *item, const void *wanted)
{
	const struct dependent *d = item;

	return !strcmp(config_node_follow(d->name)->text, wanted);
}

static bool same_list(const void *item, const void *wanted)
{
	const struct depends *x = item;
	const struct list *y = wanted;

	return x->n == y->n && !memcmp(x->at, y->at, x->n * sizeof(x->at[0]));
}

void config_depends_init(struct config_reader *r)
{
	arena_index_init(&r->depends, same_list);
	arena_index_init(&r->dependents, same_dependent);
	arena_index_init(&r->depended, same_depended);
}

void config_depends_fini(struct config_reader *r)
{
	arena_index_fini(&r->depends);
	arena_index_fini(&r->dependents);
	arena_index_fini(&r->depended);
}

static uint64_t hash_name(const struct config_reader *r, const char *name)
{
	return hash_keyed(&r->secret, name, strlen(name));
}

struct config_depended *config_depended_at(const struct config_reader *r, const char *name)
{
	return (struct config_depended *)(uintptr_t)arena_index_at(&r->depended, hash_name(r, name), name);
}

/* NULL: out of memory. */
static struct config_depended *add_depended(struct config_reader *r, const struct config_node *node)
{
	const char *text = config_node_follow(node)->text;
	struct config_depended *d = arena_take(r->scratch, sizeof(*d));
	struct dependency *is = arena_take(r->config->arena, sizeof(*is));

	if (!d || !is)
		return NULL;
	*d = (struct config_depended){ .is = is, .node = node };
	*is = (struct dependency){ .number = UINT32_MAX, .next = r->config->dependencies };
	is->name = arena_text(r->config->arena, text, strlen(text));
	if (!is->name || arena_index_add(&r->depended, hash_name(r, text), d) < 0)
		return NULL;
	r->config->dependencies = is;
	r->config->n_dependencies++;
	if (r->last_depended)
		r->last_depended->next = d;
	else
		r->first_depended = d;
	r->last_depended = d;
	return d;
}

static int read_name(struct config_reader *r, const struct config_node *node, struct list *list)
{
	const char *text = config_node_text(r, KEY, node, MAX_NAME);
	const struct config_depended *d;
	char quoted[CONFIG_QUOTELEN];

	if (!text)
		return 0;
	d = config_depended_at(r, text);
	if (!d)
		d = add_depended(r, node);
	if (!d)
		return -ENOMEM;
	for (size_t i = 0; i < list->n; i++) {
		if (list->at[i] == d->is) {
			config_report(r->errors, config_node_at(r, node), "%s stands twice in \"" KEY "\"",
			              config_quote(text, quoted));
			return 0;
		}
	}
	list->at[list->n++] = d->is;
	return 0;
}

static int share(struct config_reader *r, const struct list *list, const struct depends **out)
{
	uint64_t hash = hash_keyed(&r->secret, list->at, list->n * sizeof(list->at[0]));
	struct depends *copy;

	*out = list->n ? arena_index_at(&r->depends, hash, list) : NULL;
	if (*out || !list->n)
		return 0;
	copy = arena_take(r->config->arena, sizeof(*copy) + list->n * sizeof(copy->at[0]));
	if (!copy)
		return -ENOMEM;
	copy->n = list->n;
	memcpy(copy->at, list->at, list->n * sizeof(copy->at[0]));
	*out = copy;
	return arena_index_add(&r->depends, hash, copy);
}

int config_depends_read(struct config_reader *r, struct config_level *level, const struct config_node *value)
{
	const struct config_node *n = config_node_follow(value), *node;
	struct list list = { 0 };
	int err = 0;

	level->depends = value;
	if (n->kind == CONFIG_MAPPING)
		config_report(r->errors, config_node_at(r, value),
		              "\"" KEY "\" must be a target's name or a list of names, not %s",
		              config_kind_name(n));
	else if (n->kind == CONFIG_SCALAR)
		err = read_name(r, value, &list);
	for (node = n->kind == CONFIG_LIST ? n->first : NULL; node && !err; node = node->next) {
		if (list.n == DEPENDS_MAX) {
			config_report(r->errors, config_node_at(r, node), "more than %d names in \"" KEY "\"",
			              DEPENDS_MAX);
			break;
		}
		err = read_name(r, node, &list);
	}
	return err ? err : share(r, &list, &level->profile.depends);
}

static void check_not_self(struct config_reader *r, const struct config_node *node, const char *name)
{
	const struct config_node *n = config_node_follow(node);
	char quoted[CONFIG_QUOTELEN];

	if (n->kind == CONFIG_SCALAR && !strcmp(n->text, name))
		config_report(r->errors, config_node_at(r, node),
		              "%s depends on itself: expected the names of other targets",
		              config_quote(name, quoted));
}

void config_depends_not_self(struct config_reader *r, const struct config_node *value, const char *name)
{
	const struct config_node *n = config_node_follow(value);

	if (n->kind != CONFIG_LIST)
		check_not_self(r, value, name);
	else
		for (const struct config_node *node = n->first; node; node = node->next)
			check_not_self(r, node, name);
}

const struct depends *config_depends_of(const struct config_reader *r, const char *name)
{
	const struct dependent *d = arena_index_at(&r->dependents, hash_name(r, name), name);

	return d ? d->depends : NULL;
}

int config_depends_remember(struct config_reader *r, const struct config_node *name,
                            const struct depends *depends)
{
	const char *text = config_node_follow(name)->text;
	struct dependent *d;
	uint64_t hash;

	if (!depends)
		return 0;
	hash = hash_name(r, text);
	if (arena_index_at(&r->dependents, hash, text))
		return 0;                     /* a duplicate, and reported */
	d = arena_take(r->scratch, sizeof(*d));
	if (!d)
		return -ENOMEM;
	*d = (struct dependent){ name, depends };
	return arena_index_add(&r->dependents, hash, d);
}

int config_depends_strip(struct config_reader *r, const char *name, const struct profile **profile)
{
	const struct depends *depends = (*profile)->depends;
	struct profile other;
	size_t i = 0;

	while (depends && i < depends->n && strcmp(depends->at[i]->name, name))
		i++;
	if (!depends || i == depends->n)
		return 0;
	other = **profile;
	other.depends = NULL;
	return config_profile_share(r, &other, profile);
}
