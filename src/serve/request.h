/* request.h - one request as the routes see it: its path, its query, and the ways to answer it. Everything here is of
 * the HTTP thread. A handler answers exactly once before it returns. */
#ifndef MINIPING_REQUEST_H
#define MINIPING_REQUEST_H
#include "base/textbuf.h"
#include "serve/view.h"

#include <stdbool.h>
#include <stddef.h>

struct request;
struct events_hub;
struct past_ops;

/* A long text that is made as the client reads it. */
struct stream {
	/* Appends the next piece to t: whole rows, at least one, which fits into 16 KiB (a row that does not is cut by
	 * its maker). Returns false at the end of the text. t is empty at each call. True without a piece: there is
	 * none yet, after a slice of work of some ms; the other connections have their turn, then it is called again.
	 */
	bool (*more)(struct stream *s, struct textbuf *t);
	void (*free)(struct stream *s);
};

/* --- what was asked --- */

/* request_param - the query's value of name, percent-decoded; NULL: not given; "": given without a value.
 * request_param_next - of a name that may be given several times: the one after prev (NULL: the first). */
const char *request_param(const struct request *r, const char *name);
const char *request_param_next(const struct request *r, const char *name, const char *prev);

/* request_pair - the i-th name and value of the query, for parameters whose names begin alike ("label.{name}"). False:
 * there are no more. */
bool request_pair(const struct request *r, size_t i, const char **name, const char **value);

/* request_rest - what stands in the path in place of the route's part "{name}", percent-decoded; NULL: the route has
 * none. */
const char *request_rest(const struct request *r);

/* request_header - of that name, in any case; NULL: not sent. */
const char *request_header(const struct request *r, const char *name);

/* request_body - of a POST: at most 64 KiB, ends with a NUL that is not counted. */
const char *request_body(const struct request *r, size_t *len);

/* request_view - what the route's needs have asked the loop for; borrowed until the request ends, a stream included
 * (it keeps its own by view_ref). NULL: the route needs none. */
struct view *request_view(const struct request *r);

/* request_options - sections http, control and metrics as they are in force. */
const struct serve_options *request_options(const struct request *r);

/* request_events - what has happened, borrowed. */
const struct events_hub *request_events(const struct request *r);

/* request_config_text - the configuration of request_view's generation as minipingd --dump prints it; malloc'ed. 0 or
 * -errno. */
int request_config_text(const struct request *r, char **text, size_t *len);

/* request_may_control - routes that control the daemon are open to it: it has come to the control socket, or has passed
 * authentication where http.allow_control is on. request_control_token - what a page that asks for them must have read
 * here before, since another origin's can send but not read; NULL: no page may. */
bool request_may_control(const struct request *r);
const char *request_control_token(const struct request *r);

/* request_past - what the history answers through (core/past.h), borrowed; NULL: there is none. */
const struct past_ops *request_past(const struct request *r);

/* --- the answers --- */

/* answer_text - type: "application/json"; text is copied. */
void answer_text(struct request *r, int status, const char *type, const char *text, size_t len);

/* answer_taken - the same with a malloc'ed text, which it frees. */
void answer_taken(struct request *r, int status, const char *type, char *text, size_t len);

/* answer_stream - status 200; compressed where the client accepts gzip. s is freed by its free(). */
void answer_stream(struct request *r, const char *type, struct stream *s);

/* answer_error - {"error": error, "detail": …}; format: printf's. Statuses 405, 429 and 503 get their headers. */
void answer_error(struct request *r, int status, const char *error, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* answer_ask - answers with what the loop says to an ask of this kind (ask.h); target and text are copied, NULL
 * allowed. */
void answer_ask(struct request *r, int kind, const char *target, const char *text, long long duration_ns);

/* answer_events - the request goes on for as long as the client stays, as Server-Sent Events (events_hub.h).
 *   kinds     bits 1 << enum serve_event
 *   last_id   resume after this one; 0: only what comes from now on */
void answer_events(struct request *r, unsigned kinds, unsigned long long last_id);

/* answer_events_kept - the events of these kinds that are kept, the oldest first, and then the answer ends. */
void answer_events_kept(struct request *r, unsigned kinds);

/* --- the routes --- */

/* A HEAD of a route that needs a view is answered without one, and its handler not called, unless the path names a
 * target: whether it exists is seen there. */
enum route_needs {
	ROUTE_NEEDS_NOTHING,
	ROUTE_NEEDS_VIEW,
	ROUTE_NEEDS_READY, /* a view, until one was of a daemon that is ready; NULL from then on */
};

struct route_param {
	const char *name;   /* "label.{name}": all that begin so */
	const char *schema; /* OpenAPI's, as JSON: {"type":"string"} */
	const char *about;
	bool repeated;
};

struct route {              /* a table of them ends with a NULL path */
	const char *method; /* "GET" (HEAD with it) or "POST" */
	const char *path;   /* "/api/v1/targets/{name}": takes the rest, slashes and all; where a part follows,
	                     * "/api/v1/targets/{name}/history", what has no slash that is not escaped */
	bool control;       /* on the control socket, or where http.allow_control is on */
	enum route_needs needs;
	void (*handle)(struct request *r);
	const struct route_param *params; /* ends with a NULL name; NULL: none. Others are refused with 400 */
	const char *about;                /* one line for openapi.json */
	const char *types;                /* what it answers with: "application/json" */
};
#endif
