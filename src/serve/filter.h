/* filter.h - which targets a query asks for: group=NAME and label.KEY=VALUE, each as often as wanted. Pure. */
#ifndef MINIPING_FILTER_H
#define MINIPING_FILTER_H
#include "core/profile.h"

#include <stdbool.h>
#include <stddef.h>

#define FILTER_MAX 32 /* of each */

struct filter { /* all zero: takes every target */
	const char *groups[FILTER_MAX];
	struct label labels[FILTER_MAX];
	size_t n_groups, n_labels;
	const struct profile *latest; /* targets share theirs, so that the next one mostly has it too */
	bool takes_latest;
};

/* filter_add - name and value of a query, both borrowed. 1: it is a filter; 0: it is another parameter; -E2BIG: too
 * many of them. */
int filter_add(struct filter *f, const char *name, const char *value);

/* filter_takes - targets with this profile: in one of the groups ("": in none), and each label that is asked for has
 * one of the values asked for ("": targets without it). Those of different configurations may be asked for in turn. */
bool filter_takes(struct filter *f, const struct profile *p);
#endif
