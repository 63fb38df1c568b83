/* config_root.h - a whole file of the configuration, and the one table of its sections. */
#ifndef MINIPING_CONFIG_ROOT_H
#define MINIPING_CONFIG_ROOT_H
#include "config/config_level.h"
#include "config/config_section.h"

/* What the sections of one file have in common. */
struct config_file {
	struct config_level   base;       /* what targets inherit */
	const struct profile *shared;     /* the same, shared */
	bool                  is_main;
};

/* The sections of a file: of them are made what config_root_read takes, the dump, the manual page, the schema, and
 * what is said of an unknown one. A section with a table of keys takes one row here, its struct a member of struct
 * config (and where its values are not 0 by themselves, a line in config_default). Ends with a NULL name. */
extern const struct config_special config_root_sections[];

extern const struct config_section config_root_main, config_root_included;    /* the keys of such files */

/* config_root_read - the file whose tree this is; base is what it inherits. */
int config_root_read(struct config_reader *r, const struct config_node *root, const struct config_level *base,
                     bool is_main);
#endif
