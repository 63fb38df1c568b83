/* routes.c - all routes: see routes.h. */
#include "serve/routes.h"

#include "serve/api.h"
#include "serve/api_past.h"
#include "serve/api_past_events.h"
#include "serve/control.h"
#include "serve/metrics.h"
#include "serve/openapi.h"
#include "serve/page.h"
#include "serve/ready.h"

#include <string.h>

static const struct route routes_own[];

static const struct route *const tables[] = {
	ready_routes, metrics_routes, api_past_routes, api_past_events_routes, api_routes, control_routes, routes_own,
#ifdef WITH_PAGE
	page_routes,
#endif
};

#define N_TABLES (sizeof(tables) / sizeof(*tables))

static void on_openapi(struct request *r)
{
	size_t len = 0;
	char *text = openapi_text(tables, N_TABLES, &len);

	answer_taken(r, 200, "application/json", text, len);
}

static const struct route routes_own[] = {
	{ .method = "GET",
	  .path = "/api/v1/openapi.json",
	  .handle = on_openapi,
	  .about = "this document",
	  .types = "application/json" },
	{ 0 },
};

static bool path_is(struct routes_found *f, const struct route *r, const char *path)
{
	const char *part = strchr(r->path, '{'), *behind = part ? strchr(part, '}') + 1 : NULL;
	size_t len = part ? (size_t)(part - r->path) : 0;

	f->rest = NULL;
	f->rest_len = 0;
	if (!part)
		return strcmp(r->path, path) == 0;
	if (strncmp(r->path, path, len) != 0)
		return false;
	f->rest = path + len;
	f->rest_len = *behind ? strcspn(f->rest, "/") : strlen(f->rest);
	return f->rest_len && strcmp(f->rest + f->rest_len, behind) == 0;
}

enum routes_verdict routes_find(struct routes_found *out, const char *method, const char *path)
{
	enum routes_verdict verdict = ROUTES_NO_PATH;

	if (strcmp(method, "HEAD") == 0)
		method = "GET";
	for (size_t i = 0; i < N_TABLES; i++)
		for (const struct route *r = tables[i]; r->path; r++) {
			if (!path_is(out, r, path))
				continue;
			if (strcmp(r->method, method) == 0) {
				out->route = r;
				return ROUTES_FOUND;
			}
			out->allowed = strcmp(r->method, "GET") == 0 ? "GET, HEAD" : r->method;
			verdict = ROUTES_NO_METHOD;
		}
	return verdict;
}

const struct route_param *routes_takes(const struct route *route, const char *name)
{
	for (const struct route_param *p = route->params; p && p->name; p++) {
		const char *brace = strchr(p->name, '{');

		if (brace ? strncmp(p->name, name, (size_t)(brace - p->name)) == 0 : strcmp(p->name, name) == 0)
			return p;
	}
	return NULL;
}
