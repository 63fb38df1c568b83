/* config.h - a YAML file, and those that it names, to one checked, immutable value; every error with
 * file:line:column.
 * No state beside its arguments: any thread may load. */
#ifndef MINIPING_CONFIG_H
#define MINIPING_CONFIG_H
#include "base/addr.h"
#include "base/filestamp.h"
#include "config/shard.h"
#include "core/origins.h"
#include "core/profile.h"
#include "core/ratelimit.h"
#include "log/log.h"
#include "serve/http_options.h"
#include "store/store_options.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define CONFIG_MAX_TARGETS 1000000             /* unless limits.max_targets says otherwise */
#define CONFIG_MAX_BYTES   ((size_t)256 << 20) /* of all files together */
#define CONFIG_MAX_FILES   10000
#define CONFIG_MAX_ERRORS  100 /* further ones are only counted */

struct config_target {
	const char *name;              /* unique; defaults to host */
	const char *host;              /* as written: an address or a name */
	struct addr addr;              /* AF_UNSPEC: host is a name, to be resolved */
	const struct profile *profile; /* shared; never NULL */
	uint32_t line;                 /* of the file that names it */
};

enum config_input_kind {
	CONFIG_INPUT_MAIN,
	CONFIG_INPUT_INCLUDE,
	CONFIG_INPUT_TARGETS,
	CONFIG_INPUT_WEB, /* http.web_config, and certificates, keys and tokens: nothing of it may be shown */
};

struct config_input {     /* a file that was read */
	const char *path; /* as it was opened */
	enum config_input_kind kind;
	struct filestamp stamp; /* just before it was read */
};

struct config_error {
	char *file;
	uint32_t line, column; /* from 1; 0: the file as a whole */
	char *message;         /* what is wrong and what would be right */
	uint32_t number;       /* of the file: how many were opened before it */
};

struct config_errors {
	struct config_error at[CONFIG_MAX_ERRORS];
	size_t n;      /* in at[] */
	size_t n_more; /* found beyond them */
};

struct config {
	struct config_target *targets; /* in the order of the files; at least one, but for a shard */
	size_t n_targets;
	size_t n_all; /* targets of all shards */
	struct log_list log;
	struct serve_options serve;
	struct state_options state;
	struct history_options history;
	uint32_t max_targets; /* of all shards; what DNS adds to them, too */
	struct ratelimit_options ratelimit;
	struct shard shard;              /* this daemon's part of the targets */
	struct dependency *dependencies; /* all that any target depends on, each once */
	size_t n_dependencies;
	const struct profile *defaults; /* what a target of the main file inherits */
	struct config_input *files;     /* the main file first */
	size_t n_files;
	char hash[17];                 /* of what the files hold, in hex (config_hash.h) */
	struct config_errors warnings; /* what is taken otherwise than it is written, or has no effect */
	atomic_uint n_refs;            /* beside the first */
	struct origins_own *owns;      /* of the targets with options of their own (origins.h) */
	struct arena *arena;           /* owns every string, profile, labels and dependency above */
};

/* What wins over the files: over what they say, or leave out. All zero: nothing does. */
struct config_overrides {
	bool has_log_to, has_log_format;
	struct log_options log; /* of it the place, that of the first sink, then the only one; the format; or both, as
	                         * the flags say */
	const struct shard_set *shards; /* the targets of these shards are this daemon's, whatever "shard" says; NULL */
};

/* config_load - read and check the file at path, and the files that it names. overrides: NULL, or copied from.
 * 0: *out is the caller's, *errors empty. -EINVAL: *out is NULL, *errors (never empty) file by file, and
 * of each in its order. -ENOMEM, -EMFILE or -ENFILE: *out is NULL, *errors may hold some.
 * *errors need not be initialised. Reads at most CONFIG_MAX_BYTES; depth at most 32; time and memory
 * O(size of the files, and targets that ranges expand to). */
int config_load(struct config **out, const char *path, const struct config_overrides *overrides,
                struct config_errors *errors);

/* config_load_again - the same for a reload: what is not a regular file is an error, since a FIFO or a terminal
 * could keep the reader waiting, and has been read to its end already. */
int config_load_again(struct config **out, const char *path, const struct config_overrides *overrides,
                      struct config_errors *errors);

/* config_parse - the same from memory, without overrides; file is what errors call it, and its directory is where
 * relative paths begin. Text need not end with a NUL. */
int config_parse(struct config **out, const char *file, const char *text, size_t len, struct config_errors *errors);

/* config_default - *c with the value of every key of its sections that no file gives. */
void config_default(struct config *c);

/* config_free - gives up one reference, and frees c with the last; NULL allowed. config_ref - one more. Any thread. */
void config_free(struct config *c);
struct config *config_ref(struct config *c);

/* config_take_targets - c->targets is the caller's from now on, to be given to free(), and c has no targets any more.
 * The strings and profiles that they point to are still c's. */
struct config_target *config_take_targets(struct config *c);

/* config_dump - the configuration with every default filled in, as YAML that reads back as the same
 * targets. 0, or -EIO. O(targets). */
int config_dump(FILE *out, const struct config *c);

/* config_dump_targets - the same with these in place of c's targets, which have been taken: those of a group are one
 * behind the other, and profiles are c's, or as good as c's. */
int config_dump_targets(FILE *out, const struct config *c, const struct config_target *targets, size_t n);

/* config_dump_defaults - the section defaults that p says, but for what its targets depend on; reads back likewise. 0,
 * or -EIO. */
int config_dump_defaults(FILE *out, const struct profile *p);

/* config_diff - on for every key of the sections, not of targets, that has another value in b than in a: option
 * "limits.max_rate", or "log[1].to" where there are several; lists with ", " between; NULL: no value, or none such. */
typedef void config_diff_on(void *data, const char *option, const char *from, const char *to);
void config_diff(const struct config *a, const struct config *b, config_diff_on *on, void *data);

/* config_errors_fini - frees what errors holds; leaves it empty. */
void config_errors_fini(struct config_errors *errors);

/* config_error_text - "file:line:column: message" (or "file: message"); returns buf. */
char *config_error_text(const struct config_error *e, char *buf, size_t buf_len);
#endif
