#include "kin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct brood {                            /* of one parent; gone with its last child */
	struct brood *next;               /* in its bucket */
	uint32_t      parent, n;
	uint32_t      children[KIN_MAX];
};

struct kin {
	struct brood **buckets;
	size_t         n_buckets;         /* a power of 2, or 0 */
	size_t         n_broods, n_children;
};

struct kin *kin_new(void)
{
	return calloc(1, sizeof(struct kin));
}

void kin_free(struct kin *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < k->n_buckets; i++) {
		while (k->buckets[i]) {
			struct brood *b = k->buckets[i];

			k->buckets[i] = b->next;
			free(b);
		}
	}
	free(k->buckets);
	free(k);
}

static size_t bucket_of(uint32_t parent, size_t n_buckets)
{
	return (parent * UINT32_C(0x9e3779b1) >> 7) & (n_buckets - 1);
}

/* Where the pointer to parent's brood is, or would be. There are buckets. */
static struct brood **find(const struct kin *k, uint32_t parent)
{
	struct brood **b = &k->buckets[bucket_of(parent, k->n_buckets)];

	while (*b && (*b)->parent != parent)
		b = &(*b)->next;
	return b;
}

static int make_room(struct kin *k)
{
	size_t n = k->n_buckets ? 2 * k->n_buckets : 16;
	struct brood **buckets;

	if (k->n_broods < k->n_buckets)
		return 0;
	buckets = calloc(n, sizeof(*buckets));
	if (!buckets)
		return -ENOMEM;
	for (size_t i = 0; i < k->n_buckets; i++) {
		while (k->buckets[i]) {
			struct brood *b = k->buckets[i], **head = &buckets[bucket_of(b->parent, n)];

			k->buckets[i] = b->next;
			b->next = *head;
			*head = b;
		}
	}
	free(k->buckets);
	k->buckets = buckets;
	k->n_buckets = n;
	return 0;
}

int kin_add(struct kin *k, uint32_t parent, uint32_t child)
{
	struct brood **at;

	if (make_room(k))
		return -ENOMEM;
	at = find(k, parent);
	if (!*at) {
		*at = malloc(sizeof(**at));
		if (!*at)
			return -ENOMEM;
		(*at)->next = NULL;
		(*at)->parent = parent;
		(*at)->n = 0;
		k->n_broods++;
	}
	(*at)->children[(*at)->n++] = child;
	k->n_children++;
	return 0;
}

void kin_remove(struct kin *k, uint32_t parent, uint32_t child)
{
	struct brood **at = k->n_buckets ? find(k, parent) : NULL, *b = at ? *at : NULL;
	uint32_t i = 0;

	if (!b)
		return;
	while (i < b->n && b->children[i] != child)
		i++;
	if (i == b->n)
		return;
	b->n--;
	memmove(&b->children[i], &b->children[i + 1], (b->n - i) * sizeof(b->children[0]));
	k->n_children--;
	if (b->n)
		return;
	*at = b->next;
	free(b);
	k->n_broods--;
}

struct kin_list kin_of(const struct kin *k, uint32_t parent)
{
	const struct brood *b = k->n_buckets ? *find(k, parent) : NULL;

	return b ? (struct kin_list){ b->children, b->n } : (struct kin_list){ NULL, 0 };
}

size_t kin_count(const struct kin *k)
{
	return k->n_children;
}
