/* config_targets.h - lists of targets. */
#ifndef MINIPING_CONFIG_TARGETS_H
#define MINIPING_CONFIG_TARGETS_H

struct config_level;
struct config_node;
struct config_reader;
struct profile;

/* config_targets_read - the list in value, whose items inherit from base and its shared copy. */
int config_targets_read(struct config_reader *r, const struct config_node *value, const struct config_level *base,
                        const struct profile *shared);

/* config_targets_item - one item of such a list. */
int config_targets_item(struct config_reader *r, const struct config_level *base, const struct profile *shared,
                        const struct config_node *node);
#endif
