/* routes.h - all routes: the one table that requests are matched with, and that openapi.json is made from. */
#ifndef MINIPING_ROUTES_H
#define MINIPING_ROUTES_H
#include "serve/request.h"

#include <stddef.h>

enum routes_verdict { ROUTES_FOUND, ROUTES_NO_PATH, ROUTES_NO_METHOD };

struct routes_found {
	const struct route *route;
	const char *rest; /* the part of the path that stands for "{name}"; NULL: it has none */
	size_t rest_len;
	const char *allowed; /* for the header Allow, of ROUTES_NO_METHOD: "GET, HEAD" or "POST" */
};

/* routes_find - the route for path, not decoded: the first that fits. HEAD finds that of GET. */
enum routes_verdict routes_find(struct routes_found *out, const char *method, const char *path);

/* routes_takes - whether a parameter of that name may be given; NULL: not. */
const struct route_param *routes_takes(const struct route *route, const char *name);
#endif
