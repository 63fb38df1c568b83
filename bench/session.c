/* session - a session of libminiping in its steady state: hosts at an interval, without end, in a loop of poll(2).
 * Prints one JSON object: what the hosts' results add up to, and what of that, in CPU time and packets, is of the last
 * SECONDS.
 *
 *   session HOSTS INTERVAL_MS SECONDS     HOSTS addresses of 127/8; two intervals and a second go before */
#include "base/clock.h"
#include "lib/miniping.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

struct bench {
	struct miniping_session *session;
	uint64_t *ids;
	uint32_t n_hosts;
	uint64_t n_packets, n_turns, n_done;
};

static void on_packet(void *data, uint64_t id, const struct miniping_packet *packet)
{
	struct bench *b = data;

	(void)id, (void)packet;
	b->n_packets++;
}

static void on_done(void *data, uint64_t id, const struct miniping_result *result)
{
	struct bench *b = data;
	char text[256];

	(void)id;
	fprintf(stderr, "session: %s\n", miniping_strerror(&result->error, text, sizeof(text)));
	b->n_done++;
}

static int failed(const struct miniping_error *error)
{
	char text[256];

	fprintf(stderr, "session: %s\n", miniping_strerror(error, text, sizeof(text)));
	return 1;
}

static int add_hosts(struct bench *b)
{
	struct miniping_error error;
	char host[32];

	for (uint32_t i = 0; i < b->n_hosts; i++) {
		uint32_t a = 0x7f010000u + i + 1;

		snprintf(host, sizeof(host), "127.%u.%u.%u", a >> 16 & 0xffu, a >> 8 & 0xffu, a & 0xffu);
		if (miniping_session_add(b->session, host, NULL, &b->ids[i], &error))
			return failed(&error);
	}
	return 0;
}

static int run(struct bench *b, int64_t duration_ns)
{
	int64_t end_ns = clock_mono_ns() + duration_ns;
	struct miniping_error error;

	while (clock_mono_ns() < end_ns) {
		struct pollfd p = { miniping_session_fd(b->session), POLLIN, 0 };

		if (poll(&p, 1, 100) > 0 && miniping_session_process(b->session, &error))
			return failed(&error);
		b->n_turns++;
	}
	return 0;
}

static double cpu_s(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void print(const struct bench *b, const struct bench *before, double cpu)
{
	struct miniping_result sum = { .sent = 0 };

	for (uint32_t i = 0; i < b->n_hosts; i++) {
		const struct miniping_result *r = miniping_session_result(b->session, b->ids[i]);

		if (!r)
			continue;
		sum.sent += r->sent;
		sum.received += r->received;
		sum.lost += r->lost;
		sum.unknown += r->unknown;
		sum.late += r->late;
		sum.send_errors += r->send_errors;
	}
	printf("{\"sent\":%" PRIu64 ",\"received\":%" PRIu64 ",\"lost\":%" PRIu64 ",\"unknown\":%" PRIu64
	       ",\"late\":%" PRIu64 ",\"not_sent\":%" PRIu64 ",\"ended_early\":%" PRIu64 ",\"packets\":%" PRIu64
	       ",\"turns\":%" PRIu64 ",\"cpu_s\":%.6f}\n",
	       sum.sent, sum.received, sum.lost, sum.unknown, sum.late, sum.send_errors, b->n_done,
	       b->n_packets - before->n_packets, b->n_turns - before->n_turns, cpu);
}

static int measure(struct bench *b, int64_t interval_ns, int64_t seconds)
{
	struct bench before;
	double cpu;
	int err = add_hosts(b);

	if (!err)
		err = run(b, 2 * interval_ns + NS_PER_S);
	before = *b;
	cpu = cpu_s();
	if (!err)
		err = run(b, seconds * NS_PER_S);
	if (!err)
		print(b, &before, cpu_s() - cpu);
	return err;
}

int main(int argc, char **argv)
{
	struct miniping_options options = MINIPING_OPTIONS_DEFAULT;
	struct bench b = { .n_hosts = argc == 4 ? (uint32_t)strtoul(argv[1], NULL, 10) : 0 };
	const struct miniping_session_calls calls = {
		.size = sizeof(calls),
		.data = &b,
		.on_packet = on_packet,
		.on_done = on_done,
	};
	struct miniping_error error;
	int err;

	if (!b.n_hosts || b.n_hosts > MINIPING_HOSTS_MAX) {
		fputs("usage: session HOSTS INTERVAL_MS SECONDS\n", stderr);
		return 1;
	}
	b.ids = calloc(b.n_hosts, sizeof(*b.ids));
	options.count = 0;
	options.interval_ns = strtol(argv[2], NULL, 10) * NS_PER_MS;
	if (!b.ids)
		return 1;
	if (miniping_session_new(&b.session, &options, &calls, &error)) {
		free(b.ids);
		return failed(&error);
	}
	err = measure(&b, options.interval_ns, strtol(argv[3], NULL, 10));
	miniping_session_free(b.session);
	free(b.ids);
	return err;
}
