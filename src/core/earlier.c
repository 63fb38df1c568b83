/* earlier.c - sums and conversions, member by member. */
#include "core/earlier.h"

static uint32_t small(uint64_t n)
{
	return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

struct earlier earlier_of(const struct remembered *r)
{
	return (struct earlier){
		.started_real_ns = r->started_real_ns,
		.received = r->received,
		.timeout = r->timeout,
		.unreachable = small(r->unreachable),
		.ttl_exceeded = small(r->ttl_exceeded),
		.too_big = small(r->too_big),
		.unknown = small(r->unknown),
		.send_error = small(r->send_error),
		.late = small(r->late),
		.duplicate = small(r->duplicate),
		.corrupt = small(r->corrupt),
		.foreign = small(r->foreign),
		.truncated = small(r->truncated),
	};
}

struct remembered earlier_remembered(const struct earlier *e)
{
	return (struct remembered){
		.started_real_ns = e->started_real_ns,
		.received = e->received,
		.timeout = e->timeout,
		.unreachable = e->unreachable,
		.ttl_exceeded = e->ttl_exceeded,
		.too_big = e->too_big,
		.unknown = e->unknown,
		.send_error = e->send_error,
		.late = e->late,
		.duplicate = e->duplicate,
		.corrupt = e->corrupt,
		.foreign = e->foreign,
		.truncated = e->truncated,
	};
}

struct earlier_sums earlier_add(const struct earlier *e, const struct target_counters *c, int64_t started_real_ns)
{
	static const struct earlier nothing;
	struct earlier_sums s = { .started_real_ns = e ? e->started_real_ns : started_real_ns };

	if (!e)
		e = &nothing;
	s.received = e->received + c->received;
	s.timeout = e->timeout + c->timeout;
	s.unreachable = (uint64_t)e->unreachable + c->unreachable;
	s.ttl_exceeded = (uint64_t)e->ttl_exceeded + c->ttl_exceeded;
	s.too_big = (uint64_t)e->too_big + c->too_big;
	s.unknown = (uint64_t)e->unknown + c->unknown;
	s.send_error = (uint64_t)e->send_error + c->send_error;
	s.late = (uint64_t)e->late + c->late;
	s.duplicate = (uint64_t)e->duplicate + c->duplicate;
	s.corrupt = (uint64_t)e->corrupt + c->corrupt;
	s.foreign = (uint64_t)e->foreign + c->foreign;
	s.truncated = (uint64_t)e->truncated + c->truncated;
	s.lost = s.timeout + s.unreachable + s.ttl_exceeded + s.too_big;
	s.sent = s.received + s.lost + s.unknown;
	return s;
}
