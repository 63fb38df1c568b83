/* config_arena.h - memory that is freed at once, and an index of things that lie in it.
 * For the config modules only. */
#ifndef MINIPING_CONFIG_ARENA_H
#define MINIPING_CONFIG_ARENA_H
#include "index.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct config_arena;

struct config_arena *config_arena_new(void);

/* config_arena_free - and everything taken from it. NULL allowed. */
void config_arena_free(struct config_arena *a);

/* config_arena_take - len bytes, aligned for pointers and int64_t, not cleared. NULL: no memory. */
void *config_arena_take(struct config_arena *a, size_t len);

/* config_arena_text - a copy of text[0 .. len) with a NUL behind it. NULL: no memory. */
char *config_arena_text(struct config_arena *a, const char *text, size_t len);

/* True where item, of the index, is what is wanted; the two may be of different types. */
typedef bool config_index_same(const void *item, const void *wanted);

struct config_index {
	struct index       index;         /* of the numbers of items, in the order in which they were added */
	const void       **items;
	uint32_t           room;
	config_index_same *same;
};

/* config_index_init - the hashes of its calls are those of hash_keyed with some secret. */
void config_index_init(struct config_index *index, config_index_same *same);
void config_index_fini(struct config_index *index);

/* config_index_at - the item that is what is wanted; NULL if there is none. O(1). */
const void *config_index_at(const struct config_index *index, uint64_t hash, const void *wanted);

/* config_index_add - item, which must outlive the index and not be in it. 0 or -ENOMEM. */
int config_index_add(struct config_index *index, uint64_t hash, const void *item);

/* config_index_each - on(item, data) for every item, in the order in which they were added. */
void config_index_each(const struct config_index *index, void (*on)(const void *item, void *data), void *data);
#endif
