#include "core/engine_private.h"

#include "core/encode.h"
#include "core/schedule.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define OVERDUE_SLACK_NS (10 * NS_PER_MS) /* how long a timeout may wait for company */
#define OTHER_FDS        32u             /* descriptors for all but the sockets that send */
#define UNDER_WAY_MAX  4000000u           /* probes that room is made for at once */
#define MAX_IDS        (512 * ENGINE_IDS) /* 33 million probes under way */
#define RCVBUF_STALL_NS (500 * NS_PER_MS) /* the stall that the receive buffer is to bridge */
#define SKB_TRUESIZE   768                /* what the kernel accounts for a small packet, without payload */
#define RCVBUF_MIN     (256 * 1024)
#define RCVBUF_ASKED   (4 * 1024 * 1024)  /* at least: a burst of 1,000 packets, whatever their accounting; taken if granted */
#define RCVBUF_MAX     (256 * 1024 * 1024)

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
			events_report(e->events, due[i]);
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

	if (engine_known_ns(e, e->turned_ns) < e->turned_ns) {
		e->next_ns = clock_mono_ns();     /* there is more to read; but others have their turn */
		return;
	}
	if (overdue != WHEEL_NEVER)
		overdue += OVERDUE_SLACK_NS;
	/* Only a long sleep is to be ended by what comes in. A turn that is near reads it anyway, and each packet costs the
	 * kernel 5 % more where somebody waits for it. */
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
		const struct sock *s = e->listens ? e->channels[i].sock : NULL;

		fds[i] = s ? sock_fd(s) : -1;
		fds[ERRORS + i] = s ? sock_error_fd(s) : -1;
	}
	fds[LINKS] = e->links ? netif_fd(e->links) : -1;
}

int64_t engine_next_ns(const struct engine *e)
{
	return e->next_ns;
}

/* A loop that has nothing to do for us, or does somebody else's work meanwhile, does not stand still. */
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
	engine_receive_errors(e);
	e->listens = false;
	e->next_ns = engine_min_ns(e->next_ns, clock_mono_ns() + ENGINE_PATIENCE_NS);
}

void engine_readable(struct engine *e, unsigned i)
{
	if (i == LINKS)
		engine_read_links(e);
	else if (e->listens && i < LINKS)
		engine_receive(e, &e->channels[i]);
	else if (e->listens)
		on_errors(e);
}

/* What has arrived comes before what is overdue, and both before what is to be sent. */
void engine_turn(struct engine *e, int64_t now_ns)
{
	int64_t known;

	engine_check_stall(e, now_ns);
	e->stats.loop_lag_ns = engine_max_ns(0, now_ns - e->next_ns);
	engine_receive_all(e);
	engine_note_links(e, now_ns);
	known = engine_known_ns(e, now_ns);
	if (flight_next(e->flight) <= known)
		engine_expire(e, known);
	if (e->faults.n)
		engine_tell_faults(e, known);
	/* What has come is in by now, which may have taken its time. */
	engine_send_due(e, clock_mono_ns());
	emit_reports(e, now_ns);
	e->turned_ns = now_ns;
	engine_check_faults(e, clock_mono_ns());
	plan_turn(e);
}

/* --- opening and closing --- */

/* The sockets of both IP versions are of one kind: raw if either may be. */
static int open_socks(struct engine *e, bool ping, unsigned n_lanes)
{
	static const int families[2] = { AF_INET, AF_INET6 };
	int err = -EAFNOSUPPORT, first_err = 0;

	for (size_t i = 0; i < 2; i++) {
		err = sock_open(&e->channels[i].sock, families[i], ping, n_lanes);
		if (err && err != -EAFNOSUPPORT && !first_err)
			first_err = err;
	}
	if (e->channels[0].sock || e->channels[1].sock)
		return 0;
	return first_err ? first_err : err;
}

/* A quarter is for targets that answer, which fill no buffer; what waits is spread over the rest. Of ping sockets, each of
 * which is an id, it is half: eight ids that take turns rest for half a minute each. */
_Static_assert(ENGINE_LANES == SOCK_LANES && SOCK_LANES <= ENGINE_IDS, "each ping socket is an id");

static int open_lanes(struct channel *c)
{
	c->n_lanes = sock_lanes(c->sock);
	c->n_answering = sock_is_ping(c->sock) ? (c->n_lanes + 1) / 2 : (c->n_lanes + 3) / 4;
	c->lanes = calloc(c->n_lanes, sizeof(*c->lanes));
	return c->lanes ? 0 : -ENOMEM;
}

/* As many lanes as leave room for the rest, such as a log, where few descriptors are left: who opens them learns how
 * many only by opening them. */
static unsigned lanes_that_fit(unsigned n_lanes)
{
	int fds[OTHER_FDS + 2 * ENGINE_LANES];
	unsigned n = 0, n_fit;

	while (n < OTHER_FDS + 2 * n_lanes && (fds[n] = eventfd(0, EFD_CLOEXEC)) >= 0)
		n++;
	n_fit = n > OTHER_FDS + 2 ? (n - OTHER_FDS) / 2 : 1;
	while (n)
		close(fds[--n]);
	return n_fit;
}

static int open_channels(struct engine *e, unsigned n_lanes)
{
	int err;

	n_lanes = lanes_that_fit(n_lanes);
	err = open_socks(e, false, n_lanes);

	if (err == -EPERM || err == -EACCES) {
		err = open_socks(e, true, n_lanes);
		e->stats.ping = !err;
	}
	if (err)
		return err == -EACCES ? -EPERM : err;
	for (size_t i = 0; i < 2 && !err; i++) {
		struct channel *c = &e->channels[i];

		c->drained = c->mark = e->clock;
		if (!c->sock)
			continue;
		e->interfaces.fd = sock_lane_fd(c->sock);
		err = open_lanes(c);
	}
	if (err)
		return err;
	e->listens = true;
	e->stats.has_ip4 = e->channels[0].sock;
	e->stats.has_ip6 = e->channels[1].sock;
	return 0;
}

static int open_tables(struct engine *e)
{
	e->first_id = (uint16_t)engine_nonce(e);
	e->due = wheel_new(e->awake_ns, WHEEL_FINE);
	e->reports = wheel_new(e->awake_ns, WHEEL_COARSE);
	e->limit = ratelimit_new(engine_nonce(e));
	/* The kernel gives each ping socket one id; ours then only say by which of them a probe goes. */
	e->flight = flight_new(e->first_id, ENGINE_IDS, e->stats.ping ? ENGINE_IDS : MAX_IDS, e->awake_ns);
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
	e->ask_anew_at = ENGINE_ASKED;
	e->clock = clock_pair_now();
	e->awake_ns = e->waiting_ns = e->errors_read_ns = e->clock.mono_ns;
	e->suspended_ns = clock_suspended_ns();
	err = open_channels(e, n_lanes);
	if (!err)
		err = open_tables(e);
	if (err) {
		engine_close(e);
		return err;
	}
	engine_watch_links(e);
	*out = e;
	return 0;
}

void engine_close(struct engine *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < 2; i++) {
		sock_close(e->channels[i].sock);
		free(e->channels[i].lanes);
	}
	engine_unwatch_links(e);
	flight_free(e->flight);
	wheel_free(e->due);
	wheel_free(e->reports);
	ratelimit_free(e->limit);
	payload_fini(&e->filler);
	free(e);
}

double engine_rcvbuf(double rate, uint32_t size_max)
{
	double bytes = rate * ((double)RCVBUF_STALL_NS / NS_PER_S) * (SKB_TRUESIZE + size_max);

	return bytes < RCVBUF_MIN ? RCVBUF_MIN : bytes > RCVBUF_MAX ? RCVBUF_MAX : bytes;
}

/* With some to spare: sends bunch up a little. What is beyond comes when it is needed. */
static int fit_flight(struct engine *e, const struct engine_load *load)
{
	double room = flight_room(load->n_under_way, load->rate), n = load->n_under_way > 0 ? room * 1.05 : 0;

	flight_linger(e->flight, room > load->n_under_way);
	return flight_reserve(e->flight, n < UNDER_WAY_MAX ? (uint32_t)n : UNDER_WAY_MAX);
}

int engine_reserve(struct engine *e, const struct engine_load *load)
{
	double rcvbuf = engine_rcvbuf(load->rate, load->size_max);
	int err = payload_reserve(&e->filler, load->size_max - ENCODE_NONCE_LEN);

	for (size_t i = 0; i < 2 && !err; i++) {
		struct sock *s = e->channels[i].sock;

		if (s)
			err = sock_reserve(s, load->size_max, (int)(rcvbuf < RCVBUF_ASKED ? RCVBUF_ASKED : rcvbuf));
		if (s)
			e->stats.rcvbuf = e->channels[i].rcvbuf = sock_rcvbuf(s);
	}
	if (!err)
		err = fit_flight(e, load);
	if (err || wheel_reserve(e->due, load->n_targets) || wheel_reserve(e->reports, load->n_targets))
		return -ENOMEM;
	e->stats.rcvbuf_wished = (int)rcvbuf;
	e->load = *load;
	e->has_patterns |= load->has_patterns;
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
	e->load = before;                 /* what the next ones are more than */
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
	e->patient = true;
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

void engine_report(struct engine *e, uint32_t target, int64_t first_ns)
{
	wheel_add(e->reports, target, first_ns);
	plan_for(e, first_ns);
}

/* For the limits, which would charge it for asking again after each reload, or for room. */
static bool waits(const struct engine *e, uint32_t target)
{
	const struct target *t = fleet_at(e->fleet, target);

	return t->ratelimit_wait != RATELIMIT_ASKS || t->n_tries;
}

/* What stands at its place already is left there: moved, it might be done twice or not at all. */
static void join(struct engine *e, struct wheel *w, uint32_t target, int64_t interval_ns, int64_t after_ns)
{
	int64_t phase = schedule_phase(fleet_at(e->fleet, target)->name, interval_ns);
	int64_t first = schedule_first(after_ns, phase, interval_ns);

	if (wheel_waiting(w, target) && ((wheel_due(w, target) - phase) % interval_ns == 0 ||
	                                 (w == e->due && waits(e, target))))
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
		join(e, e->reports, target, t->profile->options.report_ns, after_ns);
	if (target_is_resolved(t))
		join(e, e->due, target, t->profile->options.interval_ns, after_ns);
	else
		wheel_remove(e->due, target);
}

void engine_remove(struct engine *e, uint32_t target)
{
	wheel_remove(e->due, target);
	wheel_remove(e->reports, target);
}

struct engine_stats engine_stats(const struct engine *e)
{
	struct engine_stats s = e->stats;

	s.n_under_way = flight_count(e->flight);
	s.n_ids = flight_n_ids(e->flight);
	return s;
}
