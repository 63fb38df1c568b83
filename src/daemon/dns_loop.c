/* dns_loop.c - dns' descriptor and its time as libev's watchers. */
#include "daemon/dns_loop.h"

#include "base/clock.h"

static void on_readable(struct ev_loop *loop, ev_io *w, int revents)
{
	struct dns_loop *l = w->data;

	(void)loop, (void)revents;
	dns_turn(l->dns, clock_mono_ns());
}

static void on_due(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct dns_loop *l = w->data;

	(void)loop, (void)revents;
	dns_turn(l->dns, clock_mono_ns());
}

/* What the loop's other work has left to dns is known by now. */
static void on_before_wait(struct ev_loop *loop, ev_prepare *w, int revents)
{
	struct dns_loop *l = w->data;

	(void)revents;
	deadline_set(&l->next_turn, loop, dns_next_ns(l->dns));
}

static void on_resolv_conf(struct ev_loop *loop, ev_stat *w, int revents)
{
	struct dns_loop *l = w->data;

	(void)loop, (void)revents;
	dns_refresh(l->dns);
}

void dns_loop_open(struct dns_loop *l, struct ev_loop *loop, struct dns *d)
{
	l->loop = loop;
	l->dns = d;
	deadline_init(&l->next_turn, on_due, l);
	ev_io_init(&l->readable, on_readable, dns_fd(d), EV_READ);
	ev_prepare_init(&l->before_wait, on_before_wait);
	ev_stat_init(&l->resolv_conf, on_resolv_conf, DNS_RESOLV_CONF, 0);
	l->readable.data = l->before_wait.data = l->resolv_conf.data = l;
	ev_io_start(loop, &l->readable);
	ev_prepare_start(loop, &l->before_wait);
	ev_stat_start(loop, &l->resolv_conf);
}

void dns_loop_close(struct dns_loop *l)
{
	if (!l->dns)
		return;
	ev_io_stop(l->loop, &l->readable);
	deadline_set(&l->next_turn, l->loop, INT64_MAX);
	ev_prepare_stop(l->loop, &l->before_wait);
	ev_stat_stop(l->loop, &l->resolv_conf);
	l->dns = NULL;
}
