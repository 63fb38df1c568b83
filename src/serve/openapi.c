/* openapi.c - OpenAPI's description of tables of routes: see openapi.h. */
#include "serve/openapi.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM ((size_t)64 * 1024)

/* "/api/v1/targets/{name}": "{name}" and its length; NULL: there is none. */
static const char *path_part(const char *path, size_t *len)
{
	const char *begin = strchr(path, '{');

	*len = begin ? strcspn(begin, "}") - 1 : 0;
	return begin ? begin + 1 : NULL;
}

static void put_parameter(struct textbuf *t, const char *name, size_t name_len, const char *in, const char *more)
{
	textbuf_text(t, "{\"name\": \"");
	textbuf_put(t, name, name_len);
	textbuf_text(t, "\", \"in\": \"");
	textbuf_text(t, in);
	textbuf_text(t, "\"");
	textbuf_text(t, more);
}

static void put_param(struct textbuf *t, const struct route_param *p)
{
	const char *brace = strchr(p->name, '{');

	/* A family of names is one parameter, an object whose members are spread out (style form, explode). */
	if (brace) {
		put_parameter(t, p->name, (size_t)(brace - p->name), "query",
		              ", \"style\": \"form\", \"explode\": true");
		textbuf_text(t, ", \"schema\": {\"type\": \"object\", \"additionalProperties\": ");
	} else {
		put_parameter(t, p->name, strlen(p->name), "query", "");
		textbuf_text(t, ", \"schema\": ");
		if (p->repeated)
			textbuf_text(t, "{\"type\": \"array\", \"items\": ");
	}
	textbuf_text(t, p->schema);
	textbuf_text(t, brace || p->repeated ? "}, \"description\": " : ", \"description\": ");
	textbuf_json(t, p->about);
	textbuf_char(t, '}');
}

static void put_parameters(struct textbuf *t, const struct route *r)
{
	size_t len;
	const char *part = path_part(r->path, &len);

	if (!part && !r->params)
		return;
	textbuf_text(t, ", \"parameters\": [");
	if (part)
		put_parameter(t, part, len, "path", ", \"required\": true, \"schema\": {\"type\": \"string\"}}");
	for (const struct route_param *p = r->params; p && p->name; p++) {
		if (p != r->params || part)
			textbuf_text(t, ", ");
		put_param(t, p);
	}
	textbuf_char(t, ']');
}

/* types: media types, a comma between two. */
static void put_content(struct textbuf *t, const char *types)
{
	const char *between = "";

	while (*types) {
		size_t len = strcspn(types, ",");

		textbuf_text(t, between);
		textbuf_char(t, '"');
		textbuf_put(t, types, len);
		textbuf_text(t, "\": {}");
		between = ", ";
		types += len;
		types += strspn(types, ", ");
	}
}

static void put_operation(struct textbuf *t, const struct route *r)
{
	textbuf_char(t, '"');
	for (const char *at = r->method; *at; at++)
		textbuf_char(t, (char)tolower((unsigned char)*at));
	textbuf_text(t, "\": {\"summary\": ");
	textbuf_json(t, r->about);
	put_parameters(t, r);
	if (strcmp(r->method, "POST") == 0)
		textbuf_text(t, ", \"requestBody\": {\"required\": false, \"content\": {\"application/json\": {}}}");
	textbuf_text(t, ", \"responses\": {\"200\": {\"description\": \"OK\", \"content\": {");
	put_content(t, r->types);
	textbuf_text(t, "}}, \"default\": {\"$ref\": \"#/components/responses/error\"}}}");
}

/* All operations of one path are one object: a route before this one has it already. */
static bool path_is_done(const struct route *const *tables, const struct route *route)
{
	for (;; tables++)
		for (const struct route *r = *tables; r->path; r++) {
			if (r == route)
				return false;
			if (strcmp(r->path, route->path) == 0)
				return true;
		}
}

static void put_path(struct textbuf *t, const struct route *const *tables, size_t n, const char *path)
{
	const char *between = "";

	textbuf_json(t, path);
	textbuf_text(t, ": {");
	for (size_t i = 0; i < n; i++)
		for (const struct route *r = tables[i]; r->path; r++) {
			if (strcmp(r->path, path) != 0)
				continue;
			textbuf_text(t, between);
			put_operation(t, r);
			between = ", ";
		}
	textbuf_char(t, '}');
}

static void put_document(struct textbuf *t, const struct route *const *tables, size_t n)
{
	const char *between = "\n";

	textbuf_text(t, "{\"openapi\": \"3.0.3\", \"info\": {\"title\": \"minipingd\", \"version\": \"1\"},\n"
	                "\"components\": {\"responses\": {\"error\": {\"description\": \"not done\", \"content\": "
	                "{\"application/json\": {\"schema\": {\"type\": \"object\", \"properties\": {\"error\": "
	                "{\"type\": \"string\"}, \"detail\": {\"type\": \"string\"}}}}}}}},\n\"paths\": {");
	for (size_t i = 0; i < n; i++)
		for (const struct route *r = tables[i]; r->path; r++) {
			if (path_is_done(tables, r))
				continue;
			textbuf_text(t, between);
			put_path(t, tables, n, r->path);
			between = ",\n";
		}
	textbuf_text(t, "\n}}\n");
}

char *openapi_text(const struct route *const *tables, size_t n, size_t *len)
{
	for (size_t room = FIRST_ROOM;; room *= 2) {
		char *buf = malloc(room);
		struct textbuf t;

		if (!buf)
			return NULL;
		t = textbuf_on(buf, room);
		put_document(&t, tables, n);
		if (!t.full) {
			*len = textbuf_len(&t);
			return buf;
		}
		free(buf);
	}
}
