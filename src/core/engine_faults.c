#include "core/engine_private.h"

#include "core/netcheck.h"

#include <errno.h>

#define SKB_TRUESIZE_MAX 2304             /* what the kernel accounts for a packet at most, without payload */
#define LINK_SETTLE_NS NS_PER_S
#define LINK_TELL_NS   (10 * NS_PER_S)    /* a link that stays down is told of this often */

void engine_check_stall(struct engine *e, int64_t now_ns)
{
	if (now_ns - e->next_ns > ENGINE_STALL_NS && now_ns - e->awake_ns > ENGINE_STALL_NS)
		fault_note(&e->faults, FAULT_STALL, 0, e->awake_ns, now_ns, 0);
	e->awake_ns = now_ns;
}

void engine_check_faults(struct engine *e, int64_t now_ns)
{
	int64_t suspended = clock_suspended_ns();

	if (suspended - e->suspended_ns > ENGINE_STALL_NS)
		fault_note(&e->faults, FAULT_SUSPEND, 0, e->waiting_ns, now_ns,
		           (uint64_t)(suspended - e->suspended_ns));
	e->suspended_ns = suspended;
	engine_check_stall(e, now_ns);
}

void engine_check_overflow(struct engine *e, struct channel *c, int64_t now_ns)
{
	struct fault_overflow o = {
		.n_read = c->n_read, .n_own = c->n_own, .rcvbuf = (uint32_t)c->rcvbuf,
		.packet_max = SKB_TRUESIZE_MAX + 2 * e->filler.len,
	};
	uint32_t n;

	if (!fault_may_overflow(&o))
		return;
	n = sock_drops(c->sock) - c->n_drops;
	c->n_drops += n;
	if (!n)
		return;
	fault_note(&e->faults, fault_of_overflow(&o), 0, c->mark.mono_ns, now_ns, n);
	e->stats.n_socket_drops += n;
}

/* The kernel counts as dropped, too, what came to a raw ICMPv6 socket with a wrong checksum, which anyone can arrange.
 * A queue that was read to its end and never held much has lost nothing else. */
static void forget_malformed(struct engine *e)
{
	for (size_t i = 0; i < 2; i++) {
		struct channel *c = &e->channels[i];
		uint32_t n = c->sock && !c->n_read ? sock_drops(c->sock) - c->n_drops : 0;

		c->n_drops += n;
		e->stats.n_malformed += n;
	}
}

/* --- interfaces that go down --- */

int64_t engine_links_due(const struct engine *e)
{
	return netif_n_cut(e->links) ? e->links_told_ns + LINK_TELL_NS : WHEEL_NEVER;
}

void engine_note_links(struct engine *e, int64_t now_ns)
{
	for (uint32_t i = 1; netif_n_cut(e->links) && i <= netif_count(e->links); i++)
		if (netif_is_cut(e->links, (uint8_t)i))
			fault_note(&e->faults, FAULT_LINK, netif_ifindex(e->links, (uint8_t)i),
			           e->links_noted_ns, now_ns, 0);
	e->links_noted_ns = now_ns;
	if (now_ns - e->links_told_ns < LINK_TELL_NS)
		return;
	e->links_told_ns = now_ns;
	e->links_noted_ns++;      /* what follows is another fault: this one can be told of */
}

/* Neighbours have been forgotten with the carrier, and are asked for anew, once a second (RFC 4861 10, arp(7)):
 * until then even what is sent into a link that is back waits. */
static void on_link(void *data, uint32_t ifindex)
{
	struct engine *e = data;

	fault_note(&e->faults, FAULT_LINK, ifindex, e->waiting_ns, clock_mono_ns() + LINK_SETTLE_NS, 0);
}

void engine_read_links(struct engine *e)
{
	bool cut = netif_n_cut(e->links);
	int64_t now = clock_mono_ns();

	engine_note_links(e, now);
	netif_read(e->links, now, on_link, e);
	if (!cut)
		e->links_told_ns = now;
}

/* When an interface that is off came back is known to a turn: which way a probe of that turn left is not. */
void engine_ask_links(struct engine *e)
{
	if (netif_n_cut(e->links))
		engine_read_links(e);
}

void engine_watch_links(struct engine *e)
{
	e->stats.watches_links = !netif_open(&e->links);          /* not in a sandbox without netlink */
}

void engine_unwatch_links(struct engine *e)
{
	netif_close(e->links);
}

/* The fault that our own host was at while p was under way; NULL: none. What nobody owns any more is not counted, and
 * what was sent while its target's interface was off left by another. */
static const struct fault *our_fault(struct engine *e, const struct probe *p)
{
	const struct target *t = engine_owner(e, p->target, p->sent_ns);
	uint32_t ifindex = 0;

	if (!t)
		return NULL;
	if (!netif_was_off(e->links, t->link, p->sent_ns))
		ifindex = netif_ifindex(e->links, t->link);
	return fault_covers(&e->faults, ifindex, p->sent_ns, p->deadline_ns);
}

/* --- what cannot be sent --- */

/* An interface that goes down takes its routes with it, and its IPv6 addresses, and an address its routes: all that
 * send(2) tells of any of them is ENETUNREACH or, of IPv6, EINVAL. */
static int true_errno(struct engine *e, const struct target *t, int sys_errno)
{
	const struct options *o = &t->profile->options;

	if (sys_errno != ENETUNREACH && sys_errno != EINVAL)
		return sys_errno;
	if (e->links)
		engine_read_links(e);
	if (netif_is_off(e->links, t->link) || (o->interface[0] && !netcheck_is_up(o->interface)))
		return ENETDOWN;
	if (o->source.family == t->addr.family && !netcheck_is_ours(&o->source))
		return EADDRNOTAVAIL;
	return sys_errno;
}

void engine_not_sent(struct engine *e, const struct probe *p, int sys_errno)
{
	struct settled s = { .outcome = OUTCOME_NOT_SENT, .rtt_ns = -1, .ttl = -1 };
	const struct target *t = engine_owner(e, p->target, p->sent_ns);
	const struct options *o = t ? &t->profile->options : NULL;

	if (!t)
		return;
	s.sys_errno = true_errno(e, t, sys_errno);
	if (s.sys_errno == EMSGSIZE) {
		s.outcome = OUTCOME_TOO_BIG;
		s.mtu = netcheck_mtu(&p->to, &o->source,
		                     o->interface[0] ? ifindex_of(&e->interfaces, o->interface, p->sent_ns) : 0);
	} else if (s.sys_errno == ENETDOWN) {
		fault_count_not_sent(&e->faults, netif_ifindex(e->links, t->link), clock_mono_ns());
	}
	engine_settle(e, p, &s);
}

/* --- telling and judging --- */

static void tell_ended_before(struct engine *e, int64_t before_ns)
{
	struct fault fault;

	while (fault_take(&e->faults, before_ns, &fault))
		events_fault(e->events, &fault);
}

void engine_tell_faults(struct engine *e, int64_t now_ns)
{
	tell_ended_before(e, now_ns - e->timeout_max_ns - ENGINE_STALL_NS);
}

void engine_finish(struct engine *e)
{
	int64_t now = clock_mono_ns();

	do
		engine_receive_all(e);
	while (engine_known_ns(e, now) < now);
	engine_receive_errors(e);
	tell_ended_before(e, INT64_MAX);
}

void engine_expire(struct engine *e, int64_t now_ns)
{
	struct probe overdue[SOCK_BATCH];
	size_t n;

	engine_receive_errors(e);
	forget_malformed(e);
	do {
		n = flight_expire(e->flight, now_ns, overdue, SOCK_BATCH);
		for (size_t i = 0; i < n; i++) {
			const struct probe *p = &overdue[i];
			const struct fault *fault = our_fault(e, p);
			struct settled s = { .outcome = OUTCOME_TIMEOUT, .rtt_ns = -1, .ttl = -1 };

			if (p->has_error)
				s.outcome = outcome_of_error(p->to.family, p->error.type, p->error.code);
			if (fault) {
				s.outcome = OUTCOME_UNKNOWN;
				s.sys_errno = fault->cause == FAULT_LINK ? ENETDOWN : 0;
			}
			engine_settle(e, p, &s);
		}
	} while (n == SOCK_BATCH);
}
