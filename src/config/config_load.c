#include "config/config_reader.h"

#include "base/secret.h"

#include <errno.h>
#include <stdlib.h>

static int read_main(struct config_reader *r, const char *file, const char *text, size_t len)
{
	const struct config_level base = { .profile.options = options_default() };
	struct config_at whole = { .file = file };
	struct config_tree tree;
	int err = config_input_main(r, file);

	if (err)
		return err;
	r->n_bytes = len;
	err = config_tree_parse(&tree, whole, text, len, r->errors);
	*config_input_tree(r, 0) = tree;
	if (!err && tree.root)
		err = config_root(r, tree.root, &base, true);
	if (!err) {
		config_ranges_check(r);
		config_names_check(r);
		config_depends_check(r);
	}
	config_sd_warn(r);
	if (!err && !r->errors->n && !r->errors->n_more && !r->n_targets &&
	    r->config->shard.count == 1)
		config_report(r->errors, whole, "%s: add a list \"targets:\" of addresses or host names",
		              tree.root ? "no targets" : "the file is empty");
	return err;
}

static int parse(struct config *c, const char *file, const char *text, size_t len,
		 struct config_errors *errors)
{
	struct config_reader r = { .config = c, .errors = errors, .secret = secret_new() };
	int err;

	r.scratch = arena_new();
	if (!r.scratch)
		return -ENOMEM;
	config_profiles_init(&r);
	config_names_init(&r);
	config_depends_init(&r);
	config_sd_init(&r);
	err = read_main(&r, file, text, len);
	c->n_all = r.n_targets;
	config_sd_fini(&r);
	config_depends_fini(&r);
	config_names_fini(&r);
	config_profiles_fini(&r);
	config_inputs_fini(&r);
	arena_free(r.scratch);
	free(r.ranges);
	if (err && err != -EINVAL)
		return err;
	if (errors->n)
		return -EINVAL;
	return errors->n_more ? -ENOMEM : 0;  /* found, but there was no memory to say so */
}

int config_parse(struct config **out, const char *file, const char *text, size_t len,
                 struct config_errors *errors)
{
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
	err = parse(c, file, text, len, errors);
	if (err)
		goto free_config;
	*out = c;
	return 0;
free_config:
	config_free(c);
	return err;
}

static int load(struct config **out, const char *path, bool is_strict, struct config_errors *errors)
{
	char *text, wrong[CONFIG_WRONGLEN];
	size_t len;
	int err;

	*out = NULL;
	errors->n = 0;
	errors->n_more = 0;
	err = config_slurp(&text, &len, path, is_strict, wrong);
	if (!err)
		err = config_parse(out, path, text, len, errors);
	else if (err == -EINVAL)
		config_report(errors, (struct config_at){ .file = path }, "%s", wrong);
	free(text);
	return err;
}

int config_load(struct config **out, const char *path, struct config_errors *errors)
{
	return load(out, path, false, errors);
}

int config_load_again(struct config **out, const char *path, struct config_errors *errors)
{
	return load(out, path, true, errors);
}
