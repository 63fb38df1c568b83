#include "core/ratelimit.h"

#include "base/clock.h"
#include "random.h"
#include "core/schedule.h"

#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static struct addr ip4(uint32_t host)
{
	uint8_t bytes[4] = { 198, 18, (uint8_t)(host >> 8), (uint8_t)host };

	return addr_from_bytes(bytes, AF_INET);
}

/* The n-th /24 of 10.0.0.0/8. */
static struct addr net4(uint64_t n)
{
	uint8_t bytes[4] = { 10, (uint8_t)(n >> 8), (uint8_t)n, 1 };

	return addr_from_bytes(bytes, AF_INET);
}

/* The n-th of all /48. */
static struct addr ip6(uint64_t n)
{
	uint8_t bytes[16] = { 0 };

	for (size_t i = 0; i < 6; i++)
		bytes[i] = (uint8_t)(n >> (8 * i));
	return addr_from_bytes(bytes, AF_INET6);
}

static bool limit(struct ratelimit *l, uint32_t max_rate, uint32_t max_rate_per_prefix)
{
	return ratelimit_set(l, &(struct ratelimit_options){ max_rate, max_rate_per_prefix });
}

static int64_t reserve(struct ratelimit *l, const struct addr *to, int64_t now_ns)
{
	enum ratelimit_wait wait = RATELIMIT_ASKS;

	return ratelimit_reserve(l, to, &wait, now_ns);
}

static void without_limits_everything_leaves_at_once(void **state)
{
	struct ratelimit *l = ratelimit_new(1);
	struct addr a = ip4(1);

	(void)state;
	for (int i = 0; i < 100000; i++)
		assert_int_equal(reserve(l, &a, 5), 5);
	ratelimit_free(l);
}

/* Ten times too many ask at random moments of ten seconds: no second sees more than the rate and a burst. */
static void a_rate_asked_for_too_much_is_kept_in_every_second(void **state)
{
	enum { RATE = 1000, SECONDS = 10 };
	struct ratelimit *l = ratelimit_new(1);
	unsigned per_second[200] = { 0 };
	int64_t now = NS_PER_S;
	struct addr a = ip4(1);

	(void)state;
	srandom(1);
	limit(l, RATE, 0);
	for (int i = 0; i < 10 * RATE * SECONDS; i++) {
		int64_t at;

		now += random() % (2 * NS_PER_S / (10 * RATE));
		at = reserve(l, &a, now);
		assert_true(at >= now);
		if (at / NS_PER_S < 200)
			per_second[at / NS_PER_S]++;
	}
	for (int s = 2; s < 90; s++)
		assert_in_range(per_second[s], RATE - RATE / 50, RATE + RATE / 50);
	ratelimit_free(l);
}

static void networks_do_not_share_their_limit(void **state)
{
	struct ratelimit *l = ratelimit_new(1);
	int64_t last = 0;

	(void)state;
	limit(l, 0, 10);
	for (uint32_t net = 0; net < 256; net++) {
		for (uint32_t i = 0; i < 20; i++) {
			struct addr a = ip4(net << 8 | i);

			last = reserve(l, &a, NS_PER_S);
		}
		assert_int_equal(last, NS_PER_S + 19 * NS_PER_S / 10);
	}
	ratelimit_free(l);
}

static void a_prefix_that_was_quiet_saves_nothing_up(void **state)
{
	struct ratelimit *l = ratelimit_new(1);
	struct addr a = ip4(1);

	(void)state;
	limit(l, 0, 10);
	assert_int_equal(reserve(l, &a, NS_PER_S), NS_PER_S);
	assert_int_equal(reserve(l, &a, 100 * NS_PER_S), 100 * NS_PER_S);
	assert_int_equal(reserve(l, &a, 100 * NS_PER_S), 100 * NS_PER_S + NS_PER_S / 10);
	ratelimit_free(l);
}

static void a_place_once_taken_is_kept(void **state)
{
	struct ratelimit *l = ratelimit_new(1);
	enum ratelimit_wait wait = RATELIMIT_ASKS;
	struct addr a = ip4(1), b = ip4(256);
	int64_t now = NS_PER_S, at;

	(void)state;
	limit(l, 2, 4);
	assert_int_equal(reserve(l, &a, now), now);
	at = ratelimit_reserve(l, &a, &wait, now);
	assert_int_equal(at, now + NS_PER_S / 4);
	assert_int_equal(wait, RATELIMIT_PREFIX);
	assert_int_equal(reserve(l, &b, now), now + NS_PER_S / 2); /* what waits for its network is not before it */
	at = ratelimit_reserve(l, &a, &wait, at);
	assert_int_equal(at, now + NS_PER_S);
	assert_int_equal(wait, RATELIMIT_ALL);
	assert_int_equal(ratelimit_reserve(l, &a, &wait, at), at);
	assert_int_equal(wait, RATELIMIT_ASKS);
	ratelimit_free(l);
}

static void other_limits_forget_who_waits(void **state)
{
	struct ratelimit *l = ratelimit_new(1);
	struct addr a = ip4(1);

	(void)state;
	for (int by_prefix = 0; by_prefix < 2; by_prefix++) {
		limit(l, by_prefix ? 0 : 1, by_prefix ? 1 : 0);
		for (int i = 0; i < 1000; i++)
			reserve(l, &a, NS_PER_S);
		assert_false(limit(l, by_prefix ? 0 : 1, by_prefix ? 1 : 0));
		assert_int_equal(reserve(l, &a, NS_PER_S), 1001 * NS_PER_S);
		assert_true(limit(l, by_prefix ? 0 : 100, by_prefix ? 100 : 0));
		assert_int_equal(reserve(l, &a, NS_PER_S), NS_PER_S);
		assert_int_equal(reserve(l, &a, NS_PER_S), NS_PER_S + NS_PER_S / 100);
	}
	ratelimit_free(l);
}

/* --- targets at their places in their intervals, as icmp_send.c has them --- */

#define TARGETS_MAX 400

struct sim {
	struct addr addr;
	char name[24];
	int64_t interval_ns, phase_ns, due_ns, slot_ns, waited_max_ns;
	enum ratelimit_wait wait;
	bool off_phase, lone;
	unsigned n_sent, n_slots;
};

static void take_turn(struct ratelimit *l, struct sim *t)
{
	struct schedule_last last = { t->due_ns, t->wait != RATELIMIT_ASKS, t->off_phase };
	int64_t at_ns, n_skipped, now_ns = t->due_ns;

	if (!last.waited) {
		t->slot_ns = now_ns;
		t->n_slots++;
	}
	at_ns = ratelimit_reserve(l, &t->addr, &t->wait, now_ns);
	if (t->wait != RATELIMIT_ASKS) {
		t->off_phase = true;
		t->due_ns = at_ns;
		return;
	}
	t->n_sent++;
	if (now_ns - t->slot_ns > t->waited_max_ns)
		t->waited_max_ns = now_ns - t->slot_ns;
	t->due_ns = schedule_next(&last, t->name, t->interval_ns, now_ns, &n_skipped);
	t->off_phase = last.off_phase;
}

static void simulate(struct ratelimit *l, struct sim *t, size_t n, int64_t until_ns)
{
	for (;;) {
		size_t first = 0;

		for (size_t i = 1; i < n; i++)
			if (t[i].due_ns < t[first].due_ns)
				first = i;
		if (t[first].due_ns > until_ns)
			return;
		take_turn(l, &t[first]);
	}
}

static struct sim sim(struct addr addr, int64_t interval_ns, uint64_t *seed)
{
	struct sim t = { .addr = addr, .interval_ns = interval_ns };

	snprintf(t.name, sizeof(t.name), "%llu", (unsigned long long)random_next(seed));
	t.phase_ns = schedule_phase(t.name, interval_ns);
	t.due_ns = schedule_first(0, t.phase_ns, interval_ns);
	return t;
}

/* Networks of one target within the rate, beside others that are asked for up to fifty times as much. */
static size_t add_prefix(struct sim *t, uint32_t p, uint32_t rate, uint64_t *seed)
{
	bool v6 = random_below(seed, 2), lone = !p || random_below(seed, 2);
	int64_t interval_ns = NS_PER_S / rate + (lone ? (int64_t)random_below(seed, NS_PER_S) : 0);
	size_t n = lone ? 1 : 2 + random_below(seed, 49);

	for (size_t i = 0; i < n; i++) {
		t[i] = sim(v6 ? ip6(p) : ip4(p << 8 | (uint32_t)i), interval_ns, seed);
		t[i].lone = lone;
	}
	return n;
}

static void a_prefix_below_its_rate_is_never_delayed_by_another(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int run = 0; run < 100; run++) {
		uint32_t rate = 1 + (uint32_t)random_below(&seed, 50),
			 n_prefixes = 2 + (uint32_t)random_below(&seed, 6);
		struct ratelimit *l = ratelimit_new(random_next(&seed));
		struct sim t[TARGETS_MAX];
		size_t n = 0;

		/* Of all: as much as the networks may have, and a probe of each at once within a burst. */
		limit(l, run % 2 ? n_prefixes * (rate + (uint32_t)(NS_PER_S / RATELIMIT_BURST_NS)) : 0, rate);
		for (uint32_t p = 0; p < n_prefixes; p++)
			n += add_prefix(&t[n], p, rate, &seed);
		simulate(l, t, n, 20 * NS_PER_S);
		for (size_t i = 0; i < n; i++)
			if (t[i].lone)
				assert_int_equal(t[i].waited_max_ns, 0);
		ratelimit_free(l);
	}
}

/* n targets of one interval, asked for 1.02 to 4 times as often as the limit lets them. */
static void overload(struct ratelimit *l, uint32_t rate, uint64_t *seed)
{
	int64_t interval_ns = 100 * NS_PER_S / (int64_t)(rate + rate / 50 + random_below(seed, 3 * rate));
	unsigned least = UINT_MAX, most = 0, all = 0;
	struct sim t[100];

	for (uint32_t i = 0; i < 100; i++)
		t[i] = sim(ip4(i), interval_ns, seed);
	simulate(l, t, 100, 20000 * NS_PER_S / rate);
	for (uint32_t i = 0; i < 100; i++) {
		least = t[i].n_sent < least ? t[i].n_sent : least;
		most = t[i].n_sent > most ? t[i].n_sent : most;
		all += t[i].n_sent;
	}
	assert_in_range(all, 20000 - 400, 20000 + 100);
	assert_in_range(most - least, 0, 3);
}

static void targets_alike_get_the_same_share_of_a_limit(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int run = 0; run < 60; run++) {
		uint32_t rate = 10 + (uint32_t)random_below(&seed, 500);
		struct ratelimit *l = ratelimit_new(random_next(&seed));

		limit(l, run % 2 ? rate : 0, run % 2 ? 0 : rate);
		overload(l, rate, &seed);
		ratelimit_free(l);
	}
}

static void once_the_limit_lets_them_targets_are_back_at_their_places(void **state)
{
	struct ratelimit *l = ratelimit_new(1);
	struct sim t[100];
	uint64_t seed = 1;

	(void)state;
	for (uint32_t i = 0; i < 100; i++)
		t[i] = sim(ip4(i), NS_PER_S, &seed);
	limit(l, 0, 40);
	simulate(l, t, 100, 60 * NS_PER_S);
	limit(l, 0, 1000);
	for (uint32_t i = 0; i < 100; i++) {
		if (t[i].wait != RATELIMIT_ASKS)
			t[i].due_ns = 60 * NS_PER_S;
		t[i].wait = RATELIMIT_ASKS;
		t[i].n_sent = 0;
	}
	simulate(l, t, 100, 70 * NS_PER_S);
	for (uint32_t i = 0; i < 100; i++) {
		assert_in_range(t[i].n_sent, 9, 11);
		assert_int_equal((t[i].due_ns - t[i].phase_ns) % NS_PER_S, 0);
	}
	ratelimit_free(l);
}

/* --- many networks --- */

#define MANY 600000

static int64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

static void no_call_moves_the_table(void **state)
{
	static uint32_t least_ns[MANY];
	uint64_t all_ns = 0, longest_ns = 0;

	(void)state;
	/* What the same call takes each time is its own, not another program's on this machine. */
	for (int run = 0; run < 3; run++) {
		struct ratelimit *l = ratelimit_new(1);

		limit(l, 0, 1);
		for (uint32_t i = 0; i < MANY; i++) {
			struct addr a = ip6(i);
			int64_t before_ns = cpu_ns(), took_ns;

			reserve(l, &a, NS_PER_S);
			took_ns = cpu_ns() - before_ns;
			if (!run || took_ns < least_ns[i])
				least_ns[i] = (uint32_t)took_ns;
		}
		ratelimit_free(l);
	}
	for (uint32_t i = 0; i < MANY; i++) {
		all_ns += least_ns[i];
		longest_ns = least_ns[i] > longest_ns ? least_ns[i] : longest_ns;
	}
	print_message("%.1f ms in all, the longest call %.3f ms\n", (double)all_ns / 1e6, (double)longest_ns / 1e6);
	assert_true(longest_ns < all_ns / 50);
}

static void what_is_past_is_given_back(void **state)
{
	struct ratelimit *l = ratelimit_new(1);
	struct addr one = ip4(1);
	int64_t now = NS_PER_S;
	size_t most;

	(void)state;
	limit(l, 0, 1);
	for (uint32_t i = 0; i < MANY; i++) {
		struct addr a = ip6(i);

		reserve(l, &a, now);
	}
	most = ratelimit_bytes(l);
	assert_true(most >= MANY * 16);
	assert_int_equal(reserve(l, &one, now), now);
	/* Ten probes a second, of one network, for half an hour. */
	for (int i = 0; i < 18000; i++)
		reserve(l, &one, now += NS_PER_S / 10);
	assert_in_range(ratelimit_bytes(l), 1, most / 50);
	assert_int_equal(reserve(l, &one, now), NS_PER_S + 18001 * NS_PER_S);
	assert_true(limit(l, 0, 0));
	assert_int_equal(ratelimit_bytes(l), 0);
	ratelimit_free(l);
}

/* Each network keeps its own time, whatever the table is about. */
static void no_network_is_forgotten_while_it_waits(void **state)
{
	enum { N = 5000 };
	static int64_t next_ns[N];
	struct ratelimit *l = ratelimit_new(1);
	uint64_t seed = 1;
	int64_t now = NS_PER_S;

	(void)state;
	limit(l, 0, 1);
	for (int i = 0; i < 400000; i++) {
		uint64_t n = random_below(&seed, 1 + (uint64_t)i / 40) % N;
		struct addr a = n % 2 ? ip6(n) : net4(n);
		int64_t in_time = next_ns[n] > now ? next_ns[n] : now;

		assert_int_equal(reserve(l, &a, now), in_time - now > RATELIMIT_BURST_NS ? in_time : now);
		next_ns[n] = in_time + NS_PER_S;
		now += (int64_t)random_below(&seed, 2 * NS_PER_MS);
	}
	ratelimit_free(l);
}

static int64_t time_of(const struct addr *to, size_t n)
{
	int64_t least_ns = INT64_MAX;

	for (int run = 0; run < 3; run++) {
		struct ratelimit *l = ratelimit_new((uint64_t)run);
		int64_t before_ns = cpu_ns(), took_ns;

		limit(l, 0, 1);
		for (size_t i = 0; i < n; i++)
			reserve(l, &to[i], NS_PER_S);
		took_ns = cpu_ns() - before_ns;
		least_ns = took_ns < least_ns ? took_ns : least_ns;
		ratelimit_free(l);
	}
	return least_ns;
}

/* Multiplied by the golden ratio, as hash tables without a secret do, they fall into one place. */
static void chosen_networks_do_not_collide(void **state)
{
	enum { N = 8000, MASK = 0x3fff };
	static struct addr chosen[N], others[N];
	uint64_t n = 0;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		while (((n | UINT64_C(6) << 56) * UINT64_C(0x9e3779b97f4a7c15) >> 32 & MASK) != 0)
			n++;
		chosen[i] = ip6(n++);
		others[i] = ip6(i);
	}
	assert_true(time_of(chosen, N) < 10 * time_of(others, N));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_limits_everything_leaves_at_once),
		cmocka_unit_test(a_rate_asked_for_too_much_is_kept_in_every_second),
		cmocka_unit_test(networks_do_not_share_their_limit),
		cmocka_unit_test(a_prefix_that_was_quiet_saves_nothing_up),
		cmocka_unit_test(a_place_once_taken_is_kept),
		cmocka_unit_test(other_limits_forget_who_waits),
		cmocka_unit_test(a_prefix_below_its_rate_is_never_delayed_by_another),
		cmocka_unit_test(targets_alike_get_the_same_share_of_a_limit),
		cmocka_unit_test(once_the_limit_lets_them_targets_are_back_at_their_places),
		cmocka_unit_test(no_call_moves_the_table),
		cmocka_unit_test(what_is_past_is_given_back),
		cmocka_unit_test(no_network_is_forgotten_while_it_waits),
		cmocka_unit_test(chosen_networks_do_not_collide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
