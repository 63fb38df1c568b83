/* ctl_ask.c - HTTP's statuses to exit codes, once for all commands. */
#include "ctl/ctl_ask.h"

#include "ctl/ctl_json.h"

#include <stdio.h>

static enum ctl_exit exit_of(int status)
{
	switch (status) {
	case 200 ... 299:
		return CTL_EXIT_DONE;
	case 409:
	case 422:
		return CTL_EXIT_NO;
	case 400:
	case 404:
	case 405:
	case 413:
		return CTL_EXIT_ARGUMENTS;
	default:
		return CTL_EXIT_UNREACHABLE;
	}
}

/* The daemon's own words if it has any. */
static void say_why(const struct ctl_answer *a, const json_t *j, char *why, size_t room)
{
	const char *error = ctl_json_text(j, "error"), *detail = ctl_json_text(j, "detail");

	if (detail && *detail)
		snprintf(why, room, "%.400s (%d %.60s)", detail, a->status, error ? error : "");
	else if (error)
		snprintf(why, room, "%.400s (%d)", error, a->status);
	else
		snprintf(why, room, "the answer is HTTP status %d: is that minipingd?", a->status);
}

enum ctl_exit ctl_ask_judge(const struct ctl_answer *a, json_t **out, char *why, size_t room)
{
	enum ctl_exit code = exit_of(a->status);
	json_error_t error;
	json_t *j;

	*out = NULL;
	if (!a->status) {
		snprintf(why, room, "%s", a->error);
		return CTL_EXIT_UNREACHABLE;
	}
	j = json_loadb(a->text ? a->text : "", a->len, JSON_REJECT_DUPLICATES, &error);
	if (code == CTL_EXIT_DONE && !j) {
		snprintf(why, room, "the answer is no JSON (%.150s): is that minipingd?", error.text);
		return CTL_EXIT_UNREACHABLE;
	}
	if (code != CTL_EXIT_DONE)
		say_why(a, j, why, room);
	*out = j;
	return code;
}

static enum ctl_exit ask(struct ctl_session *s, const struct ctl_query *q, const char *method, const char *body,
                         json_t **out)
{
	const char *path = ctl_query_text(q);
	bool is_get = method[0] == 'G';
	struct ctl_answer a;
	char why[1024];
	enum ctl_exit code;

	*out = NULL;
	if (!path)
		return ctl_complain(CTL_EXIT_UNREACHABLE, "out of memory");
	ctl_http_do(s->http, method, path, body, &a);
	code = ctl_ask_judge(&a, out, why, sizeof(why));
	ctl_answer_fini(&a);
	if (code == CTL_EXIT_DONE || (code == CTL_EXIT_NO && !is_get && *out))
		return code;
	json_decref(*out);
	*out = NULL;
	return ctl_complain(code, "%s", why);
}

enum ctl_exit ctl_ask_get(struct ctl_session *s, const struct ctl_query *q, json_t **out)
{
	return ask(s, q, "GET", NULL, out);
}

enum ctl_exit ctl_ask_post(struct ctl_session *s, const struct ctl_query *q, const char *body, json_t **out)
{
	return ask(s, q, "POST", body, out);
}
