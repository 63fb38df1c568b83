/* engine_loop.c - an engine's descriptors and its time as libev's watchers. */
#include "daemon/engine_loop.h"

#include "base/clock.h"

static void on_readable(struct ev_loop *loop, ev_io *w, int revents)
{
	struct engine_loop *l = w->data;

	(void)loop, (void)revents;
	engine_readable(l->engine, (unsigned)(w - l->readable));
}

static void on_timer(struct ev_loop *loop, ev_io *w, int revents)
{
	struct engine_loop *l = w->data;

	(void)loop, (void)revents;
	engine_turn(l->engine, clock_mono_ns());
}

/* What the loop's other work has left to the engine is known by now. */
static void on_before_wait(struct ev_loop *loop, ev_prepare *w, int revents)
{
	struct engine_loop *l = w->data;
	int fds[ENGINE_FDS];

	(void)revents;
	engine_before_wait(l->engine);
	engine_fds(l->engine, fds);
	for (unsigned i = 0; i < ENGINE_FDS; i++) {
		ev_io *io = &l->readable[i];

		if (fds[i] < 0) {
			ev_io_stop(loop, io);
		} else if (!ev_is_active(io)) {
			ev_io_set(io, fds[i], EV_READ);
			ev_io_start(loop, io);
		}
	}
	timerfd_set(&l->timer, engine_next_ns(l->engine));
}

static void on_after_wait(struct ev_loop *loop, ev_check *w, int revents)
{
	struct engine_loop *l = w->data;

	(void)loop, (void)revents;
	engine_after_wait(l->engine);
}

int engine_loop_open(struct engine_loop *l, struct ev_loop *loop, struct engine *e)
{
	int err = timerfd_open(&l->timer);

	if (err)
		return err;
	l->loop = loop;
	l->engine = e;
	for (unsigned i = 0; i < ENGINE_FDS; i++) {
		ev_io_init(&l->readable[i], on_readable, -1, EV_READ);
		ev_set_priority(&l->readable[i], i < ENGINE_FDS_URGENT ? EV_MAXPRI : 0);
		l->readable[i].data = l;
	}
	ev_io_init(&l->timer_readable, on_timer, l->timer.fd, EV_READ);
	ev_prepare_init(&l->before_wait, on_before_wait);
	ev_check_init(&l->after_wait, on_after_wait);
	ev_set_priority(&l->before_wait, EV_MINPRI);
	ev_set_priority(&l->after_wait, EV_MAXPRI);
	l->timer_readable.data = l->before_wait.data = l->after_wait.data = l;
	ev_io_start(loop, &l->timer_readable);
	ev_prepare_start(loop, &l->before_wait);
	ev_check_start(loop, &l->after_wait);
	return 0;
}

void engine_loop_close(struct engine_loop *l)
{
	if (!l->engine)
		return;
	for (unsigned i = 0; i < ENGINE_FDS; i++)
		ev_io_stop(l->loop, &l->readable[i]);
	ev_io_stop(l->loop, &l->timer_readable);
	ev_prepare_stop(l->loop, &l->before_wait);
	ev_check_stop(l->loop, &l->after_wait);
	timerfd_close(&l->timer);
	l->engine = NULL;
}
