/* dns_children.c - an index by parent of entries that hold the children's numbers in place. */
#include "dns/dns_children.h"

#include "base/index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct entry { /* of one parent; gone with its last child */
	uint32_t parent, n;
	uint32_t children[DNS_CHILDREN_MAX];
};

struct dns_children {
	struct index index; /* of entries by parent */
	struct entry **entries;
	uint32_t room; /* for entries; those in use come first */
	size_t n_children;
};

static bool same_parent(const void *data, uint32_t number, const void *wanted)
{
	const struct dns_children *c = data;
	const uint32_t *parent = wanted;

	return c->entries[number]->parent == *parent;
}

/* Without a secret: no outsider can choose the numbers of parents. */
struct dns_children *dns_children_new(void)
{
	struct dns_children *c = calloc(1, sizeof(*c));

	if (c)
		index_init(&c->index, (struct hash_secret){ 0 }, same_parent);
	return c;
}

void dns_children_free(struct dns_children *c)
{
	if (!c)
		return;
	for (uint32_t i = 0; i < c->index.n; i++)
		free(c->entries[i]);
	free(c->entries);
	index_fini(&c->index);
	free(c);
}

static uint32_t find(const struct dns_children *c, uint32_t parent)
{
	return index_at(&c->index, index_hash_number(&c->index, parent), c, &parent);
}

static int make_room(struct dns_children *c)
{
	uint32_t room = c->room ? 2 * c->room : 16;
	struct entry **entries;

	if (c->index.n < c->room)
		return 0;
	entries = reallocarray(c->entries, room, sizeof(*entries));
	if (!entries)
		return -ENOMEM;
	c->entries = entries;
	if (index_reserve(&c->index, room))
		return -ENOMEM;
	c->room = room;
	return 0;
}

static struct entry *new_entry(struct dns_children *c, uint32_t parent)
{
	struct entry *e = make_room(c) ? NULL : malloc(sizeof(*e));

	if (!e)
		return NULL;
	e->parent = parent;
	e->n = 0;
	c->entries[c->index.n] = e;
	index_add(&c->index, index_hash_number(&c->index, parent), c->index.n);
	return e;
}

/* The last one takes its number. */
static void drop_entry(struct dns_children *c, uint32_t number)
{
	uint32_t last = c->index.n - 1;
	struct entry *e = c->entries[number], *moved = c->entries[last];

	index_remove(&c->index, index_hash_number(&c->index, e->parent), number);
	if (number != last) {
		index_remove(&c->index, index_hash_number(&c->index, moved->parent), last);
		index_add(&c->index, index_hash_number(&c->index, moved->parent), number);
		c->entries[number] = moved;
	}
	free(e);
}

int dns_children_add(struct dns_children *c, uint32_t parent, uint32_t child)
{
	uint32_t number = find(c, parent);
	struct entry *e = number == INDEX_NONE ? new_entry(c, parent) : c->entries[number];

	if (!e)
		return -ENOMEM;
	e->children[e->n++] = child;
	c->n_children++;
	return 0;
}

void dns_children_remove(struct dns_children *c, uint32_t parent, uint32_t child)
{
	uint32_t number = find(c, parent), i = 0;
	struct entry *e = number == INDEX_NONE ? NULL : c->entries[number];

	if (!e)
		return;
	while (i < e->n && e->children[i] != child)
		i++;
	if (i == e->n)
		return;
	e->n--;
	memmove(&e->children[i], &e->children[i + 1], (e->n - i) * sizeof(e->children[0]));
	c->n_children--;
	if (!e->n)
		drop_entry(c, number);
}

struct dns_children_list dns_children_of(const struct dns_children *c, uint32_t parent)
{
	uint32_t number = find(c, parent);

	return number == INDEX_NONE ? (struct dns_children_list){ NULL, 0 }
	                            : (struct dns_children_list){ c->entries[number]->children, c->entries[number]->n };
}

size_t dns_children_count(const struct dns_children *c)
{
	return c->n_children;
}
