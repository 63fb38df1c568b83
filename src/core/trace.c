/* trace.c - first each hop once, a few at a time, and then those again that have not answered. */
#include "core/trace.h"

#include "base/clock.h"
#include "core/outcome.h"

#include <stddef.h>

#define GAP_NS (10 * NS_PER_MS) /* from one packet to the next: routers limit the errors that they send in a burst */

void trace_init(struct trace *t, const struct addr *to, int64_t timeout_ns)
{
	*t = (struct trace){ .to = *to, .timeout_ns = timeout_ns, .latest_ns = INT64_MIN };
	for (unsigned i = 0; i < TRACE_HOPS_MAX; i++)
		t->path.hops[i].rtt_ns = -1;
}

static unsigned in_flight(const struct trace *t)
{
	unsigned n = 0;

	for (unsigned i = 0; i < t->path.n_packets; i++)
		n += t->packets[i].waits;
	return n;
}

static bool is_asked(const struct trace *t, uint8_t ttl)
{
	for (unsigned i = 0; i < t->path.n_packets; i++)
		if (t->packets[i].waits && t->packets[i].ttl == ttl)
			return true;
	return false;
}

static bool answers(const struct trace *t, uint8_t ttl)
{
	return t->path.hops[ttl - 1].from.family != AF_UNSPEC;
}

/* The TTL that a packet may be sent with; 0: none, until an answer comes or a timeout is over. */
static uint8_t choose(const struct trace *t)
{
	uint8_t next = t->n_asked + 1;

	if (t->path.n_packets == TRACE_PACKETS_MAX || in_flight(t) == TRACE_IN_FLIGHT)
		return 0;
	if (!t->end_ttl && next <= TRACE_HOPS_MAX && next - t->path.last <= (int)TRACE_SILENT_MAX)
		return next;
	for (uint8_t ttl = 1; ttl <= t->n_asked; ttl++)
		if (!answers(t, ttl) && !is_asked(t, ttl) && t->path.hops[ttl - 1].n_packets < TRACE_TRIES)
			return ttl;
	return 0;
}

static int64_t gap_end_ns(const struct trace *t)
{
	return t->path.n_packets ? t->latest_ns + GAP_NS : INT64_MIN;
}

uint8_t trace_due(struct trace *t, int64_t now_ns)
{
	for (unsigned i = 0; i < t->path.n_packets; i++)
		if (now_ns - t->packets[i].sent_ns >= t->timeout_ns)
			t->packets[i].waits = false;
	return now_ns < gap_end_ns(t) ? 0 : choose(t);
}

static void add_packet(struct trace *t, const struct trace_packet *p)
{
	t->packets[t->path.n_packets++] = *p;
	t->path.hops[p->ttl - 1].n_packets++;
	if (p->ttl > t->n_asked)
		t->n_asked = p->ttl;
	t->latest_ns = p->sent_ns;
}

void trace_sent(struct trace *t, uint8_t ttl, uint16_t id, uint16_t seq, uint64_t nonce, int64_t sent_ns)
{
	const struct trace_packet p = {
		.nonce = nonce,
		.id = id,
		.seq = seq,
		.sent_ns = sent_ns,
		.ttl = ttl,
		.left = true,
		.waits = true,
	};

	add_packet(t, &p);
}

void trace_not_sent(struct trace *t, uint8_t ttl, int64_t now_ns)
{
	const struct trace_packet p = { .sent_ns = now_ns, .ttl = ttl };

	add_packet(t, &p);
}

int64_t trace_next_ns(const struct trace *t)
{
	int64_t next_ns = INT64_MAX;

	if (choose(t))
		return gap_end_ns(t);
	for (unsigned i = 0; i < t->path.n_packets; i++) {
		const struct trace_packet *p = &t->packets[i];

		if (p->waits && p->sent_ns + t->timeout_ns < next_ns)
			next_ns = p->sent_ns + t->timeout_ns;
	}
	return next_ns;
}

static struct trace_packet *find(struct trace *t, const struct trace_answer *a)
{
	for (unsigned i = 0; i < t->path.n_packets; i++) {
		struct trace_packet *p = &t->packets[i];

		if (p->left && p->id == a->id && p->seq == a->seq &&
		    (a->has_nonce ? p->nonce == a->nonce : a->is_error))
			return p;
	}
	return NULL;
}

/* Hops beyond the one that ends the trace do not exist: the host, or who refused, answered for them as well. */
static void end_at(struct trace *t, uint8_t ttl, enum trace_end end)
{
	t->end_ttl = t->n_asked = t->path.last = ttl;
	t->path.end = end;
	for (unsigned i = 0; i < t->path.n_packets; i++)
		if (t->packets[i].ttl >= ttl)
			t->packets[i].waits = false;
}

bool trace_answer(struct trace *t, const struct trace_answer *a)
{
	struct trace_packet *p = find(t, a);
	struct trace_hop *hop;

	if (!p || a->at_ns < p->sent_ns || (a->is_error && !addr_equal(&a->to, &t->to)))
		return false;
	hop = &t->path.hops[p->ttl - 1];
	p->waits = false;
	if (answers(t, p->ttl) || (t->end_ttl && p->ttl > t->end_ttl))
		return true;
	hop->from = a->from;
	hop->rtt_ns = a->at_ns - p->sent_ns;
	hop->type = a->type;
	hop->code = a->code;
	if (p->ttl > t->path.last)
		t->path.last = p->ttl;
	if (!a->is_error)
		end_at(t, p->ttl, addr_equal(&a->from, &t->to) ? TRACE_REACHED : TRACE_ELSEWHERE);
	else if (outcome_of_error(t->to.family, a->type, a->code) != OUTCOME_TTL_EXCEEDED)
		end_at(t, p->ttl, TRACE_UNREACHABLE);
	return true;
}

struct trace_path trace_path(const struct trace *t)
{
	struct trace_path p = t->path;

	p.n_hops = t->n_asked;
	if (p.end == TRACE_CUT && trace_next_ns(t) == INT64_MAX && p.n_hops - p.last == (int)TRACE_SILENT_MAX)
		p.end = TRACE_SILENT;
	return p;
}

uint8_t trace_differs(const struct trace_path *now, const struct trace_path *before)
{
	uint8_t shorter = now->last < before->last ? now->last : before->last;

	for (uint8_t i = 0; i < shorter; i++) {
		const struct addr *a = &now->hops[i].from, *b = &before->hops[i].from;

		if (a->family != AF_UNSPEC && b->family != AF_UNSPEC && !addr_equal(a, b))
			return i + 1;
	}
	return now->last == before->last ? 0 : shorter + 1;
}
