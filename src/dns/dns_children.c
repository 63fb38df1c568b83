#include "dns/dns_children.h"

#include "base/index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct siblings {                            /* of one parent; gone with its last child */
	uint32_t parent, n;
	uint32_t children[DNS_CHILDREN_MAX];
};

struct dns_children {
	struct index   index;             /* of siblings by parent */
	struct siblings **siblings;
	uint32_t       room;              /* for siblings; those in use come first */
	size_t         n_children;
};

static bool same_parent(const void *data, uint32_t number, const void *wanted)
{
	const struct dns_children *k = data;
	const uint32_t *parent = wanted;

	return k->siblings[number]->parent == *parent;
}

/* Parents are numbered by ourselves: nobody can choose them. */
struct dns_children *dns_children_new(void)
{
	struct dns_children *k = calloc(1, sizeof(*k));

	if (k)
		index_init(&k->index, (struct hash_secret){ 0 }, same_parent);
	return k;
}

void dns_children_free(struct dns_children *k)
{
	if (!k)
		return;
	for (uint32_t i = 0; i < k->index.n; i++)
		free(k->siblings[i]);
	free(k->siblings);
	index_fini(&k->index);
	free(k);
}

static uint32_t find(const struct dns_children *k, uint32_t parent)
{
	return index_at(&k->index, index_hash_number(&k->index, parent), k, &parent);
}

static int make_room(struct dns_children *k)
{
	uint32_t room = k->room ? 2 * k->room : 16;
	struct siblings **siblings;

	if (k->index.n < k->room)
		return 0;
	siblings = reallocarray(k->siblings, room, sizeof(*siblings));
	if (!siblings)
		return -ENOMEM;
	k->siblings = siblings;
	if (index_reserve(&k->index, room))
		return -ENOMEM;
	k->room = room;
	return 0;
}

static struct siblings *new_brood(struct dns_children *k, uint32_t parent)
{
	struct siblings *b = make_room(k) ? NULL : malloc(sizeof(*b));

	if (!b)
		return NULL;
	b->parent = parent;
	b->n = 0;
	k->siblings[k->index.n] = b;
	index_add(&k->index, index_hash_number(&k->index, parent), k->index.n);
	return b;
}

/* The last one takes its number. */
static void drop_brood(struct dns_children *k, uint32_t number)
{
	uint32_t last = k->index.n - 1;
	struct siblings *b = k->siblings[number], *moved = k->siblings[last];

	index_remove(&k->index, index_hash_number(&k->index, b->parent), number);
	if (number != last) {
		index_remove(&k->index, index_hash_number(&k->index, moved->parent), last);
		index_add(&k->index, index_hash_number(&k->index, moved->parent), number);
		k->siblings[number] = moved;
	}
	free(b);
}

int dns_children_add(struct dns_children *k, uint32_t parent, uint32_t child)
{
	uint32_t number = find(k, parent);
	struct siblings *b = number == INDEX_NONE ? new_brood(k, parent) : k->siblings[number];

	if (!b)
		return -ENOMEM;
	b->children[b->n++] = child;
	k->n_children++;
	return 0;
}

void dns_children_remove(struct dns_children *k, uint32_t parent, uint32_t child)
{
	uint32_t number = find(k, parent), i = 0;
	struct siblings *b = number == INDEX_NONE ? NULL : k->siblings[number];

	if (!b)
		return;
	while (i < b->n && b->children[i] != child)
		i++;
	if (i == b->n)
		return;
	b->n--;
	memmove(&b->children[i], &b->children[i + 1], (b->n - i) * sizeof(b->children[0]));
	k->n_children--;
	if (!b->n)
		drop_brood(k, number);
}

struct dns_children_list dns_children_of(const struct dns_children *k, uint32_t parent)
{
	uint32_t number = find(k, parent);

	return number == INDEX_NONE ? (struct dns_children_list){ NULL, 0 }
	                            : (struct dns_children_list){ k->siblings[number]->children, k->siblings[number]->n };
}

size_t dns_children_count(const struct dns_children *k)
{
	return k->n_children;
}
