/* icmp_send.c - probes onto the wire: ids and nonces, lanes, batches. */
#include "core/engine_private.h"
#include "core/engine_settle.h"

#include "core/encode.h"

#include <errno.h>
#include <sys/random.h>

#define PAUSE_MIN_NS (1 * NS_PER_MS) /* of a lane whose buffer is full; doubled up to */
#define PAUSE_MAX_NS (64 * NS_PER_MS)
#define ID_REST_NS   (4 * NS_PER_S) /* at least from one id to the next: each then rests for a minute */

static struct channel *channel_of(struct engine *e, int family)
{
	return &e->icmp.channels[family == AF_INET6];
}

uint64_t icmp_nonce(struct engine *e)
{
	if (!e->icmp.n_nonces) {
		size_t len = 0;

		/* Blocks only before the kernel's pool was ever filled, early at boot. */
		while (len < sizeof(e->icmp.nonces)) {
			ssize_t n = getrandom((char *)e->icmp.nonces + len, sizeof(e->icmp.nonces) - len, 0);

			len += n > 0 ? (size_t)n : 0;
		}
		e->icmp.n_nonces = ICMP_NONCES;
	}
	return e->icmp.nonces[--e->icmp.n_nonces];
}

/* --- ids --- */

/* A firewall's or NAT's entry for address and id lasts as long as it is used, be it on a path that is dead: what is
 * down is probed by another id after each fall losses. Entries of the ids before time out meanwhile, mostly after 30 s.
 * Once it answers it keeps the id that it answered to: one entry is all that a target takes. */
static void turn_id_if_down(struct target *t)
{
	const struct options *o = &t->profile->options;
	uint32_t every;

	if (t->health.state != HEALTH_DOWN || !t->health.lost)
		return;
	every = (uint32_t)((ID_REST_NS + o->interval_ns - 1) / o->interval_ns);
	if (t->n_probes % (every > o->fall ? every : o->fall) == 0)
		engine_turn_id(t);
}

/* --- lanes --- */

/* The packets of targets that do not answer may each wait for its neighbour for 3 s, and fill the lane meanwhile: they
 * share none with those that answer, and a cold start is spread over many. Those that answer go by the interface that
 * they answer through: if one is slow it fills no other's lane, and for most fleets they all leave in one system call.
 * A ping socket is an id as well: a target changes over as it comes up and as it goes down, and not by what is lost. */
static unsigned lane_of(const struct channel *c, uint32_t target, const struct target *t)
{
	bool up = t->health.state == HEALTH_UP || t->health.state == HEALTH_DEGRADED;
	bool ping = sock_is_ping(c->sock);
	unsigned turn = ping ? t->id_turn : 0;

	if (c->n_lanes == 1)
		return 0;
	if (up && (ping || !t->health.lost))
		return (t->link + turn) % c->n_answering;
	return c->n_answering + (target + turn) % (c->n_lanes - c->n_answering);
}

static void pause_lane(struct lane *l, bool full)
{
	if (!full) {
		l->pause_ns = 0;
		return;
	}
	l->pause_ns = l->pause_ns ? engine_min_ns(2 * l->pause_ns, PAUSE_MAX_NS) : PAUSE_MIN_NS;
	l->paused_until_ns = clock_mono_ns() + l->pause_ns;
}

static void send_lane(struct engine *e, struct channel *c, unsigned lane)
{
	struct lane *l = &c->lanes[lane];
	uint32_t n_ids = flight_n_ids(e->flight);
	bool full = false;

	if (n_ids != c->n_ids_filtered && !sock_filter(c->sock, e->icmp.first_id, n_ids))
		c->n_ids_filtered = n_ids;
	e->stats.n_sent += sock_send(c->sock, lane, l->out, l->n);
	for (size_t i = 0; i < l->n; i++) {
		const struct probe *p = &l->probes[i];
		const struct sock_out *o = &l->out[i];

		if (o->error) {
			full |= o->error == EAGAIN;
			flight_cancel(e->flight, p->id, p->seq);
			engine_send_failed(e, p, o->error, l->n_tries[i]);
			continue;
		}
		engine_has_waited(e, l->n_tries[i], true);
		flight_sent(e->flight, p->id, p->seq, o->sent_ns, o->sent_ns + (p->deadline_ns - p->sent_ns));
	}
	l->n = 0;
	c->waiting &= ~(UINT32_C(1) << lane);
	pause_lane(l, full);
}

void icmp_send_waiting(struct engine *e)
{
	for (size_t i = 0; i < 2; i++) {
		struct channel *c = &e->icmp.channels[i];

		while (c->waiting)
			send_lane(e, c, (unsigned)__builtin_ctz(c->waiting));
	}
}

static int find_room(struct engine *e, const struct lane *l, struct probe *p)
{
	return l->paused_until_ns > p->sent_ns ? -EAGAIN : flight_add(e->flight, p);
}

void icmp_send(struct engine *e, uint32_t target, struct target *t, int64_t now_ns)
{
	struct channel *c = channel_of(e, t->addr.family);
	const struct options *o = &t->profile->options;
	unsigned lane = c->sock ? lane_of(c, target, t) : 0, n_tries = t->n_tries;
	struct lane *l = &c->lanes[lane];
	uint32_t filler_len = o->size - ENCODE_NONCE_LEN, ifindex = 0;
	struct sock_out *out;
	struct probe p;
	int err;

	t->n_tries = 0;
	if (!n_tries)
		turn_id_if_down(t);
	t->n_probes++;
	p = (struct probe){
		.to = t->addr,
		.nonce = icmp_nonce(e),
		.sent_ns = now_ns,
		.deadline_ns = now_ns + o->timeout_ns,
		.target = target,
		.number = t->n_probes,
		.size = o->size,
		.alias = (uint8_t)(e->stats.ping ? lane : t->id_turn),
		.many = o->many,
	};
	if (o->interface[0])
		ifindex = netif_find_cached(e->netif, o->interface, now_ns);
	/* IPV6_PKTINFO alone does not do for ping sockets; and a neighbour of the same address on another link is
	 * another host. */
	if (ifindex && addr_takes_zone(&p.to))
		p.to.scope = ifindex;
	err = !c->sock ? -EAFNOSUPPORT : o->interface[0] && !ifindex ? -ENODEV : find_room(e, l, &p);
	if (err) {
		engine_send_failed(e, &p, -err, n_tries);
		return;
	}
	l->probes[l->n] = p;
	l->n_tries[l->n] = (uint8_t)n_tries;
	out = &l->out[l->n];
	*out = (struct sock_out){
		.to = &l->probes[l->n].to,
		.filler = o->pattern_len ? o->pattern : e->icmp.payload.bytes,
		.filler_period = o->pattern_len,
		.filler_len = filler_len,
		.dscp = o->dscp,
		.ttl = o->ttl,
		.source = &o->source,
		.ifindex = ifindex,
		.mark = o->mark,
		.df = o->df,
	};
	if (t->addr.family == AF_INET)
		encode_echo4(out->head, p.id, p.seq, p.nonce, payload_sum(&e->icmp.payload, o, filler_len));
	else
		encode_echo6(out->head, p.id, p.seq, p.nonce);
	c->waiting |= UINT32_C(1) << lane;
	if (++l->n == SOCK_BATCH)
		send_lane(e, c, lane);
}
