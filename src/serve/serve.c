/* serve.c - the HTTP thread: see serve.h. */
#include "serve/serve.h"

#include "base/clock.h"
#include "base/diag.h"
#include "base/feed.h"
#include "base/thread.h"
#include "serve/answer_ask.h"
#include "serve/answer_events.h"
#include "serve/http.h"

#include <errno.h>
#include <ev.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#define FEED_BYTES     ((size_t)4 * 1024 * 1024)
#define TICK_S         0.25
#define ACCEPT_AT_ONCE 16
#define ACCEPT_AT_LAST 256 /* times as many: more than wait in a queue */
#define DRAINING_MAX   4   /* certificates that are out of force and have connections still */

struct port { /* a listener on the thread's loop */
	ev_io readable;
	struct listener *listener;
	struct serve *serve;
	bool is_control;
};

struct serve {
	pthread_t thread;
	struct ev_loop *loop;
	ev_async wake;
	ev_timer tick;
	struct site site;

	/* Between the threads: */
	struct post setups, answers;
	struct feed *feed;
	atomic_bool ends, wants_reports;
	bool is_fed; /* the loop's: since it last woke the thread */
	int64_t end_ns;
	struct serve_setup *latest; /* the loop's */

	/* The thread's: */
	struct port ports[SETUP_LISTENERS_MAX + 1];
	size_t n_ports;
	struct http *http, *control;
	struct http *draining[DRAINING_MAX];
	uint64_t lost; /* of the feed, as the hub knows */
	bool is_ending;
};

/* True: more may be waiting. */
static bool accept_some(struct port *p)
{
	struct serve *s = p->serve;

	if (!ev_is_active(&s->tick))
		ev_timer_again(s->loop, &s->tick);
	for (int i = 0; i < ACCEPT_AT_ONCE; i++) {
		struct sockaddr_storage from;
		socklen_t len = sizeof(from);
		int fd = accept4(listen_fd(p->listener), (struct sockaddr *)&from, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd >= 0) {
			http_add(p->is_control ? s->control : s->http, fd, (struct sockaddr *)&from, len, p->listener,
			         p->is_control);
		} else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
			/* Until the next tick: else the loop would turn without end. */
			ev_io_stop(s->loop, &p->readable);
			return false;
		} else if (errno != ECONNABORTED && errno != EINTR) {
			return false;
		}
	}
	return true;
}

static void on_acceptable(EV_P_ ev_io *w, int revents)
{
	(void)loop, (void)revents;
	accept_some(w->data);
}

static void port_open(struct serve *s, struct listener *l, bool is_control)
{
	struct port *p = &s->ports[s->n_ports++];

	*p = (struct port){ .listener = l, .serve = s, .is_control = is_control };
	ev_io_init(&p->readable, on_acceptable, listen_fd(l), EV_READ);
	p->readable.data = p;
	ev_io_start(s->loop, &p->readable);
}

static void ports_close(struct serve *s, const struct serve_setup *next)
{
	for (size_t i = 0; i < s->n_ports; i++) {
		struct port *p = &s->ports[i];

		ev_io_stop(s->loop, &p->readable);
		if (next && setup_has(next, p->listener))
			continue;
		/* Who has connected already is served; who goes on connecting does not keep the port open. */
		for (int n = 0; n < ACCEPT_AT_LAST && accept_some(p); n++)
			;
		http_retire(p->is_control ? s->control : s->http, p->listener);
	}
	s->n_ports = 0;
}

static void drain(struct serve *s, struct http *h)
{
	http_retire(h, NULL);
	for (size_t i = 0; i < DRAINING_MAX; i++)
		if (!s->draining[i]) {
			s->draining[i] = h;
			return;
		}
	http_free(s->draining[0]);
	s->draining[0] = h;
}

/* False: no memory. */
static bool daemons_open(struct serve *s, struct serve_setup *x)
{
	struct serve_setup *before = s->site.setup;

	if (s->http && !setup_same_tls(before, x)) {
		drain(s, s->http);
		s->http = NULL;
	}
	if (!s->http)
		s->http = http_new(s->loop, &s->site, HTTP_CONNECTIONS_MAX, &x->options.http.web);
	if (!s->control)
		s->control = http_new(s->loop, &s->site, HTTP_CONTROL_MAX, NULL);
	return s->http && s->control;
}

static void use(struct serve *s, struct serve_setup *x)
{
	struct serve_setup *before = s->site.setup;

	ports_close(s, x);
	if (!daemons_open(s, x))
		diag(DIAG_ERROR, "no memory to serve HTTP");
	s->site.setup = x;
	for (size_t i = 0; i < x->n_listeners && s->http; i++)
		port_open(s, x->listeners[i], false);
	if (x->control && s->control)
		port_open(s, x->control, true);
	setup_close(before);
	setup_unref(before);
}

static void take_events(struct serve *s)
{
	uint64_t lost = feed_lost(s->feed);
	const void *bytes;
	uint32_t kind;
	size_t len;

	while ((bytes = feed_at(s->feed, &kind, &len))) {
		/* A reload is one of these, and so is a lease. */
		if (kind == SERVE_EVENT_DAEMON)
			views_age(s->site.views);
		events_hub_add(s->site.hub, (enum serve_event)kind, bytes, len);
		feed_drop(s->feed);
	}
	if (lost != s->lost)
		events_hub_lost(s->site.hub);
	s->lost = lost;
	answer_events_wake(&s->site, clock_mono_ns());
}

static void daemon_end(struct http *h)
{
	if (!h)
		return;
	http_abandon(h);
	http_retire(h, NULL);
}

static void begin_end(struct serve *s)
{
	s->is_ending = true;
	ports_close(s, NULL);
	answer_events_close(&s->site);
	daemon_end(s->http);
	daemon_end(s->control);
	for (size_t i = 0; i < DRAINING_MAX; i++)
		daemon_end(s->draining[i]);
}

static void on_wake(EV_P_ ev_async *w, int revents)
{
	struct serve *s = w->data;

	(void)loop, (void)revents;
	for (struct post_item *it = post_take(&s->setups), *next; it; it = next) {
		next = it->next;
		use(s, (struct serve_setup *)it);
	}
	for (struct post_item *it = post_take(&s->answers), *next; it; it = next) {
		struct ask *a = (struct ask *)it;

		next = it->next;
		if (a->kind != ASK_GENERATION) /* who asked is to see what came of it */
			views_age(s->site.views);
		a->on_answer(a);
	}
	take_events(s);
	if (atomic_load(&s->ends) && !s->is_ending)
		begin_end(s);
}

static unsigned count(const struct serve *s)
{
	unsigned n = (s->http ? http_count(s->http) : 0) + (s->control ? http_count(s->control) : 0);

	for (size_t i = 0; i < DRAINING_MAX; i++)
		n += s->draining[i] ? http_count(s->draining[i]) : 0;
	return n;
}

static void on_tick(EV_P_ ev_timer *w, int revents)
{
	struct serve *s = w->data;
	int64_t now_ns = clock_mono_ns();

	(void)revents;
	for (size_t i = 0; i < s->n_ports; i++)
		ev_io_start(loop, &s->ports[i].readable);
	if (s->http)
		http_tick(s->http, now_ns);
	if (s->control)
		http_tick(s->control, now_ns);
	for (size_t i = 0; i < DRAINING_MAX; i++) {
		if (!s->draining[i])
			continue;
		http_tick(s->draining[i], now_ns);
		if (http_count(s->draining[i]))
			continue;
		http_free(s->draining[i]);
		s->draining[i] = NULL;
	}
	answer_events_wake(&s->site, now_ns);
	atomic_store(&s->wants_reports, answer_events_kinds(&s->site) & 1u << SERVE_EVENT_REPORT);
	/* While nobody is connected, nothing wakes the thread. */
	if (!views_tick(s->site.views, now_ns) && !count(s))
		ev_timer_stop(loop, w);
}

static void thread_end(struct serve *s)
{
	http_free(s->http);
	http_free(s->control);
	for (size_t i = 0; i < DRAINING_MAX; i++)
		http_free(s->draining[i]);
	/* What the loop has answered and nobody takes any more. */
	for (struct post_item *it = post_take(&s->answers), *next; it; it = next) {
		struct ask *a = (struct ask *)it;

		next = it->next;
		a->on_answer(a);
	}
	answer_ask_drop(&s->site);
	views_free(s->site.views);
	s->site.views = NULL;
	setup_unref(s->site.setup);
	s->site.setup = NULL;
}

static void *thread_run(void *data)
{
	struct serve *s = data;

	/* Where the process is in real time (a unit's CPUSchedulingPolicy), the probing loop is alone in it. */
	sched_setscheduler(0, SCHED_OTHER, &(struct sched_param){ 0 });
	while (!s->is_ending || (count(s) && clock_mono_ns() < s->end_ns))
		ev_run(s->loop, EVRUN_ONCE);
	thread_end(s);
	return NULL;
}

static void serve_free(struct serve *s)
{
	for (struct post_item *it = post_take(&s->setups), *next; it; it = next) {
		next = it->next;
		setup_unref((struct serve_setup *)it);
	}
	setup_unref(s->latest);
	views_free(s->site.views);
	events_hub_free(s->site.hub);
	feed_free(s->feed);
	if (s->loop)
		ev_loop_destroy(s->loop);
	free(s);
}

/* Without entropy there is none, and no page may control the daemon. */
static void make_token(char token[CONTROL_TOKEN_LEN + 1])
{
	unsigned char random[CONTROL_TOKEN_LEN / 2];

	token[0] = '\0';
	if (getrandom(random, sizeof(random), GRND_NONBLOCK) != (ssize_t)sizeof(random))
		return;
	for (size_t i = 0; i < sizeof(random); i++)
		snprintf(token + 2 * i, 3, "%02x", random[i]);
}

int serve_start(struct serve **out, const struct serve_ops *ops)
{
	struct serve *s = calloc(1, sizeof(*s));
	int rc = -ENOMEM;

	if (!s)
		return rc;
	s->site.ops = *ops;
	s->site.views = views_new(&s->site.ops);
	s->site.hub = events_hub_new((uint64_t)clock_pair_now().real_ns / NS_PER_US);
	make_token(s->site.control_token);
	s->feed = feed_new(FEED_BYTES);
	s->loop = ev_loop_new(EVFLAG_AUTO);
	if (!s->site.views || !s->site.hub || !s->feed || !s->loop)
		goto free_all;
	ev_async_init(&s->wake, on_wake);
	ev_timer_init(&s->tick, on_tick, 0.0, TICK_S);
	s->wake.data = s->tick.data = s;
	ev_async_start(s->loop, &s->wake);
	rc = thread_start(&s->thread, thread_run, s);
	if (rc)
		goto free_all;
	*out = s;
	return 0;
free_all:
	serve_free(s);
	return rc;
}

int serve_prepare(struct serve_setup **out, struct serve *s, const struct serve_options *o)
{
	return setup_new(out, o, s->latest);
}

void serve_setup_free(struct serve_setup *x)
{
	setup_unref(x);
}

void serve_use(struct serve *s, struct serve_setup *x)
{
	setup_unref(s->latest);
	s->latest = setup_ref(x);
	post_add(&s->setups, &x->item);
	ev_async_send(s->loop, &s->wake);
}

void serve_answer(struct serve *s, struct ask *a)
{
	post_add(&s->answers, &a->item);
	ev_async_send(s->loop, &s->wake);
}

void serve_event(struct serve *s, enum serve_event kind, const char *json, size_t len)
{
	feed_add(s->feed, kind, json, len);
	s->is_fed = true;
}

uint64_t serve_events_lost(const struct serve *s)
{
	return feed_lost(s->feed);
}

bool serve_wants_reports(const struct serve *s)
{
	return atomic_load_explicit(&s->wants_reports, memory_order_relaxed);
}

void serve_events_flush(struct serve *s)
{
	if (!s->is_fed)
		return;
	s->is_fed = false;
	ev_async_send(s->loop, &s->wake);
}

bool serve_end(struct serve *s, int64_t wait_ns)
{
	int64_t now_ns = clock_mono_ns();

	if (!s)
		return true;
	s->end_ns = now_ns + wait_ns / 2;
	atomic_store(&s->ends, true);
	ev_async_send(s->loop, &s->wake);
	if (!thread_join_by(s->thread, now_ns + wait_ns))
		return false;
	serve_free(s);
	return true;
}
