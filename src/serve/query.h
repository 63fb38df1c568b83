/* query.h - a request's target taken apart: authority, path, and the names and values of its query. Pure; cuts and
 * decodes in place. */
#ifndef MINIPING_QUERY_H
#define MINIPING_QUERY_H
#include <stdbool.h>
#include <stddef.h>

#define QUERY_PAIRS_MAX 64

struct query_pair { /* borrowed from the text that was parsed */
	const char *name, *value;
};

struct query {
	struct query_pair pairs[QUERY_PAIRS_MAX];
	size_t n;
};

struct query_target {    /* borrowed from the text */
	char *authority; /* of the absolute form (RFC 9112 3.2.2), "host:port"; NULL: there is none */
	char *path;      /* begins with "/", not decoded */
	char *query;     /* behind the "?"; "": none */
};

/* query_split - "/path?query" or "http://host/path?query". False: it is neither. */
bool query_split(struct query_target *out, char *text);

/* query_decode - %41 becomes A, in place; plus: "+" becomes a space (the query's rule). False: a "%" without two hex
 * digits behind it, or %00, which no text of ours can hold. */
bool query_decode(char *text, bool plus);

/* query_parse - "a=1&b&c=%41"; empty pairs are skipped. NULL, or what is wrong with it. */
const char *query_parse(struct query *q, char *text);

/* query_value - of name; NULL: not given; "": without a value. query_next - the one after prev (NULL: the first). */
const char *query_value(const struct query *q, const char *name);
const char *query_next(const struct query *q, const char *name, const char *prev);
#endif
