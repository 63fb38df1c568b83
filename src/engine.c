#include "engine.h"

#include "checksum.h"
#include "clock.h"
#include "decode.h"
#include "encode.h"
#include "flight.h"
#include "schedule.h"
#include "sock.h"
#include "wheel.h"

#include <errno.h>
#include <ev.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define STALL_NS       (250 * NS_PER_MS)  /* a shorter gap cannot lose what the kernel queues and stamps */
#define TOO_LATE_NS    (50 * NS_PER_MS)   /* a send this late is given up: no burst after a stall */
#define QUANTUM_NS     (1 * NS_PER_MS)    /* between two turns: sends go out together, at most so late */
#define OVERDUE_SLACK_NS (10 * NS_PER_MS) /* how long a timeout may wait for company */
#define CLOCK_STEP_NS  (2 * NS_PER_MS)    /* more than NTP slews (500 ppm) between two looks */
#define STAMP_SLACK_NS (5 * NS_PER_MS)
#define PAUSE_MIN_NS   (1 * NS_PER_MS)    /* after ENOBUFS; doubled up to */
#define PAUSE_MAX_NS   (64 * NS_PER_MS)
#define MAX_IDS        1024u              /* 67 million probes under way */
#define RCVBUF_STALL_NS (500 * NS_PER_MS) /* the stall that the receive buffer is to bridge */
#define SKB_TRUESIZE   768                /* what the kernel accounts for a small packet, without payload */
#define SKB_TRUESIZE_MAX 2304             /* and at most */
#define RCVBUF_MIN     (256 * 1024)
#define RCVBUF_MAX     (256 * 1024 * 1024)
#define NONCES         512u

/* The system call that sends a batch is shared by the targets of one IP version. */
struct batch {
	struct sock_out out[SOCK_BATCH];
	struct probe    probes[SOCK_BATCH];
	size_t          n;
};

struct channel {                          /* one IP version */
	struct engine *engine;
	struct sock  *sock;               /* NULL: this host has no such version */
	ev_io         readable;
	struct batch  batch;
	uint32_t      n_ids_filtered, n_drops;
	uint32_t      n_queued_max;       /* most packets found waiting at once since drops were checked */
	int64_t       drained_ns;         /* when the receive queue was last empty */
};

struct engine {
	struct ev_loop      *loop;
	struct fleet        *fleet;
	struct engine_events events;
	struct channel       channels[2];         /* IPv4, IPv6 */
	struct flight       *flight;
	struct wheel        *due, *reports;
	int                  timer_fd;
	ev_io                timer;
	int64_t              armed_ns;            /* when timer_fd fires; INT64_MAX: not armed */
	uint8_t             *filler;
	uint32_t             filler_len;
	uint64_t             nonces[NONCES];
	unsigned             n_nonces;            /* not yet used */
	uint16_t             first_id;
	int64_t              timeout_max_ns;      /* of any target there has been */
	int64_t              pause_ns, paused_until_ns;   /* the way out is full */
	int64_t              turned_ns;           /* when the latest turn began */
	int64_t              awake_ns;            /* when the loop last did anything */
	int64_t              drops_checked_ns;
	int64_t              suspended_ns;
	struct clock_pair    clock;               /* the latest look at both clocks */
	struct blame         blame;
	struct engine_stats  stats;
};

static int64_t min_ns(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t max_ns(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static struct channel *channel_of(struct engine *e, int family)
{
	return &e->channels[family == AF_INET6];
}

/* The target that a probe was sent for; NULL if it has been retired since. */
static struct target *owner_of(const struct engine *e, uint32_t target, int64_t sent_ns)
{
	struct target *t = target == FLIGHT_NOBODY ? NULL : fleet_at(e->fleet, target);

	return t && sent_ns >= t->born_ns ? t : NULL;
}

static void settle(struct engine *e, const struct probe *p, struct settled *s)
{
	struct target *t = owner_of(e, p->target, p->sent_ns);
	struct target_change c;

	if (!t)
		return;
	s->number = p->number;
	s->sent_ns = p->sent_ns;
	s->has_error = p->has_error;
	s->error = p->error;
	c = target_settle(t, s, e->clock.real_ns);
	if (e->events.on_settled)
		e->events.on_settled(e->events.data, p->target, s, &c);
}

/* --- receiving --- */

static void count_stray(struct engine *e, uint32_t target, enum engine_stray kind)
{
	struct target *t = target == FLIGHT_NOBODY ? NULL : fleet_at(e->fleet, target);

	if (!t) {
		e->stats.n_foreign += kind == ENGINE_FOREIGN;
		e->stats.n_corrupt += kind == ENGINE_CORRUPT;
		return;
	}
	switch (kind) {
	case ENGINE_LATE:
		target_count(&t->counters.late);
		break;
	case ENGINE_DUPLICATE:
		target_count(&t->counters.duplicate);
		break;
	case ENGINE_CORRUPT:
		target_count(&t->counters.corrupt);
		break;
	case ENGINE_FOREIGN:
		target_count(&t->counters.foreign);
		break;
	}
	if (e->events.on_stray)
		e->events.on_stray(e->events.data, target, kind);
}

static void on_reply(struct engine *e, const struct flight_echo *echo, int ttl)
{
	struct settled s = {
		.outcome = OUTCOME_REPLY, .size = (uint32_t)echo->payload_len, .ttl = ttl, .from = echo->from,
	};
	struct probe p;

	switch (flight_take(e->flight, echo, &p)) {
	case FLIGHT_ENDED:
		s.rtt_ns = echo->at_ns > p.sent_ns ? echo->at_ns - p.sent_ns : 0;
		e->stats.n_replies++;
		settle(e, &p, &s);
		break;
	case FLIGHT_LATE:
		count_stray(e, p.target, ENGINE_LATE);
		break;
	case FLIGHT_DUPLICATE:
		count_stray(e, p.target, ENGINE_DUPLICATE);
		break;
	case FLIGHT_CORRUPT:
		count_stray(e, p.target, ENGINE_CORRUPT);
		break;
	default:
		count_stray(e, p.target, ENGINE_FOREIGN);
		break;
	}
}

static void on_error(struct engine *e, const struct flight_echo *echo, const struct icmp_error *error)
{
	struct settled s = { .rtt_ns = -1, .ttl = -1 };
	struct probe p;

	s.outcome = outcome_of_error(echo->from.family, error->type, error->code);
	if (flight_error(e->flight, echo, error, &p) == FLIGHT_ENDED)
		settle(e, &p, &s);
}

static bool filler_intact(const struct engine *e, const struct decoded *d)
{
	size_t len = d->payload_len - ENCODE_NONCE_LEN;

	return d->has_nonce && len <= e->filler_len && !memcmp(d->payload + ENCODE_NONCE_LEN, e->filler, len);
}

static enum decode_kind decode(const struct channel *c, const struct sock_in *in, struct decoded *d)
{
	bool ip4 = sock_family(c->sock) == AF_INET;
	enum decode_kind kind;

	if (in->is_error) {
		*d = (struct decoded){ .ttl = -1 };
		kind = decode_quote(sock_family(c->sock), in->data, in->len, d);
		d->type = in->type;
		d->code = in->code;
		d->mtu = in->mtu;
		d->quoted_to = in->quoted_to;
		return kind;
	}
	if (!ip4)
		return decode_icmp6(in->data, in->len, d);
	return sock_is_ping(c->sock) ? decode_icmp4(in->data, in->len, d) : decode_ip4(in->data, in->len, d);
}

static void on_packet(struct engine *e, struct channel *c, const struct sock_in *in, int64_t at_ns)
{
	struct decoded d = { .ttl = -1 };
	struct icmp_error error = { .from = in->from };
	enum decode_kind kind = in->truncated ? DECODE_MALFORMED : decode(c, in, &d);
	struct flight_echo echo = {
		.id = sock_is_ping(c->sock) ? e->first_id : d.id, .seq = d.seq, .from = in->from,
		.has_nonce = d.has_nonce, .nonce = d.nonce, .payload_len = d.payload_len, .at_ns = at_ns,
	};

	switch (kind) {
	case DECODE_REPLY:
		echo.filler_intact = filler_intact(e, &d);
		on_reply(e, &echo, d.ttl >= 0 ? d.ttl : in->ttl);
		break;
	case DECODE_BAD_CODE:
		count_stray(e, flight_owner(e->flight, echo.id, echo.seq, &echo.from), ENGINE_FOREIGN);
		break;
	case DECODE_CORRUPT:
		count_stray(e, flight_owner(e->flight, echo.id, echo.seq, &echo.from), ENGINE_CORRUPT);
		break;
	case DECODE_ERROR:
		error.type = d.type;
		error.code = d.code;
		error.mtu = d.mtu;
		echo.from = d.quoted_to;
		on_error(e, &echo, &error);
		break;
	case DECODE_OTHER:
		break;
	case DECODE_MALFORMED:
		e->stats.n_malformed++;
		break;
	}
}

/* CLOCK_REALTIME was set since the last look: kernel stamps from before cannot be placed any more. */
static bool clock_stepped(struct engine *e, struct clock_pair now)
{
	int64_t gap = now.mono_ns - e->clock.mono_ns;
	int64_t step = (now.real_ns - e->clock.real_ns) - gap;

	e->clock = now;
	if (llabs(step) <= CLOCK_STEP_NS + gap / 1000)
		return false;
	blame_note(&e->blame, BLAME_CLOCK, now.mono_ns - gap, now.mono_ns, (uint64_t)llabs(step));
	return true;
}

static void drain(struct engine *e, struct channel *c)
{
	int64_t max_age = clock_mono_ns() - c->drained_ns + STAMP_SLACK_NS;
	struct sock_in in[SOCK_BATCH];
	uint32_t n_queued = 0;
	bool stepped;
	int n;

	do {
		n = sock_recv(c->sock, in);
		n_queued += (uint32_t)n;
		struct clock_pair now = clock_pair_now();
		bool untrusted = clock_stepped(e, now);

		for (int i = 0; i < n; i++) {
			int64_t at = now.mono_ns;

			if (in[i].stamp_real_ns >= 0 && !untrusted)
				at = clock_stamp_to_mono(&now, in[i].stamp_real_ns, max_age, &stepped);
			on_packet(e, c, &in[i], at);
		}
	} while (n == (int)SOCK_BATCH || (n > 0 && sock_is_ping(c->sock)));
	c->drained_ns = clock_mono_ns();
	if (n_queued > c->n_queued_max)
		c->n_queued_max = n_queued;
}

static void drain_all(struct engine *e)
{
	for (size_t i = 0; i < 2; i++)
		if (e->channels[i].sock)
			drain(e, &e->channels[i]);
}

/* --- our own faults --- */

static void check_faults(struct engine *e, int64_t now_ns)
{
	int64_t suspended = clock_suspended_ns();

	if (now_ns - e->armed_ns > STALL_NS && now_ns - e->awake_ns > STALL_NS)
		blame_note(&e->blame, BLAME_STALL, e->awake_ns, now_ns, 0);
	if (suspended - e->suspended_ns > STALL_NS)
		blame_note(&e->blame, BLAME_SUSPEND, e->awake_ns, now_ns,
		           (uint64_t)(suspended - e->suspended_ns));
	e->suspended_ns = suspended;
}

/* The kernel's drop counter also goes up for a raw ICMPv6 socket when a packet's checksum is wrong, which
 * anyone can arrange: only drops while the buffer may have been full are our own fault. */
static bool may_have_overflowed(const struct engine *e, const struct channel *c)
{
	uint64_t one_packet = SKB_TRUESIZE_MAX + 2 * (uint64_t)e->filler_len;

	return c->n_queued_max * one_packet >= (uint64_t)sock_rcvbuf(c->sock) / 2;
}

static void check_channel_drops(struct engine *e, struct channel *c, int64_t now_ns)
{
	uint32_t n = sock_drops(c->sock) - c->n_drops;
	int64_t from_ns = max_ns(e->drops_checked_ns, now_ns - e->timeout_max_ns - STALL_NS);

	if (n && may_have_overflowed(e, c)) {
		blame_note(&e->blame, BLAME_DROPS, from_ns, now_ns, n);
		e->stats.n_socket_drops += n;
	} else {
		e->stats.n_malformed += n;
	}
	c->n_drops += n;
	c->n_queued_max = 0;
}

static void check_drops(struct engine *e, int64_t now_ns)
{
	for (size_t i = 0; i < 2; i++)
		if (e->channels[i].sock)
			check_channel_drops(e, &e->channels[i], now_ns);
	e->drops_checked_ns = now_ns;
}

static void tell_faults(struct engine *e, int64_t now_ns)
{
	struct blame_fault fault;

	while (blame_take(&e->blame, now_ns - e->timeout_max_ns - STALL_NS, &fault))
		if (e->events.on_fault)
			e->events.on_fault(e->events.data, &fault);
}

/* --- losing --- */

static void expire(struct engine *e, int64_t now_ns)
{
	struct probe overdue[SOCK_BATCH];
	bool checked = false;
	size_t n;

	do {
		n = flight_expire(e->flight, now_ns, overdue, SOCK_BATCH);
		if (n && !checked) {
			check_drops(e, now_ns);
			checked = true;
		}
		for (size_t i = 0; i < n; i++) {
			const struct probe *p = &overdue[i];
			struct settled s = { .outcome = OUTCOME_TIMEOUT, .rtt_ns = -1, .ttl = -1 };

			if (p->has_error)
				s.outcome = outcome_of_error(p->to.family, p->error.type, p->error.code);
			if (blame_covers(&e->blame, p->sent_ns, p->deadline_ns))
				s.outcome = OUTCOME_UNKNOWN;
			settle(e, p, &s);
		}
	} while (n == SOCK_BATCH);
}

/* --- sending --- */

static uint64_t next_nonce(struct engine *e)
{
	if (!e->n_nonces) {
		size_t len = 0;

		/* Blocks only before the kernel's pool was ever filled, early at boot. */
		while (len < sizeof(e->nonces)) {
			ssize_t n = getrandom((char *)e->nonces + len, sizeof(e->nonces) - len, 0);

			len += n > 0 ? (size_t)n : 0;
		}
		e->n_nonces = NONCES;
	}
	return e->nonces[--e->n_nonces];
}

static void send_failed(struct engine *e, uint32_t target, int error)
{
	struct target *t = fleet_at(e->fleet, target);

	target_count(&t->counters.send_error);
	if (e->events.on_send_error)
		e->events.on_send_error(e->events.data, target, error);
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
			send_failed(e, p->target, o->error);
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
	int err;

	*p = (struct probe){
		.to = t->addr, .nonce = next_nonce(e), .sent_ns = now_ns,
		.deadline_ns = now_ns + o->timeout_ns, .target = target, .number = ++t->n_probes,
		.size = o->size,
	};
	err = c->sock ? flight_add(e->flight, p) : -EAFNOSUPPORT;
	if (err) {
		send_failed(e, target, -err);
		return;
	}
	*out = (struct sock_out){
		.to = &p->to, .filler = e->filler, .filler_len = o->size - ENCODE_NONCE_LEN,
		.dscp = o->dscp, .ttl = o->ttl, .source = &o->source, .ifindex = o->ifindex,
	};
	if (t->addr.family == AF_INET)
		encode_echo4(out->head, p->id, p->seq, p->nonce,
		             checksum_add(0, e->filler, out->filler_len));
	else
		encode_echo6(out->head, p->id, p->seq, p->nonce);
	if (++b->n == SOCK_BATCH)
		send_batch(e, c);
}

static void on_due(struct engine *e, uint32_t target, int64_t now_ns)
{
	struct target *t = fleet_at(e->fleet, target);
	const struct options *o = &t->profile->options;
	int64_t due = wheel_due(e->due, target), n_skipped;

	if (now_ns - due > TOO_LATE_NS)
		e->stats.n_skipped++;
	else
		send_probe(e, target, t, now_ns);
	if (o->count && t->n_probes >= o->count)
		return;
	wheel_add(e->due, target, schedule_again(due, o->interval_ns, now_ns, &n_skipped));
	e->stats.n_skipped += (uint64_t)n_skipped;
}

static void send_due(struct engine *e, int64_t now_ns)
{
	uint32_t due[SOCK_BATCH];
	size_t n;

	if (now_ns < e->paused_until_ns)
		return;
	do {
		n = wheel_take(e->due, now_ns, due, SOCK_BATCH);
		for (size_t i = 0; i < n; i++)
			on_due(e, due[i], now_ns);
	} while (n == SOCK_BATCH && e->paused_until_ns <= now_ns);
	send_batch(e, &e->channels[0]);
	send_batch(e, &e->channels[1]);
}

static void tell_reports(struct engine *e, int64_t now_ns)
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
			if (e->events.on_report)
				e->events.on_report(e->events.data, due[i]);
		}
	} while (n == SOCK_BATCH);
}

/* --- the loop --- */

/* Zero would disarm the timer, and a time that is past fires at once: neither is ever asked for. */
static void set_timer(struct engine *e, int64_t at_ns)
{
	struct itimerspec t = { 0 };

	e->armed_ns = at_ns;
	if (at_ns != WHEEL_NEVER) {
		t.it_value.tv_sec = at_ns / NS_PER_S;
		t.it_value.tv_nsec = at_ns % NS_PER_S;
	}
	timerfd_settime(e->timer_fd, TFD_TIMER_ABSTIME, &t, NULL);
}

/* When the next turn should be: as soon as something is due, but not within QUANTUM_NS of the last. */
static int64_t next_turn(const struct engine *e)
{
	int64_t due = max_ns(wheel_next(e->due), e->paused_until_ns);
	int64_t overdue = flight_next(e->flight);

	if (overdue != WHEEL_NEVER)
		overdue += OVERDUE_SLACK_NS;
	return max_ns(min_ns(min_ns(due, overdue), wheel_next(e->reports)), e->turned_ns + QUANTUM_NS);
}

static void arm(struct engine *e)
{
	int64_t next = next_turn(e);

	if (next != e->armed_ns)
		set_timer(e, next);
}

/* One turn: what has arrived comes before what is overdue, and both before what is to be sent. */
static void turn(struct engine *e)
{
	int64_t now = clock_mono_ns();

	check_faults(e, now);
	e->stats.loop_lag_ns = now > e->armed_ns ? now - e->armed_ns : 0;
	if (flight_next(e->flight) <= now) {
		drain_all(e);
		expire(e, now);
	}
	if (e->blame.n)
		tell_faults(e, now);
	send_due(e, now);
	tell_reports(e, now);
	e->turned_ns = now;
	e->awake_ns = clock_mono_ns();
	set_timer(e, next_turn(e));
}

static void on_timer(struct ev_loop *loop, ev_io *w, int revents)
{
	/* The descriptor is not read: arming it anew, as every turn does, clears it. */
	(void)loop, (void)revents;
	turn(w->data);
}

static void on_readable(struct ev_loop *loop, ev_io *w, int revents)
{
	struct channel *c = w->data;
	struct engine *e = c->engine;

	(void)loop, (void)revents;
	check_faults(e, clock_mono_ns());
	drain(e, c);
	e->awake_ns = c->drained_ns;
}

/* --- opening and closing --- */

/* The sockets of both IP versions are of one kind: raw if either may be. */
static int open_socks(struct engine *e, bool ping)
{
	static const int families[2] = { AF_INET, AF_INET6 };
	int err = -EAFNOSUPPORT, first_err = 0;

	for (size_t i = 0; i < 2; i++) {
		err = sock_open(&e->channels[i].sock, families[i], ping);
		if (err && err != -EAFNOSUPPORT && !first_err)
			first_err = err;
	}
	if (e->channels[0].sock || e->channels[1].sock)
		return 0;
	return first_err ? first_err : err;
}

static int open_channels(struct engine *e)
{
	int err = open_socks(e, false);

	if (err == -EPERM || err == -EACCES) {
		err = open_socks(e, true);
		e->stats.ping = !err;
	}
	if (err)
		return err == -EACCES ? -EPERM : err;
	for (size_t i = 0; i < 2; i++) {
		struct channel *c = &e->channels[i];

		c->engine = e;
		c->drained_ns = e->awake_ns;
		if (!c->sock)
			continue;
		ev_io_init(&c->readable, on_readable, sock_fd(c->sock), EV_READ);
		ev_set_priority(&c->readable, EV_MAXPRI);
		c->readable.data = c;
		ev_io_start(e->loop, &c->readable);
	}
	e->stats.has_ip4 = e->channels[0].sock;
	e->stats.has_ip6 = e->channels[1].sock;
	return 0;
}

static int open_timer(struct engine *e)
{
	e->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (e->timer_fd < 0)
		return -errno;
	ev_io_init(&e->timer, on_timer, e->timer_fd, EV_READ);
	e->timer.data = e;
	ev_io_start(e->loop, &e->timer);
	return 0;
}

static int open_tables(struct engine *e)
{
	e->first_id = (uint16_t)next_nonce(e);
	e->due = wheel_new(e->awake_ns);
	e->reports = wheel_new(e->awake_ns);
	/* The kernel gives a ping socket one id. */
	e->flight = flight_new(e->first_id, e->stats.ping ? 1 : MAX_IDS, e->awake_ns);
	return e->due && e->reports && e->flight ? 0 : -ENOMEM;
}

int engine_open(struct engine **out, struct ev_loop *loop, struct fleet *fleet,
                const struct engine_events *events)
{
	struct engine *e = calloc(1, sizeof(*e));
	int err;

	if (!e)
		return -ENOMEM;
	e->loop = loop;
	e->fleet = fleet;
	e->events = *events;
	e->timer_fd = -1;
	e->armed_ns = WHEEL_NEVER;
	e->clock = clock_pair_now();
	e->awake_ns = e->drops_checked_ns = e->clock.mono_ns;
	e->suspended_ns = clock_suspended_ns();
	err = open_channels(e);
	if (!err)
		err = open_tables(e);
	if (!err)
		err = open_timer(e);
	if (err)
		engine_close(e);
	else
		*out = e;
	return err;
}

void engine_close(struct engine *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < 2; i++) {
		if (ev_is_active(&e->channels[i].readable))
			ev_io_stop(e->loop, &e->channels[i].readable);
		sock_close(e->channels[i].sock);
	}
	if (e->timer_fd >= 0) {
		ev_io_stop(e->loop, &e->timer);
		close(e->timer_fd);
	}
	flight_free(e->flight);
	wheel_free(e->due);
	wheel_free(e->reports);
	free(e->filler);
	free(e);
}

static int fit_filler(struct engine *e, uint32_t size_max)
{
	uint32_t len = size_max - ENCODE_NONCE_LEN;
	uint8_t *filler;

	if (len <= e->filler_len)
		return 0;
	filler = realloc(e->filler, len);
	if (!filler)
		return -ENOMEM;
	encode_filler(filler, len);
	e->filler = filler;
	e->filler_len = len;
	return 0;
}

int engine_fit(struct engine *e, const struct engine_load *load)
{
	double rcvbuf = load->rate * (RCVBUF_STALL_NS / (double)NS_PER_S) * (SKB_TRUESIZE + load->size_max);
	int err = fit_filler(e, load->size_max);

	if (rcvbuf < RCVBUF_MIN)
		rcvbuf = RCVBUF_MIN;
	if (rcvbuf > RCVBUF_MAX)
		rcvbuf = RCVBUF_MAX;
	for (size_t i = 0; i < 2 && !err; i++) {
		struct sock *s = e->channels[i].sock;

		if (s)
			err = sock_fit(s, load->size_max, (int)rcvbuf);
		if (s)
			e->stats.rcvbuf = sock_rcvbuf(s);
	}
	if (err || wheel_reserve(e->due, load->n_targets) || wheel_reserve(e->reports, load->n_targets))
		return -ENOMEM;
	e->stats.rcvbuf_wished = (int)rcvbuf;
	if (load->timeout_max_ns > e->timeout_max_ns)
		e->timeout_max_ns = load->timeout_max_ns;
	return 0;
}

void engine_start(struct engine *e)
{
	e->clock = clock_pair_now();
	e->awake_ns = e->turned_ns = e->clock.mono_ns;
	set_timer(e, next_turn(e));
}

void engine_add(struct engine *e, uint32_t target, int64_t first_ns)
{
	wheel_add(e->due, target, first_ns);
	arm(e);
}

void engine_report(struct engine *e, uint32_t target, int64_t first_ns)
{
	wheel_add(e->reports, target, first_ns);
	arm(e);
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
