/* fuzz_query.c - a request's target and the headers that are parsed: path, query, Host, Accept-Encoding. What a query
 * means is the same after it has been written anew with every byte escaped. */
#include "base/printable.h"
#include "serve/accept_encoding.h"
#include "serve/api_query.h"
#include "serve/filter.h"
#include "serve/http_host.h"
#include "serve/query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *escape(char *to, const char *text)
{
	for (; *text; text++)
		to += sprintf(to, "%%%02x", (unsigned char)*text);
	return to;
}

static void try_again(const struct query *q, size_t size)
{
	char *text = malloc(3 * size + 2 * QUERY_PAIRS_MAX + 1), *at = text;
	struct query again;

	if (!text)
		abort();
	*at = '\0';
	for (size_t i = 0; i < q->n; i++) {
		at = escape(at, q->pairs[i].name);
		*at++ = '=';
		at = escape(at, q->pairs[i].value);
		*at++ = '&';
		*at = '\0';
	}
	if (query_parse(&again, text) || again.n != q->n)
		abort();
	for (size_t i = 0; i < q->n; i++)
		if (strcmp(again.pairs[i].name, q->pairs[i].name) != 0 ||
		    strcmp(again.pairs[i].value, q->pairs[i].value) != 0)
			abort();
	free(text);
}

/* As a list of targets takes it. A message is fit for a terminal, and a page's cursor leads to its place. */
static void try_list(const struct query *q)
{
	char why[API_WHY_SIZE], cursor[API_CURSOR_SIZE];
	const char *given = query_value(q, "cursor");
	struct api_query list;

	if (!api_query_parse(&list, q, why)) {
		if (!printable_all(why))
			abort();
		return;
	}
	if (!list.sort || !list.limit || !list.fields || list.has_after != (given && *given))
		abort();
	if (list.has_after && strcmp(api_query_cursor(&list, api_query_after(&list), cursor), given) != 0)
		abort();
}

static void try_query(char *text, size_t size)
{
	struct query_target t;
	struct query q;
	struct filter f = { 0 };

	if (!query_split(&t, text))
		return;
	if (*t.path != '/' || strchr(t.path, '?') || (t.authority && (!*t.authority || strchr(t.authority, '/'))))
		abort();
	if (query_parse(&q, t.query))
		return;
	if (q.n > QUERY_PAIRS_MAX)
		abort();
	for (size_t i = 0; i < q.n; i++) {
		size_t n = 0;

		for (const char *at = NULL; (at = query_next(&q, q.pairs[i].name, at));)
			n++;
		if (!n || n > q.n || !query_value(&q, q.pairs[i].name))
			abort();
		filter_add(&f, q.pairs[i].name, q.pairs[i].value);
	}
	try_list(&q);
	try_again(&q, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct http_options options = { .hosts = { "pings.example" }, .n_hosts = 1 };
	char *text = malloc(size + 1);

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	/* What is not well formed is nobody's name. */
	if (http_host_is_ours(text, &options, "pinger.example") && !http_host_is_well_formed(text))
		abort();
	accept_encoding_gzip(text);
	try_query(text, size);
	free(text);
	return 0;
}
