#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/libminiping_places.h"
#include "lib/miniping.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <netdb.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MS INT64_C(1000000)

struct seen {
	struct miniping_session *session;
	unsigned n_packets, n_received, n_resolved, n_done;
	uint64_t done; /* the latest that is */
	struct miniping_result last;
	uint64_t remove_at;   /* with this packet, its host; 0: never */
	bool refill;          /* a host that is done is followed by another */
	unsigned n_processed; /* turns */
};

static void on_packet(void *data, uint64_t id, const struct miniping_packet *p)
{
	struct seen *s = data;

	s->n_packets++;
	s->n_received += (unsigned)p->received;
	if (s->remove_at && s->n_packets == s->remove_at)
		assert_int_equal(miniping_session_remove(s->session, id), 1);
}

static void on_resolved(void *data, uint64_t id, const struct miniping_result *host)
{
	struct seen *s = data;

	(void)id;
	s->n_resolved++;
	s->last = *host;
}

static void on_done(void *data, uint64_t id, const struct miniping_result *result)
{
	struct seen *s = data;

	s->n_done++;
	s->done = id;
	s->last = *result;
	if (result->rtt_list_ns)
		assert_true(result->rtt_list_ns[0] >= 0);
	assert_int_equal(miniping_session_remove(s->session, id), 0);
	assert_null(miniping_session_result(s->session, id));
	if (s->refill && s->n_done < 300)
		assert_int_equal(miniping_session_add(s->session, "127.0.0.1", NULL, NULL, NULL), MINIPING_OK);
}

static struct miniping_options options(int64_t count, int64_t interval_ns)
{
	struct miniping_options o = MINIPING_OPTIONS_DEFAULT;

	o.count = count;
	o.interval_ns = interval_ns;
	return o;
}

static struct miniping_session *open_session(struct seen *s, const struct miniping_options *o)
{
	const struct miniping_session_calls calls = {
		.size = sizeof(calls),
		.data = s,
		.on_packet = on_packet,
		.on_resolved = on_resolved,
		.on_done = on_done,
	};
	struct miniping_error e;

	*s = (struct seen){ .n_packets = 0 };
	assert_int_equal(miniping_session_new(&s->session, o, &calls, &e), MINIPING_OK);
	return s->session;
}

static uint64_t add(struct seen *s, const char *host)
{
	uint64_t id = 0;

	assert_int_equal(miniping_session_add(s->session, host, NULL, &id, NULL), MINIPING_OK);
	assert_true(id != 0);
	return id;
}

/* The descriptor alone says when: at most wait_ms from one turn to the next. */
static void turn(struct seen *s, int wait_ms)
{
	struct pollfd p = { .fd = miniping_session_fd(s->session), .events = POLLIN };

	if (poll(&p, 1, wait_ms) > 0) {
		assert_int_equal(miniping_session_process(s->session, NULL), MINIPING_OK);
		s->n_processed++;
	}
}

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 * MS + t.tv_nsec;
}

static void run(struct seen *s, unsigned n_done)
{
	int64_t until_ns = now_ns() + 20000 * MS;

	while (s->n_done < n_done && now_ns() < until_ns)
		turn(s, 1000);
	assert_int_equal(s->n_done, n_done);
}

static void run_packets(struct seen *s, unsigned n)
{
	int64_t until_ns = now_ns() + 20000 * MS;

	while (s->n_packets < n && now_ns() < until_ns)
		turn(s, 1000);
	assert_true(s->n_packets >= n);
}

static unsigned n_threads(void)
{
	DIR *d = opendir("/proc/self/task");
	unsigned n = 0;

	for (const struct dirent *e; (e = readdir(d));)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

static void hosts_are_probed_to_their_last_packet(void **state)
{
	struct miniping_options o = options(20, 2 * MS);
	struct seen s;
	uint64_t a, b;

	(void)state;
	open_session(&s, &o);
	a = add(&s, "127.0.0.1");
	b = add(&s, "127.0.0.2");
	assert_true(a != b);
	assert_int_equal(miniping_session_hosts(s.session), 2);
	run(&s, 2);
	assert_int_equal(s.n_packets, 40);
	assert_int_equal(s.n_received, 40);
	assert_int_equal(s.last.received, 20);
	assert_int_equal(s.last.error.status, MINIPING_OK);
	assert_int_equal(s.last.ttl, 64);
	assert_true(s.last.loss == 0);
	/* 0 where the clocks have been read with an interruption between them. */
	assert_true(s.last.min_ns >= 0 && s.last.min_ns <= s.last.median_ns && s.last.median_ns <= s.last.max_ns);
	assert_int_equal(s.n_resolved, 0);
	assert_int_equal(miniping_session_hosts(s.session), 0);
	miniping_session_free(s.session);
}

static void an_idle_session_is_not_readable(void **state)
{
	struct pollfd p = { .events = POLLIN };
	struct seen s;

	(void)state;
	open_session(&s, NULL);
	p.fd = miniping_session_fd(s.session);
	/* What has come about interfaces is read first. */
	for (int i = 0; i < 10; i++)
		assert_int_equal(miniping_session_process(s.session, NULL), MINIPING_OK);
	assert_int_equal(poll(&p, 1, 0), 0);
	assert_int_equal(miniping_session_timeout(s.session), -1);
	add(&s, "127.0.0.1");
	assert_int_equal(poll(&p, 1, 1000), 1);
	assert_int_equal(miniping_session_timeout(s.session), 0);
	run(&s, 1);
	assert_int_equal(poll(&p, 1, 0), 0);
	/* It slept in between: a packet is no hundred turns. */
	assert_in_range(s.n_processed, 2, 50);
	miniping_session_free(s.session);
}

static void hosts_come_and_go_while_others_are_probed(void **state)
{
	struct miniping_options o = options(0, 5 * MS), own = options(3, 5 * MS);
	const struct miniping_result *r;
	struct seen s;
	uint64_t a, b;

	(void)state;
	own.size = 1000;
	open_session(&s, &o);
	a = add(&s, "127.0.0.1");
	run_packets(&s, 10);
	assert_int_equal(miniping_session_add(s.session, "127.0.0.2", &own, &b, NULL), MINIPING_OK);
	run(&s, 1);
	assert_int_equal(s.done, b);
	assert_int_equal(s.last.received, 3);
	assert_true(s.last.min_ns >= 0);
	r = miniping_session_result(s.session, a);
	assert_non_null(r);
	assert_true(r->received >= 10);
	assert_null(r->rtt_list_ns);
	assert_true(r->median_ns + 10 >= r->min_ns && r->median_ns <= r->max_ns + 10); /* it is exact to 10 ns */
	assert_string_equal(r->host, "127.0.0.1");
	assert_int_equal(miniping_session_remove(s.session, a), 1);
	assert_int_equal(miniping_session_remove(s.session, a), 0);
	s.n_packets = 0;
	for (int i = 0; i < 10; i++)
		turn(&s, 10);
	assert_int_equal(s.n_packets, 0);
	assert_int_equal(s.n_done, 1);
	/* The place is used again, the id is not. */
	b = add(&s, "127.0.0.3");
	assert_true(b != a);
	assert_null(miniping_session_result(s.session, a));
	miniping_session_free(s.session);
}

static void an_id_is_not_used_again_however_many_hosts_a_place_has_had(void **state)
{
	struct places p;
	struct shost *h;
	uint64_t first, last;

	(void)state;
	places_init(&p);
	h = places_new_host(&p, "a");
	first = h->id;
	places_free_host(&p, h);
	p.at[0].n_had = UINT32_MAX - 1;
	h = places_new_host(&p, "b");
	last = h->id;
	assert_int_equal(last, (uint64_t)UINT32_MAX << 32);
	places_free_host(&p, h);
	h = places_new_host(&p, "c");
	assert_int_equal(places_number(h), 1);
	assert_null(places_find(&p, first));
	assert_null(places_find(&p, last));
	assert_ptr_equal(places_find(&p, h->id), h);
	places_fini(&p);
}

static void many_are_removed_a_part_in_each_turn(void **state)
{
	enum { N = 3000 };
	struct miniping_options o = options(0, 3600000 * MS);
	struct pollfd p = { .events = POLLIN };
	uint64_t *ids = calloc(N, sizeof(*ids));
	unsigned n = 0;
	struct seen s;

	(void)state;
	assert_non_null(ids);
	open_session(&s, &o);
	p.fd = miniping_session_fd(s.session);
	for (unsigned i = 0; i < N; i++)
		ids[i] = add(&s, "127.0.0.1");
	run_packets(&s, N);
	for (unsigned i = 0; i < N; i++)
		assert_int_equal(miniping_session_remove(s.session, ids[i]), 1);
	assert_int_equal(miniping_session_hosts(s.session), 0);
	for (; poll(&p, 1, 0) && n < N; n++)
		miniping_session_process(s.session, NULL);
	assert_in_range(n, 2, N / 2);
	assert_true(miniping_session_timeout(s.session) != 0);
	free(ids);
	miniping_session_free(s.session);
}

static void nobody_waits_behind_hosts_that_are_gone(void **state)
{
	enum { N = 3000, TURNS = 30 }; /* a turn starts at least 200 */
	struct miniping_options o = options(0, 3600000 * MS);
	uint64_t *ids = calloc(N, sizeof(*ids));
	struct seen s;

	(void)state;
	assert_non_null(ids);
	/* The last one's first packet would leave in 30 s. */
	o.max_rate = 100;
	open_session(&s, &o);
	for (unsigned i = 0; i < N; i++)
		ids[i] = add(&s, "127.0.0.1");
	for (unsigned i = 0; i < TURNS; i++)
		assert_int_equal(miniping_session_process(s.session, NULL), MINIPING_OK);
	for (unsigned i = 0; i < N; i++)
		assert_int_equal(miniping_session_remove(s.session, ids[i]), 1);
	for (unsigned i = 0; i < TURNS; i++)
		assert_int_equal(miniping_session_process(s.session, NULL), MINIPING_OK);
	s.n_packets = 0;
	add(&s, "127.0.0.1");
	run_packets(&s, 1);
	free(ids);
	miniping_session_free(s.session);
}

static void a_callback_may_add_and_remove(void **state)
{
	struct miniping_options o = options(1, 2 * MS);
	struct seen s;

	(void)state;
	open_session(&s, &o);
	s.refill = true;
	for (int i = 0; i < 150; i++)
		add(&s, "127.0.0.1");
	/* 149 of those that are done before the 300th are followed by another one each. */
	run(&s, 449);
	assert_int_equal(miniping_session_hosts(s.session), 0);
	miniping_session_free(s.session);

	o.count = 0;
	open_session(&s, &o);
	s.remove_at = 5;
	add(&s, "127.0.0.1");
	run_packets(&s, 5);
	for (int i = 0; i < 10; i++)
		turn(&s, 10);
	assert_int_equal(s.n_packets, 5);
	assert_int_equal(s.n_done, 0);
	assert_int_equal(miniping_session_hosts(s.session), 0);
	miniping_session_free(s.session);
}

static void names_are_looked_up_without_a_thread(void **state)
{
	struct miniping_options o = options(2, 2 * MS);
	unsigned before = n_threads();
	struct seen s;
	uint64_t gone;

	(void)state;
	o.family = AF_INET;
	open_session(&s, &o);
	gone = add(&s, "localhost");
	add(&s, "localhost");
	miniping_session_process(s.session, NULL);
	assert_int_equal(miniping_session_remove(s.session, gone), 1);
	run(&s, 1);
	assert_int_equal(n_threads(), before);
	assert_int_equal(s.n_resolved, 1);
	assert_int_equal(s.last.received, 2);
	assert_string_equal(s.last.addr, "127.0.0.1");
	miniping_session_free(s.session);
	/* With an answer still to come. */
	open_session(&s, &o);
	add(&s, "localhost");
	miniping_session_process(s.session, NULL);
	miniping_session_free(s.session);
}

/* What NSS knows here beside files and DNS: one name. */
int __real_getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **list);
int __wrap_getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **list);

int __wrap_getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **list)
{
	return strcmp(name, "elsewhere") ? EAI_NONAME : __real_getaddrinfo("127.0.0.5", service, hints, list);
}

static void nss_is_asked_where_it_is_wanted(void **state)
{
	struct miniping_more more = { .size = sizeof(more), .nss = 1 };
	struct miniping_options o = options(2, 2 * MS);
	struct seen s;

	(void)state;
	o.family = AF_INET;
	open_session(&s, &o);
	add(&s, "elsewhere");
	run(&s, 1);
	assert_int_equal(s.last.error.status, MINIPING_E_RESOLVE);
	miniping_session_free(s.session);
	o.more = &more;
	open_session(&s, &o);
	add(&s, "elsewhere");
	add(&s, "nowhere");
	run(&s, 2);
	assert_int_equal(s.n_resolved, 1);
	assert_int_equal(s.n_received, 2);
	miniping_session_free(s.session);
}

static void what_cannot_be_probed_is_done_with_a_reason(void **state)
{
	struct miniping_options o = options(2, 5 * MS);
	struct seen s;

	(void)state;
	o.timeout_ns = 50 * MS;
	o.raise_on_timeout = 1;
	open_session(&s, &o);
	add(&s, "no host\\");
	run(&s, 1);
	assert_int_equal(s.last.error.status, MINIPING_E_RESOLVE);
	assert_non_null(s.last.error.reason);
	add(&s, "198.18.0.1");
	run(&s, 2);
	assert_int_equal(s.last.error.status, MINIPING_E_TIMEOUT);
	assert_int_equal(s.last.lost, 2);
	add(&s, "192.0.2.1");
	run(&s, 3);
	assert_int_equal(s.last.error.status, MINIPING_E_SEND);
	assert_int_equal(s.last.error.sys_errno, ENETUNREACH);
	miniping_session_free(s.session);
}

static void wrong_options_are_refused(void **state)
{
	struct miniping_options o = options(1, 0);
	struct miniping_session *session;
	struct miniping_error e;
	struct seen s;
	uint64_t id = 7;

	(void)state;
	assert_int_equal(miniping_session_new(&session, &o, NULL, &e), MINIPING_E_ARGUMENT);
	assert_string_equal(e.option, "interval");
	for (size_t size = 0; size < sizeof(struct miniping_session_calls); size++) {
		const struct miniping_session_calls calls = { .size = size, .on_done = on_done };

		assert_int_equal(miniping_session_new(&session, NULL, &calls, &e), MINIPING_E_ARGUMENT);
		assert_string_equal(e.option, "calls");
	}
	open_session(&s, NULL);
	assert_int_equal(miniping_session_add(s.session, "127.0.0.1", &o, &id, &e), MINIPING_E_ARGUMENT);
	assert_string_equal(e.option, "interval");
	assert_string_equal(e.host, "127.0.0.1");
	assert_int_equal(id, 7);
	assert_int_equal(miniping_session_hosts(s.session), 0);
	miniping_session_free(s.session);
	miniping_session_free(NULL);
}

static void a_reply_may_be_the_last_packet(void **state)
{
	struct miniping_options o = options(0, 5 * MS);
	struct seen s;

	(void)state;
	o.until_reply = 1;
	open_session(&s, &o);
	add(&s, "127.0.0.1");
	run(&s, 1);
	assert_int_equal(s.last.received, 1);
	miniping_session_free(s.session);
}

static void max_rate_holds_for_all_hosts(void **state)
{
	struct miniping_options o = options(0, 10 * MS);
	int64_t began_ns;
	struct seen s;

	(void)state;
	o.max_rate = 200;
	open_session(&s, &o);
	for (int i = 0; i < 20; i++)
		add(&s, "127.0.0.1");
	began_ns = now_ns();
	run_packets(&s, 100);
	/* A hundred at 200 a second, of which the first few leave together. */
	assert_true(now_ns() - began_ns > 400 * MS);
	miniping_session_free(s.session);
}

static void a_late_turn_sends_what_was_due(void **state)
{
	struct miniping_options o = options(1, 3600000 * MS);
	struct seen s;

	(void)state;
	open_session(&s, &o);
	for (int i = 0; i < 200; i++)
		add(&s, "127.0.0.1");
	/* The first leave, the others are due within 20 ms. */
	assert_int_equal(miniping_session_process(s.session, NULL), MINIPING_OK);
	usleep(300000);
	run(&s, 200);
	assert_int_equal(s.n_received, 200);
	miniping_session_free(s.session);
}

/* --- no memory --- */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__real_reallocarray(void *p, size_t n, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_reallocarray(void *p, size_t n, size_t size);

/* Of the allocations of libminiping's own code (c-ares' are none of them), those from first to last fail. */
static unsigned n_allocations, first_failing = UINT_MAX, last_failing;
static unsigned n_told; /* errors for want of memory */

static bool fails(void)
{
	n_allocations++;
	errno = ENOMEM;
	return n_allocations >= first_failing && n_allocations <= last_failing;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return fails() ? NULL : __real_realloc(p, size);
}

void *__wrap_reallocarray(void *p, size_t n, size_t size)
{
	return fails() ? NULL : __real_reallocarray(p, n, size);
}

/* No status but these two, and of the second no reason but one. */
static bool went_well(enum miniping_status status, const struct miniping_error *e)
{
	if (status == MINIPING_OK)
		return true;
	assert_int_equal(status, MINIPING_E_SYSTEM);
	assert_int_equal(e->status, MINIPING_E_SYSTEM);
	assert_int_equal(e->sys_errno, ENOMEM);
	n_told++;
	return false;
}

static void on_short_done(void *data, uint64_t id, const struct miniping_result *result)
{
	struct seen *s = data;

	(void)id;
	s->n_done++;
	/* Packets may find no memory where their host has. */
	if (result->error.status == MINIPING_E_SEND)
		assert_int_equal(result->error.sys_errno, ENOMEM);
	else if (went_well(result->error.status, &result->error))
		s->n_received += result->received == 3;
}

/* Three hosts, of which one is a name and one has options of its own. Whoever was added is done. */
static void probe_short_of_memory(struct seen *s)
{
	static const char *const hosts[] = { "127.0.0.1", "here", "127.0.0.2" };
	const struct miniping_session_calls calls = { .size = sizeof(calls), .data = s, .on_done = on_short_done };
	struct miniping_options o = options(3, MS), own = options(3, MS);
	struct miniping_more more = { .size = sizeof(more), .pattern_len = 3, .pattern = "abc", .no_rtt_list = 1 };
	unsigned n_added = 0;
	struct miniping_error e;
	uint64_t id = 0;

	*s = (struct seen){ .n_packets = 0 };
	o.family = AF_INET;
	own.more = &more;
	own.interface = "lo";
	if (!went_well(miniping_session_new(&s->session, &o, &calls, &e), &e))
		return;
	for (unsigned i = 0; i < 3; i++)
		n_added += went_well(miniping_session_add(s->session, hosts[i], i == 2 ? &own : NULL, &id, &e), &e);
	for (int i = 0; i < 2000 && s->n_done < n_added; i++) {
		struct pollfd p = { .fd = miniping_session_fd(s->session), .events = POLLIN };

		assert_int_equal(poll(&p, 1, 5000), 1);
		went_well(miniping_session_process(s->session, &e), &e);
		miniping_session_result(s->session, id);
	}
	assert_int_equal(s->n_done, n_added);
	assert_int_equal(miniping_session_hosts(s->session), 0);
	miniping_session_free(s->session);
}

/* Whichever allocation fails, alone or with all behind it, until none has failed. */
static unsigned each_fails(bool alone)
{
	unsigned n = 0;
	struct seen s;

	do {
		first_failing = ++n;
		last_failing = alone ? n : UINT_MAX;
		n_allocations = 0;
		probe_short_of_memory(&s);
	} while (n_allocations >= first_failing);
	first_failing = UINT_MAX;
	assert_int_equal(s.n_received, 3);
	return n;
}

static void without_memory_it_says_so(void **state)
{
	unsigned n;

	(void)state;
	n = each_fails(true);
	assert_in_range(n, 50, 10000);
	assert_true(n_told > n / 2);
	n_told = 0;
	n = each_fails(false);
	assert_in_range(n, 50, 10000);
	assert_true(n_told >= n - 1);
}

static void a_late_turn_loses_nothing(void **state)
{
	struct miniping_options o = options(1, 100 * MS);
	struct seen s;

	(void)state;
	o.timeout_ns = 100 * MS;
	open_session(&s, &o);
	add(&s, "127.0.0.1");
	assert_int_equal(miniping_session_process(s.session, NULL), MINIPING_OK);
	/* The reply is there, and its time long over. */
	usleep(200000);
	run(&s, 1);
	assert_int_equal(s.last.received, 1);
	assert_true(s.last.max_ns < 100 * MS);
	miniping_session_free(s.session);
}

/* From now on, for this process, the file at path says text. */
static bool mount_text(const char *path, const char *text)
{
	char from[] = "/tmp/minipingd-test-XXXXXX";
	int fd = mkstemp(from);
	bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) &&
	            !mount(from, path, NULL, MS_BIND, NULL);

	if (fd >= 0) {
		close(fd);
		unlink(from);
	}
	return done;
}

/* Names of our own: localhost, one that is nowhere but in the file, no DNS, and what else NSS may have. */
static bool enter_names(void)
{
	return !unshare(CLONE_NEWNS) && !mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
	       mount_text("/etc/hosts", "127.0.0.1 localhost\n127.0.0.3 here\n") &&
	       mount_text("/etc/resolv.conf", "nameserver 127.0.0.1\n") &&
	       mount_text("/etc/nsswitch.conf", "hosts: files dns myhostname\n");
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
		cmocka_unit_test(hosts_are_probed_to_their_last_packet),
		cmocka_unit_test(an_idle_session_is_not_readable),
		cmocka_unit_test(hosts_come_and_go_while_others_are_probed),
		cmocka_unit_test(an_id_is_not_used_again_however_many_hosts_a_place_has_had),
		cmocka_unit_test(many_are_removed_a_part_in_each_turn),
		cmocka_unit_test(nobody_waits_behind_hosts_that_are_gone),
		cmocka_unit_test(a_callback_may_add_and_remove),
		cmocka_unit_test(names_are_looked_up_without_a_thread),
		cmocka_unit_test(nss_is_asked_where_it_is_wanted),
		cmocka_unit_test(what_cannot_be_probed_is_done_with_a_reason),
		cmocka_unit_test(wrong_options_are_refused),
		cmocka_unit_test(a_reply_may_be_the_last_packet),
		cmocka_unit_test(max_rate_holds_for_all_hosts),
		cmocka_unit_test(a_late_turn_loses_nothing),
		cmocka_unit_test(a_late_turn_sends_what_was_due),
		cmocka_unit_test(without_memory_it_says_so),
	};

	if (!enter_network() || !enter_names()) {
		puts("no permission for namespaces (needs root and ip)");
		return getenv("CI") && !strcmp(getenv("CI"), "true") ? 1 : 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
