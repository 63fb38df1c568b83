/* engine.c - an engine's turns, and what is asked of it from outside. */
#include "core/engine_faults.h"
#include "core/engine_private.h"

#include "core/schedule.h"

#include <errno.h>
#include <stdlib.h>

#define OVERDUE_SLACK_NS (10 * NS_PER_MS)   /* how long a timeout may wait for company */
#define IN_FLIGHT_MAX    4000000u           /* probes that room is made for at once */
#define MAX_IDS          (512 * ENGINE_IDS) /* 33 million probes in flight */
#define RCVBUF_STALL_NS  (500 * NS_PER_MS)  /* the stall that the receive buffer is to bridge */
#define SKB_TRUESIZE     768                /* what the kernel accounts for a small packet, without payload */
#define RCVBUF_MIN       (256 * 1024)
#define RCVBUF_MAX       (256 * 1024 * 1024)

/* Slots that a limit has taken from t, but that are still to come: the next report's. */
static int64_t skipped_ahead(const struct engine *e, uint32_t target, const struct target *t)
{
	int64_t interval_ns = t->profile->options.interval_ns, now_ns = clock_mono_ns();

	if (t->ratelimit_wait == RATELIMIT_ASKS || !wheel_waiting(e->due, target) || wheel_due(e->due, target) < now_ns)
		return 0;
	return schedule_slots(now_ns, wheel_due(e->due, target), schedule_phase(t->name, interval_ns), interval_ns);
}

void engine_report(struct engine *e, uint32_t target)
{
	struct target *t = fleet_at(e->fleet, target);
	int64_t ahead = skipped_ahead(e, target, t);

	target_skip(t, -ahead);
	events_report(e->events, target);
	target_reported(t);
	target_skip(t, ahead);
}

static void emit_reports(struct engine *e, int64_t now_ns)
{
	uint32_t due[SOCK_BATCH];
	int64_t n_skipped;
	size_t n;

	do {
		n = wheel_take(e->reports, now_ns, due, SOCK_BATCH);
		for (size_t i = 0; i < n; i++) {
			int64_t interval = fleet_at(e->fleet, due[i])->profile->options.report_ns;

			wheel_add(e->reports, due[i],
			          schedule_again(wheel_due(e->reports, due[i]), interval, now_ns, &n_skipped));
			engine_report(e, due[i]);
		}
	} while (n == SOCK_BATCH);
}

/* The next turn comes as soon as something is due; but the last has sent what is due within quantum_ns after it, and
 * what is due within another may wait. A deadline alone does not make a turn near: its reply, if there is one, makes it
 * needless. */
static void plan_turn(struct engine *e)
{
	int64_t due = e->ask_anew_at == ENGINE_ASKED ? wheel_next(e->due) : 0;
	int64_t planned = engine_min_ns(engine_min_ns(due, wheel_next(e->reports)), engine_links_due(e));
	int64_t overdue = flight_next(e->flight);

	if (icmp_known_ns(e, e->turned_ns) < e->turned_ns) {
		e->next_ns = clock_mono_ns(); /* there is more to read; but others have their turn */
		return;
	}
	if (overdue != WHEEL_NEVER)
		overdue += OVERDUE_SLACK_NS;
	/* Only a long sleep is to be ended by what comes in. A turn that is near reads it anyway, and each packet costs
	 * the kernel 5 % more where somebody waits for it. */
	e->listens = planned - clock_mono_ns() > ENGINE_PATIENCE_NS;
	e->next_ns = engine_max_ns(engine_min_ns(planned, overdue), e->turned_ns + 2 * e->quantum_ns);
}

/* Something is to be done at at_ns, too: of a million that are added, hardly one is the next. */
static void plan_for(struct engine *e, int64_t at_ns)
{
	if (at_ns < e->next_ns)
		plan_turn(e);
}

/* --- driving it --- */

/* The places in which engine_fds has the descriptors. */
enum { LINKS = 2, ERRORS = 3 };

void engine_fds(const struct engine *e, int fds[ENGINE_FDS])
{
	for (unsigned i = 0; i < 2; i++) {
		const struct sock *s = e->listens ? e->icmp.channels[i].sock : NULL;

		fds[i] = s ? sock_fd(s) : -1;
		fds[ERRORS + i] = s ? sock_error_fd(s) : -1;
	}
	fds[LINKS] = netif_fd(e->netif);
}

int64_t engine_next_ns(const struct engine *e)
{
	return e->next_ns;
}

/* A loop that has nothing to do for the engine, or does other work meanwhile, is not stalled. */
void engine_before_wait(struct engine *e)
{
	engine_ask_links(e);
	e->waiting_ns = clock_mono_ns();
	engine_check_stall(e, e->waiting_ns);
}

void engine_after_wait(struct engine *e)
{
	engine_check_faults(e, clock_mono_ns());
}

/* Errors, which anyone can send, are read once in a while only: the next turn has to see to the rest. */
static void on_errors(struct engine *e)
{
	icmp_receive_errors(e);
	e->listens = false;
	e->next_ns = engine_min_ns(e->next_ns, clock_mono_ns() + ENGINE_PATIENCE_NS);
}

void engine_readable(struct engine *e, unsigned i)
{
	if (i == LINKS)
		engine_read_links(e);
	else if (e->listens && i < LINKS)
		icmp_receive(e, &e->icmp.channels[i]);
	else if (e->listens)
		on_errors(e);
}

/* What has arrived comes before what is overdue, and both before what is to be sent. */
void engine_turn(struct engine *e, int64_t now_ns)
{
	int64_t known;

	engine_check_stall(e, now_ns);
	e->stats.loop_lag_ns = engine_max_ns(0, now_ns - e->next_ns);
	icmp_receive_all(e);
	engine_note_links(e, now_ns);
	known = icmp_known_ns(e, now_ns);
	if (flight_next(e->flight) <= known) {
		icmp_receive_errors(e); /* they say why a probe is overdue */
		engine_forget_malformed(e);
		engine_expire(e, known);
	}
	/* Those that no probe in flight can have felt any more. */
	if (e->faults.n)
		engine_emit_faults(e, known - e->timeout_max_ns - ENGINE_STALL_NS);
	/* What has come is in by now, which may have taken its time. */
	engine_send_due(e, clock_mono_ns());
	emit_reports(e, now_ns);
	e->turned_ns = now_ns;
	engine_check_faults(e, clock_mono_ns());
	plan_turn(e);
}

/* --- opening and closing --- */

static int open_tables(struct engine *e)
{
	e->icmp.first_id = (uint16_t)icmp_nonce(e);
	e->due = wheel_new(e->awake_ns, WHEEL_FINE);
	e->reports = wheel_new(e->awake_ns, WHEEL_COARSE);
	e->limit = ratelimit_new(icmp_nonce(e));
	/* The kernel gives each ping socket one id; ours then only say by which of them a probe goes. */
	e->flight = flight_new(e->icmp.first_id, ENGINE_IDS, e->stats.ping ? ENGINE_IDS : MAX_IDS, e->awake_ns);
	return e->due && e->reports && e->limit && e->flight ? 0 : -ENOMEM;
}

int engine_open(struct engine **out, struct fleet *fleet, const struct events *events, unsigned n_lanes)
{
	struct engine *e = calloc(1, sizeof(*e));
	int err;

	if (!e)
		return -ENOMEM;
	e->fleet = fleet;
	e->events = events;
	e->next_ns = WHEEL_NEVER;
	e->listens = true;
	e->ask_anew_at = ENGINE_ASKED;
	e->clock = clock_pair_now();
	e->awake_ns = e->waiting_ns = e->icmp.errors_read_ns = e->clock.mono_ns;
	e->suspended_ns = clock_suspended_ns();
	err = icmp_open(e, n_lanes);
	if (!err)
		err = netif_open(&e->netif, icmp_fd(e));
	if (!err)
		err = open_tables(e);
	if (err) {
		engine_close(e);
		return err;
	}
	e->stats.watches_links = netif_fd(e->netif) >= 0;
	*out = e;
	return 0;
}

void engine_close(struct engine *e)
{
	if (!e)
		return;
	icmp_close(e);
	netif_close(e->netif);
	flight_free(e->flight);
	wheel_free(e->due);
	wheel_free(e->reports);
	ratelimit_free(e->limit);
	free(e);
}

double engine_rcvbuf(double rate, uint32_t size_max)
{
	double bytes = rate * ((double)RCVBUF_STALL_NS / NS_PER_S) * (SKB_TRUESIZE + size_max);

	return bytes < RCVBUF_MIN ? RCVBUF_MIN : bytes > RCVBUF_MAX ? RCVBUF_MAX : bytes;
}

/* With some to spare: sends bunch up a little. What is beyond comes when it is needed. */
static int reserve_flight(struct engine *e, const struct engine_load *load)
{
	double room = flight_room(load->n_in_flight, load->rate), n = load->n_in_flight > 0 ? room * 1.05 : 0;

	flight_linger(e->flight, room > load->n_in_flight);
	return flight_reserve(e->flight, n < IN_FLIGHT_MAX ? (uint32_t)n : IN_FLIGHT_MAX);
}

int engine_reserve(struct engine *e, const struct engine_load *load)
{
	double rcvbuf = engine_rcvbuf(load->rate, load->size_max);
	int err = icmp_reserve(e, load->size_max, (int)rcvbuf);

	if (!err)
		err = reserve_flight(e, load);
	if (err || wheel_reserve(e->due, load->n_targets) || wheel_reserve(e->reports, load->n_targets))
		return -ENOMEM;
	e->stats.rcvbuf_wished = (int)rcvbuf;
	e->load = *load;
	e->icmp.has_patterns |= load->has_patterns;
	if (load->timeout_max_ns > e->timeout_max_ns)
		e->timeout_max_ns = load->timeout_max_ns;
	return 0;
}

int engine_extend(struct engine *e, uint32_t n_targets, double rate)
{
	struct engine_load before = e->load, load = before;
	int err;

	if (n_targets > load.n_targets)
		load.n_targets = n_targets;
	load.rate += rate;
	err = engine_reserve(e, &load);
	e->load = before; /* what the next ones are more than */
	return err;
}

void engine_limit(struct engine *e, const struct ratelimit_options *o)
{
	if (ratelimit_set(e->limit, o) && e->stats.n_delayed)
		e->ask_anew_at = 0;
}

void engine_coalesce(struct engine *e, int64_t quantum_ns, int64_t interval_ns)
{
	e->quantum_ns = engine_min_ns(quantum_ns, interval_ns / 4);
}

void engine_wait_for_room(struct engine *e)
{
	e->room.patient = true;
}

void engine_send_late(struct engine *e)
{
	e->sends_late = true;
}

int engine_allow_broadcast(struct engine *e)
{
	int err = 0;

	for (unsigned i = 0; i < 2 && !err; i++)
		if (e->icmp.channels[i].sock)
			err = sock_allow_broadcast(e->icmp.channels[i].sock);
	return err;
}

void engine_start(struct engine *e)
{
	e->clock = clock_pair_now();
	e->awake_ns = e->turned_ns = e->clock.mono_ns;
	plan_turn(e);
}

void engine_add(struct engine *e, uint32_t target, int64_t first_ns)
{
	wheel_add(e->due, target, first_ns);
	plan_for(e, first_ns);
}

/* For the limits, which would charge it for asking again after each reload, or for room. */
static bool waits(const struct engine *e, uint32_t target)
{
	const struct target *t = fleet_at(e->fleet, target);

	return t->ratelimit_wait != RATELIMIT_ASKS || t->n_tries;
}

/* What waits for its slot already is left there: moved, it might be done twice or not at all. */
static void take_slot(struct engine *e, struct wheel *w, uint32_t target, int64_t interval_ns, int64_t after_ns)
{
	int64_t phase = schedule_phase(fleet_at(e->fleet, target)->name, interval_ns);
	int64_t first = schedule_first(after_ns, phase, interval_ns);

	if (wheel_waiting(w, target) &&
	    ((wheel_due(w, target) - phase) % interval_ns == 0 || (w == e->due && waits(e, target))))
		return;
	wheel_remove(w, target);
	wheel_add(w, target, first);
	plan_for(e, first);
}

void engine_schedule(struct engine *e, uint32_t target, int64_t after_ns)
{
	const struct target *t = fleet_at(e->fleet, target);

	after_ns = engine_max_ns(after_ns, clock_mono_ns());
	if (target_is_parent(t))
		wheel_remove(e->reports, target);
	else
		take_slot(e, e->reports, target, t->profile->options.report_ns, after_ns);
	if (target_is_resolved(t) && !t->health.paused)
		take_slot(e, e->due, target, t->profile->options.interval_ns, after_ns);
	else
		wheel_remove(e->due, target);
}

/* A probe of t that waits for room or for a limit is not sent any more. */
static void give_up_waiting(struct engine *e, struct target *t)
{
	t->ratelimit_wait = RATELIMIT_ASKS;
	engine_has_waited(e, t->n_tries, false);
	t->n_tries = 0;
}

void engine_remove(struct engine *e, uint32_t target)
{
	give_up_waiting(e, fleet_at(e->fleet, target));
	wheel_remove(e->due, target);
	wheel_remove(e->reports, target);
}

bool engine_probe(struct engine *e, uint32_t target)
{
	struct target *t = fleet_at(e->fleet, target);

	if (!target_is_resolved(t) || t->n_tries)
		return false;
	e->until_ns = clock_mono_ns();
	icmp_send(e, target, t, e->until_ns);
	icmp_send_waiting(e);
	plan_turn(e); /* it may be overdue before anything else is due */
	return true;
}

void engine_pause(struct engine *e, uint32_t target)
{
	give_up_waiting(e, fleet_at(e->fleet, target));
	wheel_remove(e->due, target);
}

void engine_resume(struct engine *e, uint32_t target)
{
	health_resume(&fleet_at(e->fleet, target)->health);
	engine_schedule(e, target, 0);
}

void engine_finish(struct engine *e)
{
	int64_t now = clock_mono_ns();

	do
		icmp_receive_all(e);
	while (icmp_known_ns(e, now) < now);
	icmp_receive_errors(e);
	engine_emit_faults(e, INT64_MAX);
}

struct engine_stats engine_stats(const struct engine *e)
{
	struct engine_stats s = e->stats;

	s.n_in_flight = flight_count(e->flight);
	s.n_ids = flight_n_ids(e->flight);
	return s;
}
