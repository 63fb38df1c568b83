/* config_tree.h - YAML text to a small tree whose every node knows its position in the file.
 * The one module that knows libyaml. */
#ifndef MINIPING_CONFIG_TREE_H
#define MINIPING_CONFIG_TREE_H
#include "base/arena.h"
#include "config/config_node.h"

#define CONFIG_MAX_DEPTH 32

struct config_tree {
	const struct config_node *root; /* NULL: the file holds no value */
	struct arena *arena;
};

/* config_tree_parse - one YAML document, UTF-8; whole says which file's.
 * Merge keys ("<<") are replaced by aliases of what they add, at most as many nodes as the text has bytes
 * (and 10,000). Aliases are kept as such, never expanded; followed, they lead to at most as many nodes as the text
 * has bytes (and 10,000). Tags, keys that are not scalars, duplicate keys, nesting beyond
 * CONFIG_MAX_DEPTH, bytes that are not UTF-8 and control characters are errors.
 * 0: the tree is whole, though *errors may have grown (keys may even be no scalars);
 * -EINVAL: *errors grew, and the tree must not be read; -ENOMEM. In every case fini it. */
int config_tree_parse(struct config_tree *tree, struct config_at whole, const char *text, size_t len,
                      struct config_errors *errors);

void config_tree_fini(struct config_tree *tree);
#endif
