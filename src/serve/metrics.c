/* metrics.c - the routes of the metrics. */
#include "serve/metrics.h"

#include "serve/metrics_probe.h"
#include "serve/metrics_query.h"
#include "serve/metrics_stream.h"

#include <string.h>

#define PARTS_MAX 64

static const char *const types[] = {
	[METRICS_TEXT] = "text/plain; version=0.0.4; charset=utf-8",
	[METRICS_OPENMETRICS] = "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/* False: it has been answered what is wrong. */
static bool choose_targets(struct request *r, struct metrics_choice *c)
{
	const char *name, *value;

	for (size_t i = 0; request_pair(r, i, &name, &value); i++) {
		int is_filter = filter_add(&c->filter, name, value);

		if (is_filter < 0)
			answer_error(r, 400, "bad parameter", "%s: more than %d of them", name, FILTER_MAX);
		else if (!is_filter && strcmp(name, "collect[]"))
			answer_error(r, 400, "bad parameter", "%s: it names no label", name);
		else
			continue;
		return false;
	}
	return true;
}

/* Likewise. */
static bool choose_families(struct request *r, struct metrics_choice *c)
{
	const char *parts[PARTS_MAX], *part = NULL;
	size_t n = 0;

	metrics_query_all(c, &request_options(r)->metrics);
	while ((part = request_param_next(r, "collect[]", part)) && n < PARTS_MAX)
		parts[n++] = part;
	part = n ? metrics_query_collect(c, parts, n) : NULL;
	if (part)
		answer_error(r, 400, "bad parameter", "collect[]=%s: no part and no family is called so", part);
	return !part;
}

static void on_metrics(struct request *r)
{
	struct metrics_choice c = { .format = metrics_query_format(request_header(r, "Accept")),
		                    .past = request_past(r) };
	struct stream *s;

	if (!choose_targets(r, &c) || !choose_families(r, &c))
		return;
	s = metrics_stream_new(request_view(r), &c);
	if (s)
		answer_stream(r, types[c.format], s);
	else
		answer_error(r, 503, "out of memory", "try again later");
}

#define STRING "{\"type\": \"string\"}"

static const struct route_param metrics_params[] = {
	{ "group", STRING, "only targets of this group; empty: of none", true },
	{ "label.{name}", STRING, "only targets that have this label with this value; empty: that do not have it",
	  true },
	{ "collect[]", STRING, "only these families: a name, or a part as minipingd-http(8) lists them", true },
	{ .name = NULL },
};

static const struct route_param probe_params[] = {
	{ "target", STRING, "name of a target, or else its host", false },
	{ "module", "{\"type\": \"string\", \"pattern\": \"^(icmp|ping)\"}",
	  "changes nothing: how targets are probed "
	  "is in the configuration",
	  false },
	{ .name = NULL },
};

const struct route metrics_routes[] = {
	{ .method = "GET",
	  .path = "/metrics",
	  .needs = ROUTE_NEEDS_VIEW,
	  .handle = on_metrics,
	  .params = metrics_params,
	  .about = "figures of all targets and of the daemon, for Prometheus",
	  .types = "text/plain; version=0.0.4, application/openmetrics-text; version=1.0.0" },
	{ .method = "GET",
	  .path = "/probe",
	  .needs = ROUTE_NEEDS_VIEW,
	  .handle = metrics_probe,
	  .params = probe_params,
	  .about = "figures of one target under the names of blackbox_exporter",
	  .types = "text/plain; version=0.0.4" },
	{ .path = NULL },
};
