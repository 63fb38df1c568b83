/* config_level.h - one level (defaults, group or target) while it is read; each overrides the one above it. */
#ifndef MINIPING_CONFIG_LEVEL_H
#define MINIPING_CONFIG_LEVEL_H
#include "config/config_origins.h"
#include "core/profile.h"

struct config_node;
struct config_reader;

struct config_level {
	struct profile profile;
	struct config_origins_level origins;
	/* What gave these here, for an error; NULL: nothing did. */
	const struct config_node *window; /* window or interval */
	const struct config_node *degraded;
	const struct config_node *depends; /* used where it is a target's own */
};

/* config_level_key - take key and value if they are an option, "degraded", "labels" or "depends_on"; *taken says
 * whether they are. */
int config_level_key(struct config_reader *r, struct config_level *level, const struct config_node *key, bool *taken);

/* config_level_end - the shared profile of what level says; at is where an error of the whole is. */
int config_level_end(struct config_reader *r, struct config_level *level, const struct config_node *at,
                     const struct profile **out);
#endif
