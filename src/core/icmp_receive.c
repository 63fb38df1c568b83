/* icmp_receive.c - what comes in: replies and errors, matched to the probes in flight. */
#include "core/engine_faults.h"
#include "core/engine_private.h"
#include "core/engine_settle.h"

#include "core/encode.h"
#include "core/incoming.h"

#include <stdlib.h>
#include <string.h>

#define STAMP_SLACK_NS   (5 * NS_PER_MS)
#define BATCHES_MAX      16u  /* of one socket in a row: about 2 ms, then sending has its turn */
#define SKB_TRUESIZE_MIN 512u /* what the kernel accounts for a packet at least */

/* Of a reply that could not be read far enough to be matched. */
static void count_unmatched(struct engine *e, const struct flight_echo *echo, enum stray kind)
{
	int64_t sent_ns = 0;
	uint32_t owner = flight_owner(e->flight, echo->id, echo->seq, &echo->from, &sent_ns);

	engine_count_stray(e, owner, sent_ns, kind);
}

/* Has it ended a probe? */
static bool on_reply(struct engine *e, const struct flight_echo *echo, int ttl, uint32_t ifindex)
{
	struct settled s = {
		.outcome = OUTCOME_REPLY,
		.size = (uint32_t)echo->payload_len,
		.ttl = ttl,
		.from = echo->from,
	};
	enum flight_verdict verdict;
	struct probe p;

	verdict = flight_take(e->flight, echo, &p);
	switch (verdict) {
	case FLIGHT_ENDED:
	case FLIGHT_FURTHER:
		s.link = netif_number(e->netif, ifindex);
		s.truncated = echo->payload_len < p.size;
		s.rtt_ns = engine_max_ns(0, engine_min_ns(echo->at_ns, p.deadline_ns) - p.sent_ns);
		e->stats.n_replies++;
		if (verdict == FLIGHT_ENDED)
			engine_settle(e, &p, &s);
		else
			engine_further(e, &p, &s);
		return true;
	case FLIGHT_LATE:
		engine_count_stray(e, p.target, p.sent_ns, STRAY_LATE);
		break;
	case FLIGHT_DUPLICATE:
		engine_count_stray(e, p.target, p.sent_ns, STRAY_DUPLICATE);
		break;
	case FLIGHT_CORRUPT:
		engine_count_stray(e, p.target, p.sent_ns, STRAY_CORRUPT);
		break;
	default:
		engine_count_stray(e, p.target, p.sent_ns, STRAY_FOREIGN);
		break;
	}
	return false;
}

static void on_error(struct engine *e, const struct flight_echo *echo, const struct icmp_error *error)
{
	struct settled s = { .rtt_ns = -1, .ttl = -1 };
	struct probe p;

	s.outcome = outcome_of_error(echo->from.family, error->type, error->code);
	if (flight_error(e->flight, echo, error, &p) == FLIGHT_ENDED)
		engine_settle(e, &p, &s);
}

/* Whose payload it is has to be known only where not all probes carry the default one. */
static bool filler_intact(const struct engine *e, const struct decoded *d, const struct flight_echo *echo)
{
	static const struct options shared;
	const struct target *t = NULL;
	int64_t sent_ns = 0;
	uint32_t owner;

	if (!d->has_nonce)
		return false;
	if (e->icmp.has_patterns) {
		owner = flight_owner(e->flight, echo->id, echo->seq, &echo->from, &sent_ns);
		t = engine_owner(e, owner, sent_ns);
	}
	return payload_match(&e->icmp.payload, t ? &t->profile->options : &shared, d->payload + ENCODE_NONCE_LEN,
	                     d->payload_len - ENCODE_NONCE_LEN);
}

struct arrival { /* a packet as far as it explains itself */
	enum decode_kind kind;
	struct decoded d;
	int64_t doubt_ns; /* as in struct flight_echo */
};

static void read_packet(const struct engine *e, const struct channel *c, const struct sock_in *in, struct arrival *a)
{
	a->kind = incoming_decode(c->sock, in, &a->d);
	if (sock_is_ping(c->sock))
		a->d.id = (uint16_t)(e->icmp.first_id + in->lane);
	flight_prefetch(e->flight, a->d.id, a->d.seq);
}

static void on_packet(struct engine *e, struct channel *c, const struct sock_in *in, const struct arrival *a,
                      int64_t at_ns)
{
	const struct decoded *d = &a->d;
	struct icmp_error error = { .from = in->from };
	struct flight_echo echo = {
		.id = d->id,
		.seq = d->seq,
		.from = in->from,
		.has_nonce = d->has_nonce,
		.nonce = d->nonce,
		.payload_len = d->payload_len,
		.at_ns = at_ns,
		.doubt_ns = a->doubt_ns,
	};

	switch (a->kind) {
	case DECODE_REPLY:
		echo.filler_intact = filler_intact(e, d, &echo);
		c->n_own += on_reply(e, &echo, d->ttl >= 0 ? d->ttl : in->ttl, in->ifindex);
		break;
	case DECODE_BAD_CODE:
		count_unmatched(e, &echo, STRAY_FOREIGN);
		break;
	case DECODE_CORRUPT:
		count_unmatched(e, &echo, STRAY_CORRUPT);
		break;
	case DECODE_ERROR:
		error.type = d->type;
		error.code = d->code;
		error.mtu = d->mtu;
		echo.from = d->quoted_to;
		on_error(e, &echo, &error);
		break;
	case DECODE_OTHER:
		break;
	case DECODE_MALFORMED:
		e->stats.n_malformed++;
		break;
	}
}

static void look_at_clock(struct engine *e, const struct clock_pair *now)
{
	int64_t step = clock_step(&e->clock, now);

	if (step)
		fault_note(&e->faults, FAULT_CLOCK, 0, e->clock.mono_ns, now->mono_ns, (uint64_t)llabs(step));
	e->clock = *now;
}

/* As many packets as c's queue can hold at most. Ping sockets have two each, that share its buffer and take turns. */
static uint32_t capacity(const struct channel *c)
{
	return (sock_is_ping(c->sock) ? 2 * c->n_lanes : 1) * ((uint32_t)c->rcvbuf / SKB_TRUESIZE_MIN + 1);
}

/* All that came before the mark has been read once the queue is empty, or as much as it can hold has been read since:
 * whatever keeps coming, replies that came in time are known in the end, and what is overdue is not kept waiting. */
static void note_read(struct engine *e, struct channel *c, const struct clock_pair *before, bool emptied)
{
	if (!emptied && c->n_read <= capacity(c))
		return;
	engine_check_overflow(e, c, e->clock.mono_ns);
	c->drained = emptied ? *before : c->mark;
	c->mark = *before;
	c->n_read = c->n_own = 0;
}

static void take_in(struct engine *e, struct channel *c, const struct sock_in *in, int n)
{
	struct arrival arrivals[SOCK_BATCH];
	struct clock_pair now = clock_pair_now();
	int64_t step = clock_step(&c->drained, &now);
	int64_t max_age = now.mono_ns - c->drained.mono_ns + STAMP_SLACK_NS;

	look_at_clock(e, &now);
	for (int i = 0; i < n; i++)
		read_packet(e, c, &in[i], &arrivals[i]);
	for (int i = 0; i < n; i++)
		on_packet(e, c, &in[i], &arrivals[i],
		          clock_arrival(&now, step, in[i].stamp_real_ns, max_age, &arrivals[i].doubt_ns));
}

void icmp_receive(struct engine *e, struct channel *c)
{
	struct sock_in in[SOCK_BATCH];
	struct clock_pair before;
	bool emptied;
	int n;

	/* The loop may be stalled anywhere in here: no packet may look older than the queue can have held it. */
	for (unsigned i = 0; i < BATCHES_MAX; i++) {
		before = clock_pair_now();
		n = sock_recv(c->sock, in);
		emptied = sock_is_ping(c->sock) ? n == 0 : n < (int)SOCK_BATCH;
		take_in(e, c, in, n);
		c->n_read += (uint32_t)n;
		note_read(e, c, &before, emptied);
		if (emptied)
			return;
	}
}

static void receive_errors(struct engine *e, struct channel *c)
{
	struct sock_in in[SOCK_BATCH];
	int n;

	for (unsigned i = 0; i < BATCHES_MAX; i++) {
		n = sock_recv_errors(c->sock, in);
		if (n)
			take_in(e, c, in, n);
		if (n < (int)SOCK_BATCH)
			return;
	}
}

void icmp_receive_errors(struct engine *e)
{
	for (size_t i = 0; i < 2; i++)
		if (e->icmp.channels[i].sock)
			receive_errors(e, &e->icmp.channels[i]);
	e->icmp.errors_read_ns = clock_mono_ns();
}

void icmp_receive_all(struct engine *e)
{
	for (size_t i = 0; i < 2; i++)
		if (e->icmp.channels[i].sock)
			icmp_receive(e, &e->icmp.channels[i]);
	if (e->clock.mono_ns - e->icmp.errors_read_ns >= ENGINE_PATIENCE_NS)
		icmp_receive_errors(e);
}

int64_t icmp_known_ns(const struct engine *e, int64_t now_ns)
{
	for (size_t i = 0; i < 2; i++)
		if (e->icmp.channels[i].sock)
			now_ns = engine_min_ns(now_ns, e->icmp.channels[i].drained.mono_ns);
	return now_ns;
}
