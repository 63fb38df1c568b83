/* arena.h - memory that is freed at once, and an index of things that lie in it.
 * For what is made and freed as one: a configuration, a setup of serve. */
#ifndef MINIPING_ARENA_H
#define MINIPING_ARENA_H
#include "base/index.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct arena *arena_new(void);

/* arena_free - and everything taken from it. NULL allowed. */
void arena_free(struct arena *a);

/* arena_take - len bytes, aligned for pointers and int64_t, not cleared. NULL: no memory. */
void *arena_take(struct arena *a, size_t len);

/* arena_text - a copy of text[0 .. len) with a NUL behind it. NULL: no memory. */
char *arena_text(struct arena *a, const char *text, size_t len);

/* True where item, of the index, is what is wanted; the two may be of different types. */
typedef bool arena_index_same(const void *item, const void *wanted);

struct arena_index {
	struct index index; /* of the numbers of items, in the order in which they were added */
	const void **items;
	uint32_t room;
	arena_index_same *same;
};

/* arena_index_init - the hashes of its calls are those of hash_keyed with some secret. */
void arena_index_init(struct arena_index *index, arena_index_same *same);
void arena_index_fini(struct arena_index *index);

/* arena_index_at - the item that is what is wanted; NULL if there is none. O(1). */
const void *arena_index_at(const struct arena_index *index, uint64_t hash, const void *wanted);

/* arena_index_add - item, which must outlive the index and not be in it. 0 or -ENOMEM. */
int arena_index_add(struct arena_index *index, uint64_t hash, const void *item);

/* arena_index_each - on(item, data) for every item, in the order in which they were added. */
void arena_index_each(const struct arena_index *index, void (*on)(const void *item, void *data), void *data);
#endif
