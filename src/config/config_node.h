/* config_node.h - a value of a YAML file with its position, and what every reader needs: its kind, text, and errors. */
#ifndef MINIPING_CONFIG_NODE_H
#define MINIPING_CONFIG_NODE_H
#include "config/config_error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct config_reader;

enum config_kind { CONFIG_SCALAR, CONFIG_LIST, CONFIG_MAPPING, CONFIG_ALIAS };

struct config_node {              /* read only, once the tree is built */
	struct config_node *next; /* of a list: item, item, …; of a mapping: key, value, key, … */
	union {
		const char *text;                 /* CONFIG_SCALAR: UTF-8 without a NUL */
		struct config_node *first;        /* CONFIG_LIST, CONFIG_MAPPING; NULL: empty */
		const struct config_node *target; /* CONFIG_ALIAS: never an alias */
	};
	uint32_t line, column; /* from 1; columns count characters */
	uint32_t n_below;      /* nodes below this one, aliases followed */
	uint16_t file;         /* the number of its file */
	uint8_t kind;
	bool quoted; /* CONFIG_SCALAR: in quotes, so that an empty string is deliberate */
};

/* config_node_follow - n itself, or what n is an alias of. */
const struct config_node *config_node_follow(const struct config_node *n);

/* config_node_key - the text of a mapping's key; NULL where it is no scalar (already reported). */
const char *config_node_key(const struct config_node *key);

/* config_node_next_key - the key after this one, past its value. */
const struct config_node *config_node_next_key(const struct config_node *key);

/* config_node_child - the value of the first key called name; NULL if there is none. Not followed. */
const struct config_node *config_node_child(const struct config_node *mapping, const char *name);

/* config_node_kind - "a list", "a mapping", "empty", "a string". n has been followed. */
const char *config_node_kind(const struct config_node *n);

struct config_at config_node_at(const struct config_reader *r, const struct config_node *n);

/* config_node_position - "3:5", or "FILE:3:5" for a message about another file (reader's); returns buf. */
#define CONFIG_POSITION_LEN 300
char *config_node_position(const struct config_reader *r, const struct config_node *n, const struct config_node *reader,
                           char buf[CONFIG_POSITION_LEN]);

/* config_complain - an error of the configuration, at n. */
void config_complain(struct config_reader *r, const struct config_node *n, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* config_warn - likewise a warning; its text begins with "warning: ". */
void config_warn(struct config_reader *r, const struct config_node *n, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* config_node_want - value is of this kind; otherwise reported as: "name" must be a list, not …. */
bool config_node_want(struct config_reader *r, const char *name, const struct config_node *value,
                      enum config_kind kind);

/* config_node_text - the text of a scalar: not empty, at most max bytes, no control characters. Otherwise
 * reported, and NULL. */
const char *config_node_text(struct config_reader *r, const char *name, const struct config_node *value, size_t max);

/* config_node_each - take for each item of a list, until one returns not 0, or for the value where it is a scalar; what
 * is neither is reported as by config_node_want. Returns what the last take did. */
typedef int config_node_take(struct config_reader *r, const struct config_node *item);
int config_node_each(struct config_reader *r, const char *name, const struct config_node *value,
                     config_node_take *take);
#endif
