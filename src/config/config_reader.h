/* config_reader.h - how trees become a configuration. Shared by the config modules only.
 * All functions report what is wrong and go on; they return 0, or -errno of what this machine lacks
 * (config_is_want). */
#ifndef MINIPING_CONFIG_READER_H
#define MINIPING_CONFIG_READER_H
#include "base/arena.h"
#include "config/config_error.h"
#include "config/config_grammar.h"
#include "config/config_tree.h"

#define CONFIG_MAX_LABELS 32              /* of one target: bounds what merging can cost */

/* What a warning says once, of the first and of how many more. */
struct config_sd_note {
	const struct config_node *first;
	size_t                    n;
};

struct config_reader {
	struct config         *config;
	struct config_errors  *errors;
	struct hash_secret   secret;
	struct arena   *scratch;   /* what lives as long as the reader */
	struct config_opened  *opened;    /* more about config->files, by number (config_files.c) */
	size_t                 files_room;
	size_t                 n_tried, n_globs, n_bytes;
	struct arena_index    names;     /* of targets: struct config_node */
	struct arena_index    groups;    /* likewise */
	struct arena_index    parents;   /* likewise: of targets that are names with addresses: all */
	struct arena_index    profiles;  /* struct profile, each once */
	struct arena_index    labels;    /* struct labels, each once */
	struct arena_index    depends;   /* struct depends, each once */
	struct arena_index    dependents;    /* targets that depend on any (config_depends.c) */
	struct arena_index    depended;  /* struct config_depended, by name */
	struct config_depended *first_depended, *last_depended;   /* in the order in which they were named */
	struct config_variant {           /* the latest profile asked for, for the next target asks again */
		const struct profile *of, *is;
		enum family           family;
	} variants[2];
	struct {                          /* config_sd.c */
		struct arena_index   hosts;  /* of all such files: struct config_node */
		struct config_sd_note ports, labels, again;
	} sd;
	struct config_range   *ranges;    /* all of them, with their places (config_range.c) */
	size_t                 n_ranges, ranges_room;
	size_t                 n_targets; /* read so far, also those that are not kept */
	size_t                 room;      /* allocated in config->targets */
	bool                   is_full;   /* max_targets is used up, and that has been told */
};

/* One level of defaults, group, target while it is read. */
struct config_level {
	struct profile            profile;
	const struct config_node *window; /* what gave window or interval here, for an error; or NULL */
	const struct config_node *degraded;   /* what gave it here, likewise */
	const struct config_node *depends;    /* what gave depends_on; of use where it is a target's own */
};

/* --- config_keys --- */

/* config_key - the text of a mapping's key; NULL where it is none (already reported). */
const char *config_key(const struct config_node *key);

/* config_next_key - the key after this one, past its value. */
const struct config_node *config_next_key(const struct config_node *key);

/* config_child - the value of the first key called name; NULL if there is none. Not followed. */
const struct config_node *config_child(const struct config_node *mapping, const char *name);

/* config_kind_name - "a list", "a mapping", "empty", "a text". n has been followed. */
const char *config_kind_name(const struct config_node *n);

struct config_at config_node_at(const struct config_reader *r, const struct config_node *n);

/* config_node_place - "3:5", or "FILE:3:5" for somebody who reads of another file; returns buf. */
#define CONFIG_PLACELEN 300
char *config_node_place(const struct config_reader *r, const struct config_node *n,
                        const struct config_node *reader, char buf[CONFIG_PLACELEN]);

/* config_want - value is of this kind; otherwise reported as: "name" must be a list, not …. */
bool config_want(struct config_reader *r, const char *name, const struct config_node *value,
                 enum config_kind kind);

/* config_node_text - the text of a scalar: not empty, at most max bytes, no control characters. Otherwise
 * reported, and NULL. */
const char *config_node_text(struct config_reader *r, const char *name, const struct config_node *value,
			size_t max);

/* config_unknown_key - report key, with the nearest that place has. */
void config_unknown_key(struct config_reader *r, const struct config_section *place,
			const struct config_node *key);

/* The nearest of many words to a text, for "did you mean": begin with { .text = … }, offer each. */
struct config_nearest {
	const char *text, *word;          /* word NULL: none is near */
	unsigned    n_edits;
};
void config_nearest_offer(struct config_nearest *nearest, const char *word);

/* config_bad_value - report that value is nothing for key. */
void config_bad_value(struct config_reader *r, const struct setting *key,
		      const struct config_node *value);

/* --- config_profile --- */

/* The indices of profiles and labels in r. */
void config_profiles_init(struct config_reader *r);
void config_profiles_fini(struct config_reader *r);

/* config_level_key - take key and value if they are an option, "degraded", "labels" or "depends_on";
 * *taken tells. */
int config_level_key(struct config_reader *r, struct config_level *level, const struct config_node *key,
                     bool *taken);

/* config_profile_on - the shared profile like p, but for this interface. */
int config_profile_on(struct config_reader *r, const struct profile *p, const char interface[SETTING_INTERFACE_LEN],
                      const struct profile **out);

/* config_level_end - the shared profile of what level says; at is where an error of the whole is. */
int config_level_end(struct config_reader *r, struct config_level *level, const struct config_node *at,
                     const struct profile **out);

/* config_profile_share - the shared profile that says the same as p. */
int config_profile_share(struct config_reader *r, const struct profile *p, const struct profile **out);

/* config_profile_of - the shared profile like p, which is shared itself, but for this family. */
int config_profile_of(struct config_reader *r, const struct profile *p, enum family family,
                      const struct profile **out);

/* --- config_depends, config_depends_check --- */

/* A target that others depend on, while it is read. */
struct config_depended {
	struct dependency        *is;
	const struct config_node *node;   /* where it is first named */
	struct config_depended   *next;
	/* and once all has been read: */
	const struct config_node *target; /* what gives the target its name */
	const struct depends     *on;     /* what it depends on itself */
	struct config_depended   *via;    /* the walk came from it */
	size_t                    n_walked;   /* of on */
	bool                      is_open;    /* on the walk's way */
};

/* The indices of what depends on what in r. */
void config_depends_init(struct config_reader *r);
void config_depends_fini(struct config_reader *r);

/* config_depends_read - "depends_on" of level; the names are looked up once all has been read. */
int config_depends_read(struct config_reader *r, struct config_level *level, const struct config_node *value);

/* config_depends_not_self - name is not among what its own depends_on in value says; otherwise reported. */
void config_depends_not_self(struct config_reader *r, const struct config_node *value, const char *name);

/* config_depends_remember - the target called name, by a node that lasts, depends on these. NULL: on none. */
int config_depends_remember(struct config_reader *r, const struct config_node *name,
                            const struct depends *depends);

/* config_depends_of - what config_depends_remember was told of name; NULL: nothing. */
const struct depends *config_depends_of(const struct config_reader *r, const char *name);

/* config_depends_strip - nobody depends on itself: where name is in *profile's list, it is one of those in front, and
 * depends on none of them. */
int config_depends_strip(struct config_reader *r, const char *name, const struct profile **profile);

/* config_depended_at - what is called name; NULL: nobody depends on such a target. */
struct config_depended *config_depended_at(const struct config_reader *r, const char *name);

/* config_depends_check - each name that a target depends on is that of a target that is probed, and no target
 * depends on itself by way of others; otherwise reported. Once, when all has been read, and not if errors
 * have been found: what could not be read may be what is named. O(targets), without recursion. */
void config_depends_check(struct config_reader *r);

/* --- config_host --- */

/* config_family_check - an address of that family, of the text that stands at node, suits the options;
 * otherwise reported. AF_UNSPEC: a name. */
bool config_family_check(struct config_reader *r, const struct options *o, const struct config_node *node,
                         uint16_t family);

/* --- config_target, config_targets --- */

/* A target while it is read; nodes not followed. */
struct config_item {
	const struct config_node *node, *host, *name, *range, *exclude;
	const struct config_node *depends;    /* its own depends_on; NULL: none */
	const struct profile     *profile;
	bool                      is_plain;   /* has no option or label of its own */
};

/* The indices of names, groups and parents in r. */
void config_names_init(struct config_reader *r);
void config_names_fini(struct config_reader *r);

/* config_claim_name - no other target (or whatever index is of) has it; otherwise reported. */
int config_claim_name(struct config_reader *r, struct arena_index *index, const char *what,
                      const struct config_node *name);

/* config_count - n more targets at node; false: too many, and reported. */
bool config_count(struct config_reader *r, uint64_t n, const struct config_node *node);

/* config_keep - add to config->targets, unless another shard has it or there are errors, so that nobody
 * will see it. Copies name; where host is NULL, it is the name. */
int config_keep(struct config_reader *r, const struct config_target *target);

/* config_target - item's host, or its range. */
int config_target(struct config_reader *r, const struct config_item *item);

/* config_range - the addresses of item's range. */
int config_range(struct config_reader *r, const struct config_item *item);

/* config_range_at - the range that has a target called name, and what it depends on; NULL: none. After
 * config_ranges_check. */
const struct config_node *config_range_at(const struct config_reader *r, const char *name,
                                          const struct depends **depends);

/* config_ranges_check - no address of a range is another target's name; otherwise reported. Once, when
 * all has been read. */
void config_ranges_check(struct config_reader *r);

/* config_names_check - no target has the name that an address of a parent will get; otherwise reported.
 * Once, when all has been read. */
void config_names_check(struct config_reader *r);

/* config_targets - the list in value, whose items inherit from base and its shared copy. */
int config_targets(struct config_reader *r, const struct config_node *value,
		   const struct config_level *base, const struct profile *shared);

/* config_one_target - one item of such a list. */
int config_one_target(struct config_reader *r, const struct config_level *base, const struct profile *shared,
                      const struct config_node *node);

/* config_groups - the list in value, whose groups inherit from base. */
int config_groups(struct config_reader *r, const struct config_node *value,
		  const struct config_level *base);

/* config_targets_file - the file or files named in value. */
int config_targets_file(struct config_reader *r, const struct config_node *value,
                        const struct config_level *base, const struct profile *shared);

/* --- config_sd --- */

void config_sd_init(struct config_reader *r);
void config_sd_fini(struct config_reader *r);

/* config_sd_entries - the list of {targets, labels} in root, which inherits from base. Ports, schemes and paths of
 * targets are dropped, and labels __...; hosts that came before in such a file are passed over; names of labels are
 * made valid, and those that are taken get the prefix exported_. */
int config_sd_entries(struct config_reader *r, const struct config_node *root, const struct config_level *base);

/* config_sd_warn - say so, once. When all has been read. */
void config_sd_warn(struct config_reader *r);

/* --- config_input --- */

/* config_is_want - this errno says that the machine lacks memory or descriptors now: no error of the configuration. */
bool config_is_want(int error);

/* config_slurp - all of the file at path, in memory that the caller frees. 0; -errno of a want; or -EINVAL and in
 * wrong why not. Where is_strict, only of a regular file. */
#define CONFIG_WRONGLEN 200
int config_slurp(char **text, size_t *len, const char *path, bool is_strict, char wrong[CONFIG_WRONGLEN]);

/* config_input_main - the main file, before all others. */
int config_input_main(struct config_reader *r, const char *path);
void config_inputs_fini(struct config_reader *r);

/* config_input_tree - where the tree of a file goes, so that its nodes outlive the reading. */
struct config_tree *config_input_tree(struct config_reader *r, uint32_t number);

/* What is done with the text of one file. */
typedef int config_on_file(struct config_reader *r, struct config_at whole, const char *text, size_t len,
                           void *data);

/* config_files - read the file or list of files that the key called name has as its value; relative paths
 * begin where the file of value is. Wildcards in the last part of an include give what matches, sorted. */
int config_files(struct config_reader *r, const char *name, const struct config_node *value,
                 enum config_input_kind kind, config_on_file *on_file, void *data);

/* --- config_root --- */

/* config_root - a whole file; base is what it inherits. */
int config_root(struct config_reader *r, const struct config_node *root, const struct config_level *base,
                bool is_main);

#endif
