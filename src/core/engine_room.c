/* engine_room.c - probes that met a full send queue: tried again, or given up. */
#include "core/engine_private.h"
#include "core/engine_settle.h"

#include "core/neighbours.h"
#include "core/not_sent.h"
#include "core/schedule.h"

#include <errno.h>

#define RETRY_NS       (1 * NS_PER_MS)  /* to the second try of a probe that found no room; doubled each time, */
#define TRIES_MAX      10u              /* so many times (less than 16, target.h) */
#define RETRY_MAX_NS   (64 * NS_PER_MS) /* or, where it may wait for ever, up to this, */
#define RETRY_SHARE_NS (16 * NS_PER_US) /* and this for each that waits: a core does not do more */
#define OTHERS_MAX     5u /* tries more where the error may be another target's: 31 ms; TRIES_MAX + 1 and on */
#define STUCK_NS       (10 * NS_PER_S)   /* patience ends: engine_wait_for_room */
#define LOOK_NS        (100 * NS_PER_MS) /* from one look at the neighbour table to the next */
#define LOOK_FRESH_NS  NS_PER_S

static bool is_want_of_room(int error)
{
	return error == EAGAIN || error == ENOBUFS || error == NOT_SENT_ERRNO_NEIGHBOURS;
}

/* A full table may have room again by the time that we look, and one that is full need not have refused us: what counts
 * is that it has refused somebody since the look before, where that was not long ago. */
static void look_at_table(struct room_neighbours *n, int family, int64_t now_ns)
{
	struct neighbours_table table;
	bool is_recent = now_ns - n->looked_ns < LOOK_FRESH_NS;

	n->looked_ns = now_ns;
	n->full = false;
	if (neighbours_table(family, &table))
		return;
	n->full = is_recent ? table.n_refused != n->n_refused : table.n >= table.limit;
	n->n_refused = table.n_refused;
}

/* What finds no room in the neighbour table fails as if a queue were full (ip_finish_output2 in the kernel), and over
 * IPv6 as if an argument were wrong. */
static int reason(struct engine *e, const struct probe *p, int error, int64_t now_ns)
{
	struct room_neighbours *n = &e->room.neighbours[p->to.family == AF_INET6];

	if (error != (p->to.family == AF_INET6 ? EINVAL : ENOBUFS))
		return error;
	if (now_ns - n->looked_ns > LOOK_NS)
		look_at_table(n, p->to.family, now_ns);
	return n->full ? NOT_SENT_ERRNO_NEIGHBOURS : error;
}

/* How long a probe of t with n_tries behind it waits for the next try; 0: it is not tried again. */
static int64_t retry_after(const struct engine *e, const struct target *t, unsigned n_tries, int64_t now_ns)
{
	int64_t delay_ns = RETRY_NS << n_tries;

	if (e->room.patient) {
		if (e->room.stuck_since_ns && now_ns - e->room.stuck_since_ns > STUCK_NS)
			return 0;
		return engine_min_ns(delay_ns, RETRY_MAX_NS + e->room.n_waiting * RETRY_SHARE_NS);
	}
	/* All waits together, 1 + 2 + …, end long before the next slot. */
	if (t->health.state == HEALTH_DOWN || n_tries >= TRIES_MAX ||
	    2 * delay_ns > t->profile->options.interval_ns / 3)
		return 0;
	return delay_ns;
}

/* An ICMP error about one target makes a ping socket's next send to any other fail (icmp_err_convert and
 * icmpv6_err_convert in the kernel). Under a flood of errors all tries of sock_send may meet one; what is this target's
 * own comes again, and is known by its second probe. */
static bool may_be_anothers(const struct engine *e, const struct target *t, int error)
{
	switch (error) {
	case ENETUNREACH:
	case EHOSTUNREACH:
	case ECONNREFUSED:
	case EMSGSIZE:
	case EACCES:
	case EPROTO:
	case ENOPROTOOPT:
	case EOPNOTSUPP:
	case EHOSTDOWN:
	case ENONET:
		return e->stats.ping && !t->health.not_sent;
	default:
		return false;
	}
}

void engine_put_off(struct engine *e, uint32_t target, int64_t at_ns)
{
	struct target *t = fleet_at(e->fleet, target);
	int64_t interval_ns = t->profile->options.interval_ns, phase_ns = schedule_phase(t->name, interval_ns);

	target_skip(t, schedule_slots(wheel_due(e->due, target), at_ns, phase_ns, interval_ns));
	wheel_remove(e->due, target);
	wheel_add(e->due, target, at_ns);
}

/* The probe that target has just failed to send keeps its number and comes again; false: it has failed. */
static bool put_off(struct engine *e, uint32_t target, int error, unsigned n_tries, int64_t now_ns)
{
	struct target *t = fleet_at(e->fleet, target);
	unsigned n_others = n_tries > TRIES_MAX ? n_tries - TRIES_MAX : 0,
		 next = n_tries < TRIES_MAX ? n_tries + 1 : TRIES_MAX;
	int64_t delay_ns = 0;

	if (is_want_of_room(error)) {
		delay_ns = retry_after(e, t, n_tries, now_ns);
	} else if (n_others < OTHERS_MAX && may_be_anothers(e, t, error)) {
		delay_ns = RETRY_NS << n_others;
		next = TRIES_MAX + n_others + 1;
	}
	if (!delay_ns)
		return false;
	t->n_tries = next & 15;
	t->n_probes--;
	t->off_phase |= !e->room.patient;
	e->room.n_waiting += !n_tries;
	if (!e->room.stuck_since_ns)
		e->room.stuck_since_ns = now_ns;
	if (wheel_waiting(e->due, target))
		target_skip(t, 1); /* for the next slot, which it had already */
	engine_put_off(e, target, engine_max_ns(now_ns, e->until_ns) + delay_ns);
	return true;
}

void engine_has_waited(struct engine *e, unsigned n_tries, bool found_room)
{
	if (!n_tries)
		return;
	e->room.n_waiting--;
	if (found_room || !e->room.n_waiting)
		e->room.stuck_since_ns = 0;
}

void engine_send_failed(struct engine *e, const struct probe *p, int error, unsigned n_tries)
{
	int64_t now_ns = clock_mono_ns();

	error = reason(e, p, error, now_ns);
	if (put_off(e, p->target, error, n_tries, now_ns))
		return;
	engine_has_waited(e, n_tries, false);
	engine_not_sent(e, p, error);
}
