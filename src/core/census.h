/* census.h - how many targets are in which state, counted a part at a time, so that a million of them hold nobody up.
 * No I/O, no clock. */
#ifndef MINIPING_CENSUS_H
#define MINIPING_CENSUS_H
#include "core/fleet.h"
#include "core/health.h"

#include <stdbool.h>
#include <stdint.h>

#define CENSUS_STATES (HEALTH_DOWN + 1)

struct census {                           /* all zero: nothing counted yet */
	uint32_t of[CENSUS_STATES];       /* targets by enum health_state, as the latest whole count found them; */
	uint32_t n;                       /* all of them. A name that only stands for its addresses is none */
	uint32_t counting[CENSUS_STATES], at;   /* the count under way */
};

/* census_some - counts on, through up to max numbers of the fleet. True once it is through; the next call begins
 * anew. A target that changes its state meanwhile is counted in the old one or in the new one. O(max). */
bool census_some(struct census *c, const struct fleet *f, uint32_t max);
#endif
