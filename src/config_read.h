/* config_read.h - how a tree becomes a configuration. Shared by the config modules only.
 * All functions report what is wrong and go on; they return 0 or -ENOMEM. */
#ifndef MINIPING_CONFIG_READ_H
#define MINIPING_CONFIG_READ_H
#include "config_arena.h"
#include "config_error.h"
#include "config_tree.h"

#define CONFIG_MAX_LABELS 32              /* of one target: bounds what merging can cost */

struct config_reader {
	struct config        *config;
	struct config_errors *errors;
	const char           *file;
	struct config_secret  secret;
	struct config_index   names;      /* of targets: struct config_node */
	struct config_index   groups;     /* likewise */
	struct config_index   profiles;   /* struct profile, each once */
	struct config_index   labels;     /* struct labels, each once */
	size_t                n_targets;  /* read so far, also those that are not kept */
	size_t                room;       /* allocated in config->targets */
};

/* A mapping that takes keys: its own, and every option or those below a prefix. */
struct config_place {
	const char        *what;          /* "a target" */
	const char *const *keys;          /* ends with NULL */
	const char        *prefix;        /* of option keys: "" or "degraded."; NULL: none */
};

/* One level of defaults, group, target while it is read. */
struct config_level {
	struct profile            profile;
	const struct config_node *window; /* what gave window or interval here, for an error; or NULL */
};

/* config_key - the text of a mapping's key; NULL where it is none (already reported). */
const char *config_key(const struct config_node *key);

/* config_next_key - the key after this one, past its value. */
const struct config_node *config_next_key(const struct config_node *key);

/* config_child - the value of the first key called name; NULL if there is none. Not followed. */
const struct config_node *config_child(const struct config_node *mapping, const char *name);

/* config_kind_name - "a list", "a mapping", "empty", "a text". n has been followed. */
const char *config_kind_name(const struct config_node *n);

struct config_at config_node_at(const struct config_reader *r, const struct config_node *n);

/* config_want - value is of this kind; otherwise reported as: "name" must be a list, not …. */
bool config_want(struct config_reader *r, const char *name, const struct config_node *value,
                 enum config_kind kind);

/* config_text - the text of a scalar: not empty, at most max bytes, no control characters. Otherwise
 * reported, and NULL. */
const char *config_text(struct config_reader *r, const char *name, const struct config_node *value,
			size_t max);

/* config_unknown_key - report key, with the nearest that place has. */
void config_unknown_key(struct config_reader *r, const struct config_place *place,
			const struct config_node *key);

/* The indices of profiles and labels in r. */
void config_profiles_init(struct config_reader *r);
void config_profiles_fini(struct config_reader *r);

/* config_level_key - take key and value if they are an option, "degraded" or "labels"; *taken tells. */
int config_level_key(struct config_reader *r, struct config_level *level, const struct config_node *key,
                     bool *taken);

/* config_level_end - the shared profile of what level says; at is where an error of the whole is. */
int config_level_end(struct config_reader *r, struct config_level *level, const struct config_node *at,
                     const struct profile **out);

/* config_host_check - what is wrong with host, as the end of a sentence; NULL: nothing, and *addr is
 * the address it spells, or AF_UNSPEC for a name. */
const char *config_host_check(const char *host, struct addr *addr);

/* The indices of names and groups in r. */
void config_names_init(struct config_reader *r);
void config_names_fini(struct config_reader *r);

/* config_targets - the list in value, whose items inherit from base and its shared copy. */
int config_targets(struct config_reader *r, const struct config_node *value,
		   const struct config_level *base, const struct profile *shared);

/* config_groups - the list in value, whose groups inherit from base. */
int config_groups(struct config_reader *r, const struct config_node *value,
		  const struct config_level *base);

#endif
