/* leases.h - what an operator has added for a while, or keeps from being probed: which targets, until when, and what
 * they need. A leased target borrows from a configuration of its own, of one target, that no file has. Of the loop;
 * knows neither fleet nor engine. */
#ifndef MINIPING_LEASES_H
#define MINIPING_LEASES_H
#include "config/config.h"
#include "core/engine.h"
#include "daemon/capacity.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LEASES_MAX 100u /* leases and pauses together */

struct lease {
	const char *name;      /* of the target */
	uint32_t number;       /* in the fleet */
	int64_t until_ns;      /* monotonic */
	struct config *config; /* which name is of; NULL: a pause, and name is its own */
	struct capacity needs; /* of config */
};

struct leases { /* all zero: none */
	struct lease at[LEASES_MAX];
	size_t n;
};

/* leases_parse - mapping is one target as JSON, which inherits from defaults as one of a file does. 0 and *out, which
 * is marked as leased (struct profile); -EINVAL and *errors, as of a file called "lease"; -ENOMEM. */
int leases_parse(struct config **out, const struct profile *defaults, const char *mapping,
                 struct config_errors *errors);

/* leases_add - of c, which is l's from now on; leases_pause - of target number, which is called name (copied). The end
 * of one that is paused already is moved. NULL: full, or out of memory. */
struct lease *leases_add(struct leases *l, struct config *c, uint32_t number, int64_t until_ns);
struct lease *leases_pause(struct leases *l, const char *name, uint32_t number, int64_t until_ns);

/* leases_remove - of one in l; others may take its place in at[]. */
void leases_remove(struct leases *l, struct lease *x);
void leases_free(struct leases *l);

/* leases_find - the one of the target called name; NULL: none. O(n). */
struct lease *leases_find(struct leases *l, const char *name);

/* leases_raise - *load as it must be for them, too, and for one more that needs that (NULL: no more); but for the
 * number of targets. leases_interval_ns - the shortest interval, INT64_MAX: there is none. O(n). */
void leases_raise(const struct leases *l, const struct capacity *more, struct engine_load *load);
int64_t leases_interval_ns(const struct leases *l);
#endif
