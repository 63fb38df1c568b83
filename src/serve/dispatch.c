/* dispatch.c - a request's way from its headers to its answer: see dispatch.h. */
#include "serve/dispatch.h"

#include "base/clock.h"
#include "serve/answer.h"
#include "serve/answer_ask.h"
#include "serve/answer_events.h"
#include "serve/pause.h"
#include "serve/request_check.h"

#include <stdlib.h>
#include <string.h>

static void on_view(struct views_user *u)
{
	pause_end(u->data);
}

static void enter(struct request *r, enum request_stage stage, int64_t now_ns)
{
	r->stage = stage;
	r->since_ns = now_ns;
}

void *dispatch_on_target(void *data, const char *target, struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct conn *c = info->socket_context;
	struct request *r = calloc(1, sizeof(*r));

	(void)data;
	if (!r)
		return NULL;
	r->conn = c;
	r->site = c->site;
	r->mhd = mhd;
	r->setup = setup_ref(c->site->setup);
	r->view.on_view = on_view;
	r->view.data = r;
	if (strlen(target) <= REQUEST_TARGET_MAX)
		r->text = strdup(target);
	c->request = r;
	c->since_ns = clock_mono_ns();
	enter(r, REQUEST_BEGUN, c->since_ns);
	return r;
}

static const struct web_header own_headers[] = {
	{ "X-Content-Type-Options", "nosniff" },
	{ "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'" },
	{ "X-Frame-Options", "DENY" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Cache-Control", "no-store" },
};

/* Those of the web configuration file stand in place of ours. */
static void add_headers(struct MHD_Response *response, const struct web_config *w)
{
	for (size_t i = 0; i < w->n_headers; i++)
		MHD_add_response_header(response, w->headers[i].name, w->headers[i].value);
	for (size_t i = 0; i < sizeof(own_headers) / sizeof(*own_headers); i++)
		if (!MHD_get_response_header(response, own_headers[i].name))
			MHD_add_response_header(response, own_headers[i].name, own_headers[i].value);
}

static enum MHD_Result answer_send(struct request *r, int64_t now_ns)
{
	struct MHD_Response *response = r->response;
	enum MHD_Result rc;

	if (!response)
		return MHD_NO;
	r->response = NULL;
	add_headers(response, &r->setup->options.http.web);
	/* libmicrohttpd ends a HEAD's answer with the last chunk of the text that it leaves out, unless there are no
	 * chunks; and a length that is not the GET's may not be sent (RFC 9110 8.6). */
	if (r->is_head && (r->streams || r->is_following))
		MHD_set_response_options(response, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
	if (r->conn->is_stale)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
	rc = MHD_queue_response(r->mhd, (unsigned)r->status, response);
	MHD_destroy_response(response);
	enter(r, REQUEST_HANDLED, now_ns);
	r->conn->moved_ns = now_ns;
	return rc;
}

static ssize_t on_read_nothing(void *data, uint64_t position, char *buf, size_t room)
{
	(void)data, (void)position, (void)buf, (void)room;
	return MHD_CONTENT_READER_END_OF_STREAM;
}

/* What a GET would have been answered with, but for its text: not worth a generation. */
static void answer_head(struct request *r)
{
	char type[128];
	size_t len = strcspn(r->route->types, ",");

	len = len < sizeof(type) ? len : sizeof(type) - 1;
	memcpy(type, r->route->types, len);
	type[len] = '\0';
	r->streams = true;
	answer_response(r, MHD_HTTP_OK, type,
	                MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 1, on_read_nothing, NULL, NULL));
}

/* Clients that read slowly, or events for ever, are not to take all connections. False: too many do already, and r has
 * its answer. */
static bool count_long(struct request *r)
{
	struct site *s = r->site;

	if (r->conn->is_control || r->is_long)
		return true;
	if (s->n_long >= DISPATCH_LONG_MAX) {
		answer_error(r, 503, "busy", "%d requests are being answered already", DISPATCH_LONG_MAX);
		return false;
	}
	r->is_long = true;
	s->n_long++;
	return true;
}

static enum MHD_Result handle(struct request *r, int64_t now_ns)
{
	r->route->handle(r);
	if (!r->streams) /* however slowly the answer is read */
		views_leave(r->site->views, &r->view);
	if (r->asked) {
		enter(r, REQUEST_WAITS, now_ns);
		pause_begin(r);
		return MHD_YES;
	}
	if (r->follows && count_long(r))
		answer_events_begin(r, now_ns);
	return answer_send(r, now_ns);
}

/* The request is whole. */
static enum MHD_Result proceed(struct request *r, int64_t now_ns)
{
	struct site *s = r->site;
	enum route_needs needs;

	if (r->response) /* refused */
		return answer_send(r, now_ns);
	needs = r->route->needs;
	if (needs == ROUTE_NEEDS_READY && s->is_ready)
		needs = ROUTE_NEEDS_NOTHING;
	if (needs == ROUTE_NEEDS_VIEW && r->is_head && !r->rest) {
		answer_head(r);
		return answer_send(r, now_ns);
	}
	if (needs == ROUTE_NEEDS_NOTHING)
		return handle(r, now_ns);
	if (!count_long(r))
		return answer_send(r, now_ns);
	switch (views_want(s->views, &r->view, now_ns)) {
	case VIEWS_HERE:
		return handle(r, now_ns);
	case VIEWS_LATER:
		enter(r, REQUEST_WAITS, now_ns);
		pause_begin(r);
		return MHD_YES;
	case VIEWS_BUSY:
		break;
	}
	answer_error(r, 503, "busy", "two large answers are being read already");
	return answer_send(r, now_ns);
}

/* What r waited for has come, or not in time. */
static enum MHD_Result awake(struct request *r, int64_t now_ns)
{
	struct view *v = request_view(r);

	if (r->response)
		return answer_send(r, now_ns);
	if (r->asked || r->view.waits) { /* nothing has come, but libmicrohttpd calls */
		pause_begin(r);
		return MHD_YES;
	}
	if (!v) {
		answer_error(r, 503, "busy", "no memory");
		return answer_send(r, now_ns);
	}
	r->site->is_ready |= view_generation(v)->is_ready;
	return handle(r, now_ns);
}

static void body_add(struct request *r, const char *bytes, size_t len)
{
	/* Never more than Content-Length says, which libmicrohttpd sees to. */
	if (!r->body || len > r->body_room - r->body_len)
		return;
	memcpy(r->body + r->body_len, bytes, len);
	r->body_len += len;
	r->body[r->body_len] = '\0';
}

enum MHD_Result dispatch_on_request(void *data, struct MHD_Connection *mhd, const char *url, const char *method,
                                    const char *version, const char *upload, size_t *upload_len, void **request)
{
	struct request *r = *request;
	int64_t now_ns = clock_mono_ns();

	(void)data, (void)mhd, (void)url, (void)version;
	if (!r)
		return MHD_NO; /* there was no memory for it */
	switch (r->stage) {
	case REQUEST_BEGUN:
		/* With a body, refused now, and the connection goes with it: libmicrohttpd sends an answer that comes
		 * while a body does to nobody. Without, the connection may stay. */
		if (!request_check(r, method, now_ns) && request_has_body(r))
			return answer_send(r, now_ns);
		enter(r, REQUEST_BODY, now_ns);
		return MHD_YES;
	case REQUEST_BODY:
		if (!*upload_len)
			return proceed(r, now_ns);
		body_add(r, upload, *upload_len);
		*upload_len = 0;
		return MHD_YES;
	case REQUEST_WAITS:
		return awake(r, now_ns);
	case REQUEST_HANDLED:
		break;
	}
	return MHD_NO;
}

void dispatch_on_completed(void *data, struct MHD_Connection *mhd, void **request, enum MHD_RequestTerminationCode code)
{
	struct request *r = *request;

	(void)data, (void)mhd, (void)code;
	if (!r)
		return;
	*request = NULL;
	answer_ask_forget(r);
	answer_events_end(r);
	views_leave(r->site->views, &r->view);
	r->site->n_long -= r->is_long;
	if (r->response)
		MHD_destroy_response(r->response);
	r->conn->request = NULL;
	r->conn->n_answers++;
	r->conn->since_ns = clock_mono_ns();
	setup_unref(r->setup);
	free(r->text);
	free(r->rest);
	free(r->body);
	free(r);
}

bool dispatch_tick(struct request *r, int64_t now_ns)
{
	int64_t age_ns = now_ns - r->since_ns;

	if (r->stage == REQUEST_BODY)
		return age_ns <= DISPATCH_BODY_NS;
	if (r->stage == REQUEST_WAITS && r->is_suspended && age_ns > (r->asked ? DISPATCH_ASK_NS : DISPATCH_VIEW_NS)) {
		const char *more = r->asked ? "; what was asked may be done yet" : "";

		answer_ask_forget(r);
		views_leave(r->site->views, &r->view);
		answer_error(r, 503, "busy", "the probing loop does not answer%s", more);
		pause_end(r);
	}
	return true;
}

void dispatch_abandon(struct request *r)
{
	if (r->stage != REQUEST_WAITS || !r->is_suspended)
		return;
	answer_ask_forget(r);
	views_leave(r->site->views, &r->view);
	answer_error(r, 503, "busy", "minipingd stops");
	pause_end(r);
}
