/* config_tree_keys.h - the keys of a YAML mapping: each a string, each once, and "<<" replaced by what it merges
 * (https://yaml.org/type/merge.html). For config_tree.c only. */
#ifndef MINIPING_CONFIG_TREE_KEYS_H
#define MINIPING_CONFIG_TREE_KEYS_H
#include "base/arena.h"
#include "config/config_node.h"

struct config_tree_keys {
	struct arena *arena;
	struct config_errors *errors;
	struct config_at whole;
	const struct hash_secret *secret;
	uint64_t *n_followed; /* nodes that aliases have led to so far */
	uint64_t *n_merged;   /* likewise what merge keys have added */
	uint64_t max_merged;
};

/* config_tree_keys_check - of a mapping that is complete. Keys that are merged come last, with the positions of the
 * keys and values that they are copies of; the mapping's own win, and of those that are merged the first. Errors are
 * reported. 0; -EINVAL: the tree must not be read; -ENOMEM. */
int config_tree_keys_check(struct config_tree_keys *k, struct config_node *mapping);
#endif
