/* config_grammar.h - which keys stand where. Made into the parser, the manual page minipingd.yaml(5) and
 * the JSON Schema (config_keydoc.c). For the config modules only. */
#ifndef MINIPING_CONFIG_GRAMMAR_H
#define MINIPING_CONFIG_GRAMMAR_H
#include "options.h"

#include <stddef.h>

struct config_word {                      /* a key whose value has a shape of its own */
	const char *name;
	const char *shape;                /* what config_keydoc.c calls it */
	const char *about;                /* one line for the manual */
};

/* A mapping that takes words, and the keys of a table that begin with a prefix. */
struct config_place {
	const char               *what;   /* "a target" */
	const struct config_word *words;  /* ends with a NULL name, as keys does; NULL: none */
	const struct options_key *keys;
	const char               *prefix; /* "", "degraded." or "degraded.clear." */
};

extern const struct config_place config_root_place, config_include_place, config_defaults_place;
extern const struct config_place config_group_place, config_target_place, config_degraded_place;
extern const struct config_place config_clear_place;
extern const struct config_place config_log_place, config_limits_place, config_shard_place;
extern const struct config_place config_sd_place;

/* config_place_key - the i-th key, without prefix; NULL behind the last. */
const char *config_place_key(const struct config_place *place, size_t i);

/* config_place_word - the word called name; NULL if there is none. */
const struct config_word *config_place_word(const struct config_place *place, const char *name);

/* config_place_find - the key of the table called name, without prefix; NULL if there is none. */
const struct options_key *config_place_find(const struct config_place *place, const char *name);

/* config_place_has - key, of its table, is one of the place: it begins with the prefix and goes on without
 * another point. */
bool config_place_has(const struct config_place *place, const struct options_key *key);

/* config_default - *c with the value of every key that no file gives. */
struct config;
void config_default(struct config *c);
#endif
