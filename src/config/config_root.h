/* config_root.h - reads one file by the table of its sections. */
#ifndef MINIPING_CONFIG_ROOT_H
#define MINIPING_CONFIG_ROOT_H
#include "config/config_level.h"
#include "config/config_section.h"

/* What the sections of one file have in common. */
struct config_file {
	struct config_level base;     /* what targets inherit */
	const struct profile *shared; /* the same, shared */
	bool is_main;
};

/* The sections of a file, from which parser, dump, manual page, schema and the error for an unknown section are made.
 * A new section takes a member of struct config, a table of keys, one row here and, where its defaults are not 0, a
 * line in config_default. Ends with a NULL name. */
extern const struct config_special config_root_sections[];

extern const struct config_section config_root_main; /* keys of the main file */

/* config_root_read - the file whose tree this is; base is what it inherits. */
int config_root_read(struct config_reader *r, const struct config_node *root, const struct config_level *base,
                     bool is_main);
#endif
