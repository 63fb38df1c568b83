/* config_section.h - the mappings of a file, and which keys each takes. Made into the parser, the manual page
 * minipingd.yaml(5) and the JSON Schema (config_keydoc.c). For the config modules only. */
#ifndef MINIPING_CONFIG_SECTION_H
#define MINIPING_CONFIG_SECTION_H
#include "core/options.h"

#include <stdbool.h>
#include <stddef.h>

struct config_node;
struct config_reader;

struct config_special {                   /* a key parsed by its own function */
	const char *name;
	const char *shape;                /* what config_keydoc.c calls it */
	const char *about;                /* one line for the manual */
};

/* A mapping that takes words, and the keys of a table that begin with a prefix. */
struct config_section {
	const char                  *what;    /* "a target" */
	const struct config_special *words;   /* ends with a NULL name, as keys does; NULL: none */
	const struct setting    *keys;
	const char                  *prefix;  /* "", "degraded." or "degraded.clear." */
};

extern const struct config_section config_root_section, config_include_section, config_defaults_section;
extern const struct config_section config_group_section, config_target_section, config_degraded_section;
extern const struct config_section config_clear_section;
extern const struct config_section config_log_section, config_limits_section, config_shard_section;
extern const struct config_section config_sd_section;

/* config_section_key - the i-th key, without prefix; NULL behind the last. */
const char *config_section_key(const struct config_section *section, size_t i);

/* config_section_special - the special key called name; NULL if there is none. */
const struct config_special *config_section_special(const struct config_section *section, const char *name);

/* config_section_find - the key of the table called name, without prefix; NULL if there is none. */
const struct setting *config_section_find(const struct config_section *section, const char *name);

/* config_section_has - key, of its table, is one of the section: it has the prefix, and no further dot after it. */
bool config_section_has(const struct config_section *section, const struct setting *key);

/* config_section_unknown_key - report key, with the nearest that the section has. */
void config_section_unknown_key(struct config_reader *r, const struct config_section *section,
                                const struct config_node *key);

/* config_section_bad_value - report that value is nothing for key. */
void config_section_bad_value(struct config_reader *r, const struct setting *key, const struct config_node *value);
#endif
