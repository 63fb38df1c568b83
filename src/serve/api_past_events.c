/* api_past_events.c - the history has the log's lines, which are JSON already: they are put in a row. */
#include "serve/api_past_events.h"

#include "base/jsonbuf.h"
#include "core/past.h"
#include "serve/api_past_ask.h"
#include "serve/api_query.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT 100
#define FIRST ((size_t)4096)

struct lines {
	char *text; /* the document; NULL: out of memory */
	size_t len, room;
};

static void put(struct lines *l, const char *text, size_t len)
{
	size_t room = l->room;
	char *grown;

	if (!l->text)
		return;
	while (room - l->len < len)
		room *= 2;
	if (room > l->room) {
		grown = realloc(l->text, room);
		if (!grown) {
			free(l->text);
			l->text = NULL;
			return;
		}
		l->text = grown;
		l->room = room;
	}
	memcpy(l->text + l->len, text, len);
	l->len += len;
}

static void on_event(void *to, const struct past_event *e)
{
	struct lines *l = to;

	if (l->text && l->text[l->len - 1] != '[')
		put(l, ",", 1);
	put(l, e->line, e->len);
}

static void on_events(struct request *r)
{
	static const char head[] = "{\"items\": [", tail[] = "]}\n";
	const struct past_ops *past = request_past(r);
	struct lines l = { .text = malloc(FIRST), .room = FIRST };
	int64_t from_s, to_s, limit = LIMIT;
	bool may_be_new;
	int err;

	if (!api_past_ask_range(r, &from_s, &to_s) || !api_past_ask_count(r, "limit", &limit, 1, API_LIMIT_MAX) ||
	    !api_past_ask_new(r, &may_be_new)) {
		free(l.text);
		return;
	}
	put(&l, head, sizeof(head) - 1);
	err = past ? past->events(past->data, request_rest(r), from_s, to_s, (size_t)limit, on_event, &l) : -ENOSYS;
	if (err == -ENOENT && may_be_new)
		err = 0;
	put(&l, tail, sizeof(tail) - 1);
	if (!err && !l.text)
		err = -ENOMEM;
	if (!err) {
		answer_taken(r, 200, "application/json", l.text, l.len);
		return;
	}
	free(l.text);
	api_past_ask_failed(r, err, request_rest(r));
}

/* clang-format off */
static const struct route_param params[] = {
	API_PAST_RANGE,
	API_PAST_NEW,
	{ "limit", "{\"type\": \"integer\", \"minimum\": 1, \"maximum\": 10000, \"default\": 100}", "how many, the latest", false },
	{ .name = NULL },
};
/* clang-format on */

const struct route api_past_events_routes[] = {
	{ .method = "GET",
	  .path = "/api/v1/targets/{name}/events",
	  .handle = on_events,
	  .params = params,
	  .about = "one target's changes of state, as the log has them, the latest first",
	  .types = "application/json" },
	{ .path = NULL },
};
