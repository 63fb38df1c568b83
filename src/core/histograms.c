/* histograms.c - slots of counters in blocks that never move, found by a group's name or a target's number. Slots are
 * only ever added, so that a copy may be taken while they are counted in. */
#include "core/histograms.h"

#include "base/index.h"
#include "base/secret.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK     32u   /* slots */
#define PAGE      1024u /* numbers of targets */
#define PAGE_COST 8u    /* what copying one takes, in slots */
#define NO_SLOT   UINT32_MAX
#define LATEST    11u /* bits: groups that are found by where their names stand */

enum { SLOT_SUM, SLOT_BORN, SLOT_COUNTS }; /* a slot's words: of a group, born is 0 */

struct group {
	char *name; /* NULL: no group */
	uint32_t slot;
};

struct histograms {
	int64_t bounds[HISTOGRAMS_BOUNDS_MAX];
	size_t n_bounds, slot_words;
	bool each_target;
	uint64_t **blocks;
	uint32_t n_slots, n_blocks, blocks_room;
	struct group *groups;
	uint32_t n_groups, groups_room, no_group; /* no_group: which one that is */
	struct index by_name;
	uint32_t latest[1u << LATEST]; /* by a name's address; only hints, for that may be another name's by now */
	uint32_t **pages;              /* slots by number; NULL: none of its numbers has one */
	uint32_t n_pages;
};

static bool is_called(const void *data, uint32_t i, const void *wanted)
{
	const struct histograms *h = data;

	return h->groups[i].name && !strcmp(h->groups[i].name, wanted);
}

static struct histograms *new_one(const int64_t *bounds_ns, size_t n_bounds, struct hash_secret secret)
{
	struct histograms *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	memcpy(h->bounds, bounds_ns, n_bounds * sizeof(*bounds_ns));
	h->n_bounds = n_bounds;
	h->slot_words = SLOT_COUNTS + n_bounds + 1;
	h->no_group = INDEX_NONE;
	index_init(&h->by_name, secret, is_called);
	return h;
}

struct histograms *histograms_new(const int64_t *bounds_ns, size_t n_bounds, bool each_target)
{
	struct histograms *h = new_one(bounds_ns, n_bounds, secret_new());

	if (h)
		h->each_target = each_target;
	return h;
}

void histograms_free(struct histograms *h)
{
	if (!h)
		return;
	for (uint32_t i = 0; i < h->n_blocks; i++)
		free(h->blocks[i]);
	for (uint32_t i = 0; i < h->n_groups; i++)
		free(h->groups[i].name);
	for (uint32_t i = 0; i < h->n_pages; i++)
		free(h->pages[i]);
	free(h->blocks);
	free(h->groups);
	free(h->pages);
	index_fini(&h->by_name);
	free(h);
}

/* --- room --- */

/* The array, which has room for one more from now on. NULL: out of memory, and it is as it was. */
static void *grow(void *array, uint32_t n, uint32_t *room, size_t size)
{
	uint32_t wanted = *room ? 2 * *room : 8;

	if (n < *room)
		return array;
	array = reallocarray(array, wanted, size);
	if (array)
		*room = wanted;
	return array;
}

static int add_block(struct histograms *h)
{
	uint64_t **blocks = grow(h->blocks, h->n_blocks, &h->blocks_room, sizeof(*blocks)), *block;

	if (!blocks)
		return -ENOMEM;
	h->blocks = blocks;
	block = calloc(BLOCK * h->slot_words, sizeof(*block));
	if (!block)
		return -ENOMEM;
	h->blocks[h->n_blocks++] = block;
	return 0;
}

static uint32_t add_slot(struct histograms *h)
{
	if (h->n_slots == h->n_blocks * BLOCK && add_block(h))
		return NO_SLOT;
	return h->n_slots++;
}

static uint64_t *slot_at(const struct histograms *h, uint32_t slot)
{
	return h->blocks[slot / BLOCK] + slot % BLOCK * h->slot_words;
}

/* h takes over name. 0 or -ENOMEM. */
static int add_group(struct histograms *h, char *name, uint32_t slot)
{
	struct group *groups = grow(h->groups, h->n_groups, &h->groups_room, sizeof(*groups));

	if (!groups)
		goto free_name;
	h->groups = groups;
	if (name && index_add(&h->by_name, index_hash_text(&h->by_name, name), h->n_groups))
		goto free_name;
	if (!name)
		h->no_group = h->n_groups;
	h->groups[h->n_groups++] = (struct group){ name, slot };
	return 0;
free_name:
	free(name);
	return -ENOMEM;
}

/* Room for so many pages, as yet without numbers. 0 or -ENOMEM. */
static int reach_pages(struct histograms *h, uint32_t n)
{
	uint32_t **pages;

	if (n <= h->n_pages)
		return 0;
	pages = reallocarray(h->pages, n, sizeof(*pages));
	if (!pages)
		return -ENOMEM;
	memset(pages + h->n_pages, 0, (n - h->n_pages) * sizeof(*pages));
	h->pages = pages;
	h->n_pages = n;
	return 0;
}

static uint32_t *page_of(struct histograms *h, uint32_t number)
{
	uint32_t i = number / PAGE;

	if (reach_pages(h, i + 1))
		return NULL;
	if (!h->pages[i]) {
		h->pages[i] = malloc(PAGE * sizeof(*h->pages[i]));
		if (h->pages[i])
			memset(h->pages[i], 0xff, PAGE * sizeof(*h->pages[i])); /* NO_SLOT */
	}
	return h->pages[i];
}

/* --- counting --- */

static uint32_t find_group(const struct histograms *h, const char *group)
{
	return group ? index_at(&h->by_name, index_hash_text(&h->by_name, group), h, group) : h->no_group;
}

/* INDEX_NONE: out of memory. */
static uint32_t new_group(struct histograms *h, const char *group)
{
	char *name = group ? strdup(group) : NULL;
	uint32_t slot;

	if (group && !name)
		return INDEX_NONE;
	slot = add_slot(h);
	if (slot == NO_SLOT)
		free(name);
	else if (!add_group(h, name, slot))
		return h->n_groups - 1;
	return INDEX_NONE;
}

static uint64_t *slot_of_group(struct histograms *h, const char *group)
{
	uint32_t *latest = &h->latest[hash_mix64((uintptr_t)group) >> (64 - LATEST)], i = *latest;

	if (!group || i >= h->n_groups || !is_called(h, i, group)) {
		i = find_group(h, group);
		if (i == INDEX_NONE)
			i = new_group(h, group);
		if (i == INDEX_NONE)
			return NULL;
		*latest = i;
	}
	return slot_at(h, h->groups[i].slot);
}

static uint64_t *slot_of_target(struct histograms *h, uint32_t number, int64_t born_ns)
{
	uint32_t *page = page_of(h, number), *slot;
	uint64_t *words;

	if (!page)
		return NULL;
	slot = &page[number % PAGE];
	if (*slot == NO_SLOT)
		*slot = add_slot(h);
	if (*slot == NO_SLOT)
		return NULL;
	words = slot_at(h, *slot);
	if (words[SLOT_BORN] != (uint64_t)born_ns) {
		memset(words, 0, h->slot_words * sizeof(*words));
		words[SLOT_BORN] = (uint64_t)born_ns;
	}
	return words;
}

/* The first bound that is not below rtt_ns. Without branches, which no processor could foresee. */
static size_t bucket_of(const struct histograms *h, int64_t rtt_ns)
{
	const int64_t *at = h->bounds;

	for (size_t n = h->n_bounds, half; n > 1; n -= half) {
		half = n / 2;
		at += half & -(size_t)(at[half - 1] < rtt_ns);
	}
	return (size_t)(at - h->bounds) + (*at < rtt_ns);
}

static void count(uint64_t *words, size_t bucket, int64_t rtt_ns)
{
	if (!words)
		return;
	words[SLOT_SUM] += (uint64_t)rtt_ns;
	words[SLOT_COUNTS + bucket]++;
}

void histograms_count(struct histograms *h, uint32_t number, const struct target *t, int64_t rtt_ns)
{
	const struct profile *p = t->profile;
	size_t bucket = bucket_of(h, rtt_ns);

	count(slot_of_group(h, p->group), bucket, rtt_ns);
	if (h->each_target || p->options.histogram)
		count(slot_of_target(h, number, t->born_ns), bucket, rtt_ns);
}

/* --- copies --- */

bool histograms_are(const struct histograms *h, const int64_t *bounds_ns, size_t n_bounds, bool each_target)
{
	return h->n_bounds == n_bounds && h->each_target == each_target &&
	       !memcmp(h->bounds, bounds_ns, n_bounds * sizeof(*bounds_ns));
}

struct histograms *histograms_copy_new(const struct histograms *h)
{
	struct histograms *copy = new_one(h->bounds, h->n_bounds, h->by_name.secret);

	if (!copy)
		return NULL;
	copy->each_target = h->each_target;
	if (!index_reserve(&copy->by_name, h->n_groups))
		return copy;
	histograms_free(copy);
	return NULL;
}

static int copy_page(struct histograms *copy, const struct histograms *h)
{
	uint32_t i = copy->n_pages;

	if (reach_pages(copy, i + 1))
		return -ENOMEM;
	if (!h->pages[i])
		return 0;
	copy->pages[i] = malloc(PAGE * sizeof(*copy->pages[i]));
	if (!copy->pages[i])
		return -ENOMEM;
	memcpy(copy->pages[i], h->pages[i], PAGE * sizeof(*copy->pages[i]));
	return 0;
}

static int copy_group(struct histograms *copy, const struct histograms *h)
{
	const struct group *g = &h->groups[copy->n_groups];
	char *name = g->name ? strdup(g->name) : NULL;

	return g->name && !name ? -ENOMEM : add_group(copy, name, g->slot);
}

static int copy_block(struct histograms *copy, const struct histograms *h)
{
	uint32_t i = copy->n_blocks;
	int err = add_block(copy);

	if (!err)
		memcpy(copy->blocks[i], h->blocks[i], BLOCK * h->slot_words * sizeof(**h->blocks));
	return err;
}

/* Slots come last: all that pages and groups name are there by then. */
int histograms_copy_some(struct histograms *copy, const struct histograms *h, size_t max)
{
	int err = histograms_are(copy, h->bounds, h->n_bounds, h->each_target) ? 0 : -ESTALE;

	for (size_t n = 0; !err;) {
		if (n >= max)
			return 1;
		if (copy->n_pages < h->n_pages) {
			err = copy_page(copy, h);
			n += PAGE_COST;
		} else if (copy->n_groups < h->n_groups) {
			err = copy_group(copy, h);
			n++;
		} else if (copy->n_blocks < h->n_blocks) {
			err = copy_block(copy, h);
			n += BLOCK;
		} else {
			break;
		}
	}
	return err;
}

/* --- reading --- */

const int64_t *histograms_bounds(const struct histograms *h, size_t *n)
{
	*n = h->n_bounds;
	return h->bounds;
}

static struct histogram read_slot(const struct histograms *h, uint32_t slot)
{
	const uint64_t *words = slot_at(h, slot);
	struct histogram x = { .sum_ns = words[SLOT_SUM], .counts = words + SLOT_COUNTS };

	for (size_t i = 0; i <= h->n_bounds; i++)
		x.n += x.counts[i];
	return x;
}

struct histogram histograms_group(const struct histograms *h, const char *group)
{
	uint32_t i = find_group(h, group);

	if (i == INDEX_NONE)
		return (struct histogram){ 0 };
	return read_slot(h, h->groups[i].slot);
}

size_t histograms_n_groups(const struct histograms *h)
{
	return h->n_groups;
}

struct histogram histograms_group_at(const struct histograms *h, size_t i, const char **group)
{
	*group = h->groups[i].name;
	return read_slot(h, h->groups[i].slot);
}

struct histogram histograms_target(const struct histograms *h, uint32_t number, int64_t born_ns)
{
	const uint32_t *page = number / PAGE < h->n_pages ? h->pages[number / PAGE] : NULL;
	uint32_t slot = page ? page[number % PAGE] : NO_SLOT;

	if (slot == NO_SLOT || slot_at(h, slot)[SLOT_BORN] != (uint64_t)born_ns)
		return (struct histogram){ 0 };
	return read_slot(h, slot);
}

size_t histograms_bytes(const struct histograms *h)
{
	size_t n = sizeof(*h) + h->n_blocks * (sizeof(*h->blocks) + BLOCK * h->slot_words * sizeof(**h->blocks));

	for (uint32_t i = 0; i < h->n_pages; i++)
		n += sizeof(*h->pages) + (h->pages[i] ? PAGE * sizeof(**h->pages) : 0);
	return n + h->n_groups * sizeof(*h->groups) + (size_t)h->by_name.n_slots * 8;
}
