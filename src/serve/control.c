/* control.c - requests that change the running daemon, from JSON to asks. */
#include "serve/control.h"

#include "serve/ask.h"
#include "serve/control_body.h"

#include <gnutls/gnutls.h>
#include <string.h>

#define TOKEN_HEADER "X-Control-Token"

/* A page in a browser, wherever it is from, always says so; no program does. Ours has read the token. */
static bool check_page(struct request *r)
{
	const char *wanted = request_control_token(r), *given = request_header(r, TOKEN_HEADER);

	if (!request_header(r, "Origin") ||
	    (wanted && given && strlen(given) == strlen(wanted) && !gnutls_memcmp(given, wanted, strlen(wanted))))
		return true;
	answer_error(r, 403, "forbidden", "%s",
	             wanted ? "a page needs the control_token of /api/v1/config as " TOKEN_HEADER
	                    : "a page in a browser may not control minipingd here");
	return false;
}

static void ask(struct request *r, enum ask_kind kind)
{
	char wrong[CONTROL_BODY_WRONG_LEN];
	struct control_body w;
	const char *body;
	size_t len;
	int status;

	if (!check_page(r))
		return;
	body = request_body(r, &len);
	status = control_body_read(&w, kind, body ? body : "", body ? len : 0, wrong);
	if (status) {
		answer_error(r, status,
		             status == 400   ? "bad request"
		             : status == 413 ? "too large"
		                             : "unavailable",
		             "%s", wrong);
		return;
	}
	answer_ask(r, kind, w.target, w.text, w.duration_ns);
	control_body_free(&w);
}

static void reload(struct request *r)
{
	ask(r, ASK_RELOAD);
}

static void diff(struct request *r)
{
	ask(r, ASK_DIFF);
}

static void probe(struct request *r)
{
	ask(r, ASK_PROBE);
}

static void lease(struct request *r)
{
	ask(r, ASK_LEASE);
}

static void unlease(struct request *r)
{
	ask(r, ASK_UNLEASE);
}

static void log_level(struct request *r)
{
	ask(r, ASK_LOG_LEVEL);
}

#define CONTROL(where, handler, sentence)                                                                              \
	{                                                                                                              \
		.method = "POST", .path = (where), .control = true, .needs = ROUTE_NEEDS_NOTHING, .handle = (handler), \
		.about = (sentence), .types = "application/json"                                                       \
	}
const struct route control_routes[] = {
	CONTROL("/api/v1/control/reload", reload,
	        "Reads the configuration anew and takes it; answers once that has ended"),
	CONTROL("/api/v1/control/diff", diff,
	        "What a reload would change in the running configuration; changes nothing"),
	CONTROL("/api/v1/control/probe", probe,
	        "Probes a target at once, beside the probes of its slots, and answers with the outcome"),
	CONTROL("/api/v1/control/lease", lease, "Adds a target for a while, or pauses one; the files stay as they are"),
	CONTROL("/api/v1/control/unlease", unlease, "Ends a lease or a pause before its time"),
	CONTROL("/api/v1/control/log-level", log_level, "Sets the least severe diagnostics to print"),
	{ .path = NULL },
};
