#include "config_read.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

/* What the targets of a file inherit. */
struct inherited {
	const struct config_level *base;
	const struct profile      *shared;
};

/* A line of a plain file, as it is taken apart. */
struct line {
	const char *at, *end;
	uint32_t    number, column;
};

/* The next word of the line as a node; NULL: none is left, or no memory. */
static struct config_node *next_word(struct config_reader *r, uint32_t file, struct line *l)
{
	struct config_node *n;
	const char *begin;

	for (; l->at < l->end && (*l->at == ' ' || *l->at == '\t'); l->at++)
		l->column++;
	if (l->at == l->end || *l->at == '#')
		return NULL;
	n = config_arena_take(r->scratch, sizeof(*n));
	if (!n)
		return NULL;
	*n = (struct config_node){
		.line = l->number, .column = l->column, .file = (uint16_t)file, .kind = CONFIG_SCALAR,
	};
	for (begin = l->at; l->at < l->end && *l->at != ' ' && *l->at != '\t'; l->at++)
		l->column += ((unsigned char)*l->at & 0xc0) != 0x80;   /* characters, not bytes */
	n->text = config_arena_text(r->scratch, begin, (size_t)(l->at - begin));
	return n->text ? n : NULL;
}

static int read_line(struct config_reader *r, uint32_t file, struct line *l, const struct profile *shared)
{
	struct config_item item = { .profile = shared, .is_plain = true };
	const struct config_node *more = NULL;
	char quoted[CONFIG_QUOTELEN];

	item.node = item.host = next_word(r, file, l);
	if (item.host)
		item.name = next_word(r, file, l);
	if (item.name)
		more = next_word(r, file, l);
	if (l->at < l->end && *l->at != '#' && !more)
		return -ENOMEM;
	if (more)
		config_report(r->errors, config_node_at(r, more),
		              "%s behind host and name: a comment begins with #", config_quote(more->text, quoted));
	return item.host ? config_target(r, &item) : 0;
}

static int read_plain(struct config_reader *r, struct config_at whole, const char *text, size_t len,
                      const struct profile *shared)
{
	const char *end = text + len;
	struct line l = { .number = 0 };
	int err = 0;

	if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
		text += 3;
	if (config_text_check(whole, text, (size_t)(end - text), r->errors) < 0)
		return 0;
	for (; text < end && !err && !r->is_full; text = l.end + 1) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		const char *next = stop ? stop : end;

		l = (struct line){ text, next, l.number + 1, 1 };
		if (l.end > l.at && l.end[-1] == '\r')
			l.end--;
		err = read_line(r, whole.number, &l, shared);
		l.end = next;
	}
	return err;
}

/* {targets: […], labels: {…}} */
static int read_entry(struct config_reader *r, const struct config_node *entry, const struct inherited *from)
{
	const struct config_node *n = config_node_follow(entry), *targets;
	struct config_level level = *from->base;
	const struct profile *shared;
	int err = 0;

	level.window = NULL;
	if (n->kind != CONFIG_MAPPING) {
		config_report(r->errors, config_node_at(r, entry),
		              "an entry must be a mapping with \"targets\", not %s", config_kind_name(n));
		return 0;
	}
	for (const struct config_node *key = n->first; key && !err; key = config_next_key(key)) {
		const char *text = config_key(key);
		bool taken;

		if (!text || !strcmp(text, "targets"))
			continue;
		if (!strcmp(text, "labels"))
			err = config_level_key(r, &level, key, &taken);
		else
			config_unknown_key(r, &config_sd_place, key);
	}
	if (err || config_level_end(r, &level, entry, &shared) < 0)
		return -ENOMEM;
	targets = config_child(n, "targets");
	if (targets)
		return config_targets(r, targets, &level, shared);
	config_report(r->errors, config_node_at(r, entry), "an entry without \"targets\"");
	return 0;
}

static int read_entries(struct config_reader *r, struct config_at whole, const char *text, size_t len,
                        const struct inherited *from)
{
	struct config_tree tree;
	const struct config_node *root;
	int err = config_tree_parse(&tree, whole, text, len, r->errors);

	*config_input_tree(r, whole.number) = tree;
	if (err || !tree.root)
		return err == -EINVAL ? 0 : err;
	root = config_node_follow(tree.root);
	if (root->kind != CONFIG_LIST) {
		config_report(r->errors, config_node_at(r, tree.root),
		              "the file must be a list of {targets: [...], labels: {...}}, not %s",
		              config_kind_name(root));
		return 0;
	}
	for (const struct config_node *entry = root->first; entry && !err; entry = entry->next)
		err = read_entry(r, entry, from);
	return err;
}

static bool has_structure(const char *path)
{
	static const char *const ends[] = { ".json", ".yaml", ".yml" };
	size_t len = strlen(path);

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t end_len = strlen(ends[i]);

		if (len > end_len && !strcasecmp(path + len - end_len, ends[i]))
			return true;
	}
	return false;
}

static int on_file(struct config_reader *r, struct config_at whole, const char *text, size_t len, void *data)
{
	const struct inherited *from = data;

	if (has_structure(whole.file))
		return read_entries(r, whole, text, len, from);
	return read_plain(r, whole, text, len, from->shared);
}

int config_targets_file(struct config_reader *r, const struct config_node *value,
                        const struct config_level *base, const struct profile *shared)
{
	struct inherited from = { base, shared };

	return config_files(r, "targets_file", value, CONFIG_INPUT_TARGETS, on_file, &from);
}
