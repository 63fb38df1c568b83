/* api_past_events.h - /api/v1/targets/NAME/events: the changes of state that the history keeps. */
#ifndef MINIPING_API_PAST_EVENTS_H
#define MINIPING_API_PAST_EVENTS_H
#include "serve/request.h"

extern const struct route api_past_events_routes[];
#endif
