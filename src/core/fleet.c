#include "core/fleet_private.h"

#include <errno.h>
#include <stdlib.h>

struct fleet *fleet_new(void)
{
	return calloc(1, sizeof(struct fleet));
}

void fleet_free(struct fleet *f)
{
	if (!f)
		return;
	for (uint32_t i = 0; i < f->size; i++)
		target_fini(fleet_slot(f, i));
	for (uint32_t i = 0; i < f->n_blocks; i++)
		free(f->blocks[i]);
	free(f->blocks);
	free(f->free_numbers);
	config_free(f->config);
	free(f);
}

struct target *fleet_at(const struct fleet *f, uint32_t i)
{
	return i < f->size && fleet_slot(f, i)->profile ? fleet_slot(f, i) : NULL;
}

void fleet_prefetch(const struct fleet *f, uint32_t i)
{
	const char *t = (const char *)fleet_slot(f, i);

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

const struct config *fleet_config(const struct fleet *f)
{
	return f->config;
}

uint32_t fleet_take_number(struct fleet *f)
{
	f->count++;
	return f->n_free ? f->free_numbers[--f->n_free] : f->size++;
}

void fleet_give_back(struct fleet *f, uint32_t number)
{
	target_fini(fleet_slot(f, number));
	f->free_numbers[f->n_free++] = number;
	f->count--;
}

struct target *fleet_new_block(size_t n_soon)
{
	struct target *block = malloc(FLEET_BLOCK_LEN * sizeof(*block));

	for (size_t i = 0; block && i < FLEET_BLOCK_LEN && i < n_soon; i++)
		block[i] = (struct target){ .ttl = -1 };
	return block;
}

static int add_block(struct fleet *f)
{
	uint32_t n = f->n_blocks + 1;
	struct target **blocks = reallocarray(f->blocks, n, sizeof(*blocks));
	uint32_t *free_numbers;

	if (!blocks)
		return -ENOMEM;
	f->blocks = blocks;
	free_numbers = reallocarray(f->free_numbers, (size_t)n * FLEET_BLOCK_LEN, sizeof(*free_numbers));
	if (!free_numbers)
		return -ENOMEM;
	f->free_numbers = free_numbers;
	blocks[f->n_blocks] = fleet_new_block(0);
	if (!blocks[f->n_blocks])
		return -ENOMEM;
	f->n_blocks = n;
	return 0;
}

/* Takes what t holds over, or frees it where there is no room: FLEET_NONE. */
static uint32_t put_target(struct fleet *f, struct target *t)
{
	uint32_t number;

	if (f->count == f->n_blocks * FLEET_BLOCK_LEN && add_block(f)) {
		target_fini(t);
		return FLEET_NONE;
	}
	number = fleet_take_number(f);
	*fleet_slot(f, number) = *t;
	return number;
}

uint32_t fleet_add(struct fleet *f, const char *name, const char *host, const struct addr *addr,
                   const struct profile *profile, int64_t now_ns)
{
	struct target t;

	if (target_init(&t, name, host, addr, profile, now_ns))
		return FLEET_NONE;
	return put_target(f, &t);
}

uint32_t fleet_derive(struct fleet *f, uint32_t parent, const struct addr *addr, int64_t now_ns,
                      int64_t now_real_ns)
{
	struct target t;

	if (target_init_derived(&t, fleet_slot(f, parent), addr, now_ns, now_real_ns))
		return FLEET_NONE;
	return put_target(f, &t);
}

void fleet_inherit(struct fleet *f, uint32_t derived, uint32_t parent)
{
	struct target *t = fleet_slot(f, derived);
	struct window *window;
	uint32_t n;

	t->profile = fleet_slot(f, parent)->profile;
	n = t->profile->options.window;
	window = window_capacity(t->window) == n ? NULL : window_new(n);
	if (!window)
		return;
	window_copy(window, t->window);
	window_free(t->window);
	t->window = window;
}

void fleet_retire(struct fleet *f, uint32_t derived)
{
	fleet_give_back(f, derived);
}
