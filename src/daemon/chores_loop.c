/* chores_loop.c - the timer is set before the loop waits: by then it is known which chores have work. */
#include "daemon/chores_loop.h"

static void on_due(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct chores_loop *l = w->data;

	(void)loop, (void)revents;
	chores_turn(l->chores, clock_mono_ns());
}

static void on_before_wait(struct ev_loop *loop, ev_prepare *w, int revents)
{
	struct chores_loop *l = w->data;

	(void)revents;
	deadline_set(&l->next_turn, loop, chores_next_ns(l->chores));
}

void chores_loop_open(struct chores_loop *l, struct ev_loop *loop, struct chores *chores)
{
	l->loop = loop;
	l->chores = chores;
	deadline_init(&l->next_turn, on_due, l);
	ev_prepare_init(&l->before_wait, on_before_wait);
	l->before_wait.data = l;
	ev_prepare_start(loop, &l->before_wait);
}

void chores_loop_close(struct chores_loop *l)
{
	if (!l->chores)
		return;
	deadline_set(&l->next_turn, l->loop, INT64_MAX);
	ev_prepare_stop(l->loop, &l->before_wait);
	l->chores = NULL;
}
