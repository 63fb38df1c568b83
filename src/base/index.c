/* index.c - open addressing with linear probing; the hash stands beside the number, so that most of what differs is
 * never looked at. */
#include "base/index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS_MIN 16u
#define ITEMS_MAX (UINT32_C(1) << 30)

struct index_slot {
	uint32_t hash, number; /* number INDEX_NONE: empty */
};

void index_init(struct index *x, struct hash_secret secret, index_same *same)
{
	*x = (struct index){ .same = same, .secret = secret };
}

void index_fini(struct index *x)
{
	free(x->slots);
	x->slots = NULL;
	x->n = x->n_slots = 0;
}

uint32_t index_hash_text(const struct index *x, const char *text)
{
	return (uint32_t)hash_keyed(&x->secret, text, strlen(text));
}

uint32_t index_hash_number(const struct index *x, uint64_t number)
{
	return (uint32_t)hash_mix64(hash_mix64(number ^ x->secret.k0) + x->secret.k1);
}

uint32_t index_at(const struct index *x, uint32_t hash, const void *data, const void *wanted)
{
	uint32_t mask = x->n_slots - 1;

	if (!x->n_slots)
		return INDEX_NONE;
	for (uint32_t i = hash & mask; x->slots[i].number != INDEX_NONE; i = (i + 1) & mask)
		if (x->slots[i].hash == hash && x->same(data, x->slots[i].number, wanted))
			return x->slots[i].number;
	return INDEX_NONE;
}

static void put(struct index_slot *slots, uint32_t mask, struct index_slot slot)
{
	uint32_t i = slot.hash & mask;

	while (slots[i].number != INDEX_NONE)
		i = (i + 1) & mask;
	slots[i] = slot;
}

static bool has_room(uint32_t n_slots, uint32_t n)
{
	return n <= n_slots / 4 * 3;
}

int index_reserve(struct index *x, uint32_t n)
{
	uint32_t n_slots = x->n_slots ? x->n_slots : SLOTS_MIN;
	struct index_slot *slots;

	if (has_room(x->n_slots, n))
		return 0;
	if (n > ITEMS_MAX)
		return -ENOMEM;
	while (!has_room(n_slots, n))
		n_slots *= 2;
	slots = malloc(n_slots * sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	memset(slots, 0xff, n_slots * sizeof(*slots));
	for (uint32_t i = 0; i < x->n_slots; i++)
		if (x->slots[i].number != INDEX_NONE)
			put(slots, n_slots - 1, x->slots[i]);
	free(x->slots);
	x->slots = slots;
	x->n_slots = n_slots;
	return 0;
}

int index_add(struct index *x, uint32_t hash, uint32_t number)
{
	if (index_reserve(x, x->n + 1))
		return -ENOMEM;
	put(x->slots, x->n_slots - 1, (struct index_slot){ hash, number });
	x->n++;
	return 0;
}

/* Each of those behind it that may stand in the gap moves there, and leaves the next one (Knuth, vol. 3, 6.4 R). */
static void close_gap(struct index *x, uint32_t gap)
{
	uint32_t mask = x->n_slots - 1;

	for (uint32_t i = (gap + 1) & mask; x->slots[i].number != INDEX_NONE; i = (i + 1) & mask) {
		if (((i - x->slots[i].hash) & mask) < ((i - gap) & mask))
			continue;
		x->slots[gap] = x->slots[i];
		gap = i;
	}
	x->slots[gap].number = INDEX_NONE;
}

void index_remove(struct index *x, uint32_t hash, uint32_t number)
{
	uint32_t mask = x->n_slots - 1, i = hash & mask;

	while (x->slots[i].number != number)
		i = (i + 1) & mask;
	close_gap(x, i);
	x->n--;
}
