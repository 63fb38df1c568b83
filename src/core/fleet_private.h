/* fleet_private.h - what the fleet's files share: fleet.c (the targets), fleet_plan.c (what a reload makes
 * of them), fleet_depends.c (which depend on which). */
#ifndef MINIPING_FLEET_PRIVATE_H
#define MINIPING_FLEET_PRIVATE_H
#include "core/fleet.h"
#include "base/index.h"

/* Targets stand in blocks, so that a growing fleet copies none of them and a pointer to one stays good. */
#define FLEET_BLOCK_SHIFT 12
#define FLEET_BLOCK_LEN   (1u << FLEET_BLOCK_SHIFT)

struct fleet {
	struct target **blocks;
	uint32_t        n_blocks, size, count;
	uint32_t       *free_numbers;     /* retired, to be used again; room for all there are */
	uint32_t        n_free;
	struct config  *config;
};

/* What a configuration's targets depend on, as a plan finds it. */
struct fleet_depends {
	struct fleet_dependency {
		struct dependency *is;
		uint32_t           target;    /* its place among the configuration's; FLEET_NONE: none of them */
	}     *at;
	size_t n;
};

/* fleet_depends_find - d anew, for c; the caller frees d->at. 0 or -ENOMEM. O(targets), or O(1) where none
 * depends on any. */
int fleet_depends_find(struct fleet_depends *d, const struct config *c);

/* fleet_slot - target number i, in use or not, i < size. */
static inline struct target *fleet_slot(const struct fleet *f, uint32_t i)
{
	return &f->blocks[i >> FLEET_BLOCK_SHIFT][i & (FLEET_BLOCK_LEN - 1)];
}

/* fleet_new_block - room for FLEET_BLOCK_LEN targets. The first n_soon are written to, so that the kernel has found
 * the memory for them before the loop needs it. NULL: out of memory. */
struct target *fleet_new_block(size_t n_soon);

/* fleet_take_number - of the next target; there is room for it. */
uint32_t fleet_take_number(struct fleet *f);

/* fleet_give_back - number's target ends. */
void fleet_give_back(struct fleet *f, uint32_t number);
#endif
