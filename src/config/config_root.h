/* config_root.h - a whole file of the configuration. */
#ifndef MINIPING_CONFIG_ROOT_H
#define MINIPING_CONFIG_ROOT_H
#include <stdbool.h>

struct config_level;
struct config_node;
struct config_reader;

/* config_root_read - the file whose tree this is; base is what it inherits. */
int config_root_read(struct config_reader *r, const struct config_node *root, const struct config_level *base,
                     bool is_main);
#endif
