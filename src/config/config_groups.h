/* config_groups.h - lists of groups. */
#ifndef MINIPING_CONFIG_GROUPS_H
#define MINIPING_CONFIG_GROUPS_H

struct config_level;
struct config_node;
struct config_reader;

/* config_groups_read - the list in value, whose groups inherit from base. */
int config_groups_read(struct config_reader *r, const struct config_node *value, const struct config_level *base);
#endif
