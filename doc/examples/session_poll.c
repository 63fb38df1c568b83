/* session_poll.c - hosts probed in a loop of poll(2): four packets each, then a line about each.
 *
 *     cc -o session_poll session_poll.c $(pkg-config --cflags --libs miniping)
 *     ./session_poll 192.0.2.1 2001:db8::1 example.org */
#include <inttypes.h>
#include <miniping.h>
#include <poll.h>
#include <stdio.h>

static int failed(const struct miniping_error *error)
{
	char text[256];

	fprintf(stderr, "%s\n", miniping_strerror(error, text, sizeof(text)));
	return 1;
}

static void on_done(void *data, uint64_t id, const struct miniping_result *r)
{
	(void)data, (void)id;
	if (r->error.status)
		failed(&r->error);
	printf("%s: %" PRIu64 " of %" PRIu64 " packets came back, median %.3f ms\n", r->host, r->received, r->sent,
	       r->median_ns < 0 ? 0 : (double)r->median_ns / 1e6);
}

/* Beside other descriptors of the program, if it has any. */
static int turn(struct miniping_session *session, struct miniping_error *error)
{
	struct pollfd p = { miniping_session_fd(session), POLLIN, 0 };

	if (poll(&p, 1, -1) < 0)
		return 0; /* a signal, such as SIGCONT */
	return miniping_session_process(session, error) ? failed(error) : 0;
}

int main(int argc, char **argv)
{
	struct miniping_options options = MINIPING_OPTIONS_DEFAULT;
	struct miniping_session_calls calls = { sizeof(calls), NULL, NULL, NULL, on_done };
	struct miniping_session *session;
	struct miniping_error error;
	int code = 0;

	options.count = 4;
	options.interval_ns = 20 * 1000000;
	if (miniping_session_new(&session, &options, &calls, &error))
		return failed(&error);
	for (int i = 1; i < argc && !code; i++)
		if (miniping_session_add(session, argv[i], NULL, NULL, &error))
			code = failed(&error);
	while (!code && miniping_session_hosts(session) > 0)
		code = turn(session, &error);
	miniping_session_free(session);
	return code;
}
