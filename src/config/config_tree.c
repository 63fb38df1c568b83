/* config_tree.c - builds the tree from libyaml's events. */
#include "config/config_tree.h"

#include "base/secret.h"
#include "config/config_tree_keys.h"
#include "config/config_utf8.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#define FREE_NODES 10000u /* aliases may always lead to so many */

struct anchor {
	const char *name;
	struct config_node *node;
	bool is_open; /* its end has not come: an alias to it would be a cycle */
};

struct level {
	struct config_node *node;
	struct config_node **tail; /* where the next child goes */
	struct anchor *anchor;
};

struct builder {
	struct arena *arena;
	struct config_errors *errors;
	struct config_at whole;
	struct hash_secret secret;
	struct arena_index anchors;
	struct config_node *root;
	struct level levels[CONFIG_MAX_DEPTH];
	size_t depth;
	uint64_t n_followed, max_followed;
	uint64_t n_merged, max_merged;
};

static struct config_at position(const struct builder *b, const yaml_mark_t *mark)
{
	return (struct config_at){ b->whole.file, (uint32_t)mark->line + 1, (uint32_t)mark->column + 1,
		                   b->whole.number };
}

static bool same_anchor(const void *a, const void *b)
{
	const struct anchor *x = a, *y = b;

	return !strcmp(x->name, y->name);
}

static struct config_node *node_add(struct builder *b, const yaml_event_t *event, enum config_kind kind)
{
	struct config_node *n = arena_take(b->arena, sizeof(*n));

	if (!n)
		return NULL;
	*n = (struct config_node){
		.line = (uint32_t)event->start_mark.line + 1,
		.column = (uint32_t)event->start_mark.column + 1,
		.file = (uint16_t)b->whole.number,
		.kind = (uint8_t)kind,
	};
	if (b->depth) {
		struct level *parent = &b->levels[b->depth - 1];

		*parent->tail = n;
		parent->tail = &n->next;
		parent->node->n_below++;
	} else {
		b->root = n;
	}
	return n;
}

static int anchor_add(struct builder *b, struct config_node *n, const yaml_char_t *name, struct anchor **out)
{
	struct anchor *anchor, wanted = { .name = (const char *)name };
	uint64_t hash;

	if (!name)
		return 0;
	hash = hash_keyed(&b->secret, name, strlen(wanted.name));
	anchor = (struct anchor *)(uintptr_t)arena_index_at(&b->anchors, hash, &wanted);
	if (!anchor) {
		anchor = arena_take(b->arena, sizeof(*anchor));
		if (!anchor)
			return -ENOMEM;
		anchor->name = arena_text(b->arena, wanted.name, strlen(wanted.name));
		if (!anchor->name || arena_index_add(&b->anchors, hash, anchor) < 0)
			return -ENOMEM;
	}
	/* YAML lets a later anchor take over the name of an earlier one. */
	anchor->node = n;
	anchor->is_open = out != NULL;
	if (out)
		*out = anchor;
	return 0;
}

static void refuse_tag(struct builder *b, const yaml_event_t *event, const yaml_char_t *tag)
{
	static const char core[] = "tag:yaml.org,2002:"; /* what libyaml makes of !! */
	const char *text = (const char *)tag;
	bool is_core = tag && !strncmp(text, core, strlen(core));
	char as_written[CONFIG_QUOTELEN], quoted[CONFIG_QUOTELEN];

	if (!tag)
		return;
	snprintf(as_written, sizeof(as_written), "%s%s", is_core ? "!!" : "", is_core ? text + strlen(core) : text);
	config_error_add(b->errors, position(b, &event->start_mark), "tag %s is not supported: remove it",
	                 config_error_quote(as_written, quoted));
}

static int on_scalar(struct builder *b, const yaml_event_t *event)
{
	const char *value = (const char *)event->data.scalar.value;
	size_t len = event->data.scalar.length;
	struct config_node *n = node_add(b, event, CONFIG_SCALAR);

	if (!n)
		return -ENOMEM;
	if (memchr(value, '\0', len)) {
		config_error_add(b->errors, position(b, &event->start_mark), "a NUL character in a string: remove \\0");
	}
	refuse_tag(b, event, event->data.scalar.tag);
	n->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	n->text = arena_text(b->arena, value, len);
	return n->text ? anchor_add(b, n, event->data.scalar.anchor, NULL) : -ENOMEM;
}

static int on_start(struct builder *b, const yaml_event_t *event, enum config_kind kind, const yaml_char_t *anchor,
                    const yaml_char_t *tag)
{
	struct config_node *n;
	struct level *level = &b->levels[b->depth];

	if (b->depth == CONFIG_MAX_DEPTH) {
		config_error_add(b->errors, position(b, &event->start_mark), "nested more than %d levels deep",
		                 CONFIG_MAX_DEPTH);
		return -EINVAL;
	}
	n = node_add(b, event, kind);
	if (!n)
		return -ENOMEM;
	refuse_tag(b, event, tag);
	*level = (struct level){ n, &n->first, NULL };
	b->depth++;
	return anchor_add(b, n, anchor, &level->anchor);
}

static int on_alias(struct builder *b, const yaml_event_t *event)
{
	const char *name = (const char *)event->data.alias.anchor;
	struct anchor wanted = { .name = name };
	uint64_t hash = hash_keyed(&b->secret, name, strlen(name));
	const struct anchor *anchor = arena_index_at(&b->anchors, hash, &wanted);
	char quoted[CONFIG_QUOTELEN];
	struct config_at at = position(b, &event->start_mark);
	struct config_node *n;

	config_error_quote(name, quoted);
	if (!anchor) {
		config_error_add(b->errors, at, "alias %s names no anchor before it", quoted);
		return -EINVAL;
	}
	if (anchor->is_open) {
		config_error_add(b->errors, at, "alias %s contains itself (anchor at %u:%u)", quoted,
		                 anchor->node->line, anchor->node->column);
		return -EINVAL;
	}
	b->n_followed += anchor->node->n_below + 1u;
	if (b->n_followed > b->max_followed) {
		config_error_add(b->errors, at, "alias %s: aliases expand the file to more than %llu values", quoted,
		                 (unsigned long long)b->max_followed);
		return -EINVAL;
	}
	n = node_add(b, event, CONFIG_ALIAS);
	if (!n)
		return -ENOMEM;
	n->target = config_node_follow(anchor->node);
	if (b->depth)
		b->levels[b->depth - 1].node->n_below += n->target->n_below;
	return 0;
}

static int on_end(struct builder *b)
{
	struct level *level = &b->levels[--b->depth];
	struct config_tree_keys keys = {
		b->arena, b->errors, b->whole, &b->secret, &b->n_followed, &b->n_merged, b->max_merged,
	};
	int err = 0;

	if (level->anchor && level->anchor->node == level->node)
		level->anchor->is_open = false;
	if (level->node->kind == CONFIG_MAPPING)
		err = config_tree_keys_check(&keys, level->node);
	if (b->depth)
		b->levels[b->depth - 1].node->n_below += level->node->n_below;
	return err;
}

static int on_document(struct builder *b, const yaml_event_t *event)
{
	if (!b->root)
		return 0;
	config_error_add(b->errors, position(b, &event->start_mark), "a second document: a file holds only one");
	return -EINVAL;
}

static int on_event(struct builder *b, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		return on_document(b, event);
	case YAML_SCALAR_EVENT:
		return on_scalar(b, event);
	case YAML_ALIAS_EVENT:
		return on_alias(b, event);
	case YAML_SEQUENCE_START_EVENT:
		return on_start(b, event, CONFIG_LIST, event->data.sequence_start.anchor,
		                event->data.sequence_start.tag);
	case YAML_MAPPING_START_EVENT:
		return on_start(b, event, CONFIG_MAPPING, event->data.mapping_start.anchor,
		                event->data.mapping_start.tag);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return on_end(b);
	default:
		return 0;
	}
}

/* libyaml's messages in the terms of the file's author. */
static const char *advice(const yaml_parser_t *parser, const char *problem)
{
	static const struct {
		const char *part, *advice;
	} known[] = {
		{ "tab", ": indent with spaces" },
		{ "cannot start any token", ": a string that begins with it must be in quotes" },
		{ "expected key", ": is this line indented as its neighbours are?" },
		{ "expected '-'", ": is this line indented as its neighbours are?" },
		{ "expected ':'", ": a key needs a colon and a space behind it" },
		{ "mapping values are not allowed", ": is the line indented too far, a space missing after a colon "
		                                    "above, or a string with a colon not in quotes?" },
	};

	if (strstr(problem, "expected node content") && parser->token_available &&
	    parser->tokens.head->type == YAML_VALUE_TOKEN)
		return ": a string that begins with \":\", such as \"::1\", must be in quotes";
	if (strstr(problem, "cannot start any token") && *parser->buffer.pointer == '\t')
		return ", a tab: indent with spaces";
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strstr(problem, known[i].part))
			return known[i].advice;
	}
	return "";
}

static int on_syntax(struct builder *b, const yaml_parser_t *parser)
{
	const char *problem = parser->problem ? parser->problem : "unreadable";
	const yaml_mark_t *context = &parser->context_mark;
	struct config_at at = position(b, &parser->problem_mark);

	if (parser->error == YAML_MEMORY_ERROR)
		return -ENOMEM;
	if (parser->context && context->index < parser->problem_mark.index)
		config_error_add(b->errors, at, "YAML syntax: %s %s that begins at %zu:%zu%s", problem, parser->context,
		                 context->line + 1, context->column + 1, advice(parser, problem));
	else
		config_error_add(b->errors, at, "YAML syntax: %s%s", problem, advice(parser, problem));
	return -EINVAL;
}

static int read_events(struct builder *b, yaml_parser_t *parser)
{
	yaml_event_t event;
	yaml_event_type_t type;
	int err;

	do {
		if (!yaml_parser_parse(parser, &event))
			return on_syntax(b, parser);
		type = event.type;
		err = on_event(b, &event);
		yaml_event_delete(&event);
	} while (!err && type != YAML_STREAM_END_EVENT);
	return err;
}

int config_tree_parse(struct config_tree *tree, struct config_at whole, const char *text, size_t len,
                      struct config_errors *errors)
{
	struct builder b = {
		.whole = whole,
		.errors = errors,
		.max_followed = len + FREE_NODES,
		.max_merged = len + FREE_NODES,
	};
	yaml_parser_t parser;
	int err;

	*tree = (struct config_tree){ .arena = arena_new() };
	if (!tree->arena)
		return -ENOMEM;
	if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
		text += 3;
		len -= 3;
	}
	err = config_utf8_check(whole, text, len, errors);
	if (err)
		return err;
	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	b.arena = tree->arena;
	b.secret = secret_new();
	arena_index_init(&b.anchors, same_anchor);
	err = read_events(&b, &parser);
	arena_index_fini(&b.anchors);
	yaml_parser_delete(&parser);
	tree->root = b.root;
	return err;
}

void config_tree_fini(struct config_tree *tree)
{
	arena_free(tree->arena);
	*tree = (struct config_tree){ 0 };
}
