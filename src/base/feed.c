/* feed.c - a ring of bytes with two positions, each written by one thread alone. They count all bytes since the start,
 * so that a full ring and an empty one differ. */
#include "base/feed.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define HEAD      8u
#define CACHELINE 64
#define SKIP      UINT32_MAX /* the length of what is no record: the next one stands at the ring's beginning */

struct head {
	uint32_t len, tag;
};

struct feed {
	size_t size;
	unsigned char *ring;
	alignas(CACHELINE) _Atomic(uint64_t) added;   /* the adder's, */
	_Atomic(uint64_t) lost;                       /* likewise, */
	uint64_t seen;                                /* and what it knows of dropped */
	alignas(CACHELINE) _Atomic(uint64_t) dropped; /* the taker's */
};

static size_t room_of(size_t len)
{
	return HEAD + (len + HEAD - 1) / HEAD * HEAD;
}

struct feed *feed_new(size_t size)
{
	struct feed *f = aligned_alloc(CACHELINE, sizeof(*f));

	if (!f)
		return NULL;
	memset(f, 0, sizeof(*f));
	f->size = size;
	f->ring = malloc(size);
	if (!f->ring) {
		free(f);
		return NULL;
	}
	return f;
}

void feed_free(struct feed *f)
{
	if (!f)
		return;
	free(f->ring);
	free(f);
}

static void put_head(struct feed *f, uint64_t at, uint32_t tag, uint32_t len)
{
	const struct head h = { .len = len, .tag = tag };

	memcpy(f->ring + at % f->size, &h, sizeof(h));
}

static struct head head_at(const struct feed *f, uint64_t at)
{
	struct head h;

	memcpy(&h, f->ring + at % f->size, sizeof(h));
	return h;
}

/* Are there len bytes free behind at? */
static bool has_room(struct feed *f, uint64_t at, size_t len)
{
	if (at + len - f->seen > f->size)
		f->seen = atomic_load_explicit(&f->dropped, memory_order_acquire);
	return at + len - f->seen <= f->size;
}

static bool lose(struct feed *f)
{
	atomic_fetch_add_explicit(&f->lost, 1, memory_order_relaxed);
	return false;
}

bool feed_add(struct feed *f, uint32_t tag, const void *bytes, size_t len)
{
	uint64_t at = atomic_load_explicit(&f->added, memory_order_relaxed);
	size_t to_end = f->size - at % f->size, skip;

	if (len > f->size - HEAD)
		return lose(f);
	skip = room_of(len) > to_end ? to_end : 0; /* a record is never in two pieces */
	if (!has_room(f, at, skip + room_of(len)))
		return lose(f);
	if (skip)
		put_head(f, at, 0, SKIP);
	at += skip;
	put_head(f, at, tag, (uint32_t)len);
	if (len) /* else bytes may be NULL, which memcpy must not be given */
		memcpy(f->ring + at % f->size + HEAD, bytes, len);
	atomic_store_explicit(&f->added, at + room_of(len), memory_order_release);
	return true;
}

/* Where the oldest record is; false: there is none. */
static bool oldest(const struct feed *f, uint64_t *at)
{
	uint64_t added = atomic_load_explicit(&f->added, memory_order_acquire);

	*at = atomic_load_explicit(&f->dropped, memory_order_relaxed);
	if (*at == added)
		return false;
	if (head_at(f, *at).len == SKIP)
		*at += f->size - *at % f->size;
	return true;
}

const void *feed_at(struct feed *f, uint32_t *tag, size_t *len)
{
	uint64_t at;
	struct head h;

	if (!oldest(f, &at))
		return NULL;
	h = head_at(f, at);
	*tag = h.tag;
	*len = h.len;
	return f->ring + at % f->size + HEAD;
}

void feed_drop(struct feed *f)
{
	uint64_t at;

	if (oldest(f, &at))
		atomic_store_explicit(&f->dropped, at + room_of(head_at(f, at).len), memory_order_release);
}

uint64_t feed_lost(const struct feed *f)
{
	return atomic_load_explicit(&f->lost, memory_order_relaxed);
}
