/* libminiping_check.c - ranges first, then what depends on this host: interface and source. */
#include "lib/libminiping_check.h"

#include "base/clock.h"
#include "dns/host.h"
#include "core/netif.h"
#include "core/window.h"

#include <net/if.h>
#include <string.h>
#include <unistd.h>

#define N_OF(a)         (sizeof(a) / sizeof((a)[0]))
#define COUNT_MAX       1000000000
#define INTERVAL_MAX_NS (24 * NS_PER_H)
#define RATE_MAX        100000 /* packets a second */
#define QUANTUM_MIN_NS  (NS_PER_MS / 2)
#define QUANTUM_MAX_NS  (5 * NS_PER_MS)
#define LATEST_MAX      1000 /* packets that median and p95 are of, without a list */

struct range {
	const char *option;
	int64_t value, min, max;
	const char *text; /* if the value is outside min .. max */
};

static enum miniping_status refuse(struct miniping_error *e, const char *option, const char *reason)
{
	e->status = MINIPING_E_ARGUMENT;
	e->option = option;
	e->reason = reason;
	return e->status;
}

static enum miniping_status check_ranges(const struct miniping_options *in, size_t n_hosts,
                                         struct miniping_error *error)
{
	const struct range ranges[] = {
		{ "hosts", (int64_t)n_hosts, 1, MINIPING_HOSTS_MAX, "hosts must be in range 1..1000000" },
		{ "count", in->count, 0, COUNT_MAX, "count must be in range 0..1000000000" },
		{ "timeout", in->timeout_ns, NS_PER_MS, WINDOW_RTT_MAX_NS, "timeout must be in range 1ms..40s" },
		{ "interval", in->interval_ns, NS_PER_MS, INTERVAL_MAX_NS, "interval must be in range 1ms..24h" },
		{ "size", in->size, OPTIONS_SIZE_MIN, INT64_MAX, "Minimum size is 8 bytes." },
		{ "size", in->size, 0, OPTIONS_SIZE_MAX, "Maximum size is 65507 bytes." },
		{ "dscp", in->dscp, -1, 63, "dscp must be in range 0..63" },
		{ "ttl", in->ttl == -1 ? 1 : in->ttl, 1, 255, "ttl must be in range 1..255" },
		{ "max_rate", in->max_rate, 0, RATE_MAX, "max_rate must be in range 0..100000" },
	};

	for (size_t i = 0; i < N_OF(ranges); i++)
		if (ranges[i].value < ranges[i].min || ranges[i].value > ranges[i].max)
			return refuse(error, ranges[i].option, ranges[i].text);
	return MINIPING_OK;
}

/* Without this, every single packet would fail to be sent. */
static bool is_own(const struct options *o)
{
	struct addr a = o->source;
	struct sockaddr_storage ss;
	socklen_t len;
	int fd = socket(a.family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool own;

	if (addr_is_link_local(&a))
		a.scope = netif_find(o->interface);
	len = addr_to_sockaddr(&a, &ss);
	own = fd >= 0 && !bind(fd, (struct sockaddr *)&ss, len);
	if (fd >= 0)
		close(fd);
	return own;
}

/* A link-local source's zone is the interface. */
static enum miniping_status check_source(struct options *out, const struct miniping_options *in,
                                         struct miniping_error *error)
{
	enum family family;
	struct host h;

	if (!in->source)
		return MINIPING_OK;
	if (host_address(&h, in->source))
		return refuse(error, "source", "source must be an IPv4 or IPv6 address");
	family = h.addr.family == AF_INET ? FAMILY_IPV4 : FAMILY_IPV6;
	if (out->family != FAMILY_ANY && out->family != family)
		return refuse(error, "source", "source must be of the family given");
	if (h.zone[0] && in->interface && strcmp(h.zone, in->interface))
		return refuse(error, "source", "source has another zone than the interface given");
	if (h.zone[0])
		memcpy(out->interface, h.zone, sizeof(out->interface));
	out->family = family;
	out->source = h.addr;
	if (addr_is_link_local(&h.addr) && !out->interface[0])
		return refuse(error, "source", "source is link-local: its interface must be given, too");
	if (!is_own(out))
		return refuse(error, "source", "source must be an address of this host");
	return MINIPING_OK;
}

int64_t libminiping_check_gap_ns(const struct miniping_options *in)
{
	return NS_PER_S / (in->max_rate ? in->max_rate : RATE_MAX);
}

const char *libminiping_check_host(const struct options *o, const struct host *h)
{
	if (o->family != FAMILY_ANY && (o->family == FAMILY_IPV4) != (h->addr.family == AF_INET))
		return o->family == FAMILY_IPV4 ? "not an IPv4 address" : "not an IPv6 address";
	if (h->zone[0] && o->interface[0] && strcmp(h->zone, o->interface))
		return "its zone is not the interface given";
	if (addr_takes_zone(&h->addr) && !h->zone[0] && !o->interface[0])
		return "link-local: needs an interface, or a zone as in fe80::1%eth0";
	return NULL;
}

int64_t libminiping_quantum_ns(int64_t interval_ns)
{
	int64_t quantum_ns = interval_ns / 200;

	return quantum_ns < QUANTUM_MIN_NS ? QUANTUM_MIN_NS : quantum_ns > QUANTUM_MAX_NS ? QUANTUM_MAX_NS : quantum_ns;
}

struct miniping_more libminiping_check_more(const struct miniping_options *in)
{
	struct miniping_more more = { .size = 0 };

	if (in->more)
		memcpy(&more, in->more, in->more->size < sizeof(more) ? in->more->size : sizeof(more));
	return more;
}

void libminiping_check_no_list(struct options *o)
{
	o->window = o->count && o->count < LATEST_MAX ? (uint32_t)o->count : LATEST_MAX;
	if (o->window < WINDOW_MIN)
		o->window = WINDOW_MIN;
}

static enum miniping_status check_more(struct options *out, const struct miniping_options *in,
                                       struct miniping_error *error)
{
	const struct miniping_more more = libminiping_check_more(in);

	if (in->more && in->more->size < sizeof(more.size))
		return refuse(error, "more", "more must begin with its size");
	if (more.pattern_len > sizeof(out->pattern) || (more.pattern_len && !more.pattern))
		return refuse(error, "pattern", "pattern must have 1..16 bytes");
	if (more.pattern_len)
		memcpy(out->pattern, more.pattern, more.pattern_len);
	out->pattern_len = (uint32_t)more.pattern_len;
	out->mark = more.mark;
	if (more.dont_fragment < -1 || more.dont_fragment > 1)
		return refuse(error, "dont_fragment", "dont_fragment must be -1, 0 or 1");
	out->df = more.dont_fragment == 0 ? -1 : more.dont_fragment > 0;
	out->window = WINDOW_MIN; /* the figures come from the list */
	if (more.no_rtt_list)
		libminiping_check_no_list(out);
	return MINIPING_OK;
}

enum miniping_status libminiping_check(struct options *out, const struct miniping_options *in, size_t n_hosts,
                                       struct miniping_error *error)
{
	int64_t round_ns;

	if (check_ranges(in, n_hosts, error))
		return error->status;
	if (in->family != AF_UNSPEC && in->family != AF_INET && in->family != AF_INET6)
		return refuse(error, "family", "family must be AF_UNSPEC, AF_INET or AF_INET6");
	*out = options_default();
	out->count = in->count;
	out->timeout_ns = in->timeout_ns;
	out->interval_ns = in->interval_ns;
	round_ns = (int64_t)n_hosts * libminiping_check_gap_ns(in);
	if (round_ns > INTERVAL_MAX_NS)
		return refuse(error, "max_rate",
		              "max_rate is too low: one packet to each host would take more than a day");
	if (out->interval_ns < round_ns)
		out->interval_ns = round_ns;
	out->size = (uint32_t)in->size;
	out->dscp = in->dscp;
	out->ttl = in->ttl;
	if (in->family != AF_UNSPEC)
		out->family = in->family == AF_INET ? FAMILY_IPV4 : FAMILY_IPV6;
	if (in->interface &&
	    (!if_nametoindex(in->interface) || options_set(out, options_find("interface"), in->interface)))
		return refuse(error, "interface", "interface must be the name of a network interface");
	if (check_more(out, in, error))
		return error->status;
	return check_source(out, in, error);
}
