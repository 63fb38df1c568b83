/* dns_loop.c - dns' descriptor and its time as libev's watchers. */
#include "daemon/dns_loop.h"

#include "base/clock.h"

#include <errno.h>
#include <sys/stat.h>

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

static void on_resolv_conf(void *data)
{
	struct dns_loop *l = data;

	dns_refresh(l->dns);
}

/* Often a symbolic link, to what a local resolver or a network manager writes. */
static int watch_resolv_conf(struct dns_loop *l)
{
	struct filewatch_file file = { .path = DNS_RESOLV_CONF };
	struct stat st;

	if (!stat(file.path, &st))
		file.stamp = filestamp_of(&st);
	l->resolv_conf = filewatch_open(l->loop, on_resolv_conf, l);
	return l->resolv_conf ? filewatch_files(l->resolv_conf, &file, 1) : -ENOMEM;
}

int dns_loop_open(struct dns_loop *l, struct ev_loop *loop, struct dns *d)
{
	l->loop = loop;
	l->dns = d;
	deadline_init(&l->next_turn, on_due, l);
	ev_io_init(&l->readable, on_readable, dns_fd(d), EV_READ);
	ev_prepare_init(&l->before_wait, on_before_wait);
	l->readable.data = l->before_wait.data = l;
	ev_io_start(loop, &l->readable);
	ev_prepare_start(loop, &l->before_wait);
	return watch_resolv_conf(l);
}

void dns_loop_tend(struct dns_loop *l)
{
	filewatch_tend(l->resolv_conf);
}

void dns_loop_close(struct dns_loop *l)
{
	if (!l->dns)
		return;
	ev_io_stop(l->loop, &l->readable);
	deadline_set(&l->next_turn, l->loop, INT64_MAX);
	ev_prepare_stop(l->loop, &l->before_wait);
	filewatch_close(l->resolv_conf);
	l->dns = NULL;
}
