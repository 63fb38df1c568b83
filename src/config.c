#include "config_read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_STEP (64u * 1024)
#define MAX_PATH  4095

static const char *const root_keys[] = { "defaults", "groups", "targets", "log", NULL };
static const char *const defaults_keys[] = { "labels", "degraded", NULL };
static const char *const log_keys[] = { "to", "format", NULL };
static const struct config_place root_place = { "the file", root_keys, NULL };
static const struct config_place defaults_place = { "\"defaults\"", defaults_keys, "" };
static const struct config_place log_place = { "\"log\"", log_keys, NULL };

static int read_defaults(struct config_reader *r, const struct config_node *value,
			 struct config_level *level)
{
	const struct config_node *key;
	bool taken;
	int err = 0;

	if (!config_want(r, "defaults", value, CONFIG_MAPPING))
		return 0;
	for (key = config_node_follow(value)->first; key && !err; key = config_next_key(key)) {
		if (!config_key(key))
			continue;
		err = config_level_key(r, level, key, &taken);
		if (!taken)
			config_unknown_key(r, &defaults_place, key);
	}
	return err;
}

static int read_log_to(struct config_reader *r, const struct config_node *value)
{
	struct config_log *log = &r->config->log;
	const char *text = config_text(r, "to", value, MAX_PATH);
	char quoted[CONFIG_QUOTELEN];

	if (!text)
		return 0;
	if (!strcmp(text, "stdout")) {
		log->to = CONFIG_STDOUT;
	} else if (!strcmp(text, "stderr")) {
		log->to = CONFIG_STDERR;
	} else if (text[0] == '/') {
		log->to = CONFIG_FILE;
		log->path = config_arena_text(r->config->arena, text, strlen(text));
		return log->path ? 0 : -ENOMEM;
	} else {
		config_report(r->errors, config_node_at(r, value),
		              "\"to\" is %s: expected stdout, stderr or a path that begins with /",
		              config_quote(text, quoted));
	}
	return 0;
}

static void read_log_format(struct config_reader *r, const struct config_node *value)
{
	const char *text = config_text(r, "format", value, MAX_PATH);
	char quoted[CONFIG_QUOTELEN];

	if (!text)
		return;
	if (!strcmp(text, "logfmt"))
		r->config->log.format = CONFIG_LOGFMT;
	else if (!strcmp(text, "json"))
		r->config->log.format = CONFIG_JSON;
	else
		config_report(r->errors, config_node_at(r, value),
			      "\"format\" is %s: expected logfmt or json", config_quote(text, quoted));
}

static int read_log(struct config_reader *r, const struct config_node *value)
{
	const struct config_node *key;
	int err = 0;

	if (!config_want(r, "log", value, CONFIG_MAPPING))
		return 0;
	for (key = config_node_follow(value)->first; key && !err; key = config_next_key(key)) {
		const char *text = config_key(key);

		if (text && !strcmp(text, "to"))
			err = read_log_to(r, key->next);
		else if (text && !strcmp(text, "format"))
			read_log_format(r, key->next);
		else
			config_unknown_key(r, &log_place, key);
	}
	return err;
}

static int read_section(struct config_reader *r, const struct config_node *key,
			const struct config_level *base, const struct profile *shared)
{
	const char *text = config_key(key);

	if (!text || !strcmp(text, "defaults"))
		return 0;
	if (!strcmp(text, "groups"))
		return config_groups(r, key->next, base);
	if (!strcmp(text, "targets"))
		return config_targets(r, key->next, base, shared);
	if (!strcmp(text, "log"))
		return read_log(r, key->next);
	config_unknown_key(r, &root_place, key);
	return 0;
}

static int read_root(struct config_reader *r, const struct config_node *root)
{
	struct config_level base = { .profile.options = options_default() };
	const struct config_node *defaults, *key;
	const struct profile *shared;
	int err = 0;

	root = config_node_follow(root);
	if (root->kind != CONFIG_MAPPING) {
		config_report(r->errors, config_node_at(r, root),
			      "the file must be a mapping with a list \"targets:\", not %s",
			      config_kind_name(root));
		return 0;
	}
	/* First, because what stands above it in the file inherits from it too. */
	defaults = config_child(root, "defaults");
	if (defaults)
		err = read_defaults(r, defaults, &base);
	if (err || config_level_end(r, &base, defaults ? defaults : root, &shared) < 0)
		return -ENOMEM;
	for (key = root->first; key && !err; key = config_next_key(key))
		err = read_section(r, key, &base, shared);
	return err;
}

static int read_tree(struct config *c, const struct config_tree *tree, const char *file,
                     struct config_errors *errors)
{
	struct config_reader r = {
		.config = c,
		.errors = errors,
		.file = file,
		.secret = config_secret_new(),
	};
	int err;

	config_profiles_init(&r);
	config_names_init(&r);
	err = read_root(&r, tree->root);
	config_names_fini(&r);
	config_profiles_fini(&r);
	return err;
}

static int parse(struct config *c, const char *file, const char *text, size_t len,
		 struct config_errors *errors)
{
	const struct config_at whole = { .file = file };
	struct config_tree tree;
	int err = config_tree_parse(&tree, file, text, len, errors);

	if (!err && tree.root)
		err = read_tree(c, &tree, file, errors);
	if (!err && !errors->n && !errors->n_more && !c->n_targets)
		config_report(errors, whole, "%s: add a list \"targets:\" of addresses or host names",
			      tree.root ? "no targets" : "the file is empty");
	config_tree_fini(&tree);
	if (err == -ENOMEM)
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
	c->arena = config_arena_new();
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

static int grow(char **text, size_t *room)
{
	char *more = realloc(*text, 2 * *room);

	if (!more)
		return -ENOMEM;
	*text = more;
	*room *= 2;
	return 0;
}

static ssize_t read_some(int fd, char *place, size_t room)
{
	ssize_t n;

	do
		n = read(fd, place, room);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/* All that fd has. Not mmap: a file cut short meanwhile would be a SIGBUS. */
static int read_all(int fd, char **text, size_t *len)
{
	struct stat st;
	size_t room = READ_STEP;
	ssize_t n;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		if (st.st_size > (off_t)CONFIG_MAX_BYTES)
			return -EFBIG;
		room = (size_t)st.st_size + 1;   /* one more: the end shows without growing */
	}
	*text = malloc(room);
	if (!*text)
		return -ENOMEM;
	do {
		if (*len == room && grow(text, &room) < 0)
			return -ENOMEM;
		n = read_some(fd, *text + *len, room - *len);
		if (n < 0)
			return (int)n;
		*len += (size_t)n;
	} while (n > 0 && *len <= CONFIG_MAX_BYTES);
	return *len > CONFIG_MAX_BYTES ? -EFBIG : 0;
}

static int load_text(const char *path, char **text, size_t *len, struct config_errors *errors)
{
	const struct config_at whole = { .file = path };
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY), err;

	if (fd < 0) {
		config_report(errors, whole, "cannot open: %s", strerror(errno));
		return -EINVAL;
	}
	err = read_all(fd, text, len);
	close(fd);
	if (err == -ENOMEM)
		return err;
	if (err == -EISDIR)
		config_report(errors, whole, "is a directory, not a file");
	else if (err == -EFBIG)
		config_report(errors, whole, "too large: more than %u MiB",
			      CONFIG_MAX_BYTES / (1024 * 1024));
	else if (err)
		config_report(errors, whole, "cannot read: %s", strerror(-err));
	return err ? -EINVAL : 0;
}

int config_load(struct config **out, const char *path, struct config_errors *errors)
{
	char *text = NULL;
	size_t len = 0;
	int err;

	*out = NULL;
	errors->n = 0;
	errors->n_more = 0;
	err = load_text(path, &text, &len, errors);
	if (!err)
		err = config_parse(out, path, text, len, errors);
	free(text);
	return err;
}
