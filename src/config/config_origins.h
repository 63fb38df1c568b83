/* config_origins.h - remembers while levels are read which of them sets which option. For the config modules only. */
#ifndef MINIPING_CONFIG_ORIGINS_H
#define MINIPING_CONFIG_ORIGINS_H
#include "core/origins.h"

struct config_node;
struct config_reader;
struct config_target;

struct config_origins_level { /* of a level while it is read; what is above it is copied into it */
	struct origins origins;
	enum origin_level kind;
	bool is_own; /* of one target */
};

/* config_origins_init, config_origins_fini - r->origins. 0 or -ENOMEM. */
int config_origins_init(struct config_reader *r);
void config_origins_fini(struct config_reader *r);

/* config_origins_set - the level sets this option. */
void config_origins_set(struct config_origins_level *level, const struct setting *s);

/* config_origins_share - the shared origins that say what level does, which is written at node. 0 or -ENOMEM. */
int config_origins_share(struct config_reader *r, struct config_origins_level *level, const struct config_node *node,
                         const struct origins **out);

/* config_origins_own - target, as the configuration keeps it, is written at node. Called for each. 0 or -ENOMEM. */
int config_origins_own(struct config_reader *r, const struct config_target *target, const struct config_node *node);

/* config_origins_end - all has been read: the configuration has what was remembered. 0 or -ENOMEM. */
int config_origins_end(struct config_reader *r);
#endif
