/* metrics_probe.c - one target under the names of blackbox_exporter's icmp prober. */
#include "serve/metrics_probe.h"

#include "serve/metrics_families.h"

#include <string.h>

#define TEXT_MAX 4096

static bool is_up(const struct snapshot_row *r)
{
	return r->state == HEALTH_UP || r->state == HEALTH_DEGRADED;
}

/* FNV-1a, 32 bits, of the address's bytes, as theirs. */
static uint32_t addr_hash(const struct addr *a)
{
	size_t len = a->family == AF_INET ? 4 : a->family == AF_INET6 ? 16 : 0;
	uint32_t hash = UINT32_C(2166136261);

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ a->bytes[i]) * UINT32_C(16777619);
	return len ? hash : 0;
}

static void put_header(struct textbuf *t, const char *name, const char *help)
{
	textbuf_text(t, "# HELP ");
	textbuf_text(t, name);
	textbuf_char(t, ' ');
	textbuf_text(t, help);
	textbuf_text(t, "\n# TYPE ");
	textbuf_text(t, name);
	textbuf_text(t, " gauge\n");
}

static void put_value(struct textbuf *t, const char *name, struct metrics_number x)
{
	textbuf_text(t, name);
	textbuf_char(t, ' ');
	textbuf_fixed(t, x.n, x.decimals);
	textbuf_char(t, '\n');
}

static void put(struct textbuf *t, const char *name, const char *help, struct metrics_number x)
{
	put_header(t, name, help);
	put_value(t, name, x);
}

/* No name is looked up and no socket opened for this answer. */
static void put_phases(struct textbuf *t, struct metrics_number rtt)
{
	put_header(t, "probe_icmp_duration_seconds", "Duration of icmp request by phase");
	put_value(t, "probe_icmp_duration_seconds{phase=\"resolve\"}", metrics_count(0));
	put_value(t, "probe_icmp_duration_seconds{phase=\"rtt\"}", rtt);
	put_value(t, "probe_icmp_duration_seconds{phase=\"setup\"}", metrics_count(0));
}

static void put_target(struct textbuf *t, const struct snapshot_row *r, uint32_t rtt_median)
{
	struct metrics_number timeout = { (uint64_t)r->profile->options.timeout_ns, 9 };
	bool has_rtt = is_up(r) && rtt_median != VIEW_NO_RTT;
	struct metrics_number rtt = has_rtt ? metrics_steps(rtt_median) : metrics_count(0);
	unsigned version = r->addr.family == AF_INET ? 4 : r->addr.family == AF_INET6 ? 6 : 0;

	put(t, "probe_dns_lookup_time_seconds", "Returns the time taken for probe dns lookup in seconds",
	    metrics_count(0));
	put(t, "probe_duration_seconds", "Returns how long the probe took to complete in seconds",
	    has_rtt ? rtt : timeout);
	put_phases(t, rtt);
	if (is_up(r) && r->ttl >= 0)
		put(t, "probe_icmp_reply_hop_limit", "Replied packet hop limit (TTL for ipv4)",
		    metrics_count((uint64_t)r->ttl));
	put(t, "probe_ip_addr_hash",
	    "Specifies the hash of IP address. It's useful to detect if the IP address changes.",
	    metrics_count(addr_hash(&r->addr)));
	put(t, "probe_ip_protocol", "Specifies whether probe ip protocol is IP4 or IP6", metrics_count(version));
	put(t, "probe_success", "Displays whether or not the probe was a success", metrics_count(is_up(r)));
	put(t, "probe_timeout_seconds", "Returns the timeout of the probe in seconds", timeout);
}

/* By name, or else the first with that host, which is what blackbox_exporter is given. */
static uint32_t find(struct view *v, const char *target)
{
	uint32_t i = view_find(v, target);
	struct snapshot_row r;

	if (i != UINT32_MAX)
		return i;
	for (i = 0; i < view_count(v); i++) {
		view_target(v, i, &r);
		if (!r.is_parent && !strcmp(r.host, target))
			return i;
	}
	return UINT32_MAX;
}

void metrics_probe(struct request *r)
{
	const char *target = request_param(r, "target"), *module = request_param(r, "module");
	struct view *v = request_view(r);
	char text[TEXT_MAX];
	struct textbuf t = textbuf_on(text, sizeof(text));
	struct snapshot_row row;
	uint32_t i;

	if (!target || !*target) {
		answer_error(r, 400, "bad parameter", "target is missing: /probe?target=NAME");
		return;
	}
	if (module && strncmp(module, "icmp", 4) && strncmp(module, "ping", 4)) {
		answer_error(r, 400, "bad parameter",
		             "module %s: targets are probed by ICMP only, so it must begin with "
		             "icmp or ping",
		             module);
		return;
	}
	i = find(v, target);
	if (i == UINT32_MAX) {
		answer_error(r, 404, "no such target",
		             "no target has the name or host %s: only what is in the configuration is probed", target);
		return;
	}
	view_target(v, i, &row);
	if (row.is_parent) {
		answer_error(r, 404, "no such target", "%s stands for several targets, NAME/ADDRESS", target);
		return;
	}
	put_target(&t, &row, view_figures(v, i)->rtt_median);
	answer_text(r, 200, "text/plain; version=0.0.4; charset=utf-8", text, textbuf_len(&t));
}
