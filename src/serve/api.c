/* api.c - the routes of the API, and what each of them makes of a request. */
#include "serve/api.h"

#include "base/parse.h"
#include "serve/api_groups.h"
#include "serve/api_heatmap.h"
#include "serve/api_past.h"
#include "serve/api_query.h"
#include "serve/api_status.h"
#include "serve/api_target.h"
#include "serve/api_targets.h"
#include "serve/event_kind.h"

#include <stdlib.h>
#include <string.h>

#define JSON "application/json"

static struct query query_of(const struct request *r)
{
	struct query q = { .n = 0 };

	while (q.n < QUERY_PAIRS_MAX && request_pair(r, q.n, &q.pairs[q.n].name, &q.pairs[q.n].value))
		q.n++;
	return q;
}

static void answer_typed(struct request *r, const char *type, struct stream *s)
{
	if (s)
		answer_stream(r, type, s);
	else
		answer_error(r, 503, "out of memory", "no memory for the answer");
}

static void answer_made(struct request *r, struct stream *s)
{
	answer_typed(r, JSON, s);
}

static void answer_document(struct request *r, char *text, size_t len)
{
	if (text)
		answer_taken(r, 200, JSON, text, len);
	else
		answer_error(r, 503, "out of memory", "no memory for the answer");
}

/* False: the query is wrong, and that has been answered. */
static bool read_query(struct request *r, struct api_query *q)
{
	const struct query from = query_of(r);
	char why[API_WHY_SIZE];
	bool is_good = api_query_parse(q, &from, why);

	if (!is_good)
		answer_error(r, 400, "bad parameter", "%s", why);
	return is_good;
}

static void on_targets(struct request *r)
{
	struct api_query q;

	if (read_query(r, &q))
		answer_made(r, api_targets(request_view(r), &q));
}

#define WORST_LIMIT 20

static void on_worst(struct request *r)
{
	struct api_query q;

	if (request_param(r, "window")) {
		api_past_worst(r, WORST_LIMIT);
		return;
	}
	if (request_param(r, "by")) {
		answer_error(r, 400, "bad parameter", "by: only together with window");
		return;
	}
	if (!read_query(r, &q))
		return;
	q.sort = api_sort_find("worst");
	if (!request_param(r, "limit"))
		q.limit = WORST_LIMIT;
	answer_made(r, api_targets(request_view(r), &q));
}

static void on_heatmap(struct request *r)
{
	struct api_query q;

	if (!read_query(r, &q))
		return;
	if (request_param(r, "fields"))
		answer_made(r, api_heatmap_list(request_view(r), &q));
	else
		answer_typed(r, API_HEATMAP_TYPE, api_heatmap(request_view(r), &q));
}

static void on_target(struct request *r)
{
	struct view *v = request_view(r);
	uint32_t row = view_find(v, request_rest(r));
	size_t len = 0;
	char *text;

	if (row == UINT32_MAX) {
		answer_error(r, 404, "no such target", "no target is called \"%s\"", request_rest(r));
		return;
	}
	text = api_target(v, row, request_events(r), &len);
	answer_document(r, text, len);
}

static void on_groups(struct request *r)
{
	struct api_query q;

	if (read_query(r, &q))
		answer_made(r, api_groups(request_view(r), &q));
}

static void on_status(struct request *r)
{
	answer_made(r, api_status(request_view(r), request_past(r)));
}

static void on_config(struct request *r)
{
	const char *text = request_param(r, "text");
	size_t len = 0;
	char *yaml;

	if (!text) {
		char *document = api_config(request_view(r), request_control_token(r), &len);

		answer_document(r, document, len);
	} else if (strcmp(text, "1") != 0) {
		answer_error(r, 400, "bad parameter", "text: expected 1");
	} else if (request_config_text(r, &yaml, &len) < 0) {
		answer_error(r, 503, "out of memory", "no memory for the configuration");
	} else {
		answer_taken(r, 200, "application/yaml", yaml, len);
	}
}

/* 0: there is no such kind. */
static unsigned kind_bit(const char *name)
{
	static const char *const names[] = {
		[SERVE_EVENT_STATE] = "state",   [SERVE_EVENT_PATH] = "path",     [SERVE_EVENT_DNS] = "dns",
		[SERVE_EVENT_DAEMON] = "daemon", [SERVE_EVENT_REPORT] = "report",
	};

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i], name))
			return 1u << i;
	return 0;
}

/* An id that is no number of ours is one that has gone: the client is told to look anew (events_hub.h). */
static unsigned long long last_id(const struct request *r)
{
	const char *text = request_header(r, "Last-Event-ID");
	int64_t id;

	if (!text || !text[0])
		return 0;
	return parse_count(&id, text, 1, INT64_MAX) ? 1 : (unsigned long long)id;
}

static void on_events(struct request *r)
{
	const char *follow = request_param(r, "follow");
	unsigned kinds = 0;

	for (const char *kind = NULL; (kind = request_param_next(r, "kind", kind));) {
		if (!kind_bit(kind)) {
			answer_error(r, 400, "bad parameter", "kind: expected state, path, dns, daemon or report");
			return;
		}
		kinds |= kind_bit(kind);
	}
	if (!kinds)
		kinds = kind_bit("state") | kind_bit("path") | kind_bit("dns") | kind_bit("daemon");
	if (!follow || !strcmp(follow, "true"))
		answer_events(r, kinds, last_id(r));
	else if (!strcmp(follow, "false"))
		answer_events_kept(r, kinds);
	else
		answer_error(r, 400, "bad parameter", "follow: expected true or false");
}

/* clang-format off */
#define FILTERS \
	{ "state", "{\"type\": \"string\", \"enum\": [\"up\", \"degraded\", \"down\", \"unknown\"]}", \
	  "targets in this state", true }, \
	{ "group", "{\"type\": \"string\"}", "targets of this group; empty: of none", true }, \
	{ "label.{name}", "{\"type\": \"string\"}", "targets that have this label with this value; empty: that do not have it", true }, \
	{ "q", "{\"type\": \"string\"}", "text in the name, host, address, group or a label's value, in any case", false }
#define FIELDS \
	{ "fields", "{\"type\": \"string\"}", "names of the fields wanted, with commas between them; all", true }

static const struct route_param targets_params[] = {
	FILTERS,
	{ "sort", "{\"type\": \"string\", \"pattern\": \"^-?(name|state|since|loss|rtt|worst)$\", \"default\": \"name\"}",
	  "the order; with \"-\" in front it descends; targets without a value come last", false },
	{ "limit", "{\"type\": \"integer\", \"minimum\": 1, \"maximum\": 10000, \"default\": 1000}",
	  "targets of one page", false },
	{ "cursor", "{\"type\": \"string\"}", "\"next\" of the page before", false },
	FIELDS,
	{ .name = NULL },
};
static const struct route_param worst_params[] = {
	FILTERS,
	{ "limit", "{\"type\": \"integer\", \"minimum\": 1, \"maximum\": 10000, \"default\": 20}", "how many", false },
	{ "window", "{\"type\": \"string\"}", "by the history of so long, as 1h; with by and limit alone", false },
	{ "by", "{\"type\": \"string\", \"enum\": [\"loss\", \"rtt\", \"jitter\"]}", "what of that history; loss", false },
	FIELDS,
	{ .name = NULL },
};
static const struct route_param heatmap_params[] = {
	FILTERS,
	{ "fields", "{\"type\": \"string\"}",
	  "instead of the bytes the list of their targets, in the same order, with these fields, commas between them", true },
	{ .name = NULL },
};
static const struct route_param groups_params[] = { FILTERS, { .name = NULL } };
static const struct route_param config_params[] = {
	{ "text", "{\"type\": \"string\", \"enum\": [\"1\"]}",
	  "the configuration itself instead, as minipingd --check --dump prints it", false },
	{ .name = NULL },
};
static const struct route_param events_params[] = {
	{ "kind", "{\"type\": \"string\", \"enum\": [\"state\", \"path\", \"dns\", \"daemon\", \"report\"]}",
	  "events of this kind; if none is given, all but reports", true },
	{ "follow", "{\"type\": \"boolean\", \"default\": true}", "false: the events that are kept, and then the end", false },
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
	{ .method = "GET",
	  .path = "/api/v1/targets/{name}",
	  .needs = ROUTE_NEEDS_VIEW,
	  .handle = on_target,
	  .about = "all that is known of one target: figures, counters, options and where they come from, the latest "
	           "outcomes, changes of state",
	  .types = JSON },
	{ .method = "GET",
	  .path = "/api/v1/worst",
	  .needs = ROUTE_NEEDS_VIEW,
	  .handle = on_worst,
	  .params = worst_params,
	  .about = "the targets that are worst off, by state, then loss, then RTT",
	  .types = JSON },
	{ .method = "GET",
	  .path = "/api/v1/heatmap",
	  .needs = ROUTE_NEEDS_VIEW,
	  .handle = on_heatmap,
	  .params = heatmap_params,
	  .about = "state, loss and RTT of every target in a byte each, or the list of these targets",
	  .types = API_HEATMAP_TYPE ", " JSON },
	{ .method = "GET",
	  .path = "/api/v1/groups",
	  .needs = ROUTE_NEEDS_VIEW,
	  .handle = on_groups,
	  .params = groups_params,
	  .about = "the figures of each group's targets together",
	  .types = JSON },
	{ .method = "GET",
	  .path = "/api/v1/status",
	  .needs = ROUTE_NEEDS_VIEW,
	  .handle = on_status,
	  .about = "the daemon itself",
	  .types = JSON },
	{ .method = "GET",
	  .path = "/api/v1/config",
	  .needs = ROUTE_NEEDS_VIEW,
	  .handle = on_config,
	  .params = config_params,
	  .about = "the configuration that is in force: its files, its hash, and what came of the last reload",
	  .types = JSON ", application/yaml" },
	{ .method = "GET",
	  .path = "/api/v1/events",
	  .handle = on_events,
	  .params = events_params,
	  .about = "what happens, as Server-Sent Events; Last-Event-ID resumes",
	  .types = "text/event-stream" },
	{ .path = NULL },
};
