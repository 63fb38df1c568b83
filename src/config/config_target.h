/* config_target.h - one target of a list, while it is read. */
#ifndef MINIPING_CONFIG_TARGET_H
#define MINIPING_CONFIG_TARGET_H
#include "core/profile.h"

struct config_node;
struct config_reader;

/* Its keys: nodes not followed, NULL where it has no such key. */
struct config_item {
	const struct config_node *node, *host, *name, *range, *exclude;
	const struct config_node *depends; /* its own depends_on */
	const struct config_node *aka;
	const struct profile *profile;
	bool is_plain; /* has no option or label of its own */
};

/* config_target_read - the target or targets that item's host gives. */
int config_target_read(struct config_reader *r, const struct config_item *item);
#endif
