#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/trace.h"
#include "base/clock.h"

#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <string.h>

#define ID      0x1234
#define TIMEOUT NS_PER_S

/* A path of routers: what each TTL meets. */
struct way {
	unsigned n_hops;          /* the host's place */
	uint32_t silent;          /* bit TTL: no answer */
	uint32_t silent_once;     /* likewise, to the first packet */
	unsigned refuses;         /* TTL whose router says that the host is unreachable; 0: none */
	bool elsewhere, no_nonce; /* the host answers from another address; routers quote 8 bytes */
	int64_t rtt_ns;           /* of hop 1; of hop n, n times as long */
};

struct walk { /* one trace along it */
	struct trace t;
	int64_t now_ns;
	uint8_t sent[64]; /* TTL of each packet */
	unsigned n_sent, n_at_once, n_in_flight;
};

static struct addr router(unsigned ttl)
{
	return (struct addr){ .family = AF_INET, .bytes = { 198, 18, 0, (uint8_t)ttl } };
}

static const struct addr host = { .family = AF_INET, .bytes = { 198, 18, 9, 9 } };

static struct trace_answer answer_of(const struct way *way, const struct trace_packet *p)
{
	struct trace_answer a = { .id = p->id, .seq = p->seq, .nonce = p->nonce, .has_nonce = true, .to = host };
	unsigned at = p->ttl < way->n_hops ? p->ttl : way->n_hops;

	a.at_ns = p->sent_ns + at * way->rtt_ns;
	a.from = router(at);
	a.is_error = true;
	a.type = ICMP_TIME_EXCEEDED;
	if (way->refuses && at >= way->refuses) {
		a.from = router(way->refuses);
		a.type = ICMP_DEST_UNREACH;
		a.code = ICMP_HOST_UNREACH;
	} else if (at == way->n_hops) {
		a.from = way->elsewhere ? router(99) : host;
		a.is_error = false;
		a.type = ICMP_ECHOREPLY;
	}
	if (way->no_nonce && a.is_error)
		a.has_nonce = false;
	return a;
}

static bool is_answered(const struct way *way, const struct walk *w, uint8_t ttl)
{
	unsigned at = ttl < way->n_hops ? ttl : way->n_hops;

	if (way->silent_once & 1u << at && w->t.path.hops[ttl - 1].n_packets == 1)
		return false;
	return !(way->silent & 1u << at);
}

/* Until it is over; answers come in the order of their times. */
static struct trace_path walk(struct walk *w, const struct way *way)
{
	struct trace_answer waiting[TRACE_PACKETS_MAX];
	unsigned n = 0;

	memset(w, 0, sizeof(*w));
	w->now_ns = 5 * NS_PER_S;
	trace_init(&w->t, &host, TIMEOUT);
	for (;;) {
		int64_t next_ns = trace_next_ns(&w->t);
		unsigned first = 0;
		uint8_t ttl;

		if (next_ns == INT64_MAX)
			return trace_path(&w->t);
		for (unsigned i = 1; i < n; i++)
			if (waiting[i].at_ns < waiting[first].at_ns)
				first = i;
		if (n && waiting[first].at_ns <= next_ns) {
			w->now_ns = waiting[first].at_ns;
			assert_true(trace_answer(&w->t, &waiting[first]));
			waiting[first] = waiting[--n];
			continue;
		}
		if (next_ns > w->now_ns)
			w->now_ns = next_ns;
		ttl = trace_due(&w->t, w->now_ns);
		if (!ttl)
			continue;
		assert_true(w->n_sent < TRACE_PACKETS_MAX);
		trace_sent(&w->t, ttl, ID, (uint16_t)w->n_sent, 1000 + w->n_sent, w->now_ns);
		if (is_answered(way, w, ttl))
			waiting[n++] = answer_of(way, &w->t.packets[w->n_sent]);
		w->sent[w->n_sent++] = ttl;
		w->n_in_flight = 0;
		for (unsigned i = 0; i < w->n_sent; i++)
			w->n_in_flight += w->t.packets[i].waits;
		if (w->n_in_flight > w->n_at_once)
			w->n_at_once = w->n_in_flight;
	}
}

static void expect_hop(const struct trace_path *p, unsigned ttl, const struct addr *from, int64_t rtt_ns)
{
	assert_true(addr_equal(&p->hops[ttl - 1].from, from));
	assert_int_equal(p->hops[ttl - 1].rtt_ns, rtt_ns);
}

static void a_host_six_hops_away_is_reached(void **state)
{
	static const struct way way = { .n_hops = 6, .rtt_ns = 5 * NS_PER_MS };
	struct trace_path p;
	struct walk w;

	(void)state;
	p = walk(&w, &way);
	assert_int_equal(p.end, TRACE_REACHED);
	assert_int_equal(p.n_hops, 6);
	assert_int_equal(p.last, 6);
	for (unsigned ttl = 1; ttl < 6; ttl++) {
		struct addr from = router(ttl);

		expect_hop(&p, ttl, &from, ttl * way.rtt_ns);
		assert_int_equal(p.hops[ttl - 1].n_packets, 1);
		assert_int_equal(p.hops[ttl - 1].type, ICMP_TIME_EXCEEDED);
	}
	expect_hop(&p, 6, &host, 6 * way.rtt_ns);
	assert_int_equal(p.n_packets, w.n_sent);
	assert_in_range(w.n_sent, 6, 6 + TRACE_IN_FLIGHT - 1);
}

static void several_hops_are_asked_at_once_but_not_many(void **state)
{
	static const struct way way = { .n_hops = 20, .rtt_ns = 40 * NS_PER_MS };
	struct trace_path p;
	struct walk w;

	(void)state;
	p = walk(&w, &way);
	assert_int_equal(p.end, TRACE_REACHED);
	assert_int_equal(p.last, 20);
	assert_int_equal(w.n_at_once, TRACE_IN_FLIGHT);
}

static void packets_keep_a_distance(void **state)
{
	struct trace t;

	(void)state;
	trace_init(&t, &host, TIMEOUT);
	assert_int_equal(trace_due(&t, 0), 1);
	trace_sent(&t, 1, ID, 0, 7, 0);
	assert_int_equal(trace_due(&t, NS_PER_MS), 0);
	assert_true(trace_next_ns(&t) > NS_PER_MS && trace_next_ns(&t) <= 20 * NS_PER_MS);
	assert_int_equal(trace_due(&t, trace_next_ns(&t)), 2);
}

static void a_silent_hop_is_asked_three_times(void **state)
{
	static const struct way way = { .n_hops = 6, .silent = 1u << 3, .rtt_ns = 5 * NS_PER_MS };
	struct trace_path p;
	struct walk w;

	(void)state;
	p = walk(&w, &way);
	assert_int_equal(p.end, TRACE_REACHED);
	assert_int_equal(p.last, 6);
	assert_int_equal(p.hops[2].from.family, AF_UNSPEC);
	assert_int_equal(p.hops[2].rtt_ns, -1);
	assert_int_equal(p.hops[2].n_packets, TRACE_TRIES);
	assert_int_equal(p.hops[3].n_packets, 1);
	/* Again only once the others have been asked. */
	assert_int_equal(w.sent[w.n_sent - 1], 3);
	assert_int_equal(w.sent[w.n_sent - 2], 3);
}

static void a_hop_that_answers_the_second_packet_is_there(void **state)
{
	static const struct way way = { .n_hops = 4, .silent_once = 1u << 2, .rtt_ns = 5 * NS_PER_MS };
	struct addr second = router(2);
	struct trace_path p;
	struct walk w;

	(void)state;
	p = walk(&w, &way);
	assert_int_equal(p.end, TRACE_REACHED);
	expect_hop(&p, 2, &second, 2 * way.rtt_ns);
	assert_int_equal(p.hops[1].n_packets, 2);
}

static void a_dead_host_ends_in_silence(void **state)
{
	static const struct way way = { .n_hops = 12, .silent = ~UINT32_C(0) << 8, .rtt_ns = 5 * NS_PER_MS };
	struct trace_path p;
	struct walk w;

	(void)state;
	p = walk(&w, &way);
	assert_int_equal(p.end, TRACE_SILENT);
	assert_int_equal(p.last, 7);
	assert_int_equal(p.n_hops, 7 + TRACE_SILENT_MAX);
	assert_int_equal(w.n_sent, 7 + TRACE_SILENT_MAX * TRACE_TRIES);
}

static void no_answer_at_all_is_silence_from_the_first_hop(void **state)
{
	static const struct way way = { .n_hops = 12, .silent = ~UINT32_C(0), .rtt_ns = 5 * NS_PER_MS };
	struct trace_path p;
	struct walk w;

	(void)state;
	p = walk(&w, &way);
	assert_int_equal(p.end, TRACE_SILENT);
	assert_int_equal(p.last, 0);
	assert_int_equal(w.n_sent, TRACE_SILENT_MAX * TRACE_TRIES);
}

static void a_long_path_is_cut_and_takes_no_more_packets(void **state)
{
	static const struct way long_way = { .n_hops = 31, .rtt_ns = 5 * NS_PER_MS },
				silent_way = { .n_hops = 28, .silent = 0x0aaaaaa0, .rtt_ns = 5 * NS_PER_MS };
	struct trace_path p;
	struct walk w;

	(void)state;
	p = walk(&w, &long_way);
	assert_int_equal(p.end, TRACE_CUT);
	assert_int_equal(p.last, 30);
	assert_int_equal(w.n_sent, TRACE_PACKETS_MAX);
	p = walk(&w, &silent_way);
	assert_int_equal(w.n_sent, TRACE_PACKETS_MAX);
	for (unsigned i = 0; i < p.n_hops; i++)
		assert_in_range(p.hops[i].n_packets, 1, TRACE_TRIES);
}

static void a_router_that_refuses_ends_it(void **state)
{
	static const struct way way = { .n_hops = 9, .refuses = 4, .rtt_ns = 5 * NS_PER_MS };
	struct addr fourth = router(4);
	struct trace_path p;
	struct walk w;

	(void)state;
	p = walk(&w, &way);
	assert_int_equal(p.end, TRACE_UNREACHABLE);
	assert_int_equal(p.n_hops, 4);
	assert_int_equal(p.last, 4);
	expect_hop(&p, 4, &fourth, 4 * way.rtt_ns);
	assert_int_equal(p.hops[3].type, ICMP_DEST_UNREACH);
	assert_int_equal(p.hops[3].code, ICMP_HOST_UNREACH);
}

static void a_reply_from_another_address_is_told_apart(void **state)
{
	static const struct way way = { .n_hops = 3, .elsewhere = true, .rtt_ns = 5 * NS_PER_MS };
	struct addr other = router(99);
	struct trace_path p;
	struct walk w;

	(void)state;
	p = walk(&w, &way);
	assert_int_equal(p.end, TRACE_ELSEWHERE);
	expect_hop(&p, 3, &other, 3 * way.rtt_ns);
}

static void routers_that_quote_little_are_believed(void **state)
{
	static const struct way way = { .n_hops = 3, .no_nonce = true, .rtt_ns = 5 * NS_PER_MS };
	struct trace_path p;
	struct walk w;

	(void)state;
	p = walk(&w, &way);
	assert_int_equal(p.end, TRACE_REACHED);
	assert_int_equal(p.hops[0].from.family, AF_INET);
}

/* The nearest that ends it counts, whoever answers first. */
static void the_nearest_answer_of_the_host_is_its_place(void **state)
{
	static const struct way way = { .n_hops = 2, .rtt_ns = 5 * NS_PER_MS };
	struct trace_path p;
	struct trace t;

	(void)state;
	trace_init(&t, &host, TIMEOUT);
	for (uint8_t i = 0; i < 4; i++) {
		int64_t now_ns = i * 20 * NS_PER_MS;

		assert_int_equal(trace_due(&t, now_ns), i + 1);
		trace_sent(&t, i + 1, ID, i, i, now_ns);
	}
	for (unsigned i = 4; i > 0; i--) {
		struct trace_answer a = answer_of(&way, &t.packets[i - 1]);

		assert_true(trace_answer(&t, &a));
	}
	p = trace_path(&t);
	assert_int_equal(p.end, TRACE_REACHED);
	assert_int_equal(p.n_hops, 2);
	assert_int_equal(trace_next_ns(&t), INT64_MAX);
}

static void what_is_not_its_own_changes_nothing(void **state)
{
	static const struct way way = { .n_hops = 5, .rtt_ns = 5 * NS_PER_MS };
	struct trace_answer a, good;
	struct trace t;

	(void)state;
	trace_init(&t, &host, TIMEOUT);
	assert_int_equal(trace_due(&t, 0), 1);
	trace_sent(&t, 1, ID, 1, 7, 0);
	good = a = answer_of(&way, &t.packets[0]);
	a.nonce++;
	assert_false(trace_answer(&t, &a));
	a = good;
	a.id++;
	assert_false(trace_answer(&t, &a));
	a = good;
	a.seq++;
	assert_false(trace_answer(&t, &a));
	a = good;
	a.to = router(1);
	assert_false(trace_answer(&t, &a));
	a = good;
	a.at_ns = -1;
	assert_false(trace_answer(&t, &a));
	a = good;
	a.is_error = a.has_nonce = false;
	a.from = host;
	assert_false(trace_answer(&t, &a));
	assert_int_equal(trace_path(&t).last, 0);
	assert_true(trace_answer(&t, &good));
	assert_int_equal(trace_path(&t).last, 1);
}

static void an_answer_after_the_timeout_counts(void **state)
{
	static const struct way way = { .n_hops = 5, .rtt_ns = 3 * NS_PER_S / 2 };
	struct addr first = router(1);
	struct trace_answer a;
	struct trace_path p;
	struct trace t;

	(void)state;
	trace_init(&t, &host, TIMEOUT);
	assert_int_equal(trace_due(&t, 0), 1);
	trace_sent(&t, 1, ID, 0, 7, 0);
	assert_int_equal(trace_due(&t, TIMEOUT), 2);
	trace_sent(&t, 2, ID, 1, 8, TIMEOUT);
	a = answer_of(&way, &t.packets[0]);
	assert_true(trace_answer(&t, &a));
	p = trace_path(&t);
	expect_hop(&p, 1, &first, way.rtt_ns);
}

static void what_cannot_be_sent_ends_by_itself(void **state)
{
	struct trace_answer a = { .to = host, .from = router(1), .is_error = true, .at_ns = NS_PER_S };
	int64_t now_ns = 0;
	struct trace t;
	unsigned n = 0;

	(void)state;
	trace_init(&t, &host, TIMEOUT);
	for (; trace_next_ns(&t) != INT64_MAX; n++) {
		uint8_t ttl;

		now_ns = trace_next_ns(&t) > now_ns ? trace_next_ns(&t) : now_ns;
		ttl = trace_due(&t, now_ns);
		assert_int_not_equal(ttl, 0);
		trace_not_sent(&t, ttl, now_ns);
	}
	assert_int_equal(n, TRACE_SILENT_MAX * TRACE_TRIES);
	assert_true(now_ns < NS_PER_S);
	assert_int_equal(trace_path(&t).last, 0);
	/* Of id 0 and number 0 as what was not sent seems to be. */
	assert_false(trace_answer(&t, &a));
}

/* --- two traces --- */

static struct trace_path path_of(unsigned n_hops, uint32_t silent)
{
	struct way way = { .n_hops = n_hops, .silent = silent, .rtt_ns = 5 * NS_PER_MS };
	struct walk w;

	return walk(&w, &way);
}

static void the_same_path_differs_nowhere(void **state)
{
	struct trace_path a = path_of(6, 0), b = path_of(6, 1u << 3);

	(void)state;
	assert_int_equal(trace_differs(&a, &a), 0);
	/* Silent once is nothing. */
	assert_int_equal(trace_differs(&a, &b), 0);
	assert_int_equal(trace_differs(&b, &a), 0);
}

static void another_router_is_where_it_differs(void **state)
{
	struct trace_path a = path_of(6, 0), b = a;

	(void)state;
	b.hops[3].from = router(77);
	b.hops[4].from = router(78);
	assert_int_equal(trace_differs(&a, &b), 4);
}

static void a_path_that_ends_early_differs_behind_its_last(void **state)
{
	struct trace_path whole = path_of(6, 0), broken = path_of(6, ~UINT32_C(0) << 4), longer = path_of(8, 0);

	(void)state;
	assert_int_equal(broken.last, 3);
	assert_int_equal(trace_differs(&broken, &whole), 4);
	assert_int_equal(trace_differs(&whole, &broken), 4);
	/* The host is where a router is. */
	assert_int_equal(trace_differs(&longer, &whole), 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_host_six_hops_away_is_reached),
		cmocka_unit_test(several_hops_are_asked_at_once_but_not_many),
		cmocka_unit_test(packets_keep_a_distance),
		cmocka_unit_test(a_silent_hop_is_asked_three_times),
		cmocka_unit_test(a_hop_that_answers_the_second_packet_is_there),
		cmocka_unit_test(a_dead_host_ends_in_silence),
		cmocka_unit_test(no_answer_at_all_is_silence_from_the_first_hop),
		cmocka_unit_test(a_long_path_is_cut_and_takes_no_more_packets),
		cmocka_unit_test(a_router_that_refuses_ends_it),
		cmocka_unit_test(a_reply_from_another_address_is_told_apart),
		cmocka_unit_test(routers_that_quote_little_are_believed),
		cmocka_unit_test(the_nearest_answer_of_the_host_is_its_place),
		cmocka_unit_test(what_is_not_its_own_changes_nothing),
		cmocka_unit_test(an_answer_after_the_timeout_counts),
		cmocka_unit_test(what_cannot_be_sent_ends_by_itself),
		cmocka_unit_test(the_same_path_differs_nowhere),
		cmocka_unit_test(another_router_is_where_it_differs),
		cmocka_unit_test(a_path_that_ends_early_differs_behind_its_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
