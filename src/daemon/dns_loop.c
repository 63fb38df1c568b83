/* dns_loop.c - dns' descriptor and its time as libev's watchers. Milliseconds will do for its time. */
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

/* What the loop's other work has left to dns is known by now. libev counts from its own time, which is a little
 * old: the timer may fire too early, and is then set again. */
static void on_before_wait(struct ev_loop *loop, ev_prepare *w, int revents)
{
	struct dns_loop *l = w->data;
	int64_t next_ns = dns_next_ns(l->dns), wait_ns;

	(void)revents;
	if (next_ns == l->due_ns && (next_ns == INT64_MAX || ev_is_active(&l->due)))
		return;
	l->due_ns = next_ns;
	ev_timer_stop(loop, &l->due);
	if (next_ns == INT64_MAX)
		return;
	wait_ns = next_ns - clock_mono_ns();
	ev_timer_set(&l->due, wait_ns > 0 ? (double)wait_ns / NS_PER_S : 0, 0);
	ev_timer_start(loop, &l->due);
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
	l->due_ns = INT64_MAX;
	ev_io_init(&l->readable, on_readable, dns_fd(d), EV_READ);
	ev_timer_init(&l->due, on_due, 0, 0);
	ev_prepare_init(&l->before_wait, on_before_wait);
	ev_stat_init(&l->resolv_conf, on_resolv_conf, DNS_RESOLV_CONF, 0);
	l->readable.data = l->due.data = l->before_wait.data = l->resolv_conf.data = l;
	ev_io_start(loop, &l->readable);
	ev_prepare_start(loop, &l->before_wait);
	ev_stat_start(loop, &l->resolv_conf);
}

void dns_loop_close(struct dns_loop *l)
{
	if (!l->dns)
		return;
	ev_io_stop(l->loop, &l->readable);
	ev_timer_stop(l->loop, &l->due);
	ev_prepare_stop(l->loop, &l->before_wait);
	ev_stat_stop(l->loop, &l->resolv_conf);
	l->dns = NULL;
}
