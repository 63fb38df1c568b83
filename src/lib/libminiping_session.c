/* libminiping_session.c - hosts that come and go while they are probed, a turn whenever the caller's loop gives one. */
#include "lib/libminiping_session_private.h"

#include "core/ratelimit.h"
#include "lib/libminiping_check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_GAP_NS (NS_PER_S / 10000) /* from one host's first packet to the next one's */
/* struct miniping_session_calls as it was at first, which is the least that a caller may know of it. */
#define CALLS_MIN \
	(offsetof(struct miniping_session_calls, on_done) + sizeof(((struct miniping_session_calls *)0)->on_done))

static enum miniping_status put_error(struct miniping_error *error, const struct miniping_error *e)
{
	if (error)
		*error = *e;
	return e->status;
}

static enum miniping_status put_errno(struct miniping_error *error, const char *host, int err)
{
	struct miniping_error e = { .host = host, .sys_errno = -err };

	e.status = err == -EPERM ? MINIPING_E_PERMISSION : MINIPING_E_SYSTEM;
	return put_error(error, &e);
}

/* A list that has no end is none to keep. */
static bool keeps_no_list(const struct miniping_options *o)
{
	return !o->count || libminiping_check_more(o).no_rtt_list;
}

static enum miniping_status check(struct options *out, const struct miniping_options *in, struct miniping_error *error)
{
	enum miniping_status status = libminiping_check(out, in, 1, error);

	if (!status && keeps_no_list(in))
		libminiping_check_no_list(out);
	return status;
}

static enum miniping_status check_calls(const struct miniping_session_calls *calls, struct miniping_error *error)
{
	if (!calls || calls->size >= CALLS_MIN)
		return MINIPING_OK;
	error->status = MINIPING_E_ARGUMENT;
	error->option = "calls";
	error->reason = "calls must begin with its size";
	return error->status;
}

/* --- turns --- */

static int64_t next_ns(const struct miniping_session *s)
{
	int64_t probe_ns = engine_next_ns(s->engine), name_ns = s->resolve ? resolve_next_ns(s->resolve) : INT64_MAX;

	if (s->fresh.first || s->gone.first)
		return 0;
	return probe_ns < name_ns ? probe_ns : name_ns;
}

/* So that the descriptor is readable when there is something to do, and not before. */
static int arm(struct miniping_session *s)
{
	int fds[ENGINE_FDS], err = 0;

	engine_fds(s->engine, fds);
	for (unsigned i = 0; i < ENGINE_FDS && !err; i++)
		err = libminiping_watch_set(&s->watch, i, fds[i]);
	if (!err)
		err = libminiping_watch_set(&s->watch, WATCH_RESOLVE, s->resolve ? resolve_fd(s->resolve) : -1);
	timerfd_set(&s->watch.timer, next_ns(s));
	return err;
}

static void turn(struct miniping_session *s, int ready)
{
	int64_t now_ns;

	for (unsigned i = 0; i < ENGINE_FDS; i++)
		if (ready & 1 << i)
			engine_readable(s->engine, i);
	now_ns = clock_mono_ns();
	if (now_ns >= engine_next_ns(s->engine))
		engine_turn(s->engine, now_ns);
	if (s->resolve && (ready & 1 << WATCH_RESOLVE || now_ns >= resolve_next_ns(s->resolve)))
		resolve_turn(s->resolve, now_ns);
}

enum miniping_status miniping_session_process(struct miniping_session *s, struct miniping_error *error)
{
	int ready, err;

	engine_after_wait(s->engine);
	ready = libminiping_watch_take(&s->watch);
	session_reap(s);
	session_start_some(s);
	turn(s, ready > 0 ? ready : 0);
	session_reap(s);
	engine_before_wait(s->engine);
	err = arm(s);
	err = ready < 0 ? ready : err;
	return err ? put_errno(error, NULL, err) : MINIPING_OK;
}

int miniping_session_fd(const struct miniping_session *s)
{
	return s->watch.fd;
}

int64_t miniping_session_timeout(const struct miniping_session *s)
{
	int64_t at_ns = next_ns(s), left_ns = at_ns - clock_mono_ns();

	return at_ns == INT64_MAX ? -1 : left_ns > 0 ? left_ns : 0;
}

/* --- hosts --- */

static enum miniping_status check_own(struct shost *h, const struct miniping_options *options,
                                      struct miniping_error *error)
{
	h->own = calloc(1, sizeof(*h->own));
	if (!h->own) {
		error->status = MINIPING_E_SYSTEM;
		error->sys_errno = ENOMEM;
		return error->status;
	}
	h->profile = h->own;
	return check(&h->own->options, options, error);
}

enum miniping_status miniping_session_add(struct miniping_session *s, const char *host,
                                          const struct miniping_options *options, uint64_t *id,
                                          struct miniping_error *error)
{
	struct miniping_error e = { .host = host };
	struct shost *h;

	if (s->n_hosts == MINIPING_HOSTS_MAX) {
		e.status = MINIPING_E_ARGUMENT;
		e.option = "hosts";
		e.reason = "hosts must be in range 1..1000000";
		return put_error(error, &e);
	}
	h = places_new_host(&s->places, host);
	if (!h)
		return put_errno(error, host, -ENOMEM);
	h->profile = &s->profile;
	if (options && check_own(h, options, &e)) {
		places_free_host(&s->places, h);
		return put_error(error, &e);
	}
	options = options ? options : &s->options;
	h->tally.no_list = keeps_no_list(options);
	h->raise_on_timeout = options->raise_on_timeout;
	h->until_reply = options->until_reply;
	places_list_put(&s->fresh, h);
	s->n_hosts++;
	if (id)
		*id = h->id;
	timerfd_set(&s->watch.timer, 0);
	return MINIPING_OK;
}

int miniping_session_remove(struct miniping_session *s, uint64_t id)
{
	struct shost *h = places_find(&s->places, id);

	if (!h)
		return 0;
	session_end_host(s, h);
	timerfd_set(&s->watch.timer, 0);
	return 1;
}

size_t miniping_session_hosts(const struct miniping_session *s)
{
	return s->n_hosts;
}

const struct miniping_result *miniping_session_result(struct miniping_session *s, uint64_t id)
{
	struct shost *h = places_find(&s->places, id);

	if (!h)
		return NULL;
	session_figures(s, h, &s->view);
	return &s->view;
}

/* --- from new to free --- */

static int open_session(struct miniping_session *s)
{
	const struct ratelimit_options limit = { .max_rate = (uint32_t)s->options.max_rate };
	int err = libminiping_watch_open(&s->watch);

	if (err)
		return err;
	s->fleet = fleet_new();
	if (!s->fleet)
		return -ENOMEM;
	s->listener = (struct listener){ .on_settled = session_on_settled, .data = s };
	events_add(&s->events, &s->listener);
	err = engine_open(&s->engine, s->fleet, &s->events, ENGINE_LANES);
	if (err)
		return err;
	if (s->options.on_opened)
		s->options.on_opened(s->options.data);
	engine_wait_for_room(s->engine);
	engine_send_late(s->engine);
	engine_limit(s->engine, &limit);
	engine_before_wait(s->engine);
	return arm(s);
}

enum miniping_status miniping_session_new(struct miniping_session **session, const struct miniping_options *options,
                                          const struct miniping_session_calls *calls, struct miniping_error *error)
{
	static const struct miniping_options defaults = MINIPING_OPTIONS_DEFAULT;
	struct miniping_error e = { .status = MINIPING_OK };
	struct miniping_session *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		return put_errno(error, NULL, -ENOMEM);
	s->watch.fd = s->watch.timer.fd = -1;
	places_list_init(&s->fresh);
	places_list_init(&s->gone);
	places_init(&s->places);
	s->options = options ? *options : defaults;
	s->interval_min_ns = INT64_MAX;
	if (check_calls(calls, &e) || check(&s->profile.options, &s->options, &e)) {
		free(s);
		return put_error(error, &e);
	}
	if (calls)
		memcpy(&s->calls, calls, calls->size < sizeof(*calls) ? calls->size : sizeof(*calls));
	s->more = libminiping_check_more(&s->options);
	s->options.more = &s->more;
	s->gap_ns = libminiping_check_gap_ns(&s->options);
	if (s->gap_ns < FIRST_GAP_NS)
		s->gap_ns = FIRST_GAP_NS;
	err = open_session(s);
	if (err) {
		miniping_session_free(s);
		return put_errno(error, NULL, err);
	}
	*session = s;
	return MINIPING_OK;
}

void miniping_session_free(struct miniping_session *s)
{
	if (!s)
		return;
	resolve_close(s->resolve);
	engine_close(s->engine);
	fleet_free(s->fleet);
	places_fini(&s->places);
	libminiping_watch_close(&s->watch);
	free(s);
}
