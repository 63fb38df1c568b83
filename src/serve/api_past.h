/* api_past.h - what is answered from the history: one target's past, as figures and as a picture, and who was worst off
 * in a time. */
#ifndef MINIPING_API_PAST_H
#define MINIPING_API_PAST_H
#include "core/past.h"
#include "serve/request.h"

/* Before api_routes: a path of them could be the name of a target there. */
extern const struct route api_past_routes[];

/* api_past_worst - /api/v1/worst with window=: by=, limit=, and no other parameter. */
void api_past_worst(struct request *r, size_t limit_default);
#endif
