/* capacity.c - by arithmetic on the targets, and by what sysctl(8) and rtnetlink(7) say of this machine. */
#include "daemon/capacity.h"

#include "base/clock.h"
#include "core/engine.h"
#include "core/flight.h"
#include "core/neighbours.h"
#include "core/window.h"

#include <math.h>
#include <stdlib.h>
#include <stdlib.h>
#include <string.h>

#define IP4_HEADERS 28 /* IP and ICMP */
#define IP6_HEADERS 48
#define SLOT_SEQS   65536.0

static double grace_s(const struct options *o)
{
	return (double)(o->timeout_ns > NS_PER_S ? o->timeout_ns : NS_PER_S) / NS_PER_S;
}

static void add_target(struct capacity *p, const struct config_target *t)
{
	const struct options *o = &t->profile->options;
	double rate = (double)NS_PER_S / (double)o->interval_ns;
	int headers = t->addr.family == AF_INET6 || o->family == FAMILY_IPV6 ? IP6_HEADERS : IP4_HEADERS;

	p->n_names += t->addr.family == AF_UNSPEC;
	p->n_patterned += o->pattern_len > 0;
	p->n_marked += o->mark != 0;
	p->probes_s += rate;
	p->bits_s += rate * 8 * (double)(o->size + (uint32_t)headers);
	p->n_in_flight += rate * ((double)o->timeout_ns / NS_PER_S + grace_s(o));
	if (o->size > p->size_max)
		p->size_max = o->size;
	if (o->timeout_ns > p->timeout_max_ns)
		p->timeout_max_ns = o->timeout_ns;
	if (o->interval_ns < p->interval_min_ns)
		p->interval_min_ns = o->interval_ns;
	p->memory_bytes += CAPACITY_BYTES_A_TARGET + (double)window_size(o->window);
}

struct capacity capacity_make(const struct config *c)
{
	struct capacity p = {
		.n_targets = c->n_targets,
		.size_max = OPTIONS_SIZE_MIN,
		.interval_min_ns = INT64_MAX,
		.memory_bytes = CAPACITY_BYTES_AT_LEAST,
	};

	for (size_t i = 0; i < c->n_targets; i++)
		add_target(&p, &c->targets[i]);
	p.probes_limited_s = p.probes_s;
	if (c->ratelimit.max_rate && p.probes_s > c->ratelimit.max_rate) {
		p.probes_limited_s = c->ratelimit.max_rate;
		p.n_in_flight *= p.probes_limited_s / p.probes_s;
	}
	p.n_slots = flight_room(p.n_in_flight, p.probes_limited_s);
	p.n_ids = (uint32_t)ceil(p.n_slots / SLOT_SEQS) * ENGINE_IDS;
	p.memory_bytes += p.n_slots * FLIGHT_SLOT_BYTES;
	p.rcvbuf_bytes = engine_rcvbuf(p.probes_limited_s, p.size_max);
	p.cores = p.probes_limited_s * CAPACITY_CPU_NS_A_PROBE / NS_PER_S;
	return p;
}

/* A number in /proc/sys; -1: not there. */
static double read_sysctl(const char *path)
{
	FILE *f = fopen(path, "re");
	char line[64], *end = line;
	double value = -1;

	if (f && fgets(line, sizeof(line), f))
		value = strtod(line, &end);
	if (f)
		(void)fclose(f);
	return end > line ? value : -1;
}

struct need {
	const char *what, *sysctl, *path;
	double need;
	const char *why;
};

static int print_need(FILE *out, const struct need *n)
{
	double allowed = read_sysctl(n->path);

	if (allowed < 0 || n->need <= allowed)
		return 0;
	fprintf(out, "limit: %s: %.0f needed, %s is %.0f; %s\n", n->what, n->need, n->sysctl, allowed, n->why);
	return 1;
}

/* Where the nets or the table cannot be read, no limit is known. */
static int print_neighbours(FILE *out, const struct config *c, int family)
{
	struct neighbours_table table;
	struct neighbours_net *nets;
	size_t n_nets, n = 0;

	if (neighbours_table(family, &table) || neighbours_nets(&nets, &n_nets))
		return 0;
	for (size_t i = 0; i < c->n_targets; i++)
		n += c->targets[i].addr.family == family && neighbours_among(nets, n_nets, &c->targets[i].addr);
	free(nets);
	if (n <= table.limit)
		return 0;
	fprintf(out,
	        "limit: neighbour entries: %zu IPv%c targets are on links of this host, "
	        "net.ipv%c.neigh.default.gc_thresh3 is %u, for the whole machine; raise it\n",
	        n, family == AF_INET ? '4' : '6', family == AF_INET ? '4' : '6', table.limit);
	return 1;
}

static int print_needs(FILE *out, const struct config *c, const struct capacity *p)
{
	const struct need needs[] = {
		{ "receive buffer", "net.core.rmem_max", "/proc/sys/net/core/rmem_max", p->rcvbuf_bytes / 2,
		  "raise it, or grant CAP_NET_ADMIN" },
		{ "conntrack entries", "net.netfilter.nf_conntrack_max", "/proc/sys/net/netfilter/nf_conntrack_max",
		  (double)p->n_targets * (p->n_ids > ENGINE_IDS ? p->n_ids / ENGINE_IDS : 1),
		  "exempt the probes: notrack for ICMP echo" },
	};
	int n = print_neighbours(out, c, AF_INET) + print_neighbours(out, c, AF_INET6);

	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		n += print_need(out, &needs[i]);
	return n;
}

int capacity_print(FILE *out, const struct config *c, const struct capacity *p)
{
	int n_limits = 0;

	fprintf(out, "targets             %llu, %llu of them names\n", (unsigned long long)p->n_targets,
	        (unsigned long long)p->n_names);
	fprintf(out, "probes              %.1f/s\n", p->probes_s);
	fprintf(out, "traffic             %.3f Mbit/s each way\n", p->bits_s / 1e6);
	fprintf(out, "probes in flight    %.0f at most, %u ICMP ids\n", ceil(p->n_in_flight), p->n_ids);
	fprintf(out, "memory              about %.0f MiB\n", ceil(p->memory_bytes / 1048576));
	fprintf(out, "receive buffer      %.0f KiB a socket\n", ceil(p->rcvbuf_bytes / 1024));
	fprintf(out, "CPU                 about %.1f %% of a core\n", p->cores * 100);
	if (p->probes_limited_s < p->probes_s) {
		fprintf(out,
		        "limit: limits.max_rate is %u: each target is probed %.1f times less often than configured\n",
		        c->ratelimit.max_rate, p->probes_s / p->probes_limited_s);
		n_limits++;
	}
	if (p->cores > 0.9) {
		fprintf(out, "limit: one core is not enough: lengthen the intervals, or use shards\n");
		n_limits++;
	}
	n_limits += print_needs(out, c, p);
	if (!n_limits)
		fprintf(out, "no limit is exceeded\n");
	return n_limits;
}
