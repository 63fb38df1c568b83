/* config_files.c - reads files, each once, and follows the paths in them. */
#include "config/config_files.h"

#include "config/config_hash.h"
#include "config/config_node.h"
#include "config/config_reader.h"
#include "config/config_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_DEPTH 8  /* files within files */
#define MAX_GLOBS 64 /* each may read a whole directory */
#define WILDCARDS "*?["
#define READ_STEP ((size_t)64 * 1024)

/* More about config->files[of the same number]. */
struct opened {
	dev_t dev;
	ino_t ino;
	struct config_tree tree;
	const struct config_node *at; /* what named it; NULL: the main file */
	uint32_t depth;
};

struct config_files {
	struct opened *at;
	size_t room; /* also that of config->files */
	size_t n_tried, n_globs;
	size_t n_bytes; /* of all files together */
};

/* One value that names files. */
struct request {
	const char *name;               /* its key */
	const struct config_node *node; /* not followed */
	enum config_input_kind kind;
	config_files_on_file *on_file;
	void *data;
};

/* --- reading one file --- */

static int grow(char **text, size_t *room)
{
	char *more = realloc(*text, 2 * *room);

	if (!more)
		return -ENOMEM;
	*text = more;
	*room *= 2;
	return 0;
}

static ssize_t read_some(int fd, char *buf, size_t room)
{
	ssize_t n;

	do
		n = read(fd, buf, room);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/* All that fd has. Not mmap: a file truncated meanwhile would raise SIGBUS. */
static int read_all(int fd, bool is_strict, char **text, size_t *len)
{
	struct stat st;
	size_t room = READ_STEP;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (is_strict && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return -EBADF; /* a pipe could keep the reader waiting */
	if (S_ISREG(st.st_mode)) {
		if (st.st_size > (off_t)CONFIG_MAX_BYTES)
			return -EFBIG;
		room = (size_t)st.st_size + 1; /* one more: the end shows without growing */
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

/* The machine lacks memory or descriptors now: no error of the configuration. */
static bool is_want(int error)
{
	return error == ENOMEM || error == EMFILE || error == ENFILE;
}

static void explain(int err, char wrong[CONFIG_WRONGLEN])
{
	if (err == -EISDIR)
		snprintf(wrong, CONFIG_WRONGLEN, "is a directory, not a file");
	else if (err == -EBADF)
		snprintf(wrong, CONFIG_WRONGLEN, "is not a regular file");
	else if (err == -EFBIG)
		snprintf(wrong, CONFIG_WRONGLEN, "too large: more than %zu MiB", CONFIG_MAX_BYTES >> 20);
	else
		snprintf(wrong, CONFIG_WRONGLEN, "cannot read: %s", strerror(-err));
}

int config_files_slurp(char **text, size_t *len, const char *path, bool is_strict, char wrong[CONFIG_WRONGLEN])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (is_strict ? O_NONBLOCK : 0)), err;

	*text = NULL;
	*len = 0;
	if (fd < 0 && is_want(errno))
		return -errno;
	if (fd < 0) {
		snprintf(wrong, CONFIG_WRONGLEN, "cannot open: %s", strerror(errno));
		return -EINVAL;
	}
	err = read_all(fd, is_strict, text, len);
	close(fd);
	if (!err) {
		(*text)[*len] = '\0'; /* the end has shown, so there is room */
		return 0;
	}
	free(*text);
	*text = NULL;
	explain(err, wrong);
	return is_want(-err) ? err : -EINVAL;
}

/* --- the files opened so far --- */

int config_files_init(struct config_reader *r)
{
	r->files = arena_take(r->scratch, sizeof(*r->files));
	if (!r->files)
		return -ENOMEM;
	*r->files = (struct config_files){ .at = NULL };
	return 0;
}

void config_files_fini(struct config_reader *r)
{
	struct config_files *f = r->files;

	if (!f)
		return;
	for (size_t i = 0; f->at && i < r->config->n_files; i++)
		config_tree_fini(&f->at[i].tree);
	free(f->at);
}

static int make_room(struct config_files *f, struct config *c)
{
	size_t room = f->room ? 2 * f->room : 4;
	struct opened *opened;
	struct config_input *files;

	if (c->n_files < f->room)
		return 0;
	opened = reallocarray(f->at, room, sizeof(*opened));
	if (!opened)
		return -ENOMEM;
	f->at = opened;
	files = reallocarray(c->files, room, sizeof(*files));
	if (!files)
		return -ENOMEM;
	c->files = files;
	f->room = room;
	return 0;
}

static int add(struct config_reader *r, const char *path, const struct stat *st, enum config_input_kind kind,
               const struct config_node *at)
{
	struct config_files *f = r->files;
	struct config *c = r->config;
	char *copy = arena_text(c->arena, path, strlen(path));

	if (!copy || make_room(f, c) < 0)
		return -ENOMEM;
	c->files[c->n_files] = (struct config_input){ copy, kind, filestamp_of(st) };
	f->at[c->n_files++] = (struct opened){
		.dev = st->st_dev,
		.ino = st->st_ino,
		.at = at,
		.depth = at ? f->at[at->file].depth + 1 : 0,
	};
	return 0;
}

int config_files_main(struct config_reader *r, const char *path, size_t len)
{
	struct stat st;

	r->files->n_bytes = len;
	if (stat(path, &st) < 0) /* parsed from memory: nothing can name it again */
		st = (struct stat){ 0 };
	return add(r, path, &st, CONFIG_INPUT_MAIN, NULL);
}

int config_files_note(struct config_reader *r, const char *path, const struct stat *st, enum config_input_kind kind,
                      const struct config_node *at, struct config_at *whole)
{
	int err = add(r, path, st, kind, at);

	if (!err) {
		whole->number = (uint32_t)r->config->n_files - 1;
		whole->file = r->config->files[whole->number].path;
	}
	return err;
}

struct config_tree *config_files_tree(struct config_reader *r, uint32_t number)
{
	return &r->files->at[number].tree;
}

/* "a.yaml -> b.yaml -> a.yaml", from the file number first down to last; returns buf. */
static char *chain_text(const struct config_reader *r, uint32_t first, uint32_t last, char *buf, size_t buf_len)
{
	char below[1000] = "";

	snprintf(buf, buf_len, "%s", r->config->files[first].path);
	for (uint32_t i = last; i != first; i = r->files->at[i].at->file) {
		snprintf(buf, buf_len, " -> %s%s", r->config->files[i].path, below);
		snprintf(below, sizeof(below), "%s", buf);
	}
	snprintf(buf, buf_len, "%s%s -> %s", r->config->files[first].path, below, r->config->files[first].path);
	return buf;
}

static bool is_above(const struct config_reader *r, uint32_t number, uint32_t last)
{
	while (last != number && r->files->at[last].at)
		last = r->files->at[last].at->file;
	return last == number;
}

/* --- paths in a file --- */

/* A file read twice could only give the same names twice, and a cycle would never end. */
static bool check_new(struct config_reader *r, const struct request *q, const char *path, const struct stat *st)
{
	char chain[1000], position[CONFIG_POSITION_LEN], quoted[CONFIG_QUOTELEN];

	for (uint32_t i = 0; i < r->config->n_files; i++) {
		if (r->files->at[i].ino != st->st_ino || r->files->at[i].dev != st->st_dev)
			continue;
		config_error_quote(path, quoted);
		if (is_above(r, i, q->node->file))
			config_complain(r, q->node, "\"%s\" is a cycle: %s", q->name,
			                chain_text(r, i, q->node->file, chain, sizeof(chain)));
		else
			config_complain(r, q->node, "%s is read already (at %s)", quoted,
			                config_node_position(r, r->files->at[i].at, q->node, position));
		return false;
	}
	return true;
}

static int read_file(struct config_reader *r, const struct request *q, const char *path, const struct stat *st)
{
	struct config_at whole = { .line = 0 };
	char *text, wrong[CONFIG_WRONGLEN], quoted[CONFIG_QUOTELEN];
	size_t len;
	int err = config_files_slurp(&text, &len, path, true, wrong);

	if (!err && len > CONFIG_MAX_BYTES - r->files->n_bytes) {
		snprintf(wrong, sizeof(wrong), "too large: all files together are more than %zu MiB",
		         CONFIG_MAX_BYTES >> 20);
		free(text);
		err = -EINVAL;
	}
	if (err && err != -EINVAL)
		return err;
	if (err) {
		config_complain(r, q->node, "%s: %s", config_error_quote(path, quoted), wrong);
		return 0;
	}
	r->files->n_bytes += len;
	err = config_files_note(r, path, st, q->kind, q->node, &whole);
	if (!err)
		err = config_hash_add(r, text, len);
	if (!err)
		err = q->on_file(r, whole, text, len, q->data);
	free(text);
	return err;
}

static int open_one(struct config_reader *r, const struct request *q, const char *path)
{
	char quoted[CONFIG_QUOTELEN];
	struct stat st;

	if (++r->files->n_tried >= CONFIG_MAX_FILES) {
		config_complain(r, q->node, "more than %d files", CONFIG_MAX_FILES - 1);
		return 0;
	}
	if (r->files->at[q->node->file].depth == MAX_DEPTH) {
		config_complain(r, q->node, "\"%s\" nests files more than %d deep", q->name, MAX_DEPTH);
		return 0;
	}
	if (stat(path, &st) < 0) {
		config_complain(r, q->node, "%s: cannot open: %s", config_error_quote(path, quoted), strerror(errno));
		return 0;
	}
	return check_new(r, q, path, &st) ? read_file(r, q, path, &st) : 0;
}

/* The directory that relative paths at node start from, with its "/"; for a pattern with its wildcards escaped. */
static size_t put_directory(const struct config_reader *r, const struct config_node *node, bool is_pattern,
                            char buf[2 * CONFIG_MAX_PATH])
{
	const char *path = r->config->files[node->file].path, *slash = strrchr(path, '/');
	size_t len = 0;

	for (; slash && path <= slash && len < CONFIG_MAX_PATH; path++) {
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

	if (++r->files->n_globs > MAX_GLOBS) {
		config_complain(r, q->node, "more than %d paths with wildcards", MAX_GLOBS);
		return 0;
	}
	found = glob(pattern, GLOB_ERR, NULL, &g);
	if (found == GLOB_NOSPACE)
		err = -ENOMEM;
	else if (found == GLOB_ABORTED && is_want(errno))
		err = -errno;
	else if (found == GLOB_ABORTED && errno != ENOENT)
		config_complain(r, q->node, "%s: cannot read the directory: %s", config_error_quote(pattern, quoted),
		                strerror(errno));
	else if (found)
		config_warn(r, q->node, "warning: %s: no file matches",
		            config_error_quote(config_node_follow(q->node)->text, quoted));
	for (size_t i = 0; !found && !err && i < g.gl_pathc; i++)
		err = open_one(r, q, g.gl_pathv[i]);
	globfree(&g);
	return err;
}

static int read_path(struct config_reader *r, const struct request *q)
{
	const char *text = config_node_text(r, q->name, q->node, CONFIG_MAX_PATH), *wild;
	char path[CONFIG_FILES_PATH], quoted[CONFIG_QUOTELEN];
	size_t len;

	if (!text)
		return 0;
	wild = q->kind == CONFIG_INPUT_INCLUDE ? strpbrk(text, WILDCARDS) : NULL;
	if (wild && strchr(wild, '/')) {
		config_complain(r, q->node, "%s: wildcards may only stand behind the last \"/\"",
		                config_error_quote(text, quoted));
		return 0;
	}
	len = text[0] == '/' ? 0 : put_directory(r, q->node, wild, path);
	strcpy(path + len, text);
	return wild ? open_matching(r, q, path) : open_one(r, q, path);
}

void config_files_path(const struct config_reader *r, const struct config_node *node, const char *text,
                       char path[CONFIG_FILES_PATH])
{
	strcpy(path + (text[0] == '/' ? 0 : put_directory(r, node, false, path)), text);
}

int config_files_read(struct config_reader *r, const char *name, const struct config_node *value,
                      enum config_input_kind kind, config_files_on_file *on_file, void *data)
{
	const struct config_node *n = config_node_follow(value);
	struct request q = { name, value, kind, on_file, data };
	int err = 0;

	if (n->kind == CONFIG_MAPPING) {
		config_complain(r, value, "\"%s\" must be a path or a list of paths, not %s", name,
		                config_node_kind(n));
		return 0;
	}
	if (n->kind == CONFIG_SCALAR)
		return read_path(r, &q);
	for (q.node = n->first; q.node && !err && r->files->n_tried < CONFIG_MAX_FILES; q.node = q.node->next)
		err = read_path(r, &q);
	return err;
}
