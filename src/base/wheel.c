/* wheel.c - buckets of one tick each, as lists linked by entry numbers, and a bit for each bucket that holds
 * something. */
#include "base/wheel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NONE      UINT32_MAX  /* next: end of a bucket's list */
#define IDLE      UINT32_MAX  /* prev: the entry is not waiting */
#define HEAD      0x80000000u /* prev: the first in the bucket named by the low bits */
#define MASK      (WHEEL_BUCKETS - 1)
#define WORD_BITS 64u

struct entry {
	int64_t due_ns;
	uint32_t next, prev;
};

struct wheel {
	unsigned tick_shift;
	int64_t tick; /* the first tick not yet wholly taken */
	uint32_t n_waiting, n_entries;
	struct entry *entries;
	uint64_t used[WHEEL_BUCKETS / WORD_BITS]; /* buckets that hold something; */
	uint32_t heads[WHEEL_BUCKETS];            /* of no meaning for the others */
};

static int64_t tick_of(const struct wheel *w, int64_t ns)
{
	return ns >> w->tick_shift;
}

struct wheel *wheel_new(int64_t now_ns, unsigned tick_shift)
{
	struct wheel *w = malloc(sizeof(*w));

	if (!w)
		return NULL;
	/* Not the heads: to touch their 256 KB takes longer than all else that one ping does. */
	memset(w, 0, offsetof(struct wheel, heads));
	w->tick_shift = tick_shift;
	w->tick = tick_of(w, now_ns);
	return w;
}

void wheel_free(struct wheel *w)
{
	if (!w)
		return;
	free(w->entries);
	free(w);
}

int wheel_reserve(struct wheel *w, uint32_t n)
{
	struct entry *entries;

	if (n <= w->n_entries)
		return 0;
	entries = reallocarray(w->entries, n, sizeof(*entries));
	if (!entries)
		return -ENOMEM;
	for (uint32_t i = w->n_entries; i < n; i++)
		entries[i] = (struct entry){ .next = NONE, .prev = IDLE };
	w->entries = entries;
	w->n_entries = n;
	return 0;
}

/* A due time before the wheel's own lands in the current bucket, or it would wait a whole turn. */
static uint32_t bucket_of(const struct wheel *w, int64_t due_ns)
{
	int64_t tick = tick_of(w, due_ns);

	return (uint32_t)(tick > w->tick ? tick : w->tick) & MASK;
}

static uint32_t head_of(const struct wheel *w, uint32_t b)
{
	return w->used[b / WORD_BITS] >> (b % WORD_BITS) & 1 ? w->heads[b] : NONE;
}

static void link_entry(struct wheel *w, uint32_t b, uint32_t entry)
{
	struct entry *e = &w->entries[entry];

	e->prev = HEAD | b;
	e->next = head_of(w, b);
	if (e->next != NONE)
		w->entries[e->next].prev = entry;
	w->heads[b] = entry;
	w->used[b / WORD_BITS] |= UINT64_C(1) << (b % WORD_BITS);
	w->n_waiting++;
}

static void unlink_entry(struct wheel *w, uint32_t entry)
{
	struct entry *e = &w->entries[entry];
	uint32_t b = e->prev & MASK;

	if (e->next != NONE)
		w->entries[e->next].prev = e->prev;
	if (!(e->prev & HEAD))
		w->entries[e->prev].next = e->next;
	else if ((w->heads[b] = e->next) == NONE)
		w->used[b / WORD_BITS] &= ~(UINT64_C(1) << (b % WORD_BITS));
	e->prev = IDLE;
	w->n_waiting--;
}

void wheel_add(struct wheel *w, uint32_t entry, int64_t due_ns)
{
	w->entries[entry].due_ns = due_ns;
	link_entry(w, bucket_of(w, due_ns), entry);
}

void wheel_remove(struct wheel *w, uint32_t entry)
{
	if (wheel_waiting(w, entry))
		unlink_entry(w, entry);
}

bool wheel_waiting(const struct wheel *w, uint32_t entry)
{
	return entry < w->n_entries && w->entries[entry].prev != IDLE;
}

int64_t wheel_due(const struct wheel *w, uint32_t entry)
{
	return w->entries[entry].due_ns;
}

/* The first used bucket in from .. from + WHEEL_BUCKETS - 1, as a distance; WHEEL_BUCKETS if none. */
static uint32_t next_used(const struct wheel *w, uint32_t from)
{
	uint32_t word = from / WORD_BITS;
	uint64_t bits = w->used[word] & (~UINT64_C(0) << (from % WORD_BITS));

	for (uint32_t i = 0; i <= WHEEL_BUCKETS / WORD_BITS; i++) {
		if (bits)
			return (word * WORD_BITS + (uint32_t)__builtin_ctzll(bits) - from) & MASK;
		word = (word + 1) % (WHEEL_BUCKETS / WORD_BITS);
		bits = w->used[word];
	}
	return WHEEL_BUCKETS;
}

static size_t take_bucket(struct wheel *w, uint32_t *entries, size_t max)
{
	uint32_t b = (uint32_t)w->tick & MASK;
	size_t n = 0;

	for (uint32_t e = head_of(w, b), next; e != NONE && n < max; e = next) {
		next = w->entries[e].next;
		if (tick_of(w, w->entries[e].due_ns) > w->tick)
			continue;
		unlink_entry(w, e);
		entries[n++] = e;
	}
	return n;
}

size_t wheel_take(struct wheel *w, int64_t now_ns, uint32_t *entries, size_t max)
{
	int64_t until = tick_of(w, now_ns);
	size_t n = 0;

	while (w->tick < until) {
		int64_t skip = next_used(w, (uint32_t)w->tick & MASK);

		if (skip >= until - w->tick) {
			/* Nothing up to now_ns; but never pass a whole turn unseen. */
			w->tick = until;
			break;
		}
		w->tick += skip;
		n += take_bucket(w, entries + n, max - n);
		if (n == max)
			return n; /* this bucket may hold more: the next call looks again */
		w->tick++;
	}
	return n;
}

int64_t wheel_next(const struct wheel *w)
{
	if (!w->n_waiting)
		return WHEEL_NEVER;
	return (w->tick + next_used(w, (uint32_t)w->tick & MASK) + 1) << w->tick_shift;
}
