/* control_body.c - bodies of requests that control the daemon, from JSON to what an ask carries. */
#include "serve/control_body.h"

#include "base/clock.h"
#include "base/parse.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEASE_DEFAULT_NS NS_PER_H
#define LEASE_MIN_NS     NS_PER_S
#define LEASE_MAX_NS     (7 * NS_PER_D)

#define WRONG(wrong, ...) (snprintf(wrong, CONTROL_BODY_WRONG_LEN, __VA_ARGS__), 400)

static int no_memory(char wrong[CONTROL_BODY_WRONG_LEN])
{
	snprintf(wrong, CONTROL_BODY_WRONG_LEN, "out of memory");
	return 503;
}

/* --- the keys of a body --- */

/* The string called key goes from the object into *out, malloc'ed. 0 or the status. */
static int take_text(json_t *object, const char *key, char **out, char wrong[CONTROL_BODY_WRONG_LEN])
{
	const json_t *value = json_object_get(object, key);
	const char *text = json_string_value(value);

	if (!text || !text[0])
		return WRONG(wrong, "\"%s\" %s", key, value ? "must be a string that is not empty" : "is missing");
	*out = strdup(text);
	if (!*out)
		return no_memory(wrong);
	json_object_del(object, key);
	return 0;
}

static int take_duration(json_t *object, int64_t *out, char wrong[CONTROL_BODY_WRONG_LEN])
{
	const json_t *value = json_object_get(object, "for");
	const char *text = json_string_value(value);
	char number[32];

	*out = LEASE_DEFAULT_NS;
	if (!value)
		return 0;
	if (json_is_integer(value)) {
		snprintf(number, sizeof(number), "%lld", (long long)json_integer_value(value));
		text = number;
	}
	if (!text || parse_duration(out, text, LEASE_MIN_NS, LEASE_MAX_NS))
		return WRONG(wrong, "\"for\": expected a duration from 1s to 7d");
	json_object_del(object, "for");
	return 0;
}

static int nothing_else(json_t *object, char wrong[CONTROL_BODY_WRONG_LEN])
{
	void *rest = json_object_iter(object);

	return rest ? WRONG(wrong, "unknown key \"%.64s\"", json_object_iter_key(rest)) : 0;
}

/* Either the mapping of a target, or one that is paused. */
static int read_lease(struct control_body *w, json_t *object, char wrong[CONTROL_BODY_WRONG_LEN])
{
	const json_t *pause = json_object_get(object, "pause");
	int status = take_duration(object, &w->duration_ns, wrong);

	if (status)
		return status;
	if (pause && !json_is_boolean(pause))
		return WRONG(wrong, "\"pause\" must be true or false");
	if (json_is_true(pause)) {
		json_object_del(object, "pause");
		return take_text(object, "name", &w->target, wrong);
	}
	json_object_del(object, "pause");
	w->text = json_dumps(object, JSON_COMPACT);
	if (!w->text)
		return no_memory(wrong);
	if (strlen(w->text) > CONTROL_LEASE_MAX) {
		snprintf(wrong, CONTROL_BODY_WRONG_LEN, "a target of more than %u bytes", CONTROL_LEASE_MAX);
		return 413;
	}
	json_object_clear(object); /* the loop looks at the rest */
	return 0;
}

static int read_object(struct control_body *w, enum ask_kind kind, json_t *object, char wrong[CONTROL_BODY_WRONG_LEN])
{
	int status = 0;

	switch (kind) {
	case ASK_PROBE:
	case ASK_UNLEASE:
		status = take_text(object, "name", &w->target, wrong);
		break;
	case ASK_LEASE:
		status = read_lease(w, object, wrong);
		break;
	case ASK_LOG_LEVEL:
		status = take_text(object, "level", &w->text, wrong);
		break;
	default:
		break;
	}
	return status ? status : nothing_else(object, wrong);
}

int control_body_read(struct control_body *out, enum ask_kind kind, const char *body, size_t len,
                      char wrong[CONTROL_BODY_WRONG_LEN])
{
	bool is_empty = len == strspn(body, " \t\r\n");
	json_error_t error;
	json_t *object;
	int status;

	*out = (struct control_body){ .target = NULL };
	if (len > CONTROL_BODY_MAX) {
		snprintf(wrong, CONTROL_BODY_WRONG_LEN, "a body of more than %u bytes", CONTROL_BODY_MAX);
		return 413;
	}
	object = is_empty ? json_object() : json_loadb(body, len, JSON_REJECT_DUPLICATES, &error);
	if (!object)
		return is_empty ? no_memory(wrong)
		                : WRONG(wrong, "line %d, column %d: %.160s", error.line, error.column, error.text);
	status = json_is_object(object) ? read_object(out, kind, object, wrong)
	                                : WRONG(wrong, "the body must be a JSON object");
	json_decref(object);
	if (status)
		control_body_free(out);
	return status;
}

void control_body_free(struct control_body *w)
{
	free(w->target);
	free(w->text);
	*w = (struct control_body){ .target = NULL };
}
