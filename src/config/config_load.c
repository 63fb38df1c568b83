/* config_load.c - from a file to a configuration: opens, reads, checks, and tidies up after the readers. */
#include "config/config.h"

#include "base/secret.h"
#include "config/config_aka.h"
#include "config/config_depends.h"
#include "config/config_depends_check.h"
#include "config/config_error.h"
#include "config/config_files.h"
#include "config/config_hash.h"
#include "config/config_intake.h"
#include "config/config_labels.h"
#include "config/config_level.h"
#include "config/config_names.h"
#include "config/config_origins.h"
#include "config/config_profiles.h"
#include "config/config_range.h"
#include "config/config_reader.h"
#include "config/config_root.h"
#include "config/config_sd.h"
#include "config/config_tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What each module keeps while it reads. */
static const struct {
	int (*init)(struct config_reader *r);
	void (*fini)(struct config_reader *r); /* also where init has not been called; NULL: nothing to free */
} parts[] = {
	{ config_hash_init, config_hash_fini },
	{ config_files_init, config_files_fini },
	{ config_intake_init, NULL },
	{ config_names_init, config_names_fini },
	{ config_range_init, config_range_fini },
	{ config_labels_init, config_labels_fini },
	{ config_profiles_init, config_profiles_fini },
	{ config_depends_init, config_depends_fini },
	{ config_aka_init, config_aka_fini },
	{ config_sd_init, config_sd_fini },
	{ config_origins_init, config_origins_fini },
};
#define N_PARTS (sizeof(parts) / sizeof(parts[0]))

static int reader_init(struct config_reader *r)
{
	int err = 0;

	r->secret = secret_new();
	r->scratch = arena_new();
	if (!r->scratch)
		return -ENOMEM;
	for (size_t i = 0; i < N_PARTS && !err; i++)
		err = parts[i].init(r);
	return err;
}

static void reader_fini(struct config_reader *r)
{
	for (size_t i = N_PARTS; i-- > 0;) {
		if (parts[i].fini)
			parts[i].fini(r);
	}
	arena_free(r->scratch);
}

static int read_main(struct config_reader *r, const char *file, const char *text, size_t len)
{
	const struct config_level base = { .profile.options = options_default() };
	struct config_at whole = { .file = file };
	struct config_tree tree;
	int err = config_files_main(r, file, len);

	if (!err)
		err = config_hash_add(r, text, len);

	if (err)
		return err;
	err = config_tree_parse(&tree, whole, text, len, r->errors);
	*config_files_tree(r, 0) = tree;
	if (!err && tree.root)
		err = config_root_read(r, tree.root, &base, true);
	if (!err)
		err = config_origins_end(r);
	if (!err) {
		config_range_check(r);
		config_names_check(r);
		config_depends_check(r);
		config_aka_check(r);
	}
	config_sd_warn(r);
	config_hash_end(r);
	r->config->n_all = config_intake_n(r);
	if (!err && !r->errors->n && !r->errors->n_more && !r->config->n_all && r->config->shard.count == 1)
		config_error_add(r->errors, whole, "%s: add a list \"targets:\" of addresses or host names",
		                 tree.root ? "no targets" : "the file is empty");
	return err;
}

static int override_log(struct config *c, const struct config_overrides *o)
{
	struct log_options *first = &c->log.at[0];

	for (size_t i = 0; i < c->log.n && o->has_log_format; i++)
		c->log.at[i].format = o->log.format;
	if (!o->has_log_to)
		return 0;
	c->log.n = 1;
	first->to = o->log.to;
	first->path = NULL;
	if (first->to == LOG_TO_FILE)
		first->path = arena_text(c->arena, o->log.path, strlen(o->log.path));
	return first->to == LOG_TO_FILE && !first->path ? -ENOMEM : 0;
}

static int read_text(struct config *c, const char *file, const char *text, size_t len,
                     const struct config_overrides *overrides, struct config_errors *errors)
{
	struct config_reader r = { .config = c, .errors = errors, .overrides = overrides };
	int err = reader_init(&r);

	if (!err)
		err = read_main(&r, file, text, len);
	reader_fini(&r);
	if (err && err != -EINVAL)
		return err;
	if (errors->n)
		return -EINVAL;
	if (errors->n_more)
		return -ENOMEM; /* found, but there was no memory to report it */
	return override_log(c, overrides);
}

static int parse(struct config **out, const char *file, const char *text, size_t len,
                 const struct config_overrides *overrides, struct config_errors *errors)
{
	static const struct config_overrides none = { .shards = NULL };
	struct config *c = calloc(1, sizeof(*c));
	int err = -ENOMEM;

	*out = NULL;
	errors->n = 0;
	errors->n_more = 0;
	if (!c)
		return -ENOMEM;
	config_default(c);
	c->arena = arena_new();
	if (!c->arena)
		goto free_config;
	err = read_text(c, file, text, len, overrides ? overrides : &none, errors);
	if (err)
		goto free_config;
	*out = c;
	return 0;
free_config:
	config_free(c);
	return err;
}

int config_parse(struct config **out, const char *file, const char *text, size_t len, struct config_errors *errors)
{
	return parse(out, file, text, len, NULL, errors);
}

static int load(struct config **out, const char *path, bool is_strict, const struct config_overrides *overrides,
                struct config_errors *errors)
{
	char *text, wrong[CONFIG_WRONGLEN];
	size_t len;
	int err;

	*out = NULL;
	errors->n = 0;
	errors->n_more = 0;
	err = config_files_slurp(&text, &len, path, is_strict, wrong);
	if (!err)
		err = parse(out, path, text, len, overrides, errors);
	else if (err == -EINVAL)
		config_error_add(errors, (struct config_at){ .file = path }, "%s", wrong);
	free(text);
	return err;
}

int config_load(struct config **out, const char *path, const struct config_overrides *overrides,
                struct config_errors *errors)
{
	return load(out, path, false, overrides, errors);
}

int config_load_again(struct config **out, const char *path, const struct config_overrides *overrides,
                      struct config_errors *errors)
{
	return load(out, path, true, overrides, errors);
}
