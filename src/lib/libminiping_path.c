/* libminiping_path.c - one call of miniping_path: sockets, the host's address, and a trace of the way to it. */
#include "lib/miniping.h"

#include "base/clock.h"
#include "core/encode.h"
#include "core/incoming.h"
#include "core/netif.h"
#include "core/outcome.h"
#include "core/payload.h"
#include "core/trace.h"
#include "dns/host.h"
#include "dns/resolve.h"
#include "lib/libminiping_check.h"
#include "lib/libminiping_stop.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#define BATCHES_MAX 16u /* of one socket in a row: then it is time to look at the clock */

_Static_assert(MINIPING_PATH_MAX == TRACE_HOPS_MAX && MINIPING_PATH_MAX == TRACE_PACKETS_MAX, "as miniping.h says");
_Static_assert((int)MINIPING_PATH_SILENT == (int)TRACE_SILENT && (int)MINIPING_PATH_CUT == (int)TRACE_CUT,
               "one is cast to the other");

struct path_run {
	const struct miniping_options *given;
	struct miniping_more more;
	struct options options;
	struct sock *socks[2], *sock; /* IPv4, IPv6, and which of them it is */
	struct resolve *resolve;
	struct addr to;
	const char *unresolved; /* why the host has no address; NULL: it has, or it is not known yet */
	bool lacks_memory;      /* that is why */
	uint32_t ifindex;
	struct payload payload;
	uint16_t id;
	uint64_t nonces[TRACE_PACKETS_MAX];
	int64_t started_ns;
	unsigned n_sent, n_tried;
	int send_errno; /* the latest */
	struct trace trace;
};

/* Until one of the two is readable, or until_ns. 0; -ECANCELED: stopped; or another -errno. */
static int wait_for(const struct path_run *r, int fd, int other_fd, int64_t until_ns)
{
	struct pollfd p[] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = other_fd, .events = POLLIN },
		{ .fd = libminiping_stop_fd(r->given->stop), .events = POLLIN },
	};
	int64_t now_ns = clock_mono_ns(), left_ns = until_ns > now_ns ? until_ns - now_ns : 0;
	struct timespec ts = { .tv_sec = left_ns / NS_PER_S, .tv_nsec = left_ns % NS_PER_S };

	if (ppoll(p, 3, until_ns == INT64_MAX ? NULL : &ts, NULL) >= 0)
		return p[2].revents ? -ECANCELED : 0;
	if (errno != EINTR)
		return -errno;
	return r->more.on_signal && r->more.on_signal(r->given->data) ? -ECANCELED : 0;
}

/* --- the host's address --- */

static void on_answer(void *data, const struct resolve_answer *a)
{
	struct path_run *r = data;

	r->lacks_memory = a->lacks_memory;
	r->unresolved = a->error;
	if (!a->error)
		r->to = *resolve_answer_choose(a);
}

static int look_up(struct path_run *r, const char *name)
{
	int err = resolve_open(&r->resolve, on_answer, NULL, r);

	if (!err)
		err = resolve_use_nss(r->resolve);
	if (!err)
		err = resolve_name(r->resolve, name, r->options.family, 0, 0);
	while (!err && r->to.family == AF_UNSPEC && !r->unresolved) {
		err = wait_for(r, resolve_fd(r->resolve), -1, resolve_next_ns(r->resolve));
		if (!err)
			resolve_turn(r->resolve, clock_mono_ns());
	}
	return r->lacks_memory ? -ENOMEM : err;
}

/* 0, and then the address is known or why there is none; -ECANCELED; or another -errno. */
static int find_host(struct path_run *r, const char *name)
{
	struct host h;

	r->unresolved = host_parse(&h, name);
	if (!r->unresolved && h.addr.family == AF_UNSPEC)
		return look_up(r, name);
	if (!r->unresolved)
		r->unresolved = libminiping_check_host(&r->options, &h);
	if (r->unresolved)
		return 0;
	if (h.zone[0])
		memcpy(r->options.interface, h.zone, sizeof(h.zone));
	r->to = h.addr;
	return 0;
}

/* --- packets --- */

static void send_packet(struct path_run *r, uint8_t ttl)
{
	const struct options *o = &r->options;
	uint32_t filler_len = o->size - ENCODE_NONCE_LEN;
	uint64_t nonce = r->nonces[r->n_tried];
	uint16_t seq = (uint16_t)++r->n_tried;
	struct sock_out out = {
		.to = &r->to,
		.filler = o->pattern_len ? o->pattern : r->payload.bytes,
		.filler_period = o->pattern_len,
		.filler_len = filler_len,
		.dscp = o->dscp,
		.ttl = ttl,
		.source = &o->source,
		.ifindex = r->ifindex,
		.mark = o->mark,
		.df = o->df,
	};

	if (r->to.family == AF_INET)
		encode_echo4(out.head, r->id, seq, nonce, payload_sum(&r->payload, o, filler_len));
	else
		encode_echo6(out.head, r->id, seq, nonce);
	if (sock_send(r->sock, 0, &out, 1)) {
		r->n_sent++;
		trace_sent(&r->trace, ttl, r->id, seq, nonce, out.sent_ns);
	} else {
		r->send_errno = out.error;
		trace_not_sent(&r->trace, ttl, clock_mono_ns());
	}
}

static void take_in(struct path_run *r, const struct sock_in *in, const struct clock_pair *now)
{
	struct trace_answer a = { .from = in->from, .at_ns = now->mono_ns };
	struct decoded d;
	enum decode_kind kind = incoming_decode(r->sock, in, &d);
	bool stepped = false;

	if (kind != DECODE_REPLY && kind != DECODE_ERROR)
		return;
	if (in->stamp_real_ns >= 0)
		a.at_ns = clock_stamp_to_mono(now, in->stamp_real_ns, now->mono_ns - r->started_ns, &stepped);
	a.is_error = kind == DECODE_ERROR;
	a.to = d.quoted_to;
	a.type = d.type;
	a.code = d.code;
	a.id = sock_is_ping(r->sock) ? r->id : d.id;
	a.seq = d.seq;
	a.has_nonce = d.has_nonce;
	a.nonce = d.nonce;
	trace_answer(&r->trace, &a);
}

static void receive(struct path_run *r, int (*recv_some)(struct sock *, struct sock_in[SOCK_BATCH]))
{
	struct sock_in in[SOCK_BATCH];
	struct clock_pair now;
	int n;

	for (unsigned i = 0; i < BATCHES_MAX && (n = recv_some(r->sock, in)) > 0; i++) {
		now = clock_pair_now();
		for (int k = 0; k < n; k++)
			take_in(r, &in[k], &now);
	}
}

static int find_interface(struct path_run *r)
{
	if (!r->options.interface[0])
		return 0;
	r->ifindex = netif_find(r->options.interface);
	/* As in icmp_send: IPV6_PKTINFO alone does not do for ping sockets. */
	if (r->ifindex && addr_takes_zone(&r->to))
		r->to.scope = r->ifindex;
	return r->ifindex ? 0 : ENODEV;
}

/* 0 or -errno; what keeps packets from being sent is in send_errno. */
static int prepare(struct path_run *r)
{
	int err;

	r->sock = r->socks[r->to.family == AF_INET6];
	r->send_errno = r->sock ? find_interface(r) : EAFNOSUPPORT;
	if (r->send_errno)
		return 0;
	if (getrandom(&r->id, sizeof(r->id), 0) != sizeof(r->id) ||
	    getrandom(r->nonces, sizeof(r->nonces), 0) != sizeof(r->nonces))
		return -errno;
	err = sock_reserve(r->sock, r->options.size, 0);
	if (!err)
		err = payload_reserve(&r->payload, r->options.size - ENCODE_NONCE_LEN);
	return err ? err : sock_filter(r->sock, r->id, 1);
}

static int follow(struct path_run *r)
{
	int64_t next_ns;
	int err = prepare(r);
	uint8_t ttl;

	trace_init(&r->trace, &r->to, r->options.timeout_ns);
	r->started_ns = clock_mono_ns();
	if (err || r->send_errno)
		return err;
	while (!err && (next_ns = trace_next_ns(&r->trace)) != INT64_MAX) {
		err = wait_for(r, sock_fd(r->sock), sock_error_fd(r->sock), next_ns);
		/* What has come is known before anything is taken for silent. */
		receive(r, sock_recv);
		receive(r, sock_recv_errors);
		ttl = err ? 0 : trace_due(&r->trace, clock_mono_ns());
		if (ttl)
			send_packet(r, ttl);
	}
	return err;
}

/* --- the call --- */

/* Of both IP versions: which of them it is, the name says, and it is looked up without the right to open them. */
static int open_socks(struct path_run *r, bool ping)
{
	static const int families[2] = { AF_INET, AF_INET6 };
	int err = 0, first_err = 0;

	for (size_t i = 0; i < 2; i++) {
		err = sock_open(&r->socks[i], families[i], ping, 1);
		if (err && (!first_err || first_err == -EAFNOSUPPORT))
			first_err = err;
	}
	return r->socks[0] || r->socks[1] ? 0 : first_err;
}

static int run(struct path_run *r, const char *host)
{
	int err = open_socks(r, false);

	if (err == -EPERM || err == -EACCES)
		err = open_socks(r, true);
	if (err)
		return err == -EACCES ? -EPERM : err;
	if (r->given->on_opened)
		r->given->on_opened(r->given->data);
	err = libminiping_stop_came(r->given->stop) ? -ECANCELED : find_host(r, host);
	return err || r->unresolved ? err : follow(r);
}

static void fill_hop(struct miniping_hop *hop, const struct trace_hop *from, int family)
{
	char text[ADDR_STRLEN];

	*hop = (struct miniping_hop){
		.rtt_ns = from->rtt_ns, .packets = from->n_packets, .icmp_type = -1, .icmp_code = -1
	};
	if (from->from.family == AF_UNSPEC)
		return;
	snprintf(hop->addr, sizeof(hop->addr), "%s", addr_format(&from->from, text));
	hop->icmp_type = from->type;
	hop->icmp_code = from->code;
	if (outcome_of_error(family, from->type, from->code) != OUTCOME_TIMEOUT)
		hop->icmp_text = outcome_error_text(family, from->type, from->code);
}

static void fill(struct miniping_path *path, const struct path_run *r)
{
	struct trace_path found = trace_path(&r->trace);
	char text[ADDR_STRLEN];

	if (r->to.family == AF_UNSPEC)
		return;
	path->family = r->to.family;
	snprintf(path->addr, sizeof(path->addr), "%s", addr_format(&r->to, text));
	if (!r->n_sent && r->send_errno) {
		path->error.status = MINIPING_E_SEND;
		path->error.sys_errno = r->send_errno;
		return;
	}
	path->end = (enum miniping_path_end)found.end;
	path->n_hops = found.n_hops;
	path->last = found.last;
	path->packets = (int)r->n_sent;
	for (unsigned i = 0; i < found.n_hops; i++)
		fill_hop(&path->hops[i], &found.hops[i], r->to.family);
}

static void set_error(struct miniping_error *error, int err, const char *unresolved)
{
	if (err) {
		error->status = err == -EPERM ? MINIPING_E_PERMISSION : MINIPING_E_SYSTEM;
		error->sys_errno = -err;
	} else if (unresolved) {
		error->status = MINIPING_E_RESOLVE;
		error->reason = unresolved;
	}
}

enum miniping_status miniping_path(const char *host, const struct miniping_options *options, struct miniping_path *path)
{
	static const struct miniping_options defaults = MINIPING_OPTIONS_DEFAULT;
	struct path_run r = { .given = options ? options : &defaults };
	int err;

	*path = (struct miniping_path){ .host = host, .error.host = host };
	if (libminiping_check(&r.options, r.given, 1, &path->error))
		return path->error.status;
	r.more = libminiping_check_more(r.given);
	err = run(&r, host);
	set_error(&path->error, err == -ECANCELED ? 0 : err, r.unresolved);
	if (!path->error.status)
		fill(path, &r);
	resolve_close(r.resolve);
	sock_close(r.socks[0]);
	sock_close(r.socks[1]);
	payload_fini(&r.payload);
	return path->error.status;
}

const char *miniping_path_end_name(enum miniping_path_end end)
{
	static const char *const names[] = {
		[MINIPING_PATH_CUT] = "cut",
		[MINIPING_PATH_REACHED] = "reached",
		[MINIPING_PATH_ELSEWHERE] = "elsewhere",
		[MINIPING_PATH_UNREACHABLE] = "unreachable",
		[MINIPING_PATH_SILENT] = "silent",
	};

	return (unsigned)end > MINIPING_PATH_SILENT ? "unrecognised" : names[end];
}
