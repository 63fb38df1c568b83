/* request_check.c - what a request's headers must be like: see request_check.h. */
#include "serve/request_check.h"

#include "serve/answer.h"
#include "serve/http_host.h"
#include "serve/routes.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct header_count {
	unsigned n_hosts, n_lengths, n_codings;
	const char *host, *origin;
};

static enum MHD_Result on_header(void *data, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct header_count *c = data;

	(void)kind;
	if (strcasecmp(name, MHD_HTTP_HEADER_HOST) == 0) {
		c->n_hosts++;
		c->host = value;
	} else if (strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0) {
		c->n_lengths++;
	} else if (strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0) {
		c->n_codings++;
	} else if (strcasecmp(name, MHD_HTTP_HEADER_ORIGIN) == 0) {
		c->origin = value;
	}
	return MHD_YES;
}

static bool refuse(struct request *r, int status, const char *error, const char *detail)
{
	answer_error(r, status, error, "%s", detail);
	return false;
}

/* Where two readers of one request could see two different ones (RFC 9112 11.2), it is refused. */
static bool check_framing(struct request *r, const struct header_count *c)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(r->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

	if (info && info->header_size > REQUEST_HEADER_MAX)
		return refuse(r, 431, "headers too large", "a request's headers have at most 8 KiB");
	if (c->n_hosts > 1)
		return refuse(r, 400, "bad request", "more than one header Host");
	if (c->n_lengths > 1 || (c->n_lengths && c->n_codings))
		return refuse(r, 400, "bad request", "Content-Length beside another, or beside Transfer-Encoding");
	if (c->n_codings)
		return refuse(r, 411, "length required", "a body needs Content-Length");
	return true;
}

static bool check_target(struct request *r, struct query_target *target)
{
	const char *wrong;

	if (!r->text)
		return refuse(r, 414, "URI too long", "a path with its query has at most 4 KiB");
	if (!query_split(target, r->text))
		return refuse(r, 400, "bad request", "the path must begin with /");
	wrong = query_parse(&r->query, target->query);
	return wrong ? refuse(r, 400, "bad request", wrong) : true;
}

static bool check_host(struct request *r, const struct header_count *c, const char *authority)
{
	const struct http_options *o = &r->setup->options.http;
	const char *host = authority ? authority : c->host;

	if (r->conn->is_unix)
		return true;
	if (host && !http_host_is_well_formed(host))
		return refuse(r, 400, "bad request", "the header Host is not well formed");
	/* A page of a strange name has no password, token or certificate, and under TLS not that name's certificate. */
	if (web_config_asks(&o->web) || o->web.cert)
		return true;
	if (!host || http_host_is_ours(host, o, r->setup->machine))
		return true;
	answer_error(r, 403, "wrong host",
	             "not asked by a name of this machine, but as %s; names beside it belong in http.hosts", host);
	return false;
}

static bool check_auth(struct request *r, int64_t now_ns)
{
	struct auth *auth = r->setup->auth;

	if (r->conn->is_control)
		return true;
	switch (auth_check(auth, request_header(r, MHD_HTTP_HEADER_AUTHORIZATION), now_ns)) {
	case AUTH_GRANTED:
		return true;
	case AUTH_BUSY:
		return refuse(r, 429, "too many requests", "too many wrong passwords lately");
	case AUTH_DENIED:
		break;
	}
	refuse(r, 401, "unauthorized", "a user with a password, or a token, is needed");
	if (r->response)
		MHD_add_response_header(r->response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, auth_challenge(auth));
	return false;
}

static bool check_route(struct request *r, const char *method, const char *path)
{
	struct routes_found found = { .allowed = "GET, HEAD" };
	enum routes_verdict verdict = routes_find(&found, method, path);
	bool may_control = request_may_control(r);

	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0 && !may_control) {
		refuse(r, 405, "method not allowed",
		       "here only GET and HEAD; control is at the control socket, or here with http.allow_control and a "
		       "password or token");
		if (r->response)
			MHD_add_response_header(r->response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
		return false;
	}
	if (verdict == ROUTES_NO_METHOD) {
		answer_error(r, 405, "method not allowed", "only %s", found.allowed);
		if (r->response)
			MHD_add_response_header(r->response, MHD_HTTP_HEADER_ALLOW, found.allowed);
		return false;
	}
	if (verdict == ROUTES_NO_PATH)
		return refuse(r, 404, "not found", "/api/v1/openapi.json lists what there is");
	r->route = found.route;
	if (r->route->control && !may_control)
		return refuse(r, 403, "forbidden", "control is at the control socket");
	if (found.rest && !((r->rest = strndup(found.rest, found.rest_len)) && query_decode(r->rest, false)))
		return refuse(r, 400, "bad request", "a % stands for itself only as %25");
	return true;
}

static bool check_params(struct request *r)
{
	for (size_t i = 0; i < r->query.n; i++) {
		const char *name = r->query.pairs[i].name;
		const struct route_param *p = routes_takes(r->route, name);

		if (!p) {
			answer_error(r, 400, "bad request", "no parameter \"%s\" here", name);
			return false;
		}
		if (!p->repeated && query_next(&r->query, name, r->query.pairs[i].value)) {
			answer_error(r, 400, "bad request", "parameter \"%s\" given twice", name);
			return false;
		}
	}
	return true;
}

/* A page of another origin can have a browser send a POST, with the user's password even. */
static bool check_origin(struct request *r, const struct header_count *c)
{
	bool is_tls = r->setup->options.http.web.cert && !r->conn->is_control;
	const char *host = c->origin ? strstr(c->origin, "://") : NULL;

	if (!c->origin)
		return true;
	/* Without TLS of our own, that of a proxy may be before us. */
	if (host && c->host && strcasecmp(host + 3, c->host) == 0 &&
	    (!is_tls || strncasecmp(c->origin, "https:", 6) == 0))
		return true;
	return refuse(r, 403, "forbidden", "a page of another origin asks");
}

static bool check_body(struct request *r)
{
	const char *length = request_header(r, MHD_HTTP_HEADER_CONTENT_LENGTH);
	char *end;

	if (!length)
		return true;
	r->body_room = strtoul(length, &end, 10);
	if (*length < '0' || *length > '9' || *end)
		return refuse(r, 400, "bad request", "Content-Length is no number");
	if (r->body_room > REQUEST_BODY_MAX)
		return refuse(r, 413, "content too large", "a body has at most 64 KiB");
	r->body = malloc(r->body_room + 1);
	if (!r->body)
		return refuse(r, 503, "busy", "no memory for the body");
	r->body[0] = '\0';
	return true;
}

bool request_check(struct request *r, const char *method, int64_t now_ns)
{
	struct header_count c = { 0 };
	struct query_target target = { 0 };

	r->is_head = strcmp(method, "HEAD") == 0;
	MHD_get_connection_values(r->mhd, MHD_HEADER_KIND, on_header, &c);
	return check_framing(r, &c) && check_target(r, &target) && check_host(r, &c, target.authority) &&
	       check_auth(r, now_ns) && check_route(r, method, target.path) && check_params(r) &&
	       (strcmp(method, "POST") != 0 || check_origin(r, &c)) && check_body(r);
}

bool request_has_body(const struct request *r)
{
	return request_header(r, MHD_HTTP_HEADER_CONTENT_LENGTH) ||
	       request_header(r, MHD_HTTP_HEADER_TRANSFER_ENCODING);
}
