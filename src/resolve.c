#include "resolve.h"

#include <ares.h>
#include <errno.h>
#include <ev.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#define QUERY_TIMEOUT_MS 2000
#define QUERY_TRIES      3
#define STARTS_A_TURN    8

/* c-ares counts its users without a lock of its own; ours may be in several threads (libminiping). */
static pthread_mutex_t ares_users = PTHREAD_MUTEX_INITIALIZER;

struct query {
	struct resolve *resolve;
	struct channel *channel;          /* that it is under way in */
	struct query   *next;             /* waiting in line */
	enum family     family;
	uint32_t        tag;
	char            name[];
};

struct watch {                            /* one of c-ares' sockets */
	ev_io           io;
	struct channel *channel;
	struct watch   *next;
};

struct channel {                          /* c-ares as one reading of resolv.conf has set it up */
	ares_channel    ares;
	struct resolve *resolve;
	struct channel *next;
	struct watch   *watches;
	ev_timer        timeout;          /* when c-ares wants to look again */
	unsigned        n_under_way;
};

struct resolve {
	struct ev_loop    *loop;
	struct channel    *channels;      /* the first takes new queries, the others end theirs */
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

static void rearm(struct channel *c)
{
	struct ev_loop *loop = c->resolve->loop;
	struct timeval tv, *left = ares_timeout(c->ares, NULL, &tv);

	ev_timer_stop(loop, &c->timeout);
	if (!left)
		return;
	ev_timer_set(&c->timeout, (double)left->tv_sec + (double)left->tv_usec / 1e6 + 0.001, 0);
	ev_timer_start(loop, &c->timeout);
}

static void on_socket(struct ev_loop *loop, ev_io *io, int revents)
{
	struct watch *w = io->data;
	struct channel *c = w->channel;
	int fd = io->fd;                  /* w may be gone after the call */

	(void)loop;
	ares_process_fd(c->ares, revents & EV_READ ? fd : ARES_SOCKET_BAD,
	                revents & EV_WRITE ? fd : ARES_SOCKET_BAD);
	rearm(c);
}

static void on_timeout(struct ev_loop *loop, ev_timer *t, int revents)
{
	struct channel *c = t->data;

	(void)loop, (void)revents;
	ares_process_fd(c->ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	rearm(c);
}

static struct watch **find_watch(struct channel *c, int fd)
{
	struct watch **w = &c->watches;

	while (*w && (*w)->io.fd != fd)
		w = &(*w)->next;
	return w;
}

static void drop_watch(struct channel *c, struct watch **at)
{
	struct watch *w = *at;

	ev_io_stop(c->resolve->loop, &w->io);
	*at = w->next;
	free(w);
}

static void on_socket_state(void *data, ares_socket_t fd, int readable, int writable)
{
	struct channel *c = data;
	struct watch **at = find_watch(c, fd), *w = *at;

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
	ev_io_stop(c->resolve->loop, &w->io);
	ev_io_set(&w->io, fd, (readable ? EV_READ : 0) | (writable ? EV_WRITE : 0));
	ev_io_start(c->resolve->loop, &w->io);
}

static int open_channel(struct resolve *r)
{
	struct channel *c = calloc(1, sizeof(*c));
	struct ares_options o = {
		.timeout = QUERY_TIMEOUT_MS, .tries = QUERY_TRIES,
		.sock_state_cb = on_socket_state, .sock_state_cb_data = c,
	};

	if (!c)
		return -ENOMEM;
	c->resolve = r;
	ev_init(&c->timeout, on_timeout);
	c->timeout.data = c;
	if (ares_init_options(&c->ares, &o, ARES_OPT_SOCK_STATE_CB | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES)) {
		free(c);
		return -ENOMEM;
	}
	c->next = r->channels;
	r->channels = c;
	return 0;
}

/* Not from inside one of c-ares' callbacks. */
static void close_channel(struct channel **at)
{
	struct channel *c = *at;

	ares_destroy(c->ares);            /* ends every query under way */
	while (c->watches)
		drop_watch(c, &c->watches);
	ev_timer_stop(c->resolve->loop, &c->timeout);
	*at = c->next;
	free(c);
}

/* Those whose servers are out of date and whose queries are done. */
static void close_idle_channels(struct resolve *r)
{
	struct channel **at = &r->channels->next;

	while (*at)
		if ((*at)->n_under_way)
			at = &(*at)->next;
		else
			close_channel(at);
}

/* The probeable ones; NULL if there are none, or no memory. */
static struct addr *collect(const struct ares_addrinfo *info, struct resolve_answer *answer)
{
	struct addr *addrs;
	size_t n = 0;

	for (const struct ares_addrinfo_node *i = info->nodes; i; i = i->ai_next)
		n++;
	addrs = n ? malloc(n * sizeof(*addrs)) : NULL;
	answer->error = n && !addrs ? "out of memory" : "no address that can be probed";
	for (const struct ares_addrinfo_node *i = info->nodes; i && addrs; i = i->ai_next) {
		struct addr a = addr_from_sockaddr(i->ai_addr);

		if (!addr_is_probeable(&a))
			continue;
		if (!answer->n_addrs || i->ai_ttl < answer->ttl_s)
			answer->ttl_s = i->ai_ttl;
		addrs[answer->n_addrs++] = a;
	}
	if (answer->n_addrs)
		answer->error = NULL;
	return addrs;
}

static bool has_work(const struct resolve *r)
{
	return (r->first && r->n_under_way < RESOLVE_UNDER_WAY) || r->channels->next;
}

static void wake_line(struct resolve *r)
{
	if (r->closing || !has_work(r) || ev_is_active(&r->start))
		return;
	ev_timer_set(&r->start, 0, 0);
	ev_timer_start(r->loop, &r->start);
}

static void on_addrinfo(void *data, int status, int timeouts, struct ares_addrinfo *info)
{
	struct query *q = data;
	struct resolve *r = q->resolve;
	struct resolve_answer a = { .tag = q->tag, .name = q->name, .error = ares_strerror(status) };
	struct addr *addrs = NULL;

	(void)timeouts;
	r->n_under_way--;
	q->channel->n_under_way--;
	if (status == ARES_SUCCESS)
		addrs = collect(info, &a);
	a.addrs = addrs;
	if (!r->closing)
		r->on_answer(r->data, &a);
	free(addrs);
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

	q->channel = q->resolve->channels;
	q->channel->n_under_way++;
	q->resolve->n_under_way++;
	ares_getaddrinfo(q->channel->ares, q->name, NULL, &hints, on_addrinfo, q);
}

/* A few at a time: each reads /etc/hosts, and the probes between them must not wait. */
static void on_start(struct ev_loop *loop, ev_timer *t, int revents)
{
	struct resolve *r = t->data;

	(void)loop, (void)revents;
	close_idle_channels(r);
	for (int i = 0; i < STARTS_A_TURN && r->first && r->n_under_way < RESOLVE_UNDER_WAY; i++) {
		struct query *q = r->first;

		r->first = q->next;
		if (!r->first)
			r->last = &r->first;
		start_query(q);
	}
	rearm(r->channels);
	if (r->first)
		wake_line(r);
}

int resolve_open(struct resolve **out, struct ev_loop *loop, resolve_on_answer *on_answer, void *data)
{
	struct resolve *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	r->loop = loop;
	r->last = &r->first;
	r->on_answer = on_answer;
	r->data = data;
	ev_init(&r->start, on_start);
	r->start.data = r;
	if (enter_ares())
		goto free_resolve;
	if (open_channel(r))
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
	while (r->channels)
		close_channel(&r->channels);
	leave_ares();
	while (r->first) {
		struct query *q = r->first;

		r->first = q->next;
		free(q);
	}
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

int resolve_refresh(struct resolve *r)
{
	int err = open_channel(r);

	wake_line(r);
	return err;
}

/* Connecting a UDP socket asks the routes, no more. */
static bool has_route(const struct addr *a)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(a, &ss);
	int fd = socket(a->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool found = fd >= 0 && !connect(fd, (struct sockaddr *)&ss, len);

	if (fd >= 0)
		close(fd);
	return found;
}

static const struct addr *first_of(const struct resolve_answer *answer, int family)
{
	for (size_t i = 0; i < answer->n_addrs; i++)
		if (answer->addrs[i].family == family)
			return &answer->addrs[i];
	return NULL;
}

const struct addr *resolve_choose(const struct resolve_answer *answer)
{
	const struct addr *ip4 = first_of(answer, AF_INET), *ip6 = first_of(answer, AF_INET6);

	if (!ip4 || !ip6)
		return ip4 ? ip4 : ip6;
	return has_route(ip6) ? ip6 : ip4;
}
