/* profile.h - what targets share that are probed and logged alike: options, group, labels, and the targets that they
 * depend on. */
#ifndef MINIPING_PROFILE_H
#define MINIPING_PROFILE_H
#include "core/options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct label {
	const char *key, *value;
};

struct labels { /* sorted by key, each key once */
	size_t n;
	struct label at[];
};

#define DEPENDS_MAX 8 /* names that one target may depend on */

struct dependency { /* a target that others depend on */
	const char *name;
	uint32_t number; /* in the fleet, once it is known there; UINT32_MAX: not known */
	bool elsewhere;  /* another shard's */
	struct dependency *next;
};

struct depends {  /* in the order in which they are asked */
	size_t n; /* 1 .. DEPENDS_MAX */
	const struct dependency *at[];
};

#define AKA_MAX 8 /* names that a target may have had */

struct aka {      /* its former names */
	size_t n; /* 1 .. AKA_MAX */
	const char *at[AKA_MAX];
};

struct origins;

struct profile { /* shared by all targets that are probed alike */
	struct options options;
	const char *group;             /* NULL: in no group */
	const struct labels *labels;   /* NULL: none */
	const struct depends *depends; /* what is between this host and the targets; NULL: nothing */
	const struct aka *aka;         /* of its one target; NULL: it had no other name */
	const struct origins *origins; /* of the options (origins.h); NULL: not known */
	bool is_leased;                /* of a target that no configuration has: an operator added it for a while */
};

/* profile_same - equal in every option, in group, labels, dependencies and former names by their texts, and both leased
 * or not, whatever their origins. O(labels). */
bool profile_same(const struct profile *a, const struct profile *b);
#endif
