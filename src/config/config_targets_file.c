/* config_targets_file.c - tells file_sd from lines by the file's name, and reads the lines. */
#include "config/config_targets_file.h"

#include "base/hostlines.h"
#include "config/config_files.h"
#include "config/config_intake.h"
#include "config/config_node.h"
#include "config/config_reader.h"
#include "config/config_sd.h"
#include "config/config_target.h"
#include "config/config_tree.h"
#include "config/config_utf8.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

/* What the targets of a file inherit. */
struct inherited {
	const struct config_level *base;
	const struct profile *shared;
};

/* The next word of the line as a node, or NULL where there is none. 0 or -ENOMEM. */
static int next_word(struct config_reader *r, uint32_t file, struct hostlines *l, bool is_host,
                     const struct config_node **out)
{
	struct config_node *n;
	const char *word;
	uint32_t column;
	size_t len = hostlines_word(l, is_host, &word, &column);

	*out = NULL;
	if (!len)
		return 0;
	n = arena_take(r->scratch, sizeof(*n));
	if (!n)
		return -ENOMEM;
	*n = (struct config_node){
		.text = arena_text(r->scratch, word, len),
		.line = l->line,
		.column = column,
		.file = (uint16_t)file,
		.kind = CONFIG_SCALAR,
	};
	*out = n;
	return n->text ? 0 : -ENOMEM;
}

static int read_line(struct config_reader *r, uint32_t file, struct hostlines *l, const struct profile *shared)
{
	struct config_item item = { .profile = shared, .is_plain = true };
	const struct config_node *more = NULL;
	char quoted[CONFIG_QUOTELEN];

	if (next_word(r, file, l, true, &item.host) < 0 ||
	    (item.host && next_word(r, file, l, false, &item.name) < 0) ||
	    (item.name && next_word(r, file, l, false, &more) < 0))
		return -ENOMEM;
	item.node = item.host;
	if (more)
		config_complain(r, more, "%s behind host and name: a comment begins with #",
		                config_error_quote(more->text, quoted));
	return item.host ? config_target_read(r, &item) : 0;
}

static int read_plain(struct config_reader *r, struct config_at whole, const char *text, size_t len,
                      const struct profile *shared)
{
	struct hostlines l;
	int err = 0;

	hostlines_init(&l, text, len);
	if (config_utf8_check(whole, l.next, (size_t)(l.end - l.next), r->errors) < 0)
		return 0;
	while (!err && !config_intake_is_full(r) && hostlines_next(&l))
		err = read_line(r, whole.number, &l, shared);
	return err;
}

static bool ends_in(const char *path, const char *end)
{
	size_t len = strlen(path), end_len = strlen(end);

	return len > end_len && !strcasecmp(path + len - end_len, end);
}

/* An empty file is not valid JSON: it is about to be rewritten, and its targets must not be dropped. */
static int read_entries(struct config_reader *r, struct config_at whole, const char *text, size_t len,
                        const struct config_level *base)
{
	struct config_tree tree;
	int err = config_tree_parse(&tree, whole, text, len, r->errors);

	*config_files_tree(r, whole.number) = tree;
	if (!err && !tree.root && ends_in(whole.file, ".json"))
		config_error_add(r->errors, whole, "the file is empty: no targets are []");
	if (err || !tree.root)
		return err == -EINVAL ? 0 : err;
	return config_sd_read(r, tree.root, base);
}

static bool has_structure(const char *path)
{
	return ends_in(path, ".json") || ends_in(path, ".yaml") || ends_in(path, ".yml");
}

static int on_file(struct config_reader *r, struct config_at whole, const char *text, size_t len, void *data)
{
	const struct inherited *from = data;

	if (has_structure(whole.file))
		return read_entries(r, whole, text, len, from->base);
	return read_plain(r, whole, text, len, from->shared);
}

int config_targets_file_read(struct config_reader *r, const struct config_node *value, const struct config_level *base,
                             const struct profile *shared)
{
	struct inherited from = { base, shared };

	return config_files_read(r, "targets_file", value, CONFIG_INPUT_TARGETS, on_file, &from);
}
