/* libminiping.c - a run of miniping_hosts, from its options to its results. */
#include "lib/miniping.h"

#include "base/clock.h"
#include "core/engine.h"
#include "dns/host.h"
#include "dns/resolve.h"
#include "lib/libminiping_check.h"
#include "lib/libminiping_loop.h"
#include "lib/libminiping_pace.h"
#include "lib/libminiping_result.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define SPREAD_MAX_NS NS_PER_MS /* between the first packets of two hosts, unless the rate is lower */

struct miniping_stop {
	int fd; /* an eventfd: readable for ever once it has been written */
};

struct zone { /* of hosts that name one */
	struct zone *next;
	struct profile profile; /* the run's, but for its interface */
};

struct run { /* one call */
	struct libminiping_loop loop;
	struct events events;
	struct listener listener; /* the only one */
	struct fleet *fleet;      /* target number = place in the list of hosts */
	struct engine *engine;
	struct resolve *resolve; /* NULL: no name among the hosts */
	const struct miniping_options *options;
	struct miniping_more more;
	struct profile profile; /* of all hosts without a zone */
	struct zone *zones;
	struct miniping_result *results;
	struct libminiping_tally *tallies;
	size_t n_hosts, n_left; /* left: not yet done */
	int64_t spread_ns;      /* between the first packets of two hosts */
	struct libminiping_pace pace;
	bool over; /* nothing more is counted or reported */
	int err;   /* -errno that an event ended it with */
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

static void host_done(struct run *r)
{
	if (!--r->n_left)
		r->over = true;
}

/* What is in flight to it ends unseen. */
static void host_answered(struct run *r, size_t i)
{
	r->tallies[i].answered = true;
	engine_remove(r->engine, (uint32_t)i);
	host_done(r);
}

/* --- what the engine emits --- */

static void packet_ended(struct run *r, size_t i, const struct miniping_packet *p)
{
	const struct miniping_options *o = r->options;
	struct libminiping_tally *t = &r->tallies[i];

	if (o->on_packet && o->on_packet(o->data, p))
		r->over = true;
	else if (p->received && o->until_reply)
		host_answered(r, i);
	else if (++t->n_ended == o->count)
		host_done(r);
}

static void on_settled(void *data, uint32_t i, const struct settled *s, const struct target_change *c)
{
	struct run *r = data;
	char from[ADDR_STRLEN];
	struct miniping_packet p;

	(void)c;
	if (r->over || r->tallies[i].answered)
		return;
	r->err = libminiping_result_settled(&r->results[i], &r->tallies[i], s);
	if (r->err) {
		r->over = true;
		return;
	}
	libminiping_result_packet(&p, &r->results[i], s, from);
	p.host_index = i;
	packet_ended(r, i, &p);
}

/* --- addresses --- */

static void start_host(struct run *r, size_t i, const struct addr *a)
{
	struct miniping_result *result = &r->results[i];
	int64_t first = libminiping_pace_first_ns(&r->pace, i, a), now = clock_mono_ns();
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

static int look_up(struct run *r, size_t i)
{
	int err = 0;

	if (!r->resolve) {
		err = resolve_open(&r->resolve, on_answer, NULL, r);
		if (!err)
			err = resolve_use_nss(r->resolve);
	}
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

static int find_host(struct run *r, size_t i)
{
	const struct profile *profile;
	struct host h;
	const char *wrong = host_parse(&h, r->results[i].host);

	if (!wrong && h.addr.family == AF_UNSPEC)
		return look_up(r, i);
	if (!wrong)
		wrong = libminiping_check_host(&r->profile.options, &h);
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

/* --- a run from start to end --- */

static int open_engine(struct run *r)
{
	static const struct addr unknown = { .family = AF_UNSPEC };
	const struct options *o = &r->profile.options;
	struct engine_load load = {
		.n_targets = (uint32_t)r->n_hosts,
		.size_max = o->size,
		.timeout_max_ns = o->timeout_ns,
		.rate = (double)r->n_hosts * NS_PER_S / (double)o->interval_ns,
		.has_patterns = o->pattern_len != 0,
	};
	/* One that goes on for ever may have to change its id. */
	unsigned n_lanes = r->n_hosts < ENGINE_LANES && o->count ? (unsigned)r->n_hosts : ENGINE_LANES;
	int err = engine_open(&r->engine, r->fleet, &r->events, n_lanes);

	if (!err && r->options->on_opened)
		r->options->on_opened(r->options->data);
	if (!err) {
		engine_wait_for_room(r->engine);
		engine_coalesce(r->engine, libminiping_quantum_ns(o->interval_ns), o->interval_ns);
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
	int64_t gap_ns = libminiping_check_gap_ns(r->options);
	int err = libminiping_loop_open(&r->loop, r->options->stop ? r->options->stop->fd : -1);

	if (err)
		return err;
	r->fleet = fleet_new();
	r->tallies = calloc(r->n_hosts, sizeof(*r->tallies));
	if (!r->fleet || !r->tallies)
		return -ENOMEM;
	for (size_t i = 0; i < r->n_hosts; i++)
		r->tallies[i].no_list = r->more.no_rtt_list;
	r->listener = (struct listener){ .on_settled = on_settled, .data = r };
	events_add(&r->events, &r->listener);
	r->spread_ns = o->interval_ns / (int64_t)r->n_hosts;
	if (r->spread_ns > SPREAD_MAX_NS)
		r->spread_ns = gap_ns > SPREAD_MAX_NS ? gap_ns : SPREAD_MAX_NS;
	return open_engine(r);
}

static void close_run(struct run *r)
{
	resolve_close(r->resolve);
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
	libminiping_pace_close(&r->pace);
	libminiping_loop_close(&r->loop);
}

static bool stopped_already(const struct miniping_options *o)
{
	struct pollfd p = { .fd = o->stop ? o->stop->fd : -1, .events = POLLIN };

	return o->stop && poll(&p, 1, 0) > 0;
}

/* A turn, or the news that a signal has kept it from being one. */
static int turn(struct run *r)
{
	int err = libminiping_loop_turn(&r->loop, r->engine, r->resolve);

	if (err != -EINTR)
		return err;
	if (r->more.on_signal && r->more.on_signal(r->options->data))
		r->over = true;
	return 0;
}

static int run_hosts(struct run *r)
{
	int err = open_run(r);

	if (err || stopped_already(r->options))
		return err;
	r->n_left = r->n_hosts;
	libminiping_pace_open(&r->pace, r->n_hosts, clock_mono_ns(), r->spread_ns);
	for (size_t i = 0; !err && i < r->n_hosts; i++)
		err = find_host(r, i);
	while (!err && !r->over)
		err = turn(r);
	return r->err ? r->err : err == -ECANCELED ? 0 : err;
}

static int finish_results(struct run *r)
{
	uint64_t longest = 0;
	int64_t *scratch;

	for (size_t i = 0; !r->more.no_rtt_list && i < r->n_hosts; i++)
		if (r->results[i].received > longest)
			longest = r->results[i].received;
	scratch = reallocarray(NULL, longest + 1, sizeof(*scratch));
	if (!scratch)
		return -ENOMEM;
	for (size_t i = 0; i < r->n_hosts; i++)
		libminiping_result_finish(&r->results[i], &r->tallies[i], fleet_at(r->fleet, (uint32_t)i), r->options,
		                          scratch);
	free(scratch);
	return 0;
}

enum miniping_status miniping_hosts(const char *const *hosts, size_t n, const struct miniping_options *options,
                                    struct miniping_result *results)
{
	static const struct miniping_options defaults = MINIPING_OPTIONS_DEFAULT;
	struct miniping_error error = { .status = MINIPING_OK };
	struct run r = { .options = options ? options : &defaults, .results = results, .n_hosts = n };
	int err = 0;

	for (size_t i = 0; i < n; i++)
		libminiping_result_begin(&results[i], hosts[i]);
	if (!libminiping_check(&r.profile.options, r.options, n, &error)) {
		r.more = libminiping_check_more(r.options);
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
		libminiping_result_fail(&results[i], &error);
	return error.status;
}

enum miniping_status miniping_host(const char *host, const struct miniping_options *options,
                                   struct miniping_result *result)
{
	miniping_hosts(&host, 1, options, result);
	return result->error.status;
}
