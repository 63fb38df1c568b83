/* answer_events.h - requests that get events for as long as the client stays: see answer_events() in request.h. */
#ifndef MINIPING_ANSWER_EVENTS_H
#define MINIPING_ANSWER_EVENTS_H
#include "serve/request_private.h"

#define ANSWER_EVENTS_MAX 32 /* clients at once: half of the connections */
#define ANSWER_EVENTS_QUIET_NS                                                                \
	INT64_C(15000000000) /* after that a comment is sent: whether somebody is there still \
	                      */

/* answer_events_begin - r->reader is read by r's client from now on; or 503, when there are too many. */
void answer_events_begin(struct request *r, int64_t now_ns);

/* answer_events_end - r ends. Nothing where it gets no events. */
void answer_events_end(struct request *r);

/* answer_events_wake - something has been added to the hub, or time has passed: whoever has something to get gets it.
 * O(clients). */
void answer_events_wake(struct site *s, int64_t now_ns);

/* answer_events_close - the text of each comes to its end. */
void answer_events_close(struct site *s);

/* answer_events_kinds - of all clients together. */
unsigned answer_events_kinds(const struct site *s);
#endif
