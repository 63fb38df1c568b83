/* resolve_ares.c - hands c-ares' sockets to epoll, and their events and the time to c-ares. */
#include "dns/resolve_ares.h"

#include "base/clock.h"
#include "dns/resolv_conf.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/time.h>

#define RESOLV_CONF      "/etc/resolv.conf"
#define QUERY_TIMEOUT_MS 1000 /* unless resolv.conf says another; doubled when all servers have been tried */
#define QUERY_TRIES      4

void resolve_ares_rearm(struct resolve_ares *c, int64_t now_ns)
{
	struct timeval tv, *left = ares_timeout(c->ares, NULL, &tv);

	c->due_ns = left ? now_ns + left->tv_sec * NS_PER_S + left->tv_usec * NS_PER_US + NS_PER_MS : INT64_MAX;
}

void resolve_ares_ready(struct resolve_ares *list, const struct epoll_event *event, int64_t now_ns)
{
	struct resolve_ares *c = list;
	int fd = (int)(uint32_t)event->data.u64;

	while (c && c->number != event->data.u64 >> 32)
		c = c->next;
	if (!c)
		return;
	ares_process_fd(c->ares, event->events & ~(uint32_t)EPOLLOUT ? fd : ARES_SOCKET_BAD,
	                event->events & ~(uint32_t)EPOLLIN ? fd : ARES_SOCKET_BAD);
	resolve_ares_rearm(c, now_ns);
}

void resolve_ares_expire(struct resolve_ares *c, int64_t now_ns)
{
	if (now_ns < c->due_ns)
		return;
	ares_process_fd(c->ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	resolve_ares_rearm(c, now_ns);
}

/* Where a socket cannot be watched, for want of memory, its queries time out, and say so. */
static void on_socket_state(void *data, ares_socket_t fd, int readable, int writable)
{
	struct resolve_ares *c = data;
	struct epoll_event event = {
		.events = (readable ? (uint32_t)EPOLLIN : 0) | (writable ? (uint32_t)EPOLLOUT : 0),
		.data.u64 = (uint64_t)c->number << 32 | (uint32_t)fd,
	};

	if (!event.events)
		epoll_ctl(c->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
	else if (epoll_ctl(c->epoll_fd, EPOLL_CTL_MOD, fd, &event) && errno == ENOENT)
		epoll_ctl(c->epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

void resolve_ares_ended(struct resolve_ares *c, int timeouts)
{
	int64_t now_ns = clock_mono_ns();

	if (!timeouts)
		c->answered_ns = now_ns;
	if (!timeouts || c->first.family == AF_UNSPEC || c->is_closing || now_ns - c->answered_ns < c->timeout_ns)
		return;
	resolve_servers_shun(c->servers, &c->first, now_ns);
	c->is_late = true;
}

/* rotate begins each channel with another server, since c-ares does not say which one it has asked. */
int resolve_ares_open(struct resolve_ares **list, int epoll_fd, struct resolve_servers *servers)
{
	static char dns_alone[] = "b";
	struct resolve_ares *c = calloc(1, sizeof(*c));
	struct resolv_conf conf = resolv_conf_read(RESOLV_CONF);
	struct ares_options o = {
		.timeout = conf.timeout_s ? conf.timeout_s * 1000 : QUERY_TIMEOUT_MS,
		.tries = conf.attempts ? conf.attempts : QUERY_TRIES,
		.lookups = dns_alone,
		.sock_state_cb = on_socket_state,
		.sock_state_cb_data = c,
	};
	int mask = ARES_OPT_SOCK_STATE_CB | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_NOROTATE;

#ifdef ARES_OPT_QUERY_CACHE
	/* When to look up again is the caller's decision: a cache would hold "no such name" for an hour. */
	mask |= ARES_OPT_QUERY_CACHE;
	o.qcache_max_ttl = 0;
#endif
	if (!c)
		return -ENOMEM;
	c->epoll_fd = epoll_fd;
	c->number = *list ? (*list)->number + 1 : 1;
	c->number += !c->number;
	c->due_ns = INT64_MAX;
	if (ares_init_options(&c->ares, &o, mask)) {
		free(c);
		return -ENOMEM;
	}
	c->servers = servers;
	c->timeout_ns = o.timeout * NS_PER_MS;
	c->answered_ns = INT64_MIN / 2;
	resolve_servers_arrange(servers, c->ares, conf.rotate, clock_mono_ns(), &c->first);
	c->next = *list;
	*list = c;
	return 0;
}

void resolve_ares_close(struct resolve_ares **at)
{
	struct resolve_ares *c = *at;

	c->is_closing = true;
	ares_destroy(c->ares); /* ends every query in flight */
	*at = c->next;
	free(c);
}
