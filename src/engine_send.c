#include "engine_private.h"

#include "encode.h"
#include "schedule.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define TOO_LATE_NS    (50 * NS_PER_MS)   /* a send this late is given up: no burst after a stall */
#define ON_SCHEDULE_NS (2 * NS_PER_MS)
#define ASK_ANEW_STEP  4096u              /* targets: a quarter of a millisecond */
#define PAUSE_MIN_NS   (1 * NS_PER_MS)    /* after ENOBUFS; doubled up to */
#define PAUSE_MAX_NS   (64 * NS_PER_MS)

static struct channel *channel_of(struct engine *e, int family)
{
	return &e->channels[family == AF_INET6];
}

uint64_t engine_nonce(struct engine *e)
{
	if (!e->n_nonces) {
		size_t len = 0;

		/* Blocks only before the kernel's pool was ever filled, early at boot. */
		while (len < sizeof(e->nonces)) {
			ssize_t n = getrandom((char *)e->nonces + len, sizeof(e->nonces) - len, 0);

			len += n > 0 ? (size_t)n : 0;
		}
		e->n_nonces = ENGINE_NONCES;
	}
	return e->nonces[--e->n_nonces];
}

void engine_not_sent(struct engine *e, const struct probe *p, int sys_errno)
{
	struct settled s = { .outcome = OUTCOME_NOT_SENT, .rtt_ns = -1, .ttl = -1, .sys_errno = sys_errno };

	if (sys_errno == EMSGSIZE)
		s.outcome = OUTCOME_TOO_BIG;
	engine_settle(e, p, &s);
}

static void back_off(struct engine *e)
{
	e->pause_ns = e->pause_ns ? 2 * e->pause_ns : PAUSE_MIN_NS;
	if (e->pause_ns > PAUSE_MAX_NS)
		e->pause_ns = PAUSE_MAX_NS;
	e->paused_until_ns = clock_mono_ns() + e->pause_ns;
}

static void send_batch(struct engine *e, struct channel *c)
{
	struct batch *b = &c->batch;
	uint32_t n_ids = flight_n_ids(e->flight);
	bool full = false;

	if (!b->n)
		return;
	if (n_ids != c->n_ids_filtered && !sock_filter(c->sock, e->first_id, n_ids))
		c->n_ids_filtered = n_ids;
	e->stats.n_sent += sock_send(c->sock, b->out, b->n);
	for (size_t i = 0; i < b->n; i++) {
		const struct probe *p = &b->probes[i];
		const struct sock_out *o = &b->out[i];

		if (o->error) {
			full |= o->error == ENOBUFS || o->error == EAGAIN;
			flight_cancel(e->flight, p->id, p->seq);
			engine_not_sent(e, p, o->error);
			continue;
		}
		flight_sent(e->flight, p->id, p->seq, o->sent_ns, o->sent_ns + (p->deadline_ns - p->sent_ns));
	}
	b->n = 0;
	if (full)
		back_off(e);
	else
		e->pause_ns = 0;
}

static void send_probe(struct engine *e, uint32_t target, struct target *t, int64_t now_ns)
{
	struct channel *c = channel_of(e, t->addr.family);
	const struct options *o = &t->profile->options;
	struct batch *b = &c->batch;
	struct probe *p = &b->probes[b->n];
	struct sock_out *out = &b->out[b->n];
	struct filler *filler = fillers_find(&e->fillers, o);
	uint32_t filler_len = o->size - ENCODE_NONCE_LEN, ifindex = o->ifindex;
	int err;

	*p = (struct probe){
		.to = t->addr, .nonce = engine_nonce(e), .sent_ns = now_ns,
		.deadline_ns = now_ns + o->timeout_ns, .target = target, .number = ++t->n_probes,
		.size = o->size,
	};
	if (o->interface[0])
		ifindex = ifindex_of(&e->interfaces, o->interface, now_ns);
	err = !c->sock ? -EAFNOSUPPORT : o->interface[0] && !ifindex ? -ENODEV : flight_add(e->flight, p);
	if (err) {
		engine_not_sent(e, p, -err);
		return;
	}
	*out = (struct sock_out){
		.to = &p->to, .filler = filler->bytes, .filler_len = filler_len,
		.dscp = o->dscp, .ttl = o->ttl, .source = &o->source, .ifindex = ifindex,
		.mark = o->mark, .df = o->df,
	};
	if (t->addr.family == AF_INET)
		encode_echo4(out->head, p->id, p->seq, p->nonce, fillers_sum(filler, filler_len));
	else
		encode_echo6(out->head, p->id, p->seq, p->nonce);
	if (++b->n == SOCK_BATCH)
		send_batch(e, c);
}

/* True: target waits. Its network's turn, and then that of all, come in the order in which they were asked for. */
static bool must_wait(struct engine *e, uint32_t target, struct target *t, int64_t now_ns)
{
	enum limit_wait wait = (enum limit_wait)t->limit_wait;
	int64_t at_ns = limit_reserve(e->limit, &t->addr, &wait, now_ns);

	e->stats.n_delayed += wait != LIMIT_ASKS && t->limit_wait == LIMIT_ASKS;
	t->limit_wait = wait & 3;
	if (wait == LIMIT_ASKS)
		return false;
	t->off_phase = true;
	wheel_add(e->due, target, at_ns);
	return true;
}

/* What is due by until_ns is of this turn, in which no target is sent to twice. */
static void on_due(struct engine *e, uint32_t target, int64_t now_ns, int64_t until_ns)
{
	struct target *t = fleet_at(e->fleet, target);
	const struct options *o = &t->profile->options;
	struct schedule_last last = { wheel_due(e->due, target), t->limit_wait != LIMIT_ASKS, t->off_phase };
	int64_t n_skipped;

	if (now_ns - last.due_ns > TOO_LATE_NS) {
		e->stats.n_skipped++;
		t->limit_wait = LIMIT_ASKS;
	} else if (must_wait(e, target, t, now_ns)) {
		return;
	} else {
		window_prefetch(t->window);
		e->stats.n_off_schedule += llabs(now_ns - last.due_ns) > ON_SCHEDULE_NS;
		send_probe(e, target, t, now_ns);
	}
	if (o->count && t->n_probes >= o->count)
		return;
	wheel_add(e->due, target, schedule_next(&last, t->name, o->interval_ns, until_ns, &n_skipped));
	t->off_phase = last.off_phase;
	e->stats.n_skipped += (uint64_t)n_skipped;
}

/* The limits have changed: what waits for a time that the old ones gave it asks anew, a part of the fleet a turn. */
static void ask_anew(struct engine *e, int64_t now_ns)
{
	uint32_t end = e->ask_anew_at + ASK_ANEW_STEP, size = fleet_size(e->fleet);

	for (uint32_t i = e->ask_anew_at; i < end && i < size; i++) {
		struct target *t = fleet_at(e->fleet, i);

		if (!t || t->limit_wait == LIMIT_ASKS)
			continue;
		t->limit_wait = LIMIT_ASKS;
		if (!wheel_waiting(e->due, i))
			continue;
		wheel_remove(e->due, i);
		wheel_add(e->due, i, now_ns);
	}
	e->ask_anew_at = end < size ? end : ENGINE_ASKED;
}

void engine_send_due(struct engine *e, int64_t now_ns)
{
	int64_t until_ns = now_ns + e->quantum_ns;
	uint32_t due[SOCK_BATCH];
	size_t n;

	if (now_ns < e->paused_until_ns)
		return;
	if (e->ask_anew_at != ENGINE_ASKED)
		ask_anew(e, now_ns);
	do {
		n = wheel_take(e->due, until_ns, due, SOCK_BATCH);
		/* A million targets do not fit into any cache: fetch them while the first are sent. */
		for (size_t i = 0; i < n; i++)
			fleet_prefetch(e->fleet, due[i]);
		for (size_t i = 0; i < n; i++)
			on_due(e, due[i], now_ns, until_ns);
	} while (n == SOCK_BATCH && e->paused_until_ns <= now_ns);
	send_batch(e, &e->channels[0]);
	send_batch(e, &e->channels[1]);
}
