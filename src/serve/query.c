/* query.c - the target of a request: see query.h. */
#include "serve/query.h"

#include <string.h>
#include <strings.h>

bool query_split(struct query_target *out, char *text)
{
	static const char *const schemes[] = { "http://", "https://" };
	char *path = text, *authority = NULL, *mark;

	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++) {
		size_t len = strlen(schemes[i]);

		if (strncasecmp(text, schemes[i], len) != 0)
			continue;
		authority = text + len;
		path = strchr(authority, '/');
		if (!path || path == authority)
			return false;
		/* One to the left, so that a NUL fits between authority and path. */
		memmove(text, authority, (size_t)(path - authority));
		text[path - authority] = '\0';
		authority = text;
	}
	if (*path != '/')
		return false;
	mark = strchr(path, '?');
	if (mark)
		*mark++ = '\0';
	*out = (struct query_target){ authority, path, mark ? mark : path + strlen(path) };
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool query_decode(char *text, bool plus)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		int high, low;

		if (*from != '%') {
			*to++ = (char)(plus && *from == '+' ? ' ' : *from);
			continue;
		}
		high = hex_digit(from[1]);
		low = high < 0 ? -1 : hex_digit(from[2]);
		if (low < 0 || !(high | low))
			return false;
		*to++ = (char)(high << 4 | low);
		from += 2;
	}
	*to = '\0';
	return true;
}

const char *query_parse(struct query *q, char *text)
{
	q->n = 0;
	for (char *pair; (pair = strsep(&text, "&"));) {
		char *value = strchr(pair, '=');

		if (!*pair)
			continue;
		if (value)
			*value++ = '\0';
		else
			value = pair + strlen(pair);
		if (q->n == QUERY_PAIRS_MAX)
			return "too many parameters";
		if (!query_decode(pair, true) || !query_decode(value, true))
			return "a % stands for itself only as %25";
		q->pairs[q->n++] = (struct query_pair){ pair, value };
	}
	return NULL;
}

const char *query_next(const struct query *q, const char *name, const char *prev)
{
	bool behind = !prev;

	for (size_t i = 0; i < q->n; i++) {
		if (behind && strcmp(q->pairs[i].name, name) == 0)
			return q->pairs[i].value;
		behind |= q->pairs[i].value == prev;
	}
	return NULL;
}

const char *query_value(const struct query *q, const char *name)
{
	return query_next(q, name, NULL);
}
