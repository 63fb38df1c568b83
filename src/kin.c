#include "kin.h"

#include "index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct brood {                            /* of one parent; gone with its last child */
	uint32_t parent, n;
	uint32_t children[KIN_MAX];
};

struct kin {
	struct index   index;             /* of broods by parent */
	struct brood **broods;
	uint32_t       room;              /* for broods; those in use come first */
	size_t         n_children;
};

static bool same_parent(const void *data, uint32_t number, const void *wanted)
{
	const struct kin *k = data;
	const uint32_t *parent = wanted;

	return k->broods[number]->parent == *parent;
}

/* Parents are numbered by ourselves: nobody can choose them. */
struct kin *kin_new(void)
{
	struct kin *k = calloc(1, sizeof(*k));

	if (k)
		index_init(&k->index, (struct hash_secret){ 0 }, same_parent);
	return k;
}

void kin_free(struct kin *k)
{
	if (!k)
		return;
	for (uint32_t i = 0; i < k->index.n; i++)
		free(k->broods[i]);
	free(k->broods);
	index_fini(&k->index);
	free(k);
}

static uint32_t find(const struct kin *k, uint32_t parent)
{
	return index_at(&k->index, index_hash_number(&k->index, parent), k, &parent);
}

static int make_room(struct kin *k)
{
	uint32_t room = k->room ? 2 * k->room : 16;
	struct brood **broods;

	if (k->index.n < k->room)
		return 0;
	broods = reallocarray(k->broods, room, sizeof(*broods));
	if (!broods)
		return -ENOMEM;
	k->broods = broods;
	if (index_reserve(&k->index, room))
		return -ENOMEM;
	k->room = room;
	return 0;
}

static struct brood *new_brood(struct kin *k, uint32_t parent)
{
	struct brood *b = make_room(k) ? NULL : malloc(sizeof(*b));

	if (!b)
		return NULL;
	b->parent = parent;
	b->n = 0;
	k->broods[k->index.n] = b;
	index_add(&k->index, index_hash_number(&k->index, parent), k->index.n);
	return b;
}

/* The last one takes its number. */
static void drop_brood(struct kin *k, uint32_t number)
{
	uint32_t last = k->index.n - 1;
	struct brood *b = k->broods[number], *moved = k->broods[last];

	index_remove(&k->index, index_hash_number(&k->index, b->parent), number);
	if (number != last) {
		index_remove(&k->index, index_hash_number(&k->index, moved->parent), last);
		index_add(&k->index, index_hash_number(&k->index, moved->parent), number);
		k->broods[number] = moved;
	}
	free(b);
}

int kin_add(struct kin *k, uint32_t parent, uint32_t child)
{
	uint32_t number = find(k, parent);
	struct brood *b = number == INDEX_NONE ? new_brood(k, parent) : k->broods[number];

	if (!b)
		return -ENOMEM;
	b->children[b->n++] = child;
	k->n_children++;
	return 0;
}

void kin_remove(struct kin *k, uint32_t parent, uint32_t child)
{
	uint32_t number = find(k, parent), i = 0;
	struct brood *b = number == INDEX_NONE ? NULL : k->broods[number];

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

struct kin_list kin_of(const struct kin *k, uint32_t parent)
{
	uint32_t number = find(k, parent);

	return number == INDEX_NONE ? (struct kin_list){ NULL, 0 }
	                            : (struct kin_list){ k->broods[number]->children, k->broods[number]->n };
}

size_t kin_count(const struct kin *k)
{
	return k->n_children;
}
