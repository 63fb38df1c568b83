/* config_section.h - tables of the keys that each mapping of a file takes. From them come the parser, the manual page
 * minipingd.yaml(5) and the JSON Schema (config_keydoc.c). For the config modules only. */
#ifndef MINIPING_CONFIG_SECTION_H
#define MINIPING_CONFIG_SECTION_H
#include "core/options.h"

#include <stdbool.h>
#include <stddef.h>

struct config;
struct config_file;
struct config_node;
struct config_reader;
struct config_section;

/* config_special_read - the value of a special key in a section of file; as all readers it reports what is wrong.
 * config_special_text - the i-th value of such a key in the struct of its section, for the dump, perhaps in buf; NULL:
 * there are no more. */
typedef int config_special_read(struct config_reader *r, struct config_file *file, const struct config_node *value);
#define CONFIG_SPECIAL_LEN 64
typedef const char *config_special_text(const void *base, size_t i, char buf[CONFIG_SPECIAL_LEN]);

/* A key parsed by its own function: the reader of its mapping, or read. */
struct config_special {
	const char *name;
	const char *shape; /* what config_keydoc.c calls its values; NULL: as the key */
	const char *about; /* one line for the manual */
	config_special_read *read;
	config_special_text *text;
	bool is_list;        /* of text; else it is one value, and left out where there is none */
	bool is_mapping;     /* of text: a key, its value, the next key, ...; left out where there is none */
	bool is_never_empty; /* of a list: left out where there is none */
	/* Of keys of the file itself (config_root.c), and of a mapping in one of its sections: */
	const struct config_section *section; /* its table; NULL: it has none */
	bool only_main;                       /* not in an included file */
	bool is_first;                        /* read before the others, wherever it is */
};

/* A mapping that takes special keys, and the keys of a table that begin with a prefix. */
struct config_section {
	const char *what;                      /* "a target" */
	const struct config_special *specials; /* ends with a NULL name, as keys does; NULL: none */
	const struct setting *keys;
	const char *prefix; /* "", "degraded." or "degraded.clear." */
	size_t offset;      /* of the struct that keys is about, in struct config; 0: of it itself */
	/* Of a mapping that may be a list of such: how many there are, a size_t in struct config, at offset one behind
	 * the other; 0: there is one. */
	size_t n_offset, size, n_max;
	bool is_included; /* without the specials that are only_main */
};

extern const struct config_section config_defaults_section, config_group_section, config_target_section;
extern const struct config_section config_degraded_section, config_clear_section, config_sd_section;

#define CONFIG_STRINGIFY_(x) #x
#define CONFIG_STRINGIFY(x)  CONFIG_STRINGIFY_(x)

/* The first columns of a row; and those of two keys that files and groups share. */
#define CONFIG_KEY(key, values, sentence) .name = key, .shape = values, .about = sentence
#define CONFIG_TARGETS                    CONFIG_KEY("targets", "targets", "a list of targets")
#define CONFIG_TARGETS_FILE               CONFIG_KEY("targets_file", "files", "a target file, or a list of them")

/* config_section_n - how many there are of the section in c. config_section_at - the struct of the i-th. */
size_t config_section_n(const struct config_section *section, const struct config *c);
const void *config_section_at(const struct config_section *section, const struct config *c, size_t i);

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

/* config_section_bad_value - report that value is not one that key takes. */
void config_section_bad_value(struct config_reader *r, const struct setting *key, const struct config_node *value);
#endif
