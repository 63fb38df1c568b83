/* engine_faults.c - notes this host's faults, and emits each once no probe in flight can have felt it any more. */
#include "core/engine_faults.h"

#include "core/engine_private.h"

#define SKB_TRUESIZE_MAX 2304 /* what the kernel accounts for a packet at most, without payload */
#define LINK_SETTLE_NS   NS_PER_S
#define LINK_REPORT_NS   (10 * NS_PER_S) /* a link that stays down is reported this often */

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
		.n_read = c->n_read,
		.n_own = c->n_own,
		.rcvbuf = (uint32_t)c->rcvbuf,
		.packet_max = SKB_TRUESIZE_MAX + 2 * e->icmp.payload.len,
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
void engine_forget_malformed(struct engine *e)
{
	for (size_t i = 0; i < 2; i++) {
		struct channel *c = &e->icmp.channels[i];
		uint32_t n = c->sock && !c->n_read ? sock_drops(c->sock) - c->n_drops : 0;

		c->n_drops += n;
		e->stats.n_malformed += n;
	}
}

/* --- interfaces that go down --- */

int64_t engine_links_due(const struct engine *e)
{
	return netif_n_cut(e->netif) ? e->links_reported_ns + LINK_REPORT_NS : WHEEL_NEVER;
}

void engine_note_links(struct engine *e, int64_t now_ns)
{
	for (uint32_t i = 1; netif_n_cut(e->netif) && i <= netif_count(e->netif); i++)
		if (netif_is_cut(e->netif, (uint8_t)i))
			fault_note(&e->faults, FAULT_LINK, netif_ifindex(e->netif, (uint8_t)i), e->links_noted_ns,
			           now_ns, 0);
	e->links_noted_ns = now_ns;
	if (now_ns - e->links_reported_ns < LINK_REPORT_NS)
		return;
	e->links_reported_ns = now_ns;
	e->links_noted_ns++; /* what follows is another fault: this one can be reported */
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
	bool cut = netif_n_cut(e->netif);
	int64_t now = clock_mono_ns();

	engine_note_links(e, now);
	netif_read(e->netif, now, on_link, e);
	if (!cut)
		e->links_reported_ns = now;
}

/* When an interface that is off came back is known to a turn: which way a probe of that turn left is not. */
void engine_ask_links(struct engine *e)
{
	if (netif_n_cut(e->netif))
		engine_read_links(e);
}

void engine_emit_faults(struct engine *e, int64_t before_ns)
{
	struct fault fault;

	while (fault_take(&e->faults, before_ns, &fault))
		events_fault(e->events, &fault);
}
