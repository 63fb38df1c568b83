#include "config/config_reader.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_PATH  4095
#define MAX_DEPTH 8                       /* files within files */
#define MAX_GLOBS 64                      /* each reads a directory, however short it is in the file */
#define WILDCARDS "*?["

/* More about config->files[of the same number]. */
struct config_opened {
	dev_t                     dev;
	ino_t                     ino;
	struct config_tree        tree;
	const struct config_node *at;     /* what named it; NULL: the main file */
	uint32_t                  depth;
};

/* One value that names files. */
struct request {
	const char               *name;   /* its key */
	const struct config_node *node;   /* not followed */
	enum config_input_kind    kind;
	config_on_file           *on_file;
	void                     *data;
};

static int make_room(struct config_reader *r)
{
	struct config *c = r->config;
	size_t room = r->files_room ? 2 * r->files_room : 4;
	struct config_opened *opened;
	struct config_input *files;

	if (c->n_files < r->files_room)
		return 0;
	opened = reallocarray(r->opened, room, sizeof(*opened));
	if (!opened)
		return -ENOMEM;
	r->opened = opened;
	files = reallocarray(c->files, room, sizeof(*files));
	if (!files)
		return -ENOMEM;
	c->files = files;
	r->files_room = room;
	return 0;
}

static int add(struct config_reader *r, const char *path, const struct stat *st, enum config_input_kind kind,
               const struct config_node *at)
{
	struct config *c = r->config;
	char *copy = arena_text(c->arena, path, strlen(path));

	if (!copy || make_room(r) < 0)
		return -ENOMEM;
	c->files[c->n_files] = (struct config_input){ copy, kind, filestamp_of(st) };
	r->opened[c->n_files++] = (struct config_opened){
		.dev = st->st_dev, .ino = st->st_ino, .at = at,
		.depth = at ? r->opened[at->file].depth + 1 : 0,
	};
	return 0;
}

int config_input_main(struct config_reader *r, const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)              /* parsed from memory: nothing can name it again */
		st = (struct stat){ 0 };
	return add(r, path, &st, CONFIG_INPUT_MAIN, NULL);
}

void config_inputs_fini(struct config_reader *r)
{
	for (size_t i = 0; r->opened && i < r->config->n_files; i++)
		config_tree_fini(&r->opened[i].tree);
	free(r->opened);
}

struct config_tree *config_input_tree(struct config_reader *r, uint32_t number)
{
	return &r->opened[number].tree;
}

/* "a.yaml -> b.yaml -> a.yaml", from the file number first down to last; returns buf. */
static char *chain_text(const struct config_reader *r, uint32_t first, uint32_t last, char *buf, size_t buf_len)
{
	char below[1000] = "";

	snprintf(buf, buf_len, "%s", r->config->files[first].path);
	for (uint32_t i = last; i != first; i = r->opened[i].at->file) {
		snprintf(buf, buf_len, " -> %s%s", r->config->files[i].path, below);
		snprintf(below, sizeof(below), "%s", buf);
	}
	snprintf(buf, buf_len, "%s%s -> %s", r->config->files[first].path, below, r->config->files[first].path);
	return buf;
}

static bool is_above(const struct config_reader *r, uint32_t number, uint32_t last)
{
	while (last != number && r->opened[last].at)
		last = r->opened[last].at->file;
	return last == number;
}

/* The same file twice can only give the same names twice; and so no file can be read without end. */
static bool check_new(struct config_reader *r, const struct request *q, const char *path,
                      const struct stat *st)
{
	char chain[1000], place[CONFIG_PLACELEN], quoted[CONFIG_QUOTELEN];

	for (uint32_t i = 0; i < r->config->n_files; i++) {
		if (r->opened[i].ino != st->st_ino || r->opened[i].dev != st->st_dev)
			continue;
		config_quote(path, quoted);
		if (is_above(r, i, q->node->file))
			config_report(r->errors, config_node_at(r, q->node), "\"%s\" is a cycle: %s", q->name,
			              chain_text(r, i, q->node->file, chain, sizeof(chain)));
		else
			config_report(r->errors, config_node_at(r, q->node), "%s is read already (at %s)", quoted,
			              config_node_place(r, r->opened[i].at, q->node, place));
		return false;
	}
	return true;
}

static int read_file(struct config_reader *r, const struct request *q, const char *path, const struct stat *st)
{
	char *text, wrong[CONFIG_WRONGLEN], quoted[CONFIG_QUOTELEN];
	size_t len;
	int err = config_slurp(&text, &len, path, true, wrong);

	if (!err && len > CONFIG_MAX_BYTES - r->n_bytes) {
		snprintf(wrong, sizeof(wrong), "too large: all files together are more than %zu MiB",
		         CONFIG_MAX_BYTES >> 20);
		free(text);
		err = -EINVAL;
	}
	if (err && err != -EINVAL)
		return err;
	if (err) {
		config_report(r->errors, config_node_at(r, q->node), "%s: %s", config_quote(path, quoted), wrong);
		return 0;
	}
	r->n_bytes += len;
	err = add(r, path, st, q->kind, q->node);
	if (!err) {
		struct config_at whole = { .number = (uint32_t)r->config->n_files - 1 };

		whole.file = r->config->files[whole.number].path;
		err = q->on_file(r, whole, text, len, q->data);
	}
	free(text);
	return err;
}

static int open_one(struct config_reader *r, const struct request *q, const char *path)
{
	struct config_at at = config_node_at(r, q->node);
	char quoted[CONFIG_QUOTELEN];
	struct stat st;

	if (++r->n_tried >= CONFIG_MAX_FILES) {
		config_report(r->errors, at, "more than %d files", CONFIG_MAX_FILES - 1);
		return 0;
	}
	if (r->opened[q->node->file].depth == MAX_DEPTH) {
		config_report(r->errors, at, "\"%s\" nests files more than %d deep", q->name, MAX_DEPTH);
		return 0;
	}
	if (stat(path, &st) < 0) {
		config_report(r->errors, at, "%s: cannot open: %s", config_quote(path, quoted), strerror(errno));
		return 0;
	}
	return check_new(r, q, path, &st) ? read_file(r, q, path, &st) : 0;
}

/* The directory that relative paths of q begin in, with its "/"; for a pattern its wildcards escaped. */
static size_t put_directory(const struct config_reader *r, const struct request *q, bool is_pattern,
                            char buf[2 * MAX_PATH])
{
	const char *path = r->config->files[q->node->file].path, *slash = strrchr(path, '/');
	size_t len = 0;

	for (; slash && path <= slash && len < MAX_PATH; path++) {
		if (is_pattern && strchr(WILDCARDS "\\", *path))
			buf[len++] = '\\';
		buf[len++] = *path;
	}
	return len;
}

static int open_matching(struct config_reader *r, const struct request *q, const char *pattern)
{
	char quoted[CONFIG_QUOTELEN];
	int found, err = 0;
	glob_t g;

	if (++r->n_globs > MAX_GLOBS) {
		config_report(r->errors, config_node_at(r, q->node), "more than %d paths with wildcards",
		              MAX_GLOBS);
		return 0;
	}
	found = glob(pattern, GLOB_ERR, NULL, &g);
	if (found == GLOB_NOSPACE)
		err = -ENOMEM;
	else if (found == GLOB_ABORTED && config_is_want(errno))
		err = -errno;
	else if (found == GLOB_ABORTED && errno != ENOENT)
		config_report(r->errors, config_node_at(r, q->node), "%s: cannot read the directory: %s",
		              config_quote(pattern, quoted), strerror(errno));
	else if (found)
		config_report(&r->config->warnings, config_node_at(r, q->node), "warning: %s: no file matches",
		              config_quote(config_node_follow(q->node)->text, quoted));
	for (size_t i = 0; !found && !err && i < g.gl_pathc; i++)
		err = open_one(r, q, g.gl_pathv[i]);
	globfree(&g);
	return err;
}

static int read_path(struct config_reader *r, const struct request *q)
{
	const char *text = config_node_text(r, q->name, q->node, MAX_PATH), *wild;
	char path[3 * MAX_PATH], quoted[CONFIG_QUOTELEN];
	size_t len;

	if (!text)
		return 0;
	wild = q->kind == CONFIG_INPUT_INCLUDE ? strpbrk(text, WILDCARDS) : NULL;
	if (wild && strchr(wild, '/')) {
		config_report(r->errors, config_node_at(r, q->node),
		              "%s: wildcards may only stand behind the last \"/\"", config_quote(text, quoted));
		return 0;
	}
	len = text[0] == '/' ? 0 : put_directory(r, q, wild, path);
	strcpy(path + len, text);
	return wild ? open_matching(r, q, path) : open_one(r, q, path);
}

int config_files(struct config_reader *r, const char *name, const struct config_node *value,
                 enum config_input_kind kind, config_on_file *on_file, void *data)
{
	const struct config_node *n = config_node_follow(value);
	struct request q = { name, value, kind, on_file, data };
	int err = 0;

	if (n->kind == CONFIG_MAPPING) {
		config_report(r->errors, config_node_at(r, value), "\"%s\" must be a path or a list of paths, not %s",
		              name, config_kind_name(n));
		return 0;
	}
	if (n->kind == CONFIG_SCALAR)
		return read_path(r, &q);
	for (q.node = n->first; q.node && !err && r->n_tried < CONFIG_MAX_FILES; q.node = q.node->next)
		err = read_path(r, &q);
	return err;
}
