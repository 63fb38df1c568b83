/* config_node.c - access to a value, checks of its kind, and errors at its position. */
#include "config/config_node.h"

#include "config/config_reader.h"
#include "config/config_utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const struct config_node *config_node_follow(const struct config_node *n)
{
	return n->kind == CONFIG_ALIAS ? n->target : n;
}

const char *config_node_key(const struct config_node *key)
{
	key = config_node_follow(key);
	return key->kind == CONFIG_SCALAR ? key->text : NULL;
}

const struct config_node *config_node_next_key(const struct config_node *key)
{
	return key->next->next;
}

const struct config_node *config_node_child(const struct config_node *mapping, const char *name)
{
	const struct config_node *key;

	for (key = mapping->first; key; key = config_node_next_key(key)) {
		const char *text = config_node_key(key);

		if (text && !strcmp(text, name))
			return key->next;
	}
	return NULL;
}

const char *config_node_kind(const struct config_node *n)
{
	switch (n->kind) {
	case CONFIG_LIST:
		return "a list";
	case CONFIG_MAPPING:
		return "a mapping";
	default:
		return n->text[0] || n->quoted ? "a string" : "empty";
	}
}

struct config_at config_node_at(const struct config_reader *r, const struct config_node *n)
{
	return (struct config_at){ r->config->files[n->file].path, n->line, n->column, n->file };
}

char *config_node_position(const struct config_reader *r, const struct config_node *n, const struct config_node *reader,
                           char buf[CONFIG_POSITION_LEN])
{
	if (n->file == reader->file)
		snprintf(buf, CONFIG_POSITION_LEN, "%u:%u", n->line, n->column);
	else
		snprintf(buf, CONFIG_POSITION_LEN, "%s:%u:%u", r->config->files[n->file].path, n->line, n->column);
	return buf;
}

void config_complain(struct config_reader *r, const struct config_node *n, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	config_error_add_args(r->errors, config_node_at(r, n), format, args);
	va_end(args);
}

void config_warn(struct config_reader *r, const struct config_node *n, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	config_error_add_args(&r->config->warnings, config_node_at(r, n), format, args);
	va_end(args);
}

bool config_node_want(struct config_reader *r, const char *name, const struct config_node *value, enum config_kind kind)
{
	const struct config_node *n = config_node_follow(value);
	static const char *const names[] = {
		[CONFIG_SCALAR] = "a string",
		[CONFIG_LIST] = "a list",
		[CONFIG_MAPPING] = "a mapping",
	};

	if (n->kind == kind)
		return true;
	config_complain(r, value, "\"%s\" must be %s, not %s", name, names[kind], config_node_kind(n));
	return false;
}

const char *config_node_text(struct config_reader *r, const char *name, const struct config_node *value, size_t max)
{
	const struct config_node *n = config_node_follow(value);
	char quoted[CONFIG_QUOTELEN];
	const char *at;

	if (!config_node_want(r, name, value, CONFIG_SCALAR))
		return NULL;
	if (!n->text[0]) {
		config_complain(r, value, "\"%s\" is empty", name);
		return NULL;
	}
	if (strnlen(n->text, max + 1) > max) {
		config_complain(r, value, "\"%s\" is %s: longer than %zu bytes", name,
		                config_error_quote(n->text, quoted), max);
		return NULL;
	}
	for (at = n->text; *at && !config_utf8_is_control(at); at++)
		;
	if (!*at)
		return n->text;
	config_complain(r, value, "\"%s\" is %s: control characters are not allowed", name,
	                config_error_quote(n->text, quoted));
	return NULL;
}

int config_node_each(struct config_reader *r, const char *name, const struct config_node *value, config_node_take *take)
{
	const struct config_node *n = config_node_follow(value);
	int err = 0;

	if (n->kind == CONFIG_SCALAR)
		return take(r, value);
	if (!config_node_want(r, name, value, CONFIG_LIST))
		return 0;
	for (n = n->first; n && !err; n = n->next)
		err = take(r, n);
	return err;
}
