#include "lib/miniping.h"

#include "base/clock.h"
#include "core/engine.h"
#include "core/engine_loop.h"
#include "dns/host.h"
#include "lib/libminiping_check.h"
#include "dns/resolve.h"
#include "core/hops.h"

#include <errno.h>
#include <ev.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define QUANTUM_MIN_NS (NS_PER_MS / 2)
#define QUANTUM_MAX_NS (5 * NS_PER_MS)
#define SPREAD_MAX_NS NS_PER_MS           /* between the first packets of two hosts */
#define START_ROOM    16u

struct miniping_stop {
	int fd;                           /* an eventfd: readable for ever once it has been written */
};

struct tally {                            /* of one host: what its result does not show */
	uint32_t *seqs;                   /* of the replies in rtt_list_ns, ascending */
	uint64_t  room;
	int64_t   n_ended;                /* packets settled or not sent */
};

struct zone {                             /* of hosts that name one */
	struct zone   *next;
	struct profile profile;           /* the run's, but for its interface */
};

struct run {                              /* one call */
	struct ev_loop *loop;
	struct events   events;
	struct listener listener;         /* the only one */
	struct fleet   *fleet;            /* target number = place in the list of hosts */
	struct engine  *engine;
	struct engine_loop engine_loop;
	struct resolve *resolve;          /* NULL: no name among the hosts */
	ev_io           resolve_readable;
	ev_timer        resolve_due;
	ev_prepare      before_wait;
	ev_io           on_stop;
	const struct miniping_options *options;
	struct profile  profile;          /* of all hosts without a zone */
	struct zone    *zones;
	struct miniping_result *results;
	struct tally   *tallies;
	size_t          n_hosts, n_left;  /* left: not yet done */
	int64_t         started_ns, spread_ns;
	bool            over;             /* stopped: nothing more is counted or reported */
	int             err;              /* -errno that ended it */
};

void miniping_options_init(struct miniping_options *options)
{
	*options = (struct miniping_options)MINIPING_OPTIONS_DEFAULT;
}

/* --- stopping --- */

struct miniping_stop *miniping_stop_new(void)
{
	struct miniping_stop *stop = malloc(sizeof(*stop));

	if (!stop)
		return NULL;
	stop->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (stop->fd < 0) {
		free(stop);
		return NULL;
	}
	return stop;
}

void miniping_stop_now(struct miniping_stop *stop)
{
	const uint64_t one = 1;
	int saved = errno;

	/* Fails only if it has been written some 2^64 times. */
	if (write(stop->fd, &one, sizeof(one)) < 0)
		errno = saved;
}

void miniping_stop_free(struct miniping_stop *stop)
{
	if (!stop)
		return;
	close(stop->fd);
	free(stop);
}

static void end_run(struct run *r)
{
	r->over = true;
	ev_break(r->loop, EVBREAK_ALL);
}

static void on_stop(struct ev_loop *loop, ev_io *w, int revents)
{
	(void)loop, (void)revents;
	end_run(w->data);
}

static void host_done(struct run *r)
{
	if (!--r->n_left)
		end_run(r);
}

/* --- what the engine emits --- */

static int make_room(struct miniping_result *result, struct tally *t)
{
	uint64_t room = t->room ? 2 * t->room : START_ROOM;
	int64_t *rtts;
	uint32_t *seqs;

	if (result->received < t->room)
		return 0;
	rtts = reallocarray(result->rtt_list_ns, room, sizeof(*rtts));
	if (!rtts)
		return -ENOMEM;
	result->rtt_list_ns = rtts;
	seqs = reallocarray(t->seqs, room, sizeof(*seqs));
	if (!seqs)
		return -ENOMEM;
	t->seqs = seqs;
	t->room = room;
	return 0;
}

/* Replies overtake each other at times; the list is in the order of the packets. */
static int add_rtt(struct miniping_result *result, struct tally *t, const struct settled *s)
{
	uint64_t i = result->received;
	int err = make_room(result, t);

	if (err)
		return err;
	for (; i && t->seqs[i - 1] > s->number; i--) {
		t->seqs[i] = t->seqs[i - 1];
		result->rtt_list_ns[i] = result->rtt_list_ns[i - 1];
	}
	t->seqs[i] = s->number;
	result->rtt_list_ns[i] = s->rtt_ns;
	if (result->ttl < 0)
		result->ttl = s->ttl;
	result->received++;
	return 0;
}

static void note_error(struct miniping_result *result, int family, const struct icmp_error *error)
{
	struct miniping_error *e = &result->error;
	char text[ADDR_STRLEN];

	result->errors++;
	e->icmp_type = error->type;
	e->icmp_code = error->code;
	e->icmp_text = outcome_error_text(family, error->type, error->code);
	strcpy(e->icmp_from, addr_format(&error->from, text));
}

static int count_settled(struct miniping_result *result, struct tally *t, const struct settled *s)
{
	if (s->outcome == OUTCOME_NOT_SENT) {
		result->send_errors++;
		result->error.sys_errno = s->sys_errno;
		return 0;
	}
	result->sent++;
	switch (s->outcome) {
	case OUTCOME_REPLY:
		return add_rtt(result, t, s);
	case OUTCOME_UNKNOWN:
		result->unknown++;
		return 0;
	case OUTCOME_TIMEOUT:
		break;
	default:
		if (s->has_error)
			note_error(result, s->to.family, &s->error);
	}
	result->lost++;
	return 0;
}

/* The packet p, of which only what its outcome brings is set yet, has ended. */
static void packet_ended(struct run *r, size_t i, struct miniping_packet *p)
{
	const struct miniping_options *o = r->options;
	struct tally *t = &r->tallies[i];

	p->host = r->results[i].host;
	p->host_index = i;
	p->family = r->results[i].family;
	if (o->on_packet && o->on_packet(o->data, p))
		end_run(r);
	else if (++t->n_ended == o->count)
		host_done(r);
}

static void on_settled(void *data, uint32_t i, const struct settled *s, const struct target_change *c)
{
	struct run *r = data;
	char from[ADDR_STRLEN];
	struct miniping_packet p = {
		.seq = s->number, .outcome = (enum miniping_outcome)s->outcome, .rtt_ns = s->rtt_ns,
		.ttl = s->ttl, .icmp_type = -1, .icmp_code = -1, .sys_errno = s->sys_errno,
	};

	(void)c;
	if (r->over)
		return;
	r->err = count_settled(&r->results[i], &r->tallies[i], s);
	if (r->err) {
		end_run(r);
		return;
	}
	if (s->outcome == OUTCOME_REPLY) {
		p.received = 1;
		p.size = s->size;
		p.reply_from = addr_format(&s->from, from);
	} else if (s->has_error) {
		p.reply_from = addr_format(&s->error.from, from);
		p.icmp_type = s->error.type;
		p.icmp_code = s->error.code;
		p.icmp_text = outcome_error_text(s->to.family, s->error.type, s->error.code);
	}
	packet_ended(r, i, &p);
}

/* --- addresses --- */

static void start_host(struct run *r, size_t i, const struct addr *a)
{
	struct miniping_result *result = &r->results[i];
	int64_t first = r->started_ns + (int64_t)i * r->spread_ns, now = clock_mono_ns();
	struct target *t = fleet_at(r->fleet, (uint32_t)i);

	result->family = a->family;
	t->addr = *a;
	target_addr_text(t, a, result->addr);
	engine_add(r->engine, (uint32_t)i, first > now ? first : now);
}

static void cannot_resolve(struct run *r, size_t i, const char *reason)
{
	r->results[i].error.status = MINIPING_E_RESOLVE;
	r->results[i].error.reason = reason;
	host_done(r);
}

static void on_answer(void *data, const struct resolve_answer *a)
{
	if (a->error)
		cannot_resolve(data, a->tag, a->error);
	else
		start_host(data, a->tag, resolve_answer_choose(a));
}

static void on_resolve_readable(struct ev_loop *loop, ev_io *w, int revents)
{
	struct run *r = w->data;

	(void)loop, (void)revents;
	resolve_turn(r->resolve, clock_mono_ns());
}

static void on_resolve_due(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct run *r = w->data;

	(void)loop, (void)revents;
	resolve_turn(r->resolve, clock_mono_ns());
}

static void on_before_wait(struct ev_loop *loop, ev_prepare *w, int revents)
{
	struct run *r = w->data;
	int64_t next_ns = resolve_next_ns(r->resolve), wait_ns;

	(void)revents;
	ev_timer_stop(loop, &r->resolve_due);
	if (next_ns == INT64_MAX)
		return;
	wait_ns = next_ns - clock_mono_ns();
	ev_timer_set(&r->resolve_due, wait_ns > 0 ? (double)wait_ns / NS_PER_S : 0, 0);
	ev_timer_start(loop, &r->resolve_due);
}

static int open_resolve(struct run *r)
{
	int err = resolve_open(&r->resolve, on_answer, NULL, r);

	if (err)
		return err;
	ev_io_init(&r->resolve_readable, on_resolve_readable, resolve_fd(r->resolve), EV_READ);
	ev_timer_init(&r->resolve_due, on_resolve_due, 0, 0);
	ev_prepare_init(&r->before_wait, on_before_wait);
	r->resolve_readable.data = r->resolve_due.data = r->before_wait.data = r;
	ev_io_start(r->loop, &r->resolve_readable);
	ev_prepare_start(r->loop, &r->before_wait);
	return 0;
}

static void close_resolve(struct run *r)
{
	if (!r->resolve)
		return;
	ev_io_stop(r->loop, &r->resolve_readable);
	ev_timer_stop(r->loop, &r->resolve_due);
	ev_prepare_stop(r->loop, &r->before_wait);
	resolve_close(r->resolve);
}

static int look_up(struct run *r, size_t i)
{
	int err = r->resolve ? 0 : open_resolve(r);

	return err ? err : resolve_name(r->resolve, r->results[i].host, r->profile.options.family, 0, (uint32_t)i);
}

/* The profile of hosts with this zone; NULL: no memory. */
static const struct profile *zone_profile(struct run *r, const char zone[SETTING_INTERFACE_LEN])
{
	struct zone *z = r->zones;

	if (!zone[0])
		return &r->profile;
	while (z && strcmp(z->profile.options.interface, zone))
		z = z->next;
	if (z)
		return &z->profile;
	z = malloc(sizeof(*z));
	if (!z)
		return NULL;
	*z = (struct zone){ .next = r->zones, .profile = r->profile };
	memcpy(z->profile.options.interface, zone, SETTING_INTERFACE_LEN);
	r->zones = z;
	return &z->profile;
}

/* Why the address cannot be probed as it is asked for; NULL: it can. */
static const char *check_host(const struct options *o, const struct host *h)
{
	if (o->family != FAMILY_ANY && (o->family == FAMILY_IPV4) != (h->addr.family == AF_INET))
		return o->family == FAMILY_IPV4 ? "not an IPv4 address" : "not an IPv6 address";
	if (h->zone[0] && o->interface[0] && strcmp(h->zone, o->interface))
		return "its zone is not the interface given";
	if (addr_is_link_local(&h->addr) && !h->zone[0] && !o->interface[0])
		return "link-local: needs an interface, or a zone as in fe80::1%eth0";
	return NULL;
}

static int find_host(struct run *r, size_t i)
{
	const struct profile *profile;
	struct host h;
	const char *wrong = host_parse(&h, r->results[i].host);

	if (!wrong && h.addr.family == AF_UNSPEC)
		return look_up(r, i);
	if (!wrong)
		wrong = check_host(&r->profile.options, &h);
	if (wrong) {
		cannot_resolve(r, i, wrong);
		return 0;
	}
	profile = zone_profile(r, h.zone);
	if (!profile)
		return -ENOMEM;
	fleet_at(r->fleet, (uint32_t)i)->profile = profile;
	start_host(r, i, &h.addr);
	return 0;
}

/* Of many hosts, those due within a hundredth of the interval are sent together: the difference cannot be seen,
 * and a slow sweep wakes up a tenth as often. */
static int64_t quantum_of(int64_t interval_ns)
{
	int64_t quantum_ns = interval_ns / 200;

	return quantum_ns < QUANTUM_MIN_NS ? QUANTUM_MIN_NS :
	       quantum_ns > QUANTUM_MAX_NS ? QUANTUM_MAX_NS : quantum_ns;
}

/* --- a run from start to end --- */

static int open_engine(struct run *r)
{
	static const struct addr unknown = { .family = AF_UNSPEC };
	const struct options *o = &r->profile.options;
	struct engine_load load = {
		.n_targets = (uint32_t)r->n_hosts, .size_max = o->size, .timeout_max_ns = o->timeout_ns,
		.rate = (double)r->n_hosts * NS_PER_S / (double)o->interval_ns,
	};
	/* One that goes on for ever may have to change its id. */
	unsigned n_lanes = r->n_hosts < ENGINE_LANES && o->count ? (unsigned)r->n_hosts : ENGINE_LANES;
	int err = engine_open(&r->engine, r->fleet, &r->events, n_lanes);

	if (!err)
		err = engine_loop_open(&r->engine_loop, r->loop, r->engine);
	if (!err && r->options->on_opened)
		r->options->on_opened(r->options->data);
	if (!err) {
		engine_wait_for_room(r->engine);
		engine_coalesce(r->engine, quantum_of(o->interval_ns), o->interval_ns);
		err = engine_reserve(r->engine, &load);
	}
	for (size_t i = 0; !err && i < r->n_hosts; i++) {
		const char *host = r->results[i].host;

		if (fleet_add(r->fleet, host, host, &unknown, &r->profile, clock_mono_ns()) == FLEET_NONE)
			err = -ENOMEM;
	}
	return err;
}

static int open_run(struct run *r)
{
	const struct options *o = &r->profile.options;

	r->loop = ev_loop_new(EVBACKEND_EPOLL | EVFLAG_NOENV | EVFLAG_NOSIGMASK);
	if (!r->loop)
		return errno ? -errno : -ENOMEM;
	r->fleet = fleet_new();
	r->tallies = calloc(r->n_hosts, sizeof(*r->tallies));
	if (!r->fleet || !r->tallies)
		return -ENOMEM;
	if (r->options->stop) {
		ev_io_init(&r->on_stop, on_stop, r->options->stop->fd, EV_READ);
		r->on_stop.data = r;
		ev_io_start(r->loop, &r->on_stop);
	}
	r->listener = (struct listener){ .on_settled = on_settled, .data = r };
	events_add(&r->events, &r->listener);
	r->spread_ns = o->interval_ns / (int64_t)r->n_hosts;
	if (r->spread_ns > SPREAD_MAX_NS)
		r->spread_ns = SPREAD_MAX_NS;
	return open_engine(r);
}

static void close_run(struct run *r)
{
	close_resolve(r);
	engine_loop_close(&r->engine_loop);
	engine_close(r->engine);
	fleet_free(r->fleet);
	while (r->zones) {
		struct zone *z = r->zones;

		r->zones = z->next;
		free(z);
	}
	for (size_t i = 0; r->tallies && i < r->n_hosts; i++)
		free(r->tallies[i].seqs);
	free(r->tallies);
	if (!r->loop)
		return;
	ev_io_stop(r->loop, &r->on_stop);
	ev_loop_destroy(r->loop);
}

static bool stopped_already(const struct miniping_options *o)
{
	struct pollfd p = { .fd = o->stop ? o->stop->fd : -1, .events = POLLIN };

	return o->stop && poll(&p, 1, 0) > 0;
}

static int run_hosts(struct run *r)
{
	int err = open_run(r);

	if (err || stopped_already(r->options))
		return err;
	r->n_left = r->n_hosts;
	r->started_ns = clock_mono_ns();
	for (size_t i = 0; !err && i < r->n_hosts; i++)
		err = find_host(r, i);
	if (err)
		return err;
	if (!r->over)
		ev_run(r->loop, 0);
	return r->err;
}

/* --- results --- */

static void begin_result(struct miniping_result *result, const char *host)
{
	*result = (struct miniping_result){
		.host = host, .error.host = host, .loss = -1, .min_ns = -1, .max_ns = -1, .mean_ns = -1,
		.median_ns = -1, .p95_ns = -1, .ttl = -1, .hops = -1,
	};
}

static void fail_result(struct miniping_result *result, const struct miniping_error *error)
{
	const char *host = result->host;

	miniping_result_fini(result);
	begin_result(result, host);
	result->error = *error;
	result->error.host = host;
}

/* scratch holds result->received. */
static void finish_figures(struct miniping_result *result, int64_t *scratch)
{
	struct window_view v;

	if (result->received)
		memcpy(scratch, result->rtt_list_ns, result->received * sizeof(*scratch));
	window_figures(&v, scratch, result->received);
	result->min_ns = v.rtt_min_ns;
	result->max_ns = v.rtt_max_ns;
	result->mean_ns = v.rtt_mean_ns;
	result->median_ns = v.rtt_median_ns;
	result->p95_ns = v.rtt_p95_ns;
	result->jitter_ns = result->received ? v.jitter_ns : 0;
	if (result->received + result->lost)
		result->loss = 100.0 * (double)result->lost / (double)(result->received + result->lost);
	result->hops = hops_from_ttl(result->ttl);
	result->os_guess = hops_os_guess(result->ttl);
}

static void finish_status(struct miniping_result *result, const struct miniping_options *o)
{
	struct miniping_error *e = &result->error;

	if (e->status || result->received)
		return;
	if (result->errors) {
		e->status = MINIPING_E_UNREACHABLE;
	} else if (!result->sent && result->send_errors) {
		e->status = MINIPING_E_SEND;
	} else if (o->raise_on_timeout && result->lost) {
		e->status = MINIPING_E_TIMEOUT;
		e->timeout_ns = o->timeout_ns;
	}
}

static int finish_results(struct run *r)
{
	uint64_t longest = 0;
	int64_t *scratch;

	for (size_t i = 0; i < r->n_hosts; i++)
		if (r->results[i].received > longest)
			longest = r->results[i].received;
	scratch = reallocarray(NULL, longest + 1, sizeof(*scratch));
	if (!scratch)
		return -ENOMEM;
	for (size_t i = 0; i < r->n_hosts; i++) {
		const struct target *t = fleet_at(r->fleet, (uint32_t)i);

		r->results[i].duplicates = t->counters.duplicate;
		r->results[i].late = t->counters.late;
		r->results[i].truncated = t->counters.truncated;
		r->results[i].corrupt = t->counters.corrupt;
		r->results[i].foreign = t->counters.foreign;
		finish_figures(&r->results[i], scratch);
		finish_status(&r->results[i], r->options);
	}
	free(scratch);
	return 0;
}

enum miniping_status miniping_hosts(const char *const *hosts, size_t n,
                                    const struct miniping_options *options,
                                    struct miniping_result *results)
{
	static const struct miniping_options defaults = MINIPING_OPTIONS_DEFAULT;
	struct miniping_error error = { .status = MINIPING_OK };
	struct run r = { .options = options ? options : &defaults, .results = results, .n_hosts = n };
	int err = 0;

	for (size_t i = 0; i < n; i++)
		begin_result(&results[i], hosts[i]);
	if (!libminiping_check(&r.profile.options, r.options, n, &error)) {
		err = run_hosts(&r);
		if (!err)
			err = finish_results(&r);
		close_run(&r);
	}
	if (err) {
		error.status = err == -EPERM ? MINIPING_E_PERMISSION : MINIPING_E_SYSTEM;
		error.sys_errno = -err;
	}
	for (size_t i = 0; error.status && i < n; i++)
		fail_result(&results[i], &error);
	return error.status;
}

enum miniping_status miniping_host(const char *host, const struct miniping_options *options,
                                   struct miniping_result *result)
{
	miniping_hosts(&host, 1, options, result);
	return result->error.status;
}

void miniping_result_fini(struct miniping_result *result)
{
	free(result->rtt_list_ns);
	result->rtt_list_ns = NULL;
}
