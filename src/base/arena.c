/* arena.c - chunks that double in size, each filled from its beginning; what is longer than a quarter of one has a
 * chunk of its own. */
#include "base/arena.h"

#include <errno.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_MIN 4096u
#define CHUNK_MAX ((size_t)1024 * 1024)
#define ALIGN     alignof(int64_t)

struct chunk {
	struct chunk *next;
	alignas(int64_t) char bytes[];
};

struct arena {
	struct chunk *chunks;
	char *at;
	size_t left, chunk_len;
};

struct arena *arena_new(void)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (a)
		a->chunk_len = CHUNK_MIN;
	return a;
}

void arena_free(struct arena *a)
{
	struct chunk *next;

	if (!a)
		return;
	for (struct chunk *c = a->chunks; c; c = next) {
		next = c->next;
		free(c);
	}
	free(a);
}

static struct chunk *chunk_add(struct arena *a, size_t len)
{
	struct chunk *c = malloc(sizeof(*c) + len);

	if (c) {
		c->next = a->chunks;
		a->chunks = c;
	}
	return c;
}

static char *bump(struct arena *a, size_t len)
{
	struct chunk *c;
	char *place;

	if (len > a->left) {
		/* What is large gets a chunk of its own; the rest of the current one stays in use. */
		c = chunk_add(a, len > a->chunk_len / 4 ? len : a->chunk_len);
		if (!c || len > a->chunk_len / 4)
			return c ? c->bytes : NULL;
		a->at = c->bytes;
		a->left = a->chunk_len;
		if (a->chunk_len < CHUNK_MAX)
			a->chunk_len *= 2;
	}
	place = a->at;
	a->at += len;
	a->left -= len;
	return place;
}

void *arena_take(struct arena *a, size_t len)
{
	size_t skew = (uintptr_t)a->at % ALIGN;
	size_t gap = skew ? ALIGN - skew : 0;

	if (gap >= a->left) {
		a->left = 0;
	} else if (gap) {
		a->at += gap;
		a->left -= gap;
	}
	return bump(a, len);
}

char *arena_text(struct arena *a, const char *text, size_t len)
{
	char *copy = bump(a, len + 1);

	if (copy) {
		memcpy(copy, text, len);
		copy[len] = '\0';
	}
	return copy;
}

static bool same_item(const void *data, uint32_t number, const void *wanted)
{
	const struct arena_index *index = data;

	return index->same(index->items[number], wanted);
}

void arena_index_init(struct arena_index *index, arena_index_same *same)
{
	*index = (struct arena_index){ .same = same };
	index_init(&index->index, (struct hash_secret){ 0 }, same_item);
}

void arena_index_fini(struct arena_index *index)
{
	index_fini(&index->index);
	free(index->items);
	*index = (struct arena_index){ 0 };
}

const void *arena_index_at(const struct arena_index *index, uint64_t hash, const void *wanted)
{
	uint32_t number = index_at(&index->index, (uint32_t)hash, index, wanted);

	return number == INDEX_NONE ? NULL : index->items[number];
}

static int grow(struct arena_index *index)
{
	uint32_t room = index->room ? 2 * index->room : 16;
	const void **items = reallocarray(index->items, room, sizeof(*items));

	if (!items)
		return -ENOMEM;
	index->items = items;
	index->room = room;
	return 0;
}

int arena_index_add(struct arena_index *index, uint64_t hash, const void *item)
{
	uint32_t number = index->index.n;

	if ((number == index->room && grow(index)) || index_add(&index->index, (uint32_t)hash, number))
		return -ENOMEM;
	index->items[number] = item;
	return 0;
}

void arena_index_each(const struct arena_index *index, void (*on)(const void *item, void *data), void *data)
{
	for (uint32_t i = 0; i < index->index.n; i++)
		on(index->items[i], data);
}
