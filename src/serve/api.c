/* api.c - the routes of the API, and what each of them makes of a request. */
#include "serve/api.h"

#include "serve/api_query.h"
#include "serve/api_targets.h"

#define JSON "application/json"

static struct query query_of(const struct request *r)
{
	struct query q = { .n = 0 };

	while (q.n < QUERY_PAIRS_MAX && request_pair(r, q.n, &q.pairs[q.n].name, &q.pairs[q.n].value))
		q.n++;
	return q;
}

static void answer_made(struct request *r, struct stream *s)
{
	if (s)
		answer_stream(r, JSON, s);
	else
		answer_error(r, 503, "out of memory", "no memory for the answer");
}

static void on_targets(struct request *r)
{
	const struct query from = query_of(r);
	struct api_query q;
	char why[API_WHY_SIZE];

	if (api_query_parse(&q, &from, why))
		answer_made(r, api_targets(request_view(r), &q));
	else
		answer_error(r, 400, "bad parameter", "%s", why);
}

/* clang-format off */
#define FILTERS \
	{ "state", "{\"type\": \"string\", \"enum\": [\"up\", \"degraded\", \"down\", \"unknown\"]}", \
	  "targets in this state", true }, \
	{ "group", "{\"type\": \"string\"}", "targets of this group; empty: of none", true }, \
	{ "label.{name}", "{\"type\": \"string\"}", "targets that have this label with this value; empty: that do not have it", true }, \
	{ "q", "{\"type\": \"string\"}", "text in the name, host, address, group or a label's value, in any case", false }

static const struct route_param targets_params[] = {
	FILTERS,
	{ "sort", "{\"type\": \"string\", \"pattern\": \"^-?(name|state|since|loss|rtt|worst)$\", \"default\": \"name\"}",
	  "the order; with \"-\" in front it descends; targets without a value come last", false },
	{ "limit", "{\"type\": \"integer\", \"minimum\": 1, \"maximum\": 10000, \"default\": 1000}",
	  "targets of one page", false },
	{ "cursor", "{\"type\": \"string\"}", "\"next\" of the page before", false },
	{ "fields", "{\"type\": \"string\"}", "names of the fields wanted, with commas between them; all", true },
	{ .name = NULL },
};
/* clang-format on */

const struct route api_routes[] = {
	{ .method = "GET",
	  .path = "/api/v1/targets",
	  .needs = ROUTE_NEEDS_VIEW,
	  .handle = on_targets,
	  .params = targets_params,
	  .about = "a page of the list of targets with their figures",
	  .types = JSON },
	{ .path = NULL },
};
