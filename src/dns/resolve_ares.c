#include "dns/resolve_ares.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/time.h>

#define QUERY_TIMEOUT_MS 2000
#define QUERY_TRIES      3

struct resolve_watch {                    /* one of c-ares' sockets */
	ev_io                   io;
	struct resolve_ares *channel;
	struct resolve_watch   *next;
};

void resolve_ares_rearm(struct resolve_ares *c)
{
	struct timeval tv, *left = ares_timeout(c->ares, NULL, &tv);

	ev_timer_stop(c->loop, &c->timeout);
	if (!left)
		return;
	ev_timer_set(&c->timeout, (double)left->tv_sec + (double)left->tv_usec / 1e6 + 0.001, 0);
	ev_timer_start(c->loop, &c->timeout);
}

static void on_socket(struct ev_loop *loop, ev_io *io, int revents)
{
	struct resolve_watch *w = io->data;
	struct resolve_ares *c = w->channel;
	int fd = io->fd;                  /* w may be gone after the call */

	(void)loop;
	ares_process_fd(c->ares, revents & EV_READ ? fd : ARES_SOCKET_BAD,
	                revents & EV_WRITE ? fd : ARES_SOCKET_BAD);
	resolve_ares_rearm(c);
}

static void on_timeout(struct ev_loop *loop, ev_timer *t, int revents)
{
	struct resolve_ares *c = t->data;

	(void)loop, (void)revents;
	ares_process_fd(c->ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	resolve_ares_rearm(c);
}

static struct resolve_watch **find_watch(struct resolve_ares *c, int fd)
{
	struct resolve_watch **w = &c->watches;

	while (*w && (*w)->io.fd != fd)
		w = &(*w)->next;
	return w;
}

static void drop_watch(struct resolve_ares *c, struct resolve_watch **at)
{
	struct resolve_watch *w = *at;

	ev_io_stop(c->loop, &w->io);
	*at = w->next;
	free(w);
}

static void on_socket_state(void *data, ares_socket_t fd, int readable, int writable)
{
	struct resolve_ares *c = data;
	struct resolve_watch **at = find_watch(c, fd), *w = *at;

	if (!readable && !writable) {
		if (w)
			drop_watch(c, at);
		return;
	}
	if (!w) {
		w = calloc(1, sizeof(*w));
		if (!w)
			return;           /* the query times out, and says so */
		w->channel = c;
		w->next = c->watches;
		c->watches = w;
		ev_init(&w->io, on_socket);
		w->io.data = w;
	}
	ev_io_stop(c->loop, &w->io);
	ev_io_set(&w->io, fd, (readable ? EV_READ : 0) | (writable ? EV_WRITE : 0));
	ev_io_start(c->loop, &w->io);
}

int resolve_ares_open(struct resolve_ares **list, struct ev_loop *loop)
{
	static char dns_alone[] = "b";
	struct resolve_ares *c = calloc(1, sizeof(*c));
	struct ares_options o = {
		.timeout = QUERY_TIMEOUT_MS, .tries = QUERY_TRIES, .lookups = dns_alone,
		.sock_state_cb = on_socket_state, .sock_state_cb_data = c,
	};
	int mask = ARES_OPT_SOCK_STATE_CB | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS;

#ifdef ARES_OPT_QUERY_CACHE
	/* When to ask again is the caller's to say: from a cache, that a name does not exist would hold for an hour. */
	mask |= ARES_OPT_QUERY_CACHE;
	o.qcache_max_ttl = 0;
#endif
	if (!c)
		return -ENOMEM;
	c->loop = loop;
	ev_init(&c->timeout, on_timeout);
	c->timeout.data = c;
	if (ares_init_options(&c->ares, &o, mask)) {
		free(c);
		return -ENOMEM;
	}
	c->next = *list;
	*list = c;
	return 0;
}

void resolve_ares_close(struct resolve_ares **at)
{
	struct resolve_ares *c = *at;

	ares_destroy(c->ares);            /* ends every query under way */
	while (c->watches)
		drop_watch(c, &c->watches);
	ev_timer_stop(c->loop, &c->timeout);
	*at = c->next;
	free(c);
}
