/* http.c - connections of clients on the HTTP thread's loop: see http.h. */
#include "serve/http.h"

#include "base/clock.h"
#include "serve/dispatch.h"
#include "serve/tls.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define POOL ((size_t)80 * 1024) /* of a connection: a request's headers, and then 64 KiB of its answer at a time */

struct http {
	struct MHD_Daemon *daemon;
	struct ev_loop *loop;
	struct site *site;
	ev_io readable;
	ev_prepare prepare;
	ev_timer again;
	bool wake; /* MHD_run() is due */
	bool asks_certificate;
	unsigned max, n;     /* n: without those that are closing */
	struct conn *conns;  /* the newest first */
	struct conn *coming; /* in MHD_add_connection() */
};

static void run(struct http *h)
{
	h->wake = false;
	MHD_run(h->daemon);
}

static void on_readable(EV_P_ ev_io *w, int revents)
{
	(void)loop, (void)revents;
	run(w->data);
}

static void on_again(EV_P_ ev_timer *w, int revents)
{
	(void)loop, (void)revents;
	run(w->data);
}

/* Before the loop sleeps: what no descriptor will show. */
static void on_prepare(EV_P_ ev_prepare *w, int revents)
{
	struct http *h = w->data;
	MHD_UNSIGNED_LONG_LONG ms;

	(void)revents;
	if (h->wake)
		run(h);
	ev_timer_stop(loop, &h->again);
	if (h->wake)
		ms = 0;
	else if (MHD_get_timeout(h->daemon, &ms) != MHD_YES)
		return;
	ev_timer_set(&h->again, (double)ms / 1000.0, 0.0);
	ev_timer_start(loop, &h->again);
}

static void conn_begin(struct http *h, struct MHD_Connection *mhd, void **context)
{
	struct conn *c = h->coming;
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);

	h->coming = NULL;
	c->fd = info->connect_fd;
	c->next = h->conns;
	if (h->conns)
		h->conns->prev = c;
	h->conns = c;
	h->n++;
	*context = c;
	if (h->asks_certificate && !tls_demand_certificate(mhd)) {
		shutdown(c->fd, SHUT_RDWR);
		c->is_closing = true;
		h->n--;
	}
}

static void conn_end(struct http *h, struct conn *c)
{
	if (c->prev)
		c->prev->next = c->next;
	else
		h->conns = c->next;
	if (c->next)
		c->next->prev = c->prev;
	h->n -= !c->is_closing;
	free(c);
}

static void on_connection(void *data, struct MHD_Connection *mhd, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		conn_begin(data, mhd, context);
	else if (*context)
		conn_end(data, *context);
}

struct http *http_new(struct ev_loop *loop, struct site *site, unsigned max, const struct web_config *tls)
{
	struct http *h = calloc(1, sizeof(*h));
	struct MHD_OptionItem options[8];
	size_t n = 0;
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET;

	if (!h)
		return NULL;
	if (tls && tls->cert) {
		union {
			const char *text;
			void *pointer;
		} cert = { tls->cert }, key = { tls->key }, ca = { tls->client_ca }, how = { tls_priorities(tls) };

		flags |= MHD_USE_TLS;
		options[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_CERT, 0, cert.pointer };
		options[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_KEY, 0, key.pointer };
		options[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_PRIORITIES, 0, how.pointer };
		if (tls->client_ca)
			options[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_TRUST, 0, ca.pointer };
		h->asks_certificate = tls->client_ca != NULL;
	}
	options[n] = (struct MHD_OptionItem){ MHD_OPTION_END, 0, NULL };
	h->loop = loop;
	h->site = site;
	h->max = max;
	h->daemon =
		MHD_start_daemon(flags, 0, NULL, NULL, dispatch_on_request, NULL, MHD_OPTION_ARRAY, options,
	                         MHD_OPTION_CONNECTION_MEMORY_LIMIT, POOL, MHD_OPTION_CONNECTION_LIMIT, 16 * max,
	                         MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)HTTP_IDLE_S, MHD_OPTION_STRICT_FOR_CLIENT, 1,
	                         MHD_OPTION_URI_LOG_CALLBACK, dispatch_on_target, NULL, MHD_OPTION_NOTIFY_COMPLETED,
	                         dispatch_on_completed, NULL, MHD_OPTION_NOTIFY_CONNECTION, on_connection, h,
	                         MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_END);
	if (!h->daemon) {
		free(h);
		return NULL;
	}
	ev_io_init(&h->readable, on_readable, MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd,
	           EV_READ);
	ev_prepare_init(&h->prepare, on_prepare);
	ev_timer_init(&h->again, on_again, 0.0, 0.0);
	h->readable.data = h->prepare.data = h->again.data = h;
	ev_io_start(loop, &h->readable);
	ev_prepare_start(loop, &h->prepare);
	return h;
}

static bool has_headers(const struct conn *c)
{
	return c->request && c->request->stage != REQUEST_BEGUN;
}

/* Closed as if by its client: libmicrohttpd alone may close a descriptor of its own. */
static void conn_close(struct http *h, struct conn *c)
{
	if (c->is_closing)
		return;
	c->is_closing = true;
	h->n--;
	shutdown(c->fd, SHUT_RDWR);
	h->wake = true;
}

static struct conn *conn_to_give_up(struct http *h, int64_t now_ns)
{
	struct conn *silent = NULL, *stuck = NULL;

	for (struct conn *c = h->conns; c; c = c->next) {
		if (c->is_closing)
			continue;
		if (!has_headers(c)) {
			if (!silent || c->since_ns < silent->since_ns)
				silent = c;
		} else if (c->request->stage == REQUEST_HANDLED && !c->request->is_suspended &&
		           now_ns - c->moved_ns > HTTP_STUCK_NS && (!stuck || c->moved_ns < stuck->moved_ns)) {
			stuck = c;
		}
	}
	return silent ? silent : stuck;
}

static void refuse(const struct http *h, int fd)
{
	static const char text[] = "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\n"
				   "Content-Type: application/json\r\nContent-Length: 61\r\n\r\n"
				   "{\"error\": \"busy\", \"detail\": \"all connections are in use\"}   \n";

	if (!(MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_FLAGS)->flags & MHD_USE_TLS))
		(void)!send(fd, text, sizeof(text) - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
	close(fd);
}

void http_add(struct http *h, int fd, const struct sockaddr *from, socklen_t from_len, const struct listener *l,
              bool is_control)
{
	int64_t now_ns = clock_mono_ns();
	struct conn *c, *old;
	struct ucred peer;
	socklen_t peer_len = sizeof(peer);

	if (h->n >= h->max) {
		old = conn_to_give_up(h, now_ns);
		if (old)
			conn_close(h, old);
	}
	c = h->n < h->max ? calloc(1, sizeof(*c)) : NULL;
	if (!c) {
		refuse(h, fd);
		return;
	}
	c->site = h->site;
	c->wake = &h->wake;
	c->listener = l;
	c->is_unix = listen_is_unix(l);
	c->is_control = is_control;
	c->since_ns = now_ns;
	if (c->is_unix && getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &peer_len) == 0) {
		c->pid = peer.pid;
		c->uid = peer.uid;
	}
	h->coming = c;
	if (MHD_add_connection(h->daemon, fd, from, from_len) != MHD_YES && h->coming) {
		free(h->coming); /* fd is closed */
		h->coming = NULL;
	}
	run(h);
}

void http_tick(struct http *h, int64_t now_ns)
{
	for (struct conn *c = h->conns; c; c = c->next) {
		bool is_over;

		if (c->is_closing)
			continue;
		if (has_headers(c))
			is_over = !dispatch_tick(c->request, now_ns);
		else if (c->is_stale && !c->request && c->n_answers)
			is_over = true;
		else if (c->request || !c->n_answers)
			is_over = now_ns - c->since_ns > HTTP_HEADERS_NS;
		else
			is_over = now_ns - c->since_ns > HTTP_IDLE_S * NS_PER_S;
		if (is_over)
			conn_close(h, c);
	}
}

void http_retire(struct http *h, const struct listener *l)
{
	for (struct conn *c = h->conns; c; c = c->next) {
		if (l && c->listener != l)
			continue;
		c->is_stale = true;
		if (c->n_answers && !c->request)
			conn_close(h, c);
	}
}

void http_abandon(struct http *h)
{
	for (struct conn *c = h->conns; c; c = c->next)
		if (has_headers(c))
			dispatch_abandon(c->request);
		else
			conn_close(h, c);
}

unsigned http_count(const struct http *h)
{
	return h->n;
}

void http_free(struct http *h)
{
	if (!h)
		return;
	/* None may be suspended. */
	http_abandon(h);
	run(h);
	ev_io_stop(h->loop, &h->readable);
	ev_prepare_stop(h->loop, &h->prepare);
	ev_timer_stop(h->loop, &h->again);
	MHD_stop_daemon(h->daemon);
	free(h);
}
