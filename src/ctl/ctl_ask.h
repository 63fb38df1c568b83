/* ctl_ask.h - one request, its document, and where there is none the words for why. */
#ifndef MINIPING_CTL_ASK_H
#define MINIPING_CTL_ASK_H
#include "ctl/ctl_exit.h"
#include "ctl/ctl_query.h"
#include "ctl/ctl_session.h"

#include <jansson.h>

/* ctl_ask_get - CTL_EXIT_DONE and *out, the caller's (json_decref); else it has complained, and *out is NULL. */
enum ctl_exit ctl_ask_get(struct ctl_session *s, const struct ctl_query *q, json_t **out);

/* ctl_ask_post - the same with a body (JSON; NULL: none), but an answer of "no" (409, 422) is CTL_EXIT_NO without a
 * complaint, and its document is *out. */
enum ctl_exit ctl_ask_post(struct ctl_session *s, const struct ctl_query *q, const char *body, json_t **out);

/* ctl_ask_judge - what an answer comes to: its document, or a sentence of up to room bytes in why. */
enum ctl_exit ctl_ask_judge(const struct ctl_answer *a, json_t **out, char *why, size_t room);
#endif
