/* ctl_query.c - grows as it is written. */
#include "ctl/ctl_query.h"

#include <stdlib.h>
#include <string.h>

static void put(struct ctl_query *q, const char *bytes, size_t len)
{
	if (q->len + len >= q->room && !q->failed) {
		size_t room = 2 * (q->len + len) + 128;
		char *text = realloc(q->text, room);

		if (text) {
			q->text = text;
			q->room = room;
		}
		q->failed = !text;
	}
	if (q->failed)
		return;
	memcpy(q->text + q->len, bytes, len);
	q->len += len;
	q->text[q->len] = '\0';
}

static void put_encoded(struct ctl_query *q, const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
	static const char digits[] = "0123456789ABCDEF";

	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;
		char code[3] = { '%', digits[byte >> 4], digits[byte & 15] };

		if (strchr(plain, *text))
			put(q, text, 1);
		else
			put(q, code, sizeof(code));
	}
}

void ctl_query_path(struct ctl_query *q, const char *path)
{
	put(q, path, strlen(path));
}

void ctl_query_part(struct ctl_query *q, const char *part)
{
	put_encoded(q, part);
}

void ctl_query_param(struct ctl_query *q, const char *name, const char *value)
{
	put(q, q->has_params ? "&" : "?", 1);
	q->has_params = true;
	put_encoded(q, name);
	put(q, "=", 1);
	put_encoded(q, value);
}

void ctl_query_params(struct ctl_query *q, const char *name, const struct ctl_list *values)
{
	for (size_t i = 0; i < values->n; i++)
		ctl_query_param(q, name, values->at[i]);
}

const char *ctl_query_text(const struct ctl_query *q)
{
	return q->failed ? NULL : q->text;
}

void ctl_query_fini(struct ctl_query *q)
{
	free(q->text);
	*q = (struct ctl_query){ 0 };
}
