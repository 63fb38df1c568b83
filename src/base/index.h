/* index.h - finds numbered things by what they are: a hash table that holds numbers, 8 bytes a slot, at most three
 * quarters of them in use. Its hashes are keyed, so that no choice of names makes it slow. Pure. */
#ifndef MINIPING_INDEX_H
#define MINIPING_INDEX_H
#include "base/hash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INDEX_NONE UINT32_MAX

/* True where the thing number, among those that data knows, is what is wanted. */
typedef bool index_same(const void *data, uint32_t number, const void *wanted);

struct index {
	struct index_slot *slots;
	uint32_t n, n_slots;
	index_same *same;
	struct hash_secret secret;
};

/* index_init - empty, without memory. */
void index_init(struct index *x, struct hash_secret secret, index_same *same);
void index_fini(struct index *x);

/* index_hash_text, index_hash_number - what the calls below take for a thing: each thing always by the
 * same one. */
uint32_t index_hash_text(const struct index *x, const char *text);
uint32_t index_hash_number(const struct index *x, uint64_t number);

/* index_at - the number of the thing that is what is wanted, or INDEX_NONE. O(1). */
uint32_t index_at(const struct index *x, uint32_t hash, const void *data, const void *wanted);

/* index_reserve - room for n things in all, so that adding them neither fails nor takes long. 0 or -ENOMEM, and
 * then it is as it was. */
int index_reserve(struct index *x, uint32_t n);

/* index_add - number, which must not be in it. 0 or -ENOMEM. O(1) on average: it doubles when it is full. */
int index_add(struct index *x, uint32_t hash, uint32_t number);

/* index_remove - number, which was added with that hash. O(1). */
void index_remove(struct index *x, uint32_t hash, uint32_t number);
#endif
