/* engine_due.c - probes whose time has come: sent, made to wait by a rate limit, or given up as too late. */
#include "core/engine_private.h"

#include "core/schedule.h"

#include <stdlib.h>

#define TOO_LATE_NS    (50 * NS_PER_MS) /* a send this late is given up: no burst after a stall; but engine_send_late */
#define ON_SCHEDULE_NS (2 * NS_PER_MS)
#define ASK_ANEW_STEP  4096u /* targets: a quarter of a millisecond */

/* True: target waits. Its network's turn, and then that of all, come in the order in which they were asked for. */
static bool must_wait(struct engine *e, uint32_t target, struct target *t, int64_t now_ns)
{
	enum ratelimit_wait wait = (enum ratelimit_wait)t->ratelimit_wait;
	int64_t at_ns = ratelimit_reserve(e->limit, &t->addr, &wait, now_ns);

	e->stats.n_delayed += wait != RATELIMIT_ASKS && t->ratelimit_wait == RATELIMIT_ASKS;
	t->ratelimit_wait = wait & 3;
	if (wait == RATELIMIT_ASKS)
		return false;
	t->off_phase = true;
	engine_put_off(e, target, at_ns);
	return true;
}

static bool is_too_late(const struct engine *e, int64_t late_ns, int64_t interval_ns)
{
	return late_ns > TOO_LATE_NS && (!e->sends_late || late_ns > interval_ns / 2);
}

/* What is due by until_ns is of this turn, in which no target is sent to twice. */
static void on_due(struct engine *e, uint32_t target, int64_t now_ns, int64_t until_ns)
{
	struct target *t = fleet_at(e->fleet, target);
	const struct options *o = &t->profile->options;
	struct schedule_last last = { wheel_due(e->due, target), t->ratelimit_wait != RATELIMIT_ASKS, t->off_phase };
	bool on_phase = !t->off_phase, too_late = is_too_late(e, now_ns - last.due_ns, o->interval_ns);
	int64_t n_skipped;

	if (too_late) {
		e->stats.n_skipped++;
		t->ratelimit_wait = RATELIMIT_ASKS;
		engine_has_waited(e, t->n_tries, false);
		t->n_tries = 0;
	} else if (!t->n_tries && must_wait(e, target, t, now_ns)) {
		return;
	} else {
		window_prefetch(t->window);
		e->stats.n_off_schedule += llabs(now_ns - last.due_ns) > ON_SCHEDULE_NS;
		icmp_send(e, target, t, now_ns);
		if (t->n_tries)
			return; /* put off */
	}
	if (o->count && t->n_probes >= o->count)
		return;
	wheel_add(e->due, target, schedule_next(&last, t->name, o->interval_ns, until_ns, &n_skipped));
	t->off_phase = last.off_phase;
	if (on_phase)
		e->stats.n_skipped += (uint64_t)n_skipped; /* else a limit has taken them */
	target_skip(t, n_skipped + too_late);
}

/* The limits have changed: what waits for a time that the old ones gave it asks anew, a part of the fleet a turn. */
static void ask_anew(struct engine *e, int64_t now_ns)
{
	uint32_t end = e->ask_anew_at + ASK_ANEW_STEP, size = fleet_size(e->fleet);

	for (uint32_t i = e->ask_anew_at; i < end && i < size; i++) {
		struct target *t = fleet_at(e->fleet, i);

		if (!t || t->ratelimit_wait == RATELIMIT_ASKS)
			continue;
		t->ratelimit_wait = RATELIMIT_ASKS;
		if (!wheel_waiting(e->due, i))
			continue;
		engine_put_off(e, i, now_ns);
	}
	e->ask_anew_at = end < size ? end : ENGINE_ASKED;
}

void engine_send_due(struct engine *e, int64_t now_ns)
{
	int64_t until_ns = now_ns + e->quantum_ns;
	uint32_t due[SOCK_BATCH];
	size_t n;

	e->until_ns = until_ns;
	if (e->ask_anew_at != ENGINE_ASKED)
		ask_anew(e, now_ns);
	do {
		n = wheel_take(e->due, until_ns, due, SOCK_BATCH);
		/* A million targets do not fit into any cache: fetch them while the first are sent. */
		for (size_t i = 0; i < n; i++)
			fleet_prefetch(e->fleet, due[i]);
		for (size_t i = 0; i < n; i++)
			on_due(e, due[i], now_ns, until_ns);
	} while (n == SOCK_BATCH);
	icmp_send_waiting(e);
}
