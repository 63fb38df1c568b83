/* snapshot.c - rows as they come, one behind the other in large chunks: no row is ever moved, so that no slice takes
 * longer than what it copies. The chunks are the kernel's own, not malloc's, whose lock the loop would share with the
 * thread that frees them. */
#include "core/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define CHUNK_MIN 4096u /* a page, of which chunks are multiples; a larger one's kernel rounds up itself */
#define CHUNK_MAX ((size_t)256 * 1024)
#define ROW_USUAL (sizeof(struct row) + 256 + sizeof(uint32_t)) /* with a window of 60 */
#define ROW_ALIGN (_Alignof(struct row))
#define NOT_YET   UINT32_MAX
#define AHEAD     4 /* targets whose windows are being fetched */

struct row {
	struct target target;
	uint32_t number;
	/* Behind the row: what was earlier, if there is any, the window, and the name of a derived target. */
	bool is_parent, is_derived, has_earlier;
};

struct chunk { /* rows from its beginning, where they begin from its end backwards */
	char *data;
	uint32_t size, used; /* bytes; used: by rows */
	uint32_t first, n;   /* which rows; of one that is reserved, first is NOT_YET */
};

struct snapshot {
	struct chunk *chunks;
	size_t n_chunks, room;
	size_t n_used; /* of the chunks; the others are reserved */
	uint32_t n_expected, count;
	struct snapshot_counts counts;
	uint32_t next, end; /* numbers of the fleet still to come; end as of the first slice */
};

struct snapshot *snapshot_new(uint32_t n_rows)
{
	struct snapshot *s = calloc(1, sizeof(*s));

	if (s)
		s->n_expected = n_rows;
	return s;
}

void snapshot_free(struct snapshot *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n_chunks; i++)
		munmap(s->chunks[i].data, s->chunks[i].size);
	free(s->chunks);
	free(s);
}

static size_t round_up(size_t len, size_t unit)
{
	return (len + unit - 1) / unit * unit;
}

/* For as many rows as are expected, or as there are if that was too few; a row of len bytes fits in any case. */
static size_t chunk_size(const struct snapshot *s, size_t len)
{
	size_t n = s->n_expected > s->count ? s->n_expected - s->count : s->count;
	size_t size = n * ROW_USUAL;

	if (size < CHUNK_MIN)
		size = CHUNK_MIN;
	if (size > CHUNK_MAX)
		size = CHUNK_MAX;
	return round_up(size < len + sizeof(uint32_t) ? len + sizeof(uint32_t) : size, CHUNK_MIN);
}

static int add_chunk(struct snapshot *s, size_t size, int flags)
{
	void *data;

	if (s->n_chunks == s->room) {
		size_t room = s->room ? 2 * s->room : 8;
		struct chunk *chunks = reallocarray(s->chunks, room, sizeof(*chunks));

		if (!chunks)
			return -ENOMEM;
		s->chunks = chunks;
		s->room = room;
	}
	data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
	if (data == MAP_FAILED)
		return -ENOMEM;
	s->chunks[s->n_chunks++] = (struct chunk){ .data = data, .size = (uint32_t)size, .first = NOT_YET };
	return 0;
}

int snapshot_reserve(struct snapshot *s, size_t bytes)
{
	int err = 0;

	while (bytes && !err) {
		size_t size = bytes < CHUNK_MAX ? round_up(bytes, CHUNK_MIN) : CHUNK_MAX;

		err = add_chunk(s, size, MAP_POPULATE);
		bytes -= bytes < size ? bytes : size;
	}
	return err;
}

void snapshot_trim(struct snapshot *s)
{
	while (s->n_chunks > s->n_used) {
		struct chunk *c = &s->chunks[--s->n_chunks];

		munmap(c->data, c->size);
	}
}

/* The chunk in which a row of len bytes comes first: a reserved one, made to fit, or a new one. */
static struct chunk *next_chunk(struct snapshot *s, size_t len)
{
	struct chunk *c;

	if (s->n_used == s->n_chunks && add_chunk(s, chunk_size(s, len), 0))
		return NULL;
	c = &s->chunks[s->n_used];
	if (c->size < len + sizeof(uint32_t)) {
		size_t size = chunk_size(s, len);
		void *data = mremap(c->data, c->size, size, MREMAP_MAYMOVE);

		if (data == MAP_FAILED)
			return NULL;
		c->data = data;
		c->size = (uint32_t)size;
	}
	c->first = s->count;
	s->n_used++;
	return c;
}

static uint32_t *begins(const struct chunk *c, uint32_t i)
{
	return (uint32_t *)(void *)(c->data + c->size) - 1 - i;
}

/* Room for a row of len bytes, aligned. NULL: out of memory. */
static struct row *new_row(struct snapshot *s, size_t len)
{
	struct chunk *c = s->n_used ? &s->chunks[s->n_used - 1] : NULL;

	if (!c || c->size - c->used < len + (c->n + 1) * sizeof(uint32_t))
		c = next_chunk(s, len);
	if (!c)
		return NULL;
	*begins(c, c->n++) = c->used;
	c->used += (uint32_t)len;
	s->count++;
	return (struct row *)(void *)(c->data + c->used - len);
}

/* A derived target's name goes with it: the row gets one of its own, and the host is the end of it. */
static void copy_name(struct row *r, char *room, size_t len)
{
	const struct target *t = &r->target;
	size_t host = (size_t)(t->host - t->name);

	memcpy(room, t->name, len);
	r->target.name = room;
	r->target.host = room + host;
}

static void count(struct snapshot_counts *n, const struct row *r)
{
	if (r->is_parent)
		return;
	n->n_targets++;
	n->n_in_state[r->target.health.state]++;
	n->n_unresolved += !target_is_resolved(&r->target);
}

/* Returns how many bytes it took; 0: out of memory. */
static size_t take(struct snapshot *s, const struct target *t, const struct earlier *earlier, uint32_t number)
{
	size_t earlier_len = earlier ? sizeof(*earlier) : 0;
	bool is_derived = target_is_derived(t);
	size_t window_len = window_export_size(t->window), name_len = is_derived ? strlen(t->name) + 1 : 0;
	size_t len = round_up(sizeof(struct row) + earlier_len + window_len + name_len, ROW_ALIGN);
	struct row *r = new_row(s, len);
	char *behind;

	if (!r)
		return 0;
	behind = (char *)(r + 1);
	*r = (struct row){
		.target = *t,
		.number = number,
		.is_parent = target_is_parent(t),
		.is_derived = is_derived,
		.has_earlier = earlier != NULL,
	};
	count(&s->counts, r);
	if (earlier)
		memcpy(behind, earlier, earlier_len);
	behind += earlier_len;
	window_export(t->window, behind);
	r->target.window = (struct window *)(void *)behind;
	if (is_derived)
		copy_name(r, behind + window_len, name_len);
	return len;
}

static void prefetch(const struct fleet *f, uint32_t number)
{
	const struct target *t = fleet_at(f, number);

	if (t)
		window_prefetch(t->window);
}

int snapshot_take_some(struct snapshot *s, const struct fleet *f, size_t max)
{
	if (!s->next)
		s->end = fleet_size(f);
	for (size_t n = 0; s->next < s->end && n < max; n++, s->next++) {
		const struct target *t = fleet_at(f, s->next);
		size_t len;

		prefetch(f, s->next + AHEAD);
		if (!t)
			continue;
		len = take(s, t, fleet_earlier(f, s->next), s->next);
		if (!len)
			return -ENOMEM;
		n += len / 1024;
	}
	return s->next < s->end;
}

uint32_t snapshot_count(const struct snapshot *s)
{
	return s->count;
}

static const struct row *row_at(const struct snapshot *s, uint32_t i)
{
	size_t low = 0, high = s->n_used;
	const struct chunk *c;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (s->chunks[middle].first <= i)
			low = middle;
		else
			high = middle;
	}
	c = &s->chunks[low];
	return (const struct row *)(const void *)(c->data + *begins(c, i - c->first));
}

void snapshot_row(const struct snapshot *s, uint32_t i, struct snapshot_row *out)
{
	const struct row *r = row_at(s, i);
	const struct target *t = &r->target;

	*out = (struct snapshot_row){
		.number = r->number,
		.is_parent = r->is_parent,
		.is_derived = r->is_derived,
		.off_phase = t->off_phase,
		.is_blocked = t->health.state == HEALTH_DOWN && t->health.blocked != HEALTH_FREE,
		.name = t->name,
		.host = t->host,
		.profile = t->profile,
		.born_ns = t->born_ns,
		.addr = t->addr,
		.state = (enum health_state)t->health.state,
		.reason = health_reason(&t->health),
		.since_real_ns = t->since_real_ns,
		.ttl = t->ttl,
		.totals = target_totals(t),
		.counters = t->counters,
	};
}

const char *snapshot_name(const struct snapshot *s, uint32_t i)
{
	return row_at(s, i)->target.name;
}

const struct window *snapshot_window(const struct snapshot *s, uint32_t i)
{
	return row_at(s, i)->target.window;
}

const struct earlier *snapshot_earlier(const struct snapshot *s, uint32_t i)
{
	const struct row *r = row_at(s, i);

	return r->has_earlier ? (const struct earlier *)(const void *)(r + 1) : NULL;
}

struct snapshot_counts snapshot_counts(const struct snapshot *s)
{
	return s->counts;
}

size_t snapshot_used(const struct snapshot *s)
{
	size_t bytes = 0;

	for (size_t i = 0; i < s->n_used; i++)
		bytes += i + 1 < s->n_used ? s->chunks[i].size : s->chunks[i].used + s->chunks[i].n * sizeof(uint32_t);
	return bytes;
}

size_t snapshot_bytes(const struct snapshot *s)
{
	size_t bytes = sizeof(*s) + s->room * sizeof(*s->chunks);

	for (size_t i = 0; i < s->n_chunks; i++)
		bytes += s->chunks[i].size;
	return bytes;
}
