/* fuzz_request.c - bytes from a client, through libmicrohttpd and all routes: whatever comes, what is answered begins
 * as an answer does, nothing is left of the connection afterwards, and the next one is served. The first byte chooses
 * between what is read and the control socket. */
#include "base/clock.h"
#include "serve/answer_events.h"
#include "serve/http.h"

#include <errno.h>
#include <ev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct ev_loop *fuzz_loop;
static struct site site;
static struct listener *listener;
static struct http *http[2];
static struct ask *asked[64];
static size_t n_asked;
static unsigned n_generations;

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void free_generation(struct generation *g)
{
	n_generations--;
	snapshot_free(g->targets);
	free(g);
}

static void ask(void *data, struct ask *a)
{
	(void)data;
	check(n_asked < sizeof(asked) / sizeof(*asked));
	asked[n_asked++] = a;
}

static int config_text(void *data, const struct generation *g, char **text, size_t *len)
{
	(void)data, (void)g;
	*text = strdup("defaults: {interval: 1s}\n");
	*len = *text ? strlen(*text) : 0;
	return *text ? 0 : -ENOMEM;
}

static void answer_asks(void)
{
	for (size_t i = 0; i < n_asked; i++) {
		struct ask *a = asked[i];

		if (a->kind == ASK_GENERATION) {
			a->generation = calloc(1, sizeof(*a->generation));
			check(a->generation != NULL);
			a->generation->targets = snapshot_new(1);
			a->generation->free = free_generation;
			n_generations++;
		} else {
			a->status = 200;
			a->body = strdup("{}");
		}
		a->on_answer(a);
	}
	n_asked = 0;
}

static void set_up(void)
{
	static char path[64], name[80];
	struct serve_options options = { .control.socket = path };

	fuzz_loop = ev_loop_new(EVFLAG_AUTO);
	site.ops = (struct serve_ops){ .ask = ask, .config_text = config_text };
	site.views = views_new(&site.ops);
	site.hub = events_hub_new(1);
	snprintf(path, sizeof(path), "/tmp/minipingd-fuzz-%d", (int)getpid());
	snprintf(name, sizeof(name), "unix:%s", path);
	check(fuzz_loop && site.views && site.hub && setup_new(&site.setup, &options, NULL) == 0);
	listener = site.setup->control;
	unlink(path); /* its name is not needed, its kind is */
	for (int i = 0; i < 2; i++)
		check((http[i] = http_new(fuzz_loop, &site, HTTP_CONNECTIONS_MAX, NULL)) != NULL);
}

/* Lets the server do all that it can do now; reads what it sends. Returns the bytes; *closed: it has closed. */
static size_t turn(int fd, char *buf, size_t room, bool *closed)
{
	size_t n = 0;
	ssize_t got;

	for (int idle = 0; idle < 3 && !*closed;) {
		answer_asks();
		ev_run(fuzz_loop, EVRUN_NOWAIT);
		got = recv(fd, buf + n, room - n, MSG_DONTWAIT);
		if (got > 0)
			n += (size_t)got;
		else if (got == 0 || errno == ECONNRESET)
			*closed = true;
		idle = got > 0 ? 0 : idle + 1;
		if (n == room)
			n = room / 2; /* only the beginning is looked at */
	}
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char answer[65536];
	struct sockaddr_un from = { .sun_family = AF_UNIX };
	bool is_control = size && data[0] & 1, closed = false;
	struct http *h;
	size_t n = 0;
	int fds[2];

	if (!fuzz_loop)
		set_up();
	h = http[is_control];
	check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
	http_add(h, fds[1], (struct sockaddr *)&from, sizeof(from), listener, is_control);
	/* In two parts, so that what is cut in its middle is seen too. */
	for (size_t at = 1, part = size / 2; at < size; at += part, part = size) {
		if (part > size - at)
			part = size - at;
		if (part && send(fds[0], data + at, part, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
			break;
		n += turn(fds[0], answer + n, sizeof(answer) - n, &closed);
	}
	shutdown(fds[0], SHUT_WR);
	n += turn(fds[0], answer + n, sizeof(answer) - n, &closed);
	check(!n || (n >= 12 && memcmp(answer, "HTTP/1.", 7) == 0));
	close(fds[0]);
	answer_events_close(&site);
	http_abandon(h);
	http_tick(h, clock_mono_ns() + 3600 * NS_PER_S);
	for (int i = 0; http_count(h) && i < 100; i++) {
		answer_asks();
		ev_run(fuzz_loop, EVRUN_NOWAIT);
	}
	check(!http_count(h) && !site.asked && !site.n_followers);
	views_tick(site.views, clock_mono_ns() + 3600 * NS_PER_S);
	check(!n_generations);
	return 0;
}
