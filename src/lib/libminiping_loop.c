/* libminiping_loop.c - one poll(2) for everything that a run waits for. */
#include "lib/libminiping_loop.h"

#include "base/clock.h"

#include <errno.h>
#include <poll.h>

enum { TIMER = ENGINE_FDS, RESOLVE, STOP, N_FDS }; /* behind the engine's */

int libminiping_loop_open(struct libminiping_loop *l, int stop_fd)
{
	l->stop_fd = stop_fd;
	l->until_ns = INT64_MAX;
	return timerfd_open(&l->timer);
}

void libminiping_loop_close(struct libminiping_loop *l)
{
	timerfd_close(&l->timer);
}

static int64_t next_ns(const struct libminiping_loop *l, const struct engine *engine, const struct resolve *resolve)
{
	int64_t probe_ns = engine_next_ns(engine), name_ns = resolve ? resolve_next_ns(resolve) : INT64_MAX;
	int64_t ours_ns = probe_ns < name_ns ? probe_ns : name_ns;

	return ours_ns < l->until_ns ? ours_ns : l->until_ns;
}

static void read_engine(struct engine *engine, const struct pollfd p[N_FDS], unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++)
		if (p[i].revents)
			engine_readable(engine, i);
}

int libminiping_loop_turn(struct libminiping_loop *l, struct engine *engine, struct resolve *resolve)
{
	struct pollfd p[N_FDS];
	int fds[N_FDS], err;
	int64_t now_ns;

	engine_before_wait(engine);
	engine_fds(engine, fds);
	fds[TIMER] = l->timer.fd;
	fds[RESOLVE] = resolve ? resolve_fd(resolve) : -1;
	fds[STOP] = l->stop_fd;
	for (unsigned i = 0; i < N_FDS; i++)
		p[i] = (struct pollfd){ .fd = fds[i], .events = POLLIN }; /* poll passes -1 by */
	timerfd_set(&l->timer, next_ns(l, engine, resolve));
	err = poll(p, N_FDS, -1) < 0 ? -errno : 0;
	engine_after_wait(engine);
	if (err)
		return err;
	read_engine(engine, p, 0, ENGINE_FDS_URGENT);
	if (p[STOP].revents)
		return -ECANCELED;
	read_engine(engine, p, ENGINE_FDS_URGENT, ENGINE_FDS);
	now_ns = clock_mono_ns();
	if (now_ns >= engine_next_ns(engine))
		engine_turn(engine, now_ns);
	if (resolve && (p[RESOLVE].revents || now_ns >= resolve_next_ns(resolve)))
		resolve_turn(resolve, now_ns);
	return 0;
}
