/* api_past_ask.c - what the routes of the past have in common: their parameters, and the words where there is none. */
#include "serve/api_past_ask.h"

#include "base/clock.h"
#include "base/parse.h"
#include "serve/api_when.h"

#include <errno.h>
#include <string.h>

#define RANGE_S    INT64_C(86400) /* of what is shown if nothing else is asked for */
#define STEP_MAX_S (INT64_C(366) * 86400)

static int64_t now_s(void)
{
	return clock_pair_now().real_ns / NS_PER_S;
}

bool api_past_ask_refuse(struct request *r, const char *name, const char *expected)
{
	answer_error(r, 400, "bad parameter", "%s is \"%s\": expected %s", name, request_param(r, name), expected);
	return false;
}

static bool read_moment(struct request *r, const char *name, int64_t *out_s, int64_t now)
{
	const char *text = request_param(r, name);

	if (text && api_when_parse(out_s, text, now))
		return api_past_ask_refuse(r, name, "a time as 2026-01-02T03:04:05Z, \"now\", or \"-24h\"");
	return true;
}

bool api_past_ask_range(struct request *r, int64_t *from_s, int64_t *to_s)
{
	int64_t now = now_s();

	*to_s = now;
	if (!read_moment(r, "to", to_s, now))
		return false;
	*from_s = *to_s > RANGE_S ? *to_s - RANGE_S : 0;
	if (!read_moment(r, "from", from_s, now))
		return false;
	if (*from_s < *to_s)
		return true;
	answer_error(r, 400, "bad parameter", "from is not before to");
	return false;
}

bool api_past_ask_count(struct request *r, const char *name, int64_t *out, int64_t min, int64_t max)
{
	const char *text = request_param(r, name);

	if (!text || !parse_count(out, text, min, max))
		return true;
	answer_error(r, 400, "bad parameter", "%s is \"%s\": expected %lld to %lld", name, text, (long long)min,
	             (long long)max);
	return false;
}

bool api_past_ask_duration(struct request *r, const char *name, int64_t *out_s)
{
	const char *text = request_param(r, name);
	int64_t ns = 0;

	if (!text)
		return true;
	if (parse_duration(&ns, text, NS_PER_S, STEP_MAX_S * NS_PER_S) || ns % NS_PER_S)
		return api_past_ask_refuse(r, name, "whole seconds, at most a year, as 5m or 1h");
	*out_s = ns / NS_PER_S;
	return true;
}

bool api_past_ask_new(struct request *r, bool *may_be_new)
{
	const char *text = request_param(r, "new");

	*may_be_new = text;
	return !text || !strcmp(text, "empty") || api_past_ask_refuse(r, "new", "empty");
}

void api_past_ask_failed(struct request *r, int err, const char *name)
{
	switch (err) {
	case -ENOENT:
		answer_error(r, 404, "no such target", "nothing is known of the past of \"%s\"", name);
		break;
	case -ENOSYS:
		answer_error(r, 404, "no history is kept", "history.file in the configuration turns it on");
		break;
	case -ENOMEM:
		answer_error(r, 503, "out of memory", "no memory for the answer");
		break;
	default:
		answer_error(r, 500, "history failed", "the history cannot be read: %s", strerror(-err));
	}
}
