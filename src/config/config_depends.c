/* config_depends.c - reads lists of names, and remembers who named whom. */
#include "config/config_depends.h"

#include "config/config_names.h"
#include "config/config_node.h"
#include "config/config_profiles.h"
#include "config/config_reader.h"

#include <errno.h>
#include <string.h>

#define KEY "depends_on"

struct config_depends {
	struct arena_index lists;             /* struct depends, each once */
	struct arena_index dependents;        /* struct dependent */
	struct arena_index depended;          /* struct config_depended, by name */
	struct config_depended *first, *last; /* in the order in which they were named */
};

struct dependent { /* a target that depends on any */
	const struct config_node *name;
	const struct depends *depends;
};

struct list { /* on the stack */
	size_t n;
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

int config_depends_init(struct config_reader *r)
{
	struct config_depends *d = arena_take(r->scratch, sizeof(*d));

	if (!d)
		return -ENOMEM;
	*d = (struct config_depends){ .first = NULL };
	arena_index_init(&d->lists, same_list);
	arena_index_init(&d->dependents, same_dependent);
	arena_index_init(&d->depended, same_depended);
	r->depends = d;
	return 0;
}

void config_depends_fini(struct config_reader *r)
{
	if (!r->depends)
		return;
	arena_index_fini(&r->depends->lists);
	arena_index_fini(&r->depends->dependents);
	arena_index_fini(&r->depends->depended);
}

static uint64_t hash_name(const struct config_reader *r, const char *name)
{
	return hash_keyed(&r->secret, name, strlen(name));
}

struct config_depended *config_depends_named(const struct config_reader *r, const char *name)
{
	return (struct config_depended *)(uintptr_t)arena_index_at(&r->depends->depended, hash_name(r, name), name);
}

struct config_depended *config_depends_first(const struct config_reader *r)
{
	return r->depends->first;
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
	if (!is->name || arena_index_add(&r->depends->depended, hash_name(r, text), d) < 0)
		return NULL;
	r->config->dependencies = is;
	r->config->n_dependencies++;
	if (r->depends->last)
		r->depends->last->next = d;
	else
		r->depends->first = d;
	r->depends->last = d;
	return d;
}

static int read_name(struct config_reader *r, const struct config_node *node, struct list *list)
{
	const char *text = config_node_text(r, KEY, node, CONFIG_MAX_NAME_MADE);
	const struct config_depended *d;
	char quoted[CONFIG_QUOTELEN];

	if (!text)
		return 0;
	d = config_depends_named(r, text);
	if (!d)
		d = add_depended(r, node);
	if (!d)
		return -ENOMEM;
	for (size_t i = 0; i < list->n; i++) {
		if (list->at[i] == d->is) {
			config_complain(r, node, "%s stands twice in \"" KEY "\"", config_error_quote(text, quoted));
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

	*out = list->n ? arena_index_at(&r->depends->lists, hash, list) : NULL;
	if (*out || !list->n)
		return 0;
	copy = arena_take(r->config->arena, sizeof(*copy) + list->n * sizeof(copy->at[0]));
	if (!copy)
		return -ENOMEM;
	copy->n = list->n;
	memcpy(copy->at, list->at, list->n * sizeof(copy->at[0]));
	*out = copy;
	return arena_index_add(&r->depends->lists, hash, copy);
}

int config_depends_read(struct config_reader *r, const struct config_node *value, const struct depends **depends)
{
	const struct config_node *n = config_node_follow(value), *node;
	struct list list = { 0 };
	int err = 0;

	if (n->kind == CONFIG_MAPPING)
		config_complain(r, value, "\"" KEY "\" must be a target's name or a list of names, not %s",
		                config_node_kind(n));
	else if (n->kind == CONFIG_SCALAR)
		err = read_name(r, value, &list);
	for (node = n->kind == CONFIG_LIST ? n->first : NULL; node && !err; node = node->next) {
		if (list.n == DEPENDS_MAX) {
			config_complain(r, node, "more than %d names in \"" KEY "\"", DEPENDS_MAX);
			break;
		}
		err = read_name(r, node, &list);
	}
	return err ? err : share(r, &list, depends);
}

static void check_not_self(struct config_reader *r, const struct config_node *node, const char *name)
{
	const struct config_node *n = config_node_follow(node);
	char quoted[CONFIG_QUOTELEN];

	if (n->kind == CONFIG_SCALAR && !strcmp(n->text, name))
		config_complain(r, node, "%s depends on itself: expected the names of other targets",
		                config_error_quote(name, quoted));
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
	const struct dependent *d = arena_index_at(&r->depends->dependents, hash_name(r, name), name);

	return d ? d->depends : NULL;
}

int config_depends_remember(struct config_reader *r, const struct config_node *name, const struct depends *depends)
{
	const char *text = config_node_follow(name)->text;
	struct dependent *d;
	uint64_t hash;

	if (!depends)
		return 0;
	hash = hash_name(r, text);
	if (arena_index_at(&r->depends->dependents, hash, text))
		return 0; /* a duplicate, and reported */
	d = arena_take(r->scratch, sizeof(*d));
	if (!d)
		return -ENOMEM;
	*d = (struct dependent){ name, depends };
	return arena_index_add(&r->depends->dependents, hash, d);
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
	return config_profiles_share(r, &other, profile);
}
