/* fixture_serve.h - the HTTP thread at a Unix socket (and a control socket) in fixture_dir, asked by plain requests.
 * The loop that it asks is this file: it answers at once, or, where it is told to hold, later. */
#ifndef MINIPING_TESTS_FIXTURE_SERVE_H
#define MINIPING_TESTS_FIXTURE_SERVE_H
#include "base/clock.h"
#include "fixture.h"
#include "serve/serve.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/time.h>

struct fixture_serve {
	struct serve *serve;
	struct serve_options options;           /* as in force */
	struct generation *(*make)(void *data); /* on the HTTP thread; NULL: an empty one */
	void *data;
	const char *config_text;
	const struct past_ops *past;
	int status;       /* of the answer to other asks, */
	const char *body; /* and its document */
	atomic_bool holds;
	bool fails;                        /* no memory for a generation */
	atomic_uint n_asks, n_generations; /* generations: that are alive */
	pthread_mutex_t lock;
	struct ask *held[16];
	size_t n_held;
	enum ask_kind kind; /* of the latest that was no ASK_GENERATION, */
	char target[256], text[1024];
	uid_t uid;
	char path[64], control[64];
};

static struct fixture_serve *fixture_serve_of_generations; /* free() has no data */

static inline void fixture_serve_free(struct generation *g)
{
	atomic_fetch_sub(&fixture_serve_of_generations->n_generations, 1);
	snapshot_free(g->targets);
	histograms_free(g->histograms);
	free(g);
}

static inline struct generation *fixture_serve_make(struct fixture_serve *f)
{
	struct generation *g = f->make ? f->make(f->data) : calloc(1, sizeof(*g));

	assert_non_null(g);
	if (!g->targets)
		g->targets = snapshot_new(1);
	g->free = fixture_serve_free;
	atomic_fetch_add(&f->n_generations, 1);
	return g;
}

static inline void fixture_serve_answer(struct fixture_serve *f, struct ask *a)
{
	if (a->kind == ASK_GENERATION) {
		a->generation = f->fails ? NULL : fixture_serve_make(f);
	} else {
		a->status = f->status;
		a->body = f->body ? strdup(f->body) : NULL;
	}
	serve_answer(f->serve, a);
}

static inline void fixture_serve_ask(void *data, struct ask *a)
{
	struct fixture_serve *f = data;
	bool holds;

	atomic_fetch_add(&f->n_asks, 1);
	pthread_mutex_lock(&f->lock);
	holds = atomic_load(&f->holds);
	if (a->kind != ASK_GENERATION) {
		f->kind = a->kind;
		snprintf(f->target, sizeof(f->target), "%s", a->target ? a->target : "");
		snprintf(f->text, sizeof(f->text), "%s", a->text ? a->text : "");
		f->uid = a->uid;
	}
	if (holds)
		f->held[f->n_held++] = a;
	pthread_mutex_unlock(&f->lock);
	if (!holds)
		fixture_serve_answer(f, a);
}

/* fixture_serve_release - answers what has been held, and holds no more. */
static inline void fixture_serve_release(struct fixture_serve *f)
{
	pthread_mutex_lock(&f->lock);
	atomic_store(&f->holds, false);
	for (size_t i = 0; i < f->n_held; i++)
		fixture_serve_answer(f, f->held[i]);
	f->n_held = 0;
	pthread_mutex_unlock(&f->lock);
}

static inline int fixture_serve_config_text(void *data, const struct generation *g, char **text, size_t *len)
{
	struct fixture_serve *f = data;

	(void)g;
	*text = f->config_text ? strdup(f->config_text) : NULL;
	*len = *text ? strlen(*text) : 0;
	return *text ? 0 : -ENOMEM;
}

/* fixture_serve_use - f->options from now on. */
static inline void fixture_serve_use(struct fixture_serve *f)
{
	struct serve_setup *x;

	assert_int_equal(serve_prepare(&x, f->serve, &f->options), 0);
	serve_use(f->serve, x);
}

/* fixture_serve_start - f->options beside the two sockets, which are f->path and f->control. */
static inline void fixture_serve_start(struct fixture_serve *f)
{
	struct serve_ops ops = {
		.ask = fixture_serve_ask, .config_text = fixture_serve_config_text, .past = f->past, .data = f
	};
	static char listen[80];

	fixture_serve_of_generations = f;
	pthread_mutex_init(&f->lock, NULL);
	f->status = 200;
	snprintf(f->path, sizeof(f->path), "%s/http.sock", fixture_dir);
	snprintf(f->control, sizeof(f->control), "%s/control.sock", fixture_dir);
	snprintf(listen, sizeof(listen), "unix:%s", f->path);
	f->options.http.listen[f->options.http.n_listen++] = listen;
	f->options.control.socket = f->control;
	assert_int_equal(serve_start(&f->serve, &ops), 0);
	fixture_serve_use(f);
}

/* fixture_serve_end - fails if a generation is left. */
static inline void fixture_serve_end(struct fixture_serve *f)
{
	assert_true(serve_end(f->serve, 10 * NS_PER_S));
	assert_int_equal(atomic_load(&f->n_generations), 0);
	pthread_mutex_destroy(&f->lock);
}

/* fixture_serve_connect - to the socket at path; a read that takes 20 s fails. */
static inline int fixture_serve_connect(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct timeval limit = { .tv_sec = 20 };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	snprintf(un.sun_path, sizeof(un.sun_path), "%s", path);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&un, sizeof(un)), 0);
	return fd;
}

static inline void fixture_serve_send(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* fixture_serve_read - all until the server closes, with a NUL behind it; malloc'ed. */
static inline char *fixture_serve_read(int fd, size_t *len)
{
	size_t n = 0, room = 4096;
	char *text = malloc(room);
	ssize_t got;

	assert_non_null(text);
	while ((got = recv(fd, text + n, room - n - 1, 0)) > 0) {
		n += (size_t)got;
		if (n + 1 == room)
			assert_non_null(text = realloc(text, room *= 2));
	}
	assert_true(got == 0 || errno == ECONNRESET);
	text[n] = '\0';
	if (len)
		*len = n;
	return text;
}

/* fixture_serve_exchange - sends request and reads until the server closes; malloc'ed. */
static inline char *fixture_serve_exchange(const char *path, const char *request)
{
	int fd = fixture_serve_connect(path);
	char *text;

	fixture_serve_send(fd, request);
	text = fixture_serve_read(fd, NULL);
	close(fd);
	return text;
}

/* fixture_serve_get - the answer to a GET of target (HTTP/1.0: its body is not in chunks); headers: "Accept: x\r\n",
 * or "". Header and body; malloc'ed. */
static inline char *fixture_serve_get(struct fixture_serve *f, const char *target, const char *headers)
{
	char request[8192];

	snprintf(request, sizeof(request), "GET %s HTTP/1.0\r\n%s\r\n", target, headers);
	return fixture_serve_exchange(f->path, request);
}

/* fixture_serve_status - of such an answer. */
static inline int fixture_serve_status(const char *answer)
{
	assert_true(strncmp(answer, "HTTP/1.", 7) == 0 && strlen(answer) > 12);
	return atoi(answer + 9);
}

/* fixture_serve_body - where in such an answer its body begins. */
static inline const char *fixture_serve_body(const char *answer)
{
	const char *body = strstr(answer, "\r\n\r\n");

	assert_non_null(body);
	return body + 4;
}
#endif
