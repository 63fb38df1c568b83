/* fleet.c - targets stand in blocks, so that a growing fleet copies none of them and a pointer to one stays good. */
#include "core/fleet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SHIFT 12
#define BLOCK_LEN   (1u << BLOCK_SHIFT)

struct fleet {
	struct target **blocks;
	uint32_t n_blocks, size, count;
	struct earlier **earlier; /* as blocks; NULL where no target of a block has any */
	uint32_t n_earlier;
	uint32_t first_free; /* retired, to be used again, each naming the next one; FLEET_NONE: there is none */
};

struct fleet_room {
	struct target **blocks; /* all that the fleet will have; its own up to n_old are not filled in */
	uint32_t n_old, n_blocks;
};

static struct target *slot(const struct fleet *f, uint32_t i)
{
	return &f->blocks[i >> BLOCK_SHIFT][i & (BLOCK_LEN - 1)];
}

/* Of a retired number: the next one. */
static uint32_t *next_free(const struct fleet *f, uint32_t number)
{
	return &slot(f, number)->n_probes;
}

struct fleet *fleet_new(void)
{
	struct fleet *f = calloc(1, sizeof(*f));

	if (f)
		f->first_free = FLEET_NONE;
	return f;
}

void fleet_free(struct fleet *f)
{
	if (!f)
		return;
	for (uint32_t i = 0; i < f->size; i++)
		target_fini(slot(f, i));
	for (uint32_t i = 0; i < f->n_blocks; i++)
		free(f->blocks[i]);
	for (uint32_t i = 0; i < f->n_earlier; i++)
		free(f->earlier[i]);
	free(f->blocks);
	free(f->earlier);
	free(f);
}

struct target *fleet_at(const struct fleet *f, uint32_t i)
{
	return i < f->size && slot(f, i)->profile ? slot(f, i) : NULL;
}

void fleet_prefetch(const struct fleet *f, uint32_t i)
{
	const char *t = (const char *)slot(f, i);

	__builtin_prefetch(t);
	__builtin_prefetch(t + 64);
	__builtin_prefetch(t + 128);
}

uint32_t fleet_size(const struct fleet *f)
{
	return f->size;
}

uint32_t fleet_count(const struct fleet *f)
{
	return f->count;
}

/* Room for BLOCK_LEN targets. The first n_soon are written to, so that the kernel has found the memory for them before
 * the loop needs it. NULL: out of memory. */
static struct target *new_block(size_t n_soon)
{
	struct target *block = malloc(BLOCK_LEN * sizeof(*block));

	for (size_t i = 0; block && i < BLOCK_LEN && i < n_soon; i++)
		block[i] = (struct target){ .ttl = -1 };
	return block;
}

static int add_block(struct fleet *f)
{
	uint32_t n = f->n_blocks + 1;
	struct target **blocks = reallocarray(f->blocks, n, sizeof(*blocks));

	if (!blocks)
		return -ENOMEM;
	f->blocks = blocks;
	blocks[f->n_blocks] = new_block(0);
	if (!blocks[f->n_blocks])
		return -ENOMEM;
	f->n_blocks = n;
	return 0;
}

uint32_t fleet_put(struct fleet *f, struct target *t)
{
	uint32_t number;

	if (f->count == f->n_blocks * BLOCK_LEN && add_block(f)) {
		target_fini(t);
		return FLEET_NONE;
	}
	if (f->first_free == FLEET_NONE) {
		number = f->size++;
	} else {
		number = f->first_free;
		f->first_free = *next_free(f, number);
	}
	f->count++;
	*slot(f, number) = *t;
	return number;
}

uint32_t fleet_add(struct fleet *f, const char *name, const char *host, const struct addr *addr,
                   const struct profile *profile, int64_t now_ns)
{
	struct target t;

	if (target_init(&t, name, host, addr, profile, now_ns))
		return FLEET_NONE;
	return fleet_put(f, &t);
}

uint32_t fleet_derive(struct fleet *f, uint32_t parent, const struct addr *addr, int64_t now_ns, int64_t now_real_ns)
{
	struct target t;

	if (target_init_derived(&t, slot(f, parent), addr, now_ns, now_real_ns))
		return FLEET_NONE;
	return fleet_put(f, &t);
}

void fleet_inherit(struct fleet *f, uint32_t derived, uint32_t parent)
{
	struct target *t = slot(f, derived);
	struct window *window;
	uint32_t n;

	t->profile = slot(f, parent)->profile;
	n = t->profile->options.window;
	window = window_capacity(t->window) == n ? NULL : window_new(n);
	if (!window)
		return;
	window_copy(window, t->window);
	window_free(t->window);
	t->window = window;
}

/* NULL: there is no room for it. */
static struct earlier *earlier_slot(const struct fleet *f, uint32_t number)
{
	struct earlier *block = number >> BLOCK_SHIFT < f->n_earlier ? f->earlier[number >> BLOCK_SHIFT] : NULL;

	return block ? &block[number & (BLOCK_LEN - 1)] : NULL;
}

/* The block that number's is in; NULL: out of memory. */
static struct earlier *add_earlier(struct fleet *f, uint32_t number)
{
	uint32_t n = number >> BLOCK_SHIFT;

	if (n >= f->n_earlier) {
		struct earlier **blocks = reallocarray(f->earlier, f->n_blocks, sizeof(*blocks));

		if (!blocks)
			return NULL;
		while (f->n_earlier < f->n_blocks)
			blocks[f->n_earlier++] = NULL;
		f->earlier = blocks;
	}
	f->earlier[n] = calloc(BLOCK_LEN, sizeof(struct earlier));
	return f->earlier[n];
}

int fleet_set_earlier(struct fleet *f, uint32_t number, const struct earlier *e)
{
	struct earlier *slot_of = earlier_slot(f, number), *block = slot_of ? NULL : add_earlier(f, number);

	if (!slot_of && !block)
		return -ENOMEM;
	if (!slot_of)
		slot_of = &block[number & (BLOCK_LEN - 1)];
	*slot_of = *e;
	return 0;
}

const struct earlier *fleet_earlier(const struct fleet *f, uint32_t number)
{
	const struct earlier *e = earlier_slot(f, number);

	return e && e->started_real_ns ? e : NULL;
}

void fleet_retire(struct fleet *f, uint32_t number)
{
	struct earlier *earlier = earlier_slot(f, number);

	if (earlier)
		*earlier = (struct earlier){ 0 };
	target_fini(slot(f, number));
	*next_free(f, number) = f->first_free;
	f->first_free = number;
	f->count--;
}

/* --- room --- */

static int fill_room(struct fleet_room *r, size_t n_numbers, uint32_t n_blocks)
{
	r->blocks = calloc(n_blocks, sizeof(struct target *));
	if (!r->blocks)
		return -ENOMEM;
	for (; r->n_blocks < n_blocks; r->n_blocks++) {
		r->blocks[r->n_blocks] = new_block(n_numbers - (size_t)r->n_blocks * BLOCK_LEN);
		if (!r->blocks[r->n_blocks])
			return -ENOMEM;
	}
	return 0;
}

int fleet_room_new(struct fleet_room **out, const struct fleet *f, size_t n)
{
	size_t n_numbers = f->size + n; /* retired numbers may serve, or not */
	uint32_t n_blocks = (uint32_t)((n_numbers + BLOCK_LEN - 1) / BLOCK_LEN);
	struct fleet_room *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	r->n_old = r->n_blocks = f->n_blocks;
	if (n_blocks > f->n_blocks && fill_room(r, n_numbers, n_blocks)) {
		fleet_room_free(r);
		return -ENOMEM;
	}
	*out = r;
	return 0;
}

void fleet_room_take(struct fleet *f, struct fleet_room *r)
{
	struct target **blocks = f->blocks;

	if (r->blocks) {
		for (uint32_t i = 0; i < f->n_blocks; i++)
			r->blocks[i] = blocks[i];
		f->blocks = r->blocks;
		f->n_blocks = r->n_blocks;
		free(blocks);
	}
	free(r);
}

void fleet_room_free(struct fleet_room *r)
{
	if (!r)
		return;
	for (uint32_t i = r->n_old; r->blocks && i < r->n_blocks; i++)
		free(r->blocks[i]);
	free(r->blocks);
	free(r);
}

/* --- dependencies --- */

const char *fleet_blocked_by(const struct fleet *f, const struct target *t)
{
	const struct depends *depends = t->profile->depends;

	for (size_t i = 0; depends && i < depends->n; i++) {
		const struct dependency *d = depends->at[i];
		const struct target *on = fleet_at(f, d->number);

		/* Half way through a reload the number may be another's already. */
		if (on && health_failing(&on->health) && !strcmp(on->name, d->name))
			return d->name;
	}
	return NULL;
}

const char *fleet_mark_blocked(const struct fleet *f, struct target *t)
{
	const char *blocked_by = t->health.state == HEALTH_UP ? NULL : fleet_blocked_by(f, t);

	t->health.blocked = t->health.state == HEALTH_DOWN && blocked_by ? HEALTH_BLOCKED : HEALTH_FREE;
	return blocked_by;
}

static bool is_lost(enum outcome outcome)
{
	return outcome != OUTCOME_REPLY && outcome != OUTCOME_UNKNOWN && outcome != OUTCOME_NOT_SENT;
}

bool fleet_unblocked(const struct fleet *f, struct target *t, const struct settled *s)
{
	if (t->health.state != HEALTH_DOWN) {
		t->health.blocked = HEALTH_FREE;
		return false;
	}
	if (fleet_blocked_by(f, t)) {
		t->health.blocked = HEALTH_BLOCKED;
		return false;
	}
	/* What is in flight may have been lost behind what blocked it; what is sent from now on is its own. */
	if (t->health.blocked == HEALTH_BLOCKED) {
		t->health.blocked = HEALTH_ASKED;
		t->health.asked = (uint16_t)t->n_probes;
		return false;
	}
	if ((int16_t)(uint16_t)(s->number - t->health.asked) <= 0 || !is_lost(s->outcome))
		return false;
	t->health.blocked = HEALTH_FREE;
	return true;
}
