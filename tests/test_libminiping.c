#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/miniping.h"

#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define MS INT64_C(1000000)

/* What on_packet was told, in one place. */
struct seen {
	unsigned n, n_received, n_lost;
	unsigned stop_after; /* 0: never */
	struct miniping_packet last;
	char last_from[MINIPING_ADDR_LEN];
	uint64_t seqs; /* a bit for each seq up to 63 */
};

static int see(void *data, const struct miniping_packet *p)
{
	struct seen *s = data;

	s->n++;
	s->n_received += (unsigned)p->received;
	s->n_lost += p->outcome == MINIPING_TIMEOUT;
	if (p->seq < 64)
		s->seqs |= UINT64_C(1) << p->seq;
	s->last = *p;
	snprintf(s->last_from, sizeof(s->last_from), "%s", p->reply_from ? p->reply_from : "");
	return s->stop_after && s->n >= s->stop_after;
}

static struct miniping_options options_seen(struct seen *s, int64_t count)
{
	struct miniping_options o = MINIPING_OPTIONS_DEFAULT;

	*s = (struct seen){ .n = 0 };
	o.count = count;
	o.interval_ns = MS;
	o.on_packet = see;
	o.data = s;
	return o;
}

static bool has_ip6(void)
{
	int fd = socket(AF_INET6, SOCK_DGRAM, 0);
	struct sockaddr_in6 a = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	bool has = fd >= 0 && !bind(fd, (struct sockaddr *)&a, sizeof(a));

	if (fd >= 0)
		close(fd);
	return has;
}

static void defaults_are_the_seeds(void **state)
{
	struct miniping_options o, same = MINIPING_OPTIONS_DEFAULT;

	(void)state;
	miniping_options_init(&o);
	assert_memory_equal(&o, &same, sizeof(o));
	assert_int_equal(o.count, 1);
	assert_int_equal(o.timeout_ns, 1000 * MS);
	assert_int_equal(o.interval_ns, 100 * MS);
	assert_int_equal(o.size, 56);
	assert_int_equal(o.dscp, -1);
	assert_int_equal(o.ttl, -1);
	assert_int_equal(o.family, AF_UNSPEC);
	assert_int_equal(o.raise_on_timeout, 0);
}

static void refused(struct miniping_options o, const char *option, const char *text)
{
	struct seen s;
	struct miniping_options watched = options_seen(&s, 1);
	struct miniping_result r;
	char buf[256];

	o.on_packet = watched.on_packet;
	o.data = watched.data;
	assert_int_equal(miniping_host("127.0.0.1", &o, &r), MINIPING_E_ARGUMENT);
	assert_int_equal(r.error.status, MINIPING_E_ARGUMENT);
	assert_string_equal(r.error.option, option);
	assert_string_equal(miniping_strerror(&r.error, buf, sizeof(buf)), text);
	assert_int_equal(r.sent + r.received + r.lost + s.n, 0);
	assert_null(r.rtt_list_ns);
	miniping_result_fini(&r);
}

#define REFUSED(member, value, text)                                   \
	do {                                                           \
		struct miniping_options o_ = MINIPING_OPTIONS_DEFAULT; \
		o_.member = value;                                     \
		refused(o_, option, text);                             \
	} while (0)

static void bad_arguments_are_refused_in_the_seeds_words(void **state)
{
	const char *option;

	(void)state;
	option = "size";
	REFUSED(size, 7, "Minimum size is 8 bytes.");
	REFUSED(size, -1, "Minimum size is 8 bytes.");
	REFUSED(size, 65508, "Maximum size is 65507 bytes.");
	option = "dscp";
	REFUSED(dscp, 64, "dscp must be in range 0..63");
	REFUSED(dscp, -2, "dscp must be in range 0..63");
	option = "ttl";
	REFUSED(ttl, 0, "ttl must be in range 1..255");
	REFUSED(ttl, 256, "ttl must be in range 1..255");
	option = "count";
	REFUSED(count, -1, "count must be in range 0..1000000000");
	option = "max_rate";
	REFUSED(max_rate, -1, "max_rate must be in range 0..100000");
	REFUSED(max_rate, 100001, "max_rate must be in range 0..100000");
	option = "timeout";
	REFUSED(timeout_ns, MS - 1, "timeout must be in range 1ms..40s");
	REFUSED(timeout_ns, 40001 * MS, "timeout must be in range 1ms..40s");
	option = "interval";
	REFUSED(interval_ns, 0, "interval must be in range 1ms..24h");
	REFUSED(interval_ns, INT64_MAX, "interval must be in range 1ms..24h");
	option = "family";
	REFUSED(family, 99, "family must be AF_UNSPEC, AF_INET or AF_INET6");
	option = "source";
	REFUSED(source, "127.0.0", "source must be an IPv4 or IPv6 address");
	REFUSED(source, "192.0.2.77", "source must be an address of this host");
	option = "interface";
	REFUSED(interface, "no-such-if", "interface must be the name of a network interface");
}

static void no_host_at_all_is_a_bad_argument(void **state)
{
	(void)state;
	assert_int_equal(miniping_hosts(NULL, 0, NULL, NULL), MINIPING_E_ARGUMENT);
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The formulas as behaviour.md has them, worked out apart from the library's. */
static void check_figures_to(const struct miniping_result *r, double tolerance)
{
	size_t n = r->received;
	int64_t *d = malloc(n * sizeof(*d));
	double sum = 0, squares = 0, k = (double)(n - 1) * 0.95, median;

	memcpy(d, r->rtt_list_ns, n * sizeof(*d));
	qsort(d, n, sizeof(*d), by_value);
	for (size_t i = 0; i < n; i++)
		sum += (double)d[i];
	for (size_t i = 0; i < n; i++)
		squares += pow((double)d[i] - sum / (double)n, 2);
	median = n % 2 ? (double)d[n / 2] : (double)(d[n / 2 - 1] + d[n / 2]) / 2;
	assert_int_equal(r->min_ns, d[0]);
	assert_int_equal(r->max_ns, d[n - 1]);
	assert_true(fabs((double)r->mean_ns - sum / (double)n) <= tolerance);
	assert_true(fabs((double)r->median_ns - median) <= tolerance);
	assert_true(fabs((double)r->jitter_ns - (n > 1 ? sqrt(squares / (double)(n - 1)) : 0)) <= tolerance);
	if (n > 1) {
		size_t i = (size_t)k;
		double p95 = (double)d[i] * (1 - (k - (double)i)) + (double)d[i + 1] * (k - (double)i);

		assert_true(fabs((double)r->p95_ns - p95) <= tolerance);
	}
	free(d);
}

static void check_figures(const struct miniping_result *r)
{
	check_figures_to(r, 0.51);
}

static void one_host_gives_every_figure(void **state)
{
	struct seen s;
	struct miniping_options o = options_seen(&s, 20);
	struct miniping_result r;

	(void)state;
	assert_int_equal(miniping_host("127.0.0.1", &o, &r), MINIPING_OK);
	assert_int_equal(r.sent, 20);
	assert_int_equal(r.received, 20);
	assert_int_equal(r.lost + r.unknown + r.duplicates + r.late + r.errors + r.send_errors, 0);
	assert_true(r.loss == 0);
	assert_int_equal(r.family, AF_INET);
	assert_string_equal(r.addr, "127.0.0.1");
	assert_int_equal(r.ttl, 64);
	assert_int_equal(r.hops, 1);
	assert_string_equal(r.os_guess, "Linux/Unix/BSD/macOS/Android");
	check_figures(&r);
	assert_int_equal(s.n, 20);
	assert_int_equal(s.seqs, ((UINT64_C(1) << 20) - 1) << 1);
	miniping_result_fini(&r);
}

static void one_packet_has_no_jitter(void **state)
{
	struct miniping_result r;

	(void)state;
	assert_int_equal(miniping_host("127.0.0.1", NULL, &r), MINIPING_OK);
	assert_int_equal(r.received, 1);
	assert_int_equal(r.jitter_ns, 0);
	assert_int_equal(r.min_ns, r.rtt_list_ns[0]);
	assert_int_equal(r.p95_ns, r.rtt_list_ns[0]);
	miniping_result_fini(&r);
}

static void a_packet_tells_all_about_itself(void **state)
{
	struct seen s;
	struct miniping_options o = options_seen(&s, 1);
	struct miniping_result r;

	(void)state;
	o.size = 100;
	miniping_host("127.0.0.7", &o, &r);
	assert_string_equal(s.last.host, "127.0.0.7");
	assert_string_equal(s.last_from, "127.0.0.7");
	assert_int_equal(s.last.host_index, 0);
	assert_int_equal(s.last.seq, 1);
	assert_int_equal(s.last.outcome, MINIPING_REPLY);
	assert_int_equal(s.last.received, 1);
	assert_int_equal(s.last.rtt_ns, r.rtt_list_ns[0]);
	assert_int_equal(s.last.ttl, 64);
	assert_int_equal(s.last.size, 100);
	assert_int_equal(s.last.family, AF_INET);
	assert_int_equal(s.last.icmp_type, -1);
	assert_null(s.last.icmp_text);
	miniping_result_fini(&r);
}

static void ip6_tells_ttl_hops_and_system_too(void **state)
{
	struct miniping_result r;

	(void)state;
	if (!has_ip6())
		skip();
	assert_int_equal(miniping_host("::1", NULL, &r), MINIPING_OK);
	assert_int_equal(r.family, AF_INET6);
	assert_int_equal(r.ttl, 64);
	assert_int_equal(r.hops, 1);
	assert_string_equal(r.os_guess, "Linux/Unix/BSD/macOS/Android");
	miniping_result_fini(&r);
}

static void results_stand_in_the_hosts_order(void **state)
{
	const char *hosts[] = { "127.0.0.3", "127.0.0.1", "127.0.0.2", "127.0.0.1" };
	struct seen s;
	struct miniping_options o = options_seen(&s, 5);
	struct miniping_result r[4];

	(void)state;
	assert_int_equal(miniping_hosts(hosts, 4, &o, r), MINIPING_OK);
	for (size_t i = 0; i < 4; i++) {
		assert_ptr_equal(r[i].host, hosts[i]);
		assert_string_equal(r[i].addr, hosts[i]);
		assert_int_equal(r[i].received, 5);
		check_figures(&r[i]);
		miniping_result_fini(&r[i]);
	}
	assert_int_equal(s.n, 20);
}

/* More of them than there would be descriptors for, were each host to get a socket of its own to send by. */
static void many_hosts_do_with_few_descriptors(void **state)
{
	const char *hosts[] = { "127.0.0.1",  "127.0.0.2",  "127.0.0.3", "127.0.0.4", "127.0.0.5",
		                "127.0.0.6",  "127.0.0.7",  "127.0.0.8", "127.0.0.9", "127.0.0.10",
		                "127.0.0.11", "127.0.0.12", "::1" };
	struct miniping_options o = MINIPING_OPTIONS_DEFAULT;
	struct miniping_result r[13];
	struct rlimit was, few;
	int first_free = dup(0);

	(void)state;
	assert_true(first_free >= 0);
	close(first_free);
	o.count = 1;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	few = (struct rlimit){ (rlim_t)first_free + 20, was.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	assert_int_equal(miniping_hosts(hosts, 13, &o, r), MINIPING_OK);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
	for (size_t i = 0; i < 13; i++) {
		assert_int_equal(r[i].received, 1);
		miniping_result_fini(&r[i]);
	}
	first_free = dup(0);
	assert_int_equal(first_free, few.rlim_cur - 20);
	close(first_free);
}

static void a_name_that_does_not_resolve_leaves_the_others_alone(void **state)
{
	const char *hosts[] = { "no host\\", "127.0.0.1", "224.0.0.1", "::1" };
	struct seen s;
	struct miniping_options o = options_seen(&s, 2);
	struct miniping_result r[4];
	char buf[256];

	(void)state;
	o.family = AF_INET;
	assert_int_equal(miniping_hosts(hosts, 4, &o, r), MINIPING_OK);
	assert_int_equal(r[1].received, 2);
	for (size_t i = 0; i < 4; i++) {
		if (i != 1) {
			assert_int_equal(r[i].error.status, MINIPING_E_RESOLVE);
			assert_non_null(r[i].error.reason);
			assert_int_equal(r[i].sent, 0);
			assert_int_equal(r[i].family, AF_UNSPEC);
		}
		miniping_result_fini(&r[i]);
	}
	assert_string_equal(miniping_strerror(&r[0].error, buf, sizeof(buf)), "Cannot resolve host: no host\\");
}

static void nobody_there_is_a_timeout_only_if_asked_for(void **state)
{
	struct seen s;
	struct miniping_options o = options_seen(&s, 3);
	struct miniping_result r;
	char buf[256];

	(void)state;
	o.timeout_ns = 200 * MS;
	assert_int_equal(miniping_host("198.18.0.1", &o, &r), MINIPING_OK);
	assert_int_equal(r.sent, 3);
	assert_int_equal(r.lost, 3);
	assert_int_equal(r.received, 0);
	assert_true(r.loss == 100);
	assert_true(r.min_ns == -1 && r.max_ns == -1 && r.mean_ns == -1 && r.median_ns == -1 && r.p95_ns == -1);
	assert_true(r.ttl == -1 && r.hops == -1);
	assert_int_equal(r.jitter_ns, 0);
	assert_null(r.os_guess);
	assert_int_equal(s.n_lost, 3);
	miniping_result_fini(&r);
	o.raise_on_timeout = 1;
	assert_int_equal(miniping_host("198.18.0.1", &o, &r), MINIPING_E_TIMEOUT);
	assert_string_equal(miniping_strerror(&r.error, buf, sizeof(buf)),
	                    "No reply from host 198.18.0.1 (timeout after 0.2s).");
	assert_int_equal(r.lost, 3);
	miniping_result_fini(&r);
}

static void what_cannot_be_sent_is_not_lost(void **state)
{
	struct seen s;
	struct miniping_options o = options_seen(&s, 3);
	struct miniping_result r;
	char buf[256];

	(void)state;
	assert_int_equal(miniping_host("192.0.2.1", &o, &r), MINIPING_E_SEND);
	assert_int_equal(r.error.sys_errno, ENETUNREACH);
	assert_int_equal(r.send_errors, 3);
	assert_int_equal(r.sent + r.lost, 0);
	assert_true(r.loss == -1);
	assert_int_equal(s.last.outcome, MINIPING_SEND_ERROR);
	assert_int_equal(s.last.seq, 3);
	assert_int_equal(s.last.sys_errno, ENETUNREACH);
	assert_string_equal(miniping_strerror(&r.error, buf, sizeof(buf)),
	                    "Cannot send to host 192.0.2.1: Network is unreachable");
	miniping_result_fini(&r);
}

static void source_and_interface_are_used(void **state)
{
	struct seen s;
	struct miniping_options o = options_seen(&s, 2);
	struct miniping_result r;

	(void)state;
	o.source = "127.0.0.9";
	o.interface = "lo";
	assert_int_equal(miniping_host("127.0.0.1", &o, &r), MINIPING_OK);
	assert_int_equal(r.received, 2);
	miniping_result_fini(&r);
	/* An IPv4 source leaves no IPv6 address to go to. */
	assert_int_equal(miniping_host("::1", &o, &r), MINIPING_E_RESOLVE);
	miniping_result_fini(&r);
}

static void the_callback_can_stop_it(void **state)
{
	struct seen s;
	struct miniping_options o = options_seen(&s, 0);
	struct miniping_result r;

	(void)state;
	s.stop_after = 5;
	assert_int_equal(miniping_host("127.0.0.1", &o, &r), MINIPING_OK);
	assert_int_equal(s.n, 5);
	assert_int_equal(r.sent, 5);
	miniping_result_fini(&r);
}

struct stopper {
	struct miniping_stop *stop;
	sem_t under_way; /* posted with each packet */
};

static int see_and_post(void *data, const struct miniping_packet *p)
{
	struct stopper *s = data;

	(void)p;
	sem_post(&s->under_way);
	return 0;
}

static void a_host_that_answers_is_done_if_asked_for(void **state)
{
	static const char *const hosts[] = { "127.0.0.1", "127.0.0.2" };
	struct miniping_result r[2];
	struct seen s;
	struct miniping_options o = options_seen(&s, 1000000);

	(void)state;
	o.until_reply = 1;
	assert_int_equal(miniping_hosts(hosts, 2, &o, r), MINIPING_OK);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(r[i].received, 1);
		assert_true(r[i].sent < 1000);
		assert_true(r[i].loss <= 100);
		miniping_result_fini(&r[i]);
	}
	assert_int_equal(s.n_received, 2);
}

static void do_nothing(int signum)
{
	(void)signum;
}

static int note_signal(void *data)
{
	unsigned *n = data;

	return ++*n == 2;
}

/* Signals come each 20 ms; the second one ends what would go on for 30 s. */
static void a_handled_signal_is_reported(void **state)
{
	struct sigaction sa = { .sa_handler = do_nothing, .sa_flags = SA_RESTART }, before;
	const struct itimerval every = { .it_interval = { .tv_usec = 20000 }, .it_value = { .tv_usec = 20000 } },
			       never = { .it_interval = { .tv_usec = 0 } };
	struct miniping_more more = { .size = sizeof(more), .on_signal = note_signal };
	struct miniping_options o = MINIPING_OPTIONS_DEFAULT;
	struct miniping_result r;
	unsigned n = 0;

	(void)state;
	o.count = 2;
	o.interval_ns = 30000 * MS;
	o.data = &n;
	o.more = &more;
	assert_int_equal(sigaction(SIGALRM, &sa, &before), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &every, NULL), 0);
	assert_int_equal(miniping_host("127.0.0.1", &o, &r), MINIPING_OK);
	assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
	assert_int_equal(sigaction(SIGALRM, &before, NULL), 0);
	assert_int_equal(n, 2);
	assert_int_equal(r.received, 1);
	miniping_result_fini(&r);
}

/* 20 packets at 100 a second. */
static void the_rate_is_kept(void **state)
{
	const char *hosts[10];
	struct miniping_result r[10];
	struct seen s;
	struct miniping_options o = options_seen(&s, 2);
	struct timespec from, to;

	(void)state;
	for (int i = 0; i < 10; i++)
		hosts[i] = "127.0.0.1";
	o.max_rate = 100;
	clock_gettime(CLOCK_MONOTONIC, &from);
	assert_int_equal(miniping_hosts(hosts, 10, &o, r), MINIPING_OK);
	clock_gettime(CLOCK_MONOTONIC, &to);
	assert_int_equal(s.n_received, 20);
	assert_true((to.tv_sec - from.tv_sec) * 1000 * MS + (to.tv_nsec - from.tv_nsec) >= 150 * MS);
	for (int i = 0; i < 10; i++)
		miniping_result_fini(&r[i]);
}

static void *stop_after_three(void *data)
{
	struct stopper *s = data;

	for (int i = 0; i < 3; i++)
		sem_wait(&s->under_way);
	miniping_stop_now(s->stop);
	return NULL;
}

static void another_thread_can_stop_it_and_later_calls(void **state)
{
	struct miniping_options o = MINIPING_OPTIONS_DEFAULT;
	struct stopper s = { .stop = miniping_stop_new() };
	struct miniping_result r;
	pthread_t thread;

	(void)state;
	assert_non_null(s.stop);
	sem_init(&s.under_way, 0, 0);
	o.count = 0;
	o.interval_ns = MS;
	o.on_packet = see_and_post;
	o.data = &s;
	o.stop = s.stop;
	assert_int_equal(pthread_create(&thread, NULL, stop_after_three, &s), 0);
	assert_int_equal(miniping_host("127.0.0.1", &o, &r), MINIPING_OK);
	pthread_join(thread, NULL);
	assert_true(r.sent >= 3);
	miniping_result_fini(&r);
	assert_int_equal(miniping_host("127.0.0.1", &o, &r), MINIPING_OK);
	assert_int_equal(r.sent, 0);
	assert_true(r.loss == -1);
	miniping_result_fini(&r);
	miniping_stop_free(s.stop);
	sem_destroy(&s.under_way);
}

struct job {
	const char *hosts[3];
	struct miniping_result results[3];
	struct seen seen;
	enum miniping_status status;
};

static void *work(void *data)
{
	struct job *j = data;
	struct miniping_options o = options_seen(&j->seen, 100);

	j->status = miniping_hosts(j->hosts, 3, &o, j->results);
	return NULL;
}

static void threads_do_not_meet(void **state)
{
	/* A name among them: c-ares is entered by all at once. */
	struct job jobs[] = {
		{ .hosts = { "127.0.0.1", "127.0.1.1", "localhost" } },
		{ .hosts = { "127.0.0.2", "127.0.1.2", "localhost" } },
		{ .hosts = { "127.0.0.1", "127.0.1.1", "localhost" } },
		{ .hosts = { "127.0.0.1", "127.0.1.1", "localhost" } },
	};
	pthread_t threads[4];

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, work, &jobs[i]), 0);
	for (size_t i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(jobs[i].status, MINIPING_OK);
		for (size_t k = 0; k < 3; k++) {
			assert_int_equal(jobs[i].results[k].sent, 100);
			assert_int_equal(jobs[i].results[k].received + jobs[i].results[k].unknown, 100);
			assert_int_equal(jobs[i].results[k].duplicates, 0);
			miniping_result_fini(&jobs[i].results[k]);
		}
		assert_int_equal(jobs[i].seen.n, 300);
	}
}

static void a_sentence_is_cut_to_the_buffer(void **state)
{
	struct miniping_error e = { .status = MINIPING_E_RESOLVE, .host = "example.net" };
	char buf[16] = "";

	(void)state;
	assert_string_equal(miniping_strerror(&e, buf, sizeof(buf)), "Cannot resolve ");
	assert_ptr_equal(miniping_strerror(&e, buf, sizeof(buf)), buf);
}

static void unreachable_is_told_with_code_and_text(void **state)
{
	struct miniping_error e = {
		.status = MINIPING_E_UNREACHABLE,
		.host = "h",
		.icmp_type = 3,
		.icmp_code = 1,
		.icmp_text = "Host unreachable",
	};
	char buf[128];

	(void)state;
	assert_string_equal(miniping_strerror(&e, buf, sizeof(buf)),
	                    "Destination unreachable: Host unreachable (code 1)");
	e.status = MINIPING_E_PERMISSION;
	assert_string_equal(miniping_strerror(&e, buf, sizeof(buf)),
	                    "Root privileges or CAP_NET_RAW are required to create RAW socket.");
}

static void an_error_of_any_values_has_a_sentence(void **state)
{
	char buf[256];

	(void)state;
	for (int status = -2; status < 20; status++) {
		struct miniping_error e = { .status = (enum miniping_status)status, .sys_errno = -status * 1000000 };

		e.timeout_ns = status < 0 ? INT64_MIN : INT64_MAX;
		memset(buf, 'x', sizeof(buf));
		assert_ptr_equal(miniping_strerror(&e, buf, sizeof(buf)), buf);
		assert_in_range(strlen(buf), 1, sizeof(buf) - 1);
		buf[0] = 'x';
		miniping_strerror(&e, buf, 0);
		assert_int_equal(buf[0], 'x');
	}
	for (int outcome = -2; outcome < 20; outcome++)
		assert_true((outcome >= MINIPING_REPLY && outcome <= MINIPING_SEND_ERROR) ==
		            !!strcmp(miniping_outcome_name((enum miniping_outcome)outcome), "unrecognised"));
	assert_string_equal(miniping_outcome_name((enum miniping_outcome)INT_MAX), "unrecognised");
}

/* Where there is a locale that writes "0,2". */
static void a_sentence_is_the_same_in_any_locale(void **state)
{
	static const char *const locales[] = { "de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "C" };
	struct miniping_error e = { .status = MINIPING_E_TIMEOUT, .host = "h", .timeout_ns = 1500 * MS };
	char buf[128];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		setlocale(LC_ALL, locales[i]);
		assert_string_equal(miniping_strerror(&e, buf, sizeof(buf)),
		                    "No reply from host h (timeout after 1.5s).");
	}
	e.timeout_ns = 10000 * MS;
	assert_string_equal(miniping_strerror(&e, buf, sizeof(buf)), "No reply from host h (timeout after 10s).");
}

/* on_packet sums up what the list would have. */
static int keep(void *data, const struct miniping_packet *p)
{
	int64_t *rtts = data;

	rtts[++rtts[0]] = p->rtt_ns;
	return 0;
}

static void figures_need_no_list(void **state)
{
	struct miniping_more more = { .size = sizeof(more), .no_rtt_list = 1 };
	struct miniping_options o = MINIPING_OPTIONS_DEFAULT;
	struct miniping_result r, expected = { .host = NULL };
	int64_t rtts[60] = { 0 };

	(void)state;
	o.count = 50;
	o.interval_ns = MS;
	o.more = &more;
	o.on_packet = keep;
	o.data = rtts;
	assert_int_equal(miniping_host("127.0.0.1", &o, &r), MINIPING_OK);
	assert_int_equal(r.received, 50);
	assert_null(r.rtt_list_ns);
	assert_int_equal(r.ttl, 64);
	assert_true(r.loss == 0);
	expected = r;
	expected.rtt_list_ns = rtts + 1;
	/* The window keeps 10 ns. */
	check_figures_to(&expected, 10);
	miniping_result_fini(&r);
}

static void more_options_are_checked_and_used(void **state)
{
	struct miniping_more more = { .size = sizeof(more) };
	struct miniping_options o = MINIPING_OPTIONS_DEFAULT;
	struct miniping_result r;

	(void)state;
	o.more = &more;
	more.pattern = "ab";
	more.pattern_len = 2;
	more.dont_fragment = 1;
	more.mark = 7;
	assert_int_equal(miniping_host("127.0.0.1", &o, &r), MINIPING_OK);
	assert_int_equal(r.received, 1);
	miniping_result_fini(&r);
	more.dont_fragment = 2;
	refused(o, "dont_fragment", "dont_fragment must be -1, 0 or 1");
	more.dont_fragment = 0;
	more.pattern_len = 17;
	refused(o, "pattern", "pattern must have 1..16 bytes");
	/* What is behind size does not count. */
	more.size = offsetof(struct miniping_more, pattern_len);
	assert_int_equal(miniping_host("127.0.0.1", &o, &r), MINIPING_OK);
	miniping_result_fini(&r);
	more.size = 1;
	refused(o, "more", "more must begin with its size");
}

static void outcomes_have_names(void **state)
{
	(void)state;
	assert_string_equal(miniping_outcome_name(MINIPING_REPLY), "reply");
	assert_string_equal(miniping_outcome_name(MINIPING_TIMEOUT), "timeout");
	assert_string_equal(miniping_outcome_name(MINIPING_UNREACHABLE), "unreachable");
	assert_string_equal(miniping_outcome_name(MINIPING_TTL_EXCEEDED), "ttl_exceeded");
	assert_string_equal(miniping_outcome_name(MINIPING_TOO_BIG), "too_big");
	assert_string_equal(miniping_outcome_name(MINIPING_UNKNOWN), "unknown");
	assert_string_equal(miniping_outcome_name(MINIPING_SEND_ERROR), "send_error");
}

static void a_path_ends_at_its_host(void **state)
{
	const char *const hosts[] = { "127.0.0.1", "::1" };

	(void)state;
	for (size_t i = 0; i < (has_ip6() ? 2 : 1); i++) {
		struct miniping_path p;

		assert_int_equal(miniping_path(hosts[i], NULL, &p), MINIPING_OK);
		assert_ptr_equal(p.host, hosts[i]);
		assert_string_equal(p.addr, hosts[i]);
		assert_int_equal(p.family, i ? AF_INET6 : AF_INET);
		assert_int_equal(p.end, MINIPING_PATH_REACHED);
		assert_int_equal(p.n_hops, 1);
		assert_int_equal(p.last, 1);
		assert_string_equal(p.hops[0].addr, hosts[i]);
		assert_in_range(p.hops[0].rtt_ns, 1, 1000 * MS);
		assert_int_equal(p.hops[0].packets, 1);
		assert_null(p.hops[0].icmp_text);
	}
}

static void a_path_where_nobody_answers_is_silent(void **state)
{
	struct miniping_options o = MINIPING_OPTIONS_DEFAULT;
	struct miniping_path p;

	(void)state;
	o.timeout_ns = 20 * MS;
	assert_int_equal(miniping_path("198.18.0.9", &o, &p), MINIPING_OK);
	assert_int_equal(p.end, MINIPING_PATH_SILENT);
	assert_int_equal(p.last, 0);
	assert_int_equal(p.n_hops, 5);
	assert_int_equal(p.packets, 15);
	for (int i = 0; i < p.n_hops; i++) {
		assert_string_equal(p.hops[i].addr, "");
		assert_int_equal(p.hops[i].rtt_ns, -1);
		assert_int_equal(p.hops[i].packets, 3);
		assert_int_equal(p.hops[i].icmp_type, -1);
	}
}

static void a_path_that_cannot_be_traced_says_why(void **state)
{
	struct miniping_options o = MINIPING_OPTIONS_DEFAULT;
	struct miniping_stop *stop = miniping_stop_new();
	struct miniping_path p;

	(void)state;
	assert_non_null(stop);
	assert_int_equal(miniping_path("203.0.113.1", &o, &p), MINIPING_E_SEND);
	assert_int_equal(p.error.sys_errno, ENETUNREACH);
	assert_int_equal(p.n_hops, 0);
	assert_int_equal(miniping_path("no host\\", &o, &p), MINIPING_E_RESOLVE);
	assert_non_null(p.error.reason);
	o.size = 7;
	assert_int_equal(miniping_path("127.0.0.1", &o, &p), MINIPING_E_ARGUMENT);
	assert_string_equal(p.error.option, "size");
	o.size = 8;
	o.stop = stop;
	miniping_stop_now(stop);
	assert_int_equal(miniping_path("127.0.0.1", &o, &p), MINIPING_OK);
	assert_int_equal(p.end, MINIPING_PATH_CUT);
	assert_int_equal(p.n_hops, 0);
	miniping_stop_free(stop);
}

static void ends_of_paths_have_names(void **state)
{
	(void)state;
	assert_string_equal(miniping_path_end_name(MINIPING_PATH_CUT), "cut");
	assert_string_equal(miniping_path_end_name(MINIPING_PATH_REACHED), "reached");
	assert_string_equal(miniping_path_end_name(MINIPING_PATH_ELSEWHERE), "elsewhere");
	assert_string_equal(miniping_path_end_name(MINIPING_PATH_UNREACHABLE), "unreachable");
	assert_string_equal(miniping_path_end_name(MINIPING_PATH_SILENT), "silent");
	assert_string_equal(miniping_path_end_name((enum miniping_path_end)INT_MAX), "unrecognised");
}

/* A network of our own: loopback, a prefix behind it where nobody answers, and no way anywhere else. */
static bool enter_network(void)
{
	struct ifreq ifr = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING };
	int fd, err;

	if (unshare(CLONE_NEWNET))
		return false;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	err = ioctl(fd, SIOCSIFFLAGS, &ifr);
	close(fd);
	return !err && !system("PATH=$PATH:/usr/sbin:/sbin ip route add 198.18.0.0/24 dev lo");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_the_seeds),
		cmocka_unit_test(bad_arguments_are_refused_in_the_seeds_words),
		cmocka_unit_test(no_host_at_all_is_a_bad_argument),
		cmocka_unit_test(one_host_gives_every_figure),
		cmocka_unit_test(one_packet_has_no_jitter),
		cmocka_unit_test(a_packet_tells_all_about_itself),
		cmocka_unit_test(ip6_tells_ttl_hops_and_system_too),
		cmocka_unit_test(results_stand_in_the_hosts_order),
		cmocka_unit_test(many_hosts_do_with_few_descriptors),
		cmocka_unit_test(a_name_that_does_not_resolve_leaves_the_others_alone),
		cmocka_unit_test(nobody_there_is_a_timeout_only_if_asked_for),
		cmocka_unit_test(what_cannot_be_sent_is_not_lost),
		cmocka_unit_test(source_and_interface_are_used),
		cmocka_unit_test(the_callback_can_stop_it),
		cmocka_unit_test(a_host_that_answers_is_done_if_asked_for),
		cmocka_unit_test(a_handled_signal_is_reported),
		cmocka_unit_test(the_rate_is_kept),
		cmocka_unit_test(another_thread_can_stop_it_and_later_calls),
		cmocka_unit_test(threads_do_not_meet),
		cmocka_unit_test(a_sentence_is_cut_to_the_buffer),
		cmocka_unit_test(unreachable_is_told_with_code_and_text),
		cmocka_unit_test(outcomes_have_names),
		cmocka_unit_test(an_error_of_any_values_has_a_sentence),
		cmocka_unit_test(a_sentence_is_the_same_in_any_locale),
		cmocka_unit_test(figures_need_no_list),
		cmocka_unit_test(more_options_are_checked_and_used),
		cmocka_unit_test(a_path_ends_at_its_host),
		cmocka_unit_test(a_path_where_nobody_answers_is_silent),
		cmocka_unit_test(a_path_that_cannot_be_traced_says_why),
		cmocka_unit_test(ends_of_paths_have_names),
	};

	if (!enter_network()) {
		puts("no permission for a network namespace (needs root and ip)");
		return getenv("CI") && !strcmp(getenv("CI"), "true") ? 1 : 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
