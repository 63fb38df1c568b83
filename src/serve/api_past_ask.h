/* api_past_ask.h - parameters of the routes that ask the history, and what is answered where it has nothing. Each that
 * returns false has answered. */
#ifndef MINIPING_API_PAST_ASK_H
#define MINIPING_API_PAST_ASK_H
#include "serve/request.h"

#include <stdbool.h>
#include <stdint.h>

/* api_past_ask_refuse - false, after "NAME is "VALUE": expected ..." with status 400. */
bool api_past_ask_refuse(struct request *r, const char *name, const char *expected);

/* api_past_ask_range - the parameters from and to; by default the last 24 hours. Seconds since 1970, from before to. */
bool api_past_ask_range(struct request *r, int64_t *from_s, int64_t *to_s);

/* api_past_ask_count, api_past_ask_duration - a number; whole seconds, at most a year. *out stays where none is given.
 */
bool api_past_ask_count(struct request *r, const char *name, int64_t *out, int64_t min, int64_t max);
bool api_past_ask_duration(struct request *r, const char *name, int64_t *out_s);

/* api_past_ask_new - *may_be_new: a target of which nothing is known is to be answered with an empty list, since
 * whoever asks knows that there is such a target. */
bool api_past_ask_new(struct request *r, bool *may_be_new);

/* api_past_ask_failed - answers err, as of past_ops; name: of the target. */
void api_past_ask_failed(struct request *r, int err, const char *name);

#define API_PAST_NEW                                                                                  \
	{                                                                                             \
		"new", "{\"type\": \"string\", \"enum\": [\"empty\"]}",                               \
			"an empty list instead of status 404 where nothing is known of it yet", false \
	}
#define API_PAST_RANGE                                                                       \
	{ "from", "{\"type\": \"string\", \"default\": \"-24h\"}",                           \
	  "RFC 3339, now, or so long before now; a day before to", false },                  \
	{                                                                                    \
		"to", "{\"type\": \"string\", \"default\": \"now\"}", "likewise; now", false \
	}
#endif
