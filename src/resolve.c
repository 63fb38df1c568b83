#include "resolve.h"

#include <ares.h>
#include <errno.h>
#include <ev.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#define QUERY_TIMEOUT_MS 2000
#define QUERY_TRIES      3
#define STARTS_A_TURN    8

/* c-ares counts its users without a lock of its own; ours may be in several threads (libminiping). */
static pthread_mutex_t ares_users = PTHREAD_MUTEX_INITIALIZER;

struct query {
	struct resolve *resolve;
	struct query   *next;             /* waiting in line */
	enum family     family;
	uint32_t        tag;
	char            name[];
};

struct watch {                            /* one of c-ares' sockets */
	ev_io           io;
	struct resolve *resolve;
	struct watch   *next;
};

struct resolve {
	struct ev_loop    *loop;
	ares_channel       channel;
	struct watch      *watches;
	ev_timer           timeout;       /* when c-ares wants to look again */
	ev_timer           start;         /* at once, while queries wait in line */
	struct query      *first, **last;
	unsigned           n_under_way;
	bool               closing;
	resolve_on_answer *on_answer;
	void              *data;
};

static int enter_ares(void)
{
	int status;

	pthread_mutex_lock(&ares_users);
	status = ares_library_init(ARES_LIB_INIT_ALL);
	pthread_mutex_unlock(&ares_users);
	return status;
}

static void leave_ares(void)
{
	pthread_mutex_lock(&ares_users);
	ares_library_cleanup();
	pthread_mutex_unlock(&ares_users);
}

static void rearm(struct resolve *r)
{
	struct timeval tv, *left = ares_timeout(r->channel, NULL, &tv);

	ev_timer_stop(r->loop, &r->timeout);
	if (!left)
		return;
	ev_timer_set(&r->timeout, (double)left->tv_sec + (double)left->tv_usec / 1e6 + 0.001, 0);
	ev_timer_start(r->loop, &r->timeout);
}

static void on_socket(struct ev_loop *loop, ev_io *io, int revents)
{
	struct watch *w = io->data;
	struct resolve *r = w->resolve;
	int fd = io->fd;                  /* w may be gone after the call */

	(void)loop;
	ares_process_fd(r->channel, revents & EV_READ ? fd : ARES_SOCKET_BAD,
	                revents & EV_WRITE ? fd : ARES_SOCKET_BAD);
	rearm(r);
}

static void on_timeout(struct ev_loop *loop, ev_timer *t, int revents)
{
	struct resolve *r = t->data;

	(void)loop, (void)revents;
	ares_process_fd(r->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	rearm(r);
}

static struct watch **find_watch(struct resolve *r, int fd)
{
	struct watch **w = &r->watches;

	while (*w && (*w)->io.fd != fd)
		w = &(*w)->next;
	return w;
}

static void drop_watch(struct resolve *r, struct watch **at)
{
	struct watch *w = *at;

	ev_io_stop(r->loop, &w->io);
	*at = w->next;
	free(w);
}

static void on_socket_state(void *data, ares_socket_t fd, int readable, int writable)
{
	struct resolve *r = data;
	struct watch **at = find_watch(r, fd), *w = *at;

	if (!readable && !writable) {
		if (w)
			drop_watch(r, at);
		return;
	}
	if (!w) {
		w = calloc(1, sizeof(*w));
		if (!w)
			return;           /* the query times out, and says so */
		w->resolve = r;
		w->next = r->watches;
		r->watches = w;
		ev_init(&w->io, on_socket);
		w->io.data = w;
	}
	ev_io_stop(r->loop, &w->io);
	ev_io_set(&w->io, fd, (readable ? EV_READ : 0) | (writable ? EV_WRITE : 0));
	ev_io_start(r->loop, &w->io);
}

static size_t collect(const struct ares_addrinfo *info, struct addr *addrs, int64_t *ttl_s)
{
	size_t n = 0;

	*ttl_s = 0;
	for (const struct ares_addrinfo_node *i = info->nodes; i && n < RESOLVE_ADDRS_MAX; i = i->ai_next) {
		struct addr a = addr_from_sockaddr(i->ai_addr);

		if (!addr_is_probeable(&a))
			continue;
		if (!n || i->ai_ttl < *ttl_s)
			*ttl_s = i->ai_ttl;
		addrs[n++] = a;
	}
	return n;
}

static void wake_line(struct resolve *r)
{
	if (r->closing || !r->first || r->n_under_way >= RESOLVE_UNDER_WAY || ev_is_active(&r->start))
		return;
	ev_timer_set(&r->start, 0, 0);
	ev_timer_start(r->loop, &r->start);
}

static void on_addrinfo(void *data, int status, int timeouts, struct ares_addrinfo *info)
{
	struct query *q = data;
	struct resolve *r = q->resolve;
	struct addr addrs[RESOLVE_ADDRS_MAX];
	struct resolve_answer a = { .tag = q->tag, .name = q->name, .addrs = addrs };

	(void)timeouts;
	r->n_under_way--;
	if (status == ARES_SUCCESS)
		a.n_addrs = collect(info, addrs, &a.ttl_s);
	if (!a.n_addrs)
		a.error = status == ARES_SUCCESS ? "no address that can be probed" : ares_strerror(status);
	if (!r->closing)
		r->on_answer(r->data, &a);
	if (info)
		ares_freeaddrinfo(info);
	free(q);
	wake_line(r);
}

static void start_query(struct query *q)
{
	static const int families[] = {
		[FAMILY_ANY] = AF_UNSPEC, [FAMILY_IPV4] = AF_INET, [FAMILY_IPV6] = AF_INET6,
	};
	/* NOSORT: sorting by RFC 6724 would make a connected socket for each address. */
	struct ares_addrinfo_hints hints = {
		.ai_flags = ARES_AI_NOSORT, .ai_family = families[q->family],
	};

	q->resolve->n_under_way++;
	ares_getaddrinfo(q->resolve->channel, q->name, NULL, &hints, on_addrinfo, q);
}

/* A few at a time: each reads /etc/hosts, and the probes between them must not wait. */
static void on_start(struct ev_loop *loop, ev_timer *t, int revents)
{
	struct resolve *r = t->data;

	(void)loop, (void)revents;
	for (int i = 0; i < STARTS_A_TURN && r->first && r->n_under_way < RESOLVE_UNDER_WAY; i++) {
		struct query *q = r->first;

		r->first = q->next;
		if (!r->first)
			r->last = &r->first;
		start_query(q);
	}
	rearm(r);
	wake_line(r);
}

int resolve_open(struct resolve **out, struct ev_loop *loop, resolve_on_answer *on_answer, void *data)
{
	struct resolve *r = calloc(1, sizeof(*r));
	struct ares_options o = { .timeout = QUERY_TIMEOUT_MS, .tries = QUERY_TRIES };

	if (!r)
		return -ENOMEM;
	r->loop = loop;
	r->last = &r->first;
	r->on_answer = on_answer;
	r->data = data;
	ev_init(&r->timeout, on_timeout);
	ev_init(&r->start, on_start);
	r->timeout.data = r->start.data = r;
	o.sock_state_cb = on_socket_state;
	o.sock_state_cb_data = r;
	if (enter_ares())
		goto free_resolve;
	if (ares_init_options(&r->channel, &o,
	                      ARES_OPT_SOCK_STATE_CB | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES))
		goto leave;
	*out = r;
	return 0;
leave:
	leave_ares();
free_resolve:
	free(r);
	return -ENOMEM;
}

void resolve_close(struct resolve *r)
{
	if (!r)
		return;
	r->closing = true;
	ares_destroy(r->channel);         /* ends every query under way */
	leave_ares();
	while (r->watches)
		drop_watch(r, &r->watches);
	while (r->first) {
		struct query *q = r->first;

		r->first = q->next;
		free(q);
	}
	ev_timer_stop(r->loop, &r->timeout);
	ev_timer_stop(r->loop, &r->start);
	free(r);
}

int resolve_name(struct resolve *r, const char *name, enum family family, uint32_t tag)
{
	size_t len = strlen(name) + 1;
	struct query *q = malloc(sizeof(*q) + len);

	if (!q)
		return -ENOMEM;
	*q = (struct query){ .resolve = r, .family = family, .tag = tag };
	memcpy(q->name, name, len);
	*r->last = q;
	r->last = &q->next;
	wake_line(r);
	return 0;
}
