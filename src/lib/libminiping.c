/* libminiping.c - a run of miniping_hosts, from its options to its results. */
#include "lib/miniping.h"

#include "base/clock.h"
#include "lib/libminiping_check.h"
#include "lib/libminiping_names.h"
#include "lib/libminiping_packets.h"
#include "lib/libminiping_run.h"
#include "lib/libminiping_stop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SPREAD_MAX_NS NS_PER_MS /* between the first packets of two hosts, unless the rate is lower */

void miniping_options_init(struct miniping_options *options)
{
	*options = (struct miniping_options)MINIPING_OPTIONS_DEFAULT;
}

static int open_engine(struct libminiping_run *r)
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

	if (!err && r->more.broadcast)
		err = engine_allow_broadcast(r->engine);
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

static int open_run(struct libminiping_run *r)
{
	const struct options *o = &r->profile.options;
	int64_t gap_ns = libminiping_check_gap_ns(r->options);
	int err = libminiping_loop_open(&r->loop, libminiping_stop_fd(r->options->stop));

	if (err)
		return err;
	r->fleet = fleet_new();
	r->tallies = calloc(r->n_hosts, sizeof(*r->tallies));
	if (!r->fleet || !r->tallies)
		return -ENOMEM;
	for (size_t i = 0; i < r->n_hosts; i++)
		r->tallies[i].no_list = r->more.no_rtt_list;
	libminiping_packets_listen(r);
	r->spread_ns = o->interval_ns / (int64_t)r->n_hosts;
	if (r->spread_ns > SPREAD_MAX_NS)
		r->spread_ns = gap_ns > SPREAD_MAX_NS ? gap_ns : SPREAD_MAX_NS;
	return open_engine(r);
}

static void close_run(struct libminiping_run *r)
{
	engine_close(r->engine);
	libminiping_names_fini(r);
	fleet_free(r->fleet);
	for (size_t i = 0; r->tallies && i < r->n_hosts; i++) {
		if (r->tallies[i].answers)
			libminiping_answers_fini(r->tallies[i].answers);
		free(r->tallies[i].answers);
		free(r->tallies[i].seqs);
	}
	free(r->tallies);
	libminiping_pace_close(&r->pace);
	libminiping_loop_close(&r->loop);
}

/* A turn, or the news that a signal has kept it from being one. */
static int turn(struct libminiping_run *r)
{
	int err = libminiping_loop_turn(&r->loop, r->engine, r->resolve);

	if (!err)
		libminiping_packets_linger(r);
	if (err != -EINTR)
		return err;
	if (r->more.on_signal && r->more.on_signal(r->options->data))
		r->over = true;
	return 0;
}

static int run_hosts(struct libminiping_run *r)
{
	int err = open_run(r);

	if (err || libminiping_stop_came(r->options->stop))
		return err;
	r->n_left = r->n_hosts;
	libminiping_pace_open(&r->pace, r->n_hosts, clock_mono_ns(), r->spread_ns);
	for (size_t i = 0; !err && i < r->n_hosts; i++)
		err = libminiping_names_find(r, i);
	while (!err && !r->over)
		err = turn(r);
	return r->err ? r->err : err == -ECANCELED ? 0 : err;
}

static int finish_results(struct libminiping_run *r)
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
	struct libminiping_run r = { .options = options ? options : &defaults, .results = results, .n_hosts = n };
	int err = 0;

	for (size_t i = 0; i < n; i++)
		libminiping_result_begin(&results[i], hosts[i]);
	if (!libminiping_check(&r.profile.options, r.options, n, &error)) {
		r.more = libminiping_check_more(r.options);
		err = run_hosts(&r);
		if (!err)
			err = finish_results(&r);
		if (!err)
			libminiping_packets_answerers(&r);
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
