/* session_libev.c - hosts probed in a loop of libev, ten times a second: their figures once a second, for three
 * seconds, or until Ctrl-C. Who has not answered by then is removed.
 *
 *     cc -o session_libev session_libev.c $(pkg-config --cflags --libs miniping) -lev
 *     ./session_libev 192.0.2.1 2001:db8::1 example.org */
#include <ev.h>
#include <inttypes.h>
#include <miniping.h>
#include <stdio.h>
#include <stdlib.h>

#define SECONDS 3

static struct miniping_session *session;
static uint64_t *ids; /* 0: not probed any more */
static int n_hosts, n_seconds;

static void complain(const struct miniping_error *error)
{
	char text[256];

	fprintf(stderr, "%s\n", miniping_strerror(error, text, sizeof(text)));
}

static void on_done(void *data, uint64_t id, const struct miniping_result *result)
{
	/* Without a last packet, it is an error that ends a host. */
	(void)data;
	complain(&result->error);
	for (int i = 0; i < n_hosts; i++)
		if (ids[i] == id)
			ids[i] = 0;
}

static void on_readable(struct ev_loop *loop, ev_io *w, int revents)
{
	struct miniping_error error;

	(void)w, (void)revents;
	if (miniping_session_process(session, &error)) {
		complain(&error);
		ev_break(loop, EVBREAK_ALL);
	}
}

static void on_second(struct ev_loop *loop, ev_timer *w, int revents)
{
	(void)w, (void)revents;
	n_seconds++;
	for (int i = 0; i < n_hosts; i++) {
		const struct miniping_result *r = ids[i] ? miniping_session_result(session, ids[i]) : NULL;

		if (!r)
			continue;
		printf("%d s: %s: %" PRIu64 " of %" PRIu64 " packets came back, median %.3f ms\n", n_seconds, r->host,
		       r->received, r->sent, r->median_ns < 0 ? 0 : (double)r->median_ns / 1e6);
		if (!r->received && n_seconds == SECONDS - 1) {
			printf("%s is removed\n", r->host);
			miniping_session_remove(session, ids[i]);
			ids[i] = 0;
		}
	}
	fflush(stdout);
	if (n_seconds == SECONDS || !miniping_session_hosts(session))
		ev_break(loop, EVBREAK_ALL);
}

static void on_interrupt(struct ev_loop *loop, ev_signal *w, int revents)
{
	(void)w, (void)revents;
	ev_break(loop, EVBREAK_ALL);
}

static int add_hosts(char **hosts)
{
	struct miniping_error error;

	for (int i = 0; i < n_hosts; i++)
		if (miniping_session_add(session, hosts[i], NULL, &ids[i], &error)) {
			complain(&error);
			return 1;
		}
	return 0;
}

static void run(struct ev_loop *loop)
{
	ev_io readable;
	ev_timer second;
	ev_signal interrupt;

	ev_io_init(&readable, on_readable, miniping_session_fd(session), EV_READ);
	ev_io_start(loop, &readable);
	ev_timer_init(&second, on_second, 1, 1);
	ev_timer_start(loop, &second);
	ev_signal_init(&interrupt, on_interrupt, SIGINT);
	ev_signal_start(loop, &interrupt);
	ev_run(loop, 0);
	ev_signal_stop(loop, &interrupt);
	ev_timer_stop(loop, &second);
	ev_io_stop(loop, &readable);
}

int main(int argc, char **argv)
{
	struct miniping_options options = MINIPING_OPTIONS_DEFAULT;
	struct miniping_session_calls calls = { sizeof(calls), NULL, NULL, NULL, on_done };
	struct ev_loop *loop = ev_default_loop(0);
	struct miniping_error error;
	int code;

	n_hosts = argc - 1;
	ids = calloc((size_t)argc, sizeof(*ids));
	options.count = 0; /* until they are removed */
	if (!loop || !ids)
		return 1;
	if (miniping_session_new(&session, &options, &calls, &error)) {
		complain(&error);
		free(ids);
		return 1;
	}
	code = add_hosts(argv + 1);
	if (!code)
		run(loop);
	miniping_session_free(session);
	free(ids);
	return code;
}
