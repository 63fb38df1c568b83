/* config_tree.h - YAML text to a small tree whose every node knows its place in the file.
 * The one module that knows libyaml. */
#ifndef MINIPING_CONFIG_TREE_H
#define MINIPING_CONFIG_TREE_H
#include "base/arena.h"
#include "config/config_error.h"

#define CONFIG_MAX_DEPTH 32

enum config_kind { CONFIG_SCALAR, CONFIG_LIST, CONFIG_MAPPING, CONFIG_ALIAS };

struct config_node {                      /* read only, once the tree is built */
	struct config_node *next;         /* of a list: item, item, …; of a mapping: key, value, key, … */
	union {
		const char         *text;     /* CONFIG_SCALAR: UTF-8 without a NUL */
		struct config_node *first;    /* CONFIG_LIST, CONFIG_MAPPING; NULL: empty */
		const struct config_node *target;   /* CONFIG_ALIAS: never an alias */
	};
	uint32_t line, column;            /* from 1; columns count characters */
	uint32_t n_below;                 /* nodes below this one, aliases followed */
	uint16_t file;                    /* the number of its file */
	uint8_t  kind;
	bool     quoted;                  /* CONFIG_SCALAR: not plain, so an empty text is meant */
};

struct config_tree {
	const struct config_node *root;   /* NULL: the file holds no value */
	struct arena      *arena;
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

/* config_node_follow - n itself, or what n is an alias of. */
const struct config_node *config_node_follow(const struct config_node *n);

/* config_utf8_check - text can be read as YAML: 0, or -EINVAL and the first offence in *errors. */
int config_utf8_check(struct config_at whole, const char *text, size_t len, struct config_errors *errors);
#endif
