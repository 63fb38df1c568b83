#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "dns/dns_names.h"
#include "random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct dns_names_policy policy = {
	.ttl_min_ns = 60 * NS_PER_S,
	.ttl_max_ns = NS_PER_H,
	.retry_min_ns = 5 * NS_PER_S,
	.retry_max_ns = 600 * NS_PER_S,
	.n_in_flight_max = 256,
};

static struct dns_names *names;
static struct dns_names_query queries[300];
static uint64_t n_calls[64]; /* by target: how often dns_names_each called it */

static int init(void **state)
{
	(void)state;
	names = dns_names_new(&policy, 1);
	memset(n_calls, 0, sizeof(n_calls));
	return !names;
}

static int fini(void **state)
{
	(void)state;
	dns_names_free(names);
	return 0;
}

static void add(uint32_t target, const char *host, enum family family, int64_t now_ns)
{
	assert_int_equal(dns_names_add(names, target, host, family, now_ns), 0);
}

/* What is due at now_ns; a name is at most a tick of the wheel late. */
static size_t take(int64_t now_ns)
{
	return dns_names_take(names, now_ns + NS_PER_MS, queries, 300);
}

static struct dns_names_status answer(uint32_t name, bool good, int64_t ttl_ns, int64_t now_ns)
{
	struct dns_names_result r = { .families = good ? FAMILY_BIT(FAMILY_IPV4) : 0, .ttl_ns = ttl_ns };

	return dns_names_answer(names, name, &r, now_ns);
}

/* The only name that is due. */
static uint32_t take_one(int64_t now_ns)
{
	assert_int_equal(take(now_ns), 1);
	return queries[0].name;
}

static void count(void *data, uint32_t target)
{
	(void)data;
	n_calls[target]++;
}

static void asked_between(int64_t since_ns, int64_t low_ns, int64_t high_ns)
{
	assert_int_equal(take(since_ns + low_ns - 2 * NS_PER_MS), 0);
	assert_int_equal(take(since_ns + high_ns), 1);
}

static void a_name_is_due_at_once_and_asked_once(void **state)
{
	(void)state;
	assert_int_equal(dns_names_next(names), INT64_MAX);
	add(7, "gw.example", FAMILY_ANY, NS_PER_S);
	assert_true(dns_names_next(names) <= NS_PER_S + NS_PER_MS);
	assert_int_equal(take(NS_PER_S), 1);
	assert_string_equal(queries[0].host, "gw.example");
	assert_int_equal(queries[0].family, FAMILY_ANY);
	assert_int_equal(take(1000 * NS_PER_S), 0); /* until it is answered */
	assert_int_equal(dns_names_next(names), INT64_MAX);
}

static void targets_of_one_host_and_family_share_a_query(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 20; i++)
		add(i, "gw.example", i % 2 ? FAMILY_IPV4 : FAMILY_IPV6, 0);
	assert_int_equal(dns_names_count(names), 2);
	assert_int_equal(take(0), 2);
	dns_names_each(names, queries[0].name, count, NULL);
	for (uint32_t i = 0; i < 20; i++)
		assert_int_equal(n_calls[i], i % 2 == (queries[0].family == FAMILY_IPV4));
}

static void the_ttl_is_respected_between_floor_and_ceiling(void **state)
{
	static const struct {
		int64_t ttl_s, low_s, high_s;
	} cases[] = {
		{ 0, 54, 66 },        { 59, 54, 66 },         { 300, 270, 330 },
		{ 3600, 3240, 3960 }, { 604800, 3240, 3960 }, { INT64_MAX / NS_PER_S, 3240, 3960 },
	};
	int64_t now = 0;

	(void)state;
	add(1, "gw.example", FAMILY_ANY, now);
	assert_int_equal(take(now), 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dns_names_status s = answer(queries[0].name, true, cases[i].ttl_s * NS_PER_S, now);

		assert_in_range(s.wait_ns, cases[i].low_s * NS_PER_S, cases[i].high_s * NS_PER_S);
		asked_between(now, s.wait_ns, s.wait_ns);
		now += s.wait_ns;
	}
}

static void a_fleet_does_not_ask_in_step(void **state)
{
	int64_t least = INT64_MAX, most = 0;
	char host[16];

	(void)state;
	for (uint32_t i = 0; i < 200; i++) {
		snprintf(host, sizeof(host), "h%u", i);
		add(i, host, FAMILY_ANY, 0);
	}
	assert_int_equal(take(0), 200);
	for (size_t i = 0; i < 200; i++) {
		struct dns_names_status s = answer(queries[i].name, true, 100 * NS_PER_S, 0);

		least = s.wait_ns < least ? s.wait_ns : least;
		most = s.wait_ns > most ? s.wait_ns : most;
	}
	assert_in_range(least, 90 * NS_PER_S, 92 * NS_PER_S);
	assert_in_range(most, 108 * NS_PER_S, 110 * NS_PER_S);
}

static void failures_are_backed_off_and_forgiven(void **state)
{
	static const int64_t waits_s[] = { 5, 10, 20, 40, 80, 160, 320, 600, 600, 600 };
	struct dns_names_status s;
	int64_t now = 0;

	(void)state;
	add(1, "gw.example", FAMILY_ANY, now);
	for (uint32_t i = 0; i < sizeof(waits_s) / sizeof(waits_s[0]); i++) {
		s = answer(take_one(now), false, 0, now);
		assert_int_equal(s.n_failures, i + 1);
		assert_int_equal(s.age_ns, -1);
		assert_in_range(s.wait_ns, waits_s[i] * NS_PER_S * 9 / 10, waits_s[i] * NS_PER_S * 11 / 10);
		now += s.wait_ns;
	}
	s = answer(take_one(now), true, 0, now);
	assert_true(s.recovered);
	assert_int_equal(s.n_failures, 0);
	now += s.wait_ns;
	s = answer(take_one(now), true, 0, now);
	assert_false(s.recovered);
	now += s.wait_ns;
	s = answer(take_one(now), false, 0, now);
	assert_int_equal(s.n_failures, 1);
	assert_in_range(s.wait_ns, 4500 * NS_PER_MS, 5500 * NS_PER_MS);
}

static void the_age_of_the_last_answer_is_reported(void **state)
{
	struct dns_names_status s;
	int64_t now = 10 * NS_PER_S, wait;

	(void)state;
	add(1, "gw.example", FAMILY_ANY, now);
	s = answer(take_one(now), true, 0, now);
	assert_int_equal(s.age_ns, 0);
	wait = s.wait_ns;
	s = answer(take_one(now + wait), false, 0, now + wait);
	assert_int_equal(s.age_ns, wait);
	wait += s.wait_ns;
	s = answer(take_one(now + wait), false, 0, now + wait);
	assert_int_equal(s.age_ns, wait);
}

static void no_more_are_in_flight_than_allowed(void **state)
{
	char host[16];

	(void)state;
	for (uint32_t i = 0; i < 600; i++) {
		snprintf(host, sizeof(host), "h%u", i);
		add(i, host, FAMILY_ANY, 0);
	}
	assert_int_equal(take(0), 256);
	assert_int_equal(take(0), 0);
	assert_int_equal(dns_names_next(names), INT64_MAX);
	answer(queries[9].name, false, 0, 0);
	assert_true(dns_names_next(names) < NS_PER_S);
	assert_int_equal(take(0), 1);
}

static void a_target_new_to_a_name_is_not_kept_waiting(void **state)
{
	(void)state;
	add(1, "gw.example", FAMILY_ANY, 0);
	answer(take_one(0), true, NS_PER_H, 0);
	assert_int_equal(take(NS_PER_S), 0);
	add(2, "gw.example", FAMILY_ANY, 2 * NS_PER_S);
	answer(take_one(2 * NS_PER_S), true, NS_PER_H, 2 * NS_PER_S);
	add(2, "gw.example", FAMILY_ANY, 3 * NS_PER_S); /* nothing new */
	assert_int_equal(take(3 * NS_PER_S), 0);
}

static void a_target_removed_in_flight_gets_no_answer(void **state)
{
	uint32_t name;
	struct dns_names_status s;

	(void)state;
	add(1, "gw.example", FAMILY_ANY, 0);
	add(2, "gw.example", FAMILY_ANY, 0);
	name = take_one(0);
	dns_names_remove(names, 1);
	s = answer(name, true, 0, 0);
	assert_int_equal(s.n_targets, 1);
	dns_names_each(names, name, count, NULL);
	assert_int_equal(n_calls[1], 0);
	assert_int_equal(n_calls[2], 1);
}

static void a_name_removed_in_flight_keeps_its_number_until_answered(void **state)
{
	uint32_t name;

	(void)state;
	add(1, "old.example", FAMILY_ANY, 0);
	name = take_one(0);
	dns_names_remove(names, 1);
	add(1, "new.example", FAMILY_ANY, NS_PER_S);
	assert_int_equal(take(NS_PER_S), 1);
	assert_int_not_equal(queries[0].name, name);
	assert_int_equal(answer(name, true, 0, 0).n_targets, 0);
	assert_int_equal(dns_names_count(names), 1);
}

static void a_name_that_comes_back_in_flight_gets_the_answer(void **state)
{
	uint32_t name;

	(void)state;
	add(1, "gw.example", FAMILY_ANY, 0);
	name = take_one(0);
	dns_names_remove(names, 1);
	add(3, "gw.example", FAMILY_ANY, 0);
	assert_int_equal(take(0), 0);
	assert_int_equal(answer(name, true, 0, 0).n_targets, 1);
}

static void names_without_an_answer_and_targets_without_a_good_one_are_counted(void **state)
{
	uint32_t gw, gone;

	(void)state;
	assert_int_equal(dns_names_unanswered(names), 0);
	add(1, "gw.example", FAMILY_ANY, 0);
	add(2, "gw.example", FAMILY_ANY, 0);
	gw = take_one(0);
	add(3, "gone.example", FAMILY_ANY, 10 * NS_PER_MS);
	gone = take_one(10 * NS_PER_MS);
	add(4, "other.example", FAMILY_ANY, 20 * NS_PER_MS);
	assert_int_equal(dns_names_unanswered(names), 3);
	assert_int_equal(dns_names_unresolved(names), 4);
	answer(gw, false, 0, 0);
	assert_int_equal(dns_names_unanswered(names), 2);
	assert_int_equal(dns_names_unresolved(names), 4);
	dns_names_retry(names, NS_PER_S);
	assert_int_equal(take(NS_PER_S), 2); /* and other.example */
	answer(gw, true, 100 * NS_PER_S, NS_PER_S);
	assert_int_equal(dns_names_unanswered(names), 2);
	assert_int_equal(dns_names_unresolved(names), 2);
	dns_names_remove(names, 3);
	answer(gone, true, 0, NS_PER_S);
	assert_int_equal(dns_names_unanswered(names), 1);
	dns_names_remove(names, 1);
	assert_int_equal(dns_names_unresolved(names), 1);
	for (size_t i = 0; i < 2; i++)
		if (queries[i].name != gw)
			answer(queries[i].name, true, 0, NS_PER_S);
	assert_int_equal(take(200 * NS_PER_S), 2);
	for (size_t i = 0; i < 2; i++)
		answer(queries[i].name, false, 0, 200 * NS_PER_S);
	assert_int_equal(dns_names_unanswered(names), 0);
	assert_int_equal(dns_names_unresolved(names), 0); /* what failed later has its last address */
}

static void a_target_moves_to_another_name(void **state)
{
	(void)state;
	add(1, "gw.example", FAMILY_IPV4, 0);
	add(1, "gw.example", FAMILY_IPV6, 0);
	assert_int_equal(dns_names_count(names), 1);
	assert_int_equal(take(0), 1);
	assert_int_equal(queries[0].family, FAMILY_IPV6);
	assert_true(dns_names_has(names, 1));
	dns_names_remove(names, 1);
	dns_names_remove(names, 1);
	assert_false(dns_names_has(names, 1));
}

static void only_failed_names_are_retried(void **state)
{
	(void)state;
	add(1, "good.example", FAMILY_ANY, 0);
	answer(take_one(0), true, NS_PER_H, 0);
	add(2, "bad.example", FAMILY_ANY, NS_PER_S);
	answer(take_one(NS_PER_S), false, 0, NS_PER_S);
	dns_names_retry(names, 2 * NS_PER_S);
	assert_int_equal(take(2 * NS_PER_S), 1);
	assert_string_equal(queries[0].host, "bad.example");
}

static void a_missing_family_is_expected_again_and_reported_once(void **state)
{
	const unsigned both = FAMILY_BIT(FAMILY_IPV4) | FAMILY_BIT(FAMILY_IPV6);
	const struct {
		struct dns_names_result result;
		bool became_partial;
		unsigned families; /* of the next query */
	} steps[] = {
		{ { both, false, NS_PER_S }, false, both },
		{ { both, true, NS_PER_S }, true, both },
		{ { 0 }, false, both },
		{ { both, true, NS_PER_S }, false, both },
		{ { FAMILY_BIT(FAMILY_IPV6), false, NS_PER_S }, false, FAMILY_BIT(FAMILY_IPV6) },
		{ { both, true, NS_PER_S }, true, both },
	};
	int64_t now = 0;

	(void)state;
	add(1, "gw.example", FAMILY_ANY, 0);
	take_one(0);
	assert_int_equal(queries[0].families, 0);
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		struct dns_names_status s = dns_names_answer(names, queries[0].name, &steps[i].result, now);

		assert_int_equal(s.became_partial, steps[i].became_partial);
		now += s.wait_ns;
		take_one(now);
		assert_int_equal(queries[0].families, steps[i].families);
	}
}

static void a_number_used_again_expects_nothing(void **state)
{
	const struct dns_names_result result = { FAMILY_BIT(FAMILY_IPV6), true, NS_PER_H };
	uint32_t name;

	(void)state;
	add(1, "old.example", FAMILY_ANY, 0);
	name = take_one(0);
	dns_names_answer(names, name, &result, 0);
	dns_names_remove(names, 1);
	add(1, "new.example", FAMILY_ANY, NS_PER_S);
	assert_int_equal(take_one(NS_PER_S), name);
	assert_int_equal(queries[0].families, 0);
	assert_true(dns_names_answer(names, name, &result, 0).became_partial);
}

/* Against a plain array: whom each answer concerns, and that each name is asked exactly while it has
 * targets. */
static void any_order_of_events_agrees_with_a_model(void **state)
{
	enum { N_TARGETS = 64, N_HOSTS = 24 };
	int host_of[N_TARGETS];
	uint64_t seed = 7;
	int64_t now = 0;
	size_t n = 0;
	char host[16];

	(void)state;
	memset(host_of, 0xff, sizeof(host_of));
	for (int step = 0; step < 200000; step++, now += NS_PER_S / 4) {
		uint32_t target = (uint32_t)random_below(&seed, N_TARGETS);
		int h = (int)random_below(&seed, N_HOSTS);

		switch (random_below(&seed, 4)) {
		case 0:
			snprintf(host, sizeof(host), "h%d", h);
			add(target, host, FAMILY_ANY, now);
			host_of[target] = h;
			break;
		case 1:
			dns_names_remove(names, target);
			host_of[target] = -1;
			break;
		case 2:
			n += dns_names_take(names, now, queries + n, 8 < 300 - n ? 8 : 300 - n);
			break;
		default:
			if (!n)
				break;
			struct dns_names_query q = queries[random_below(&seed, n)];
			size_t i = 0, n_members = 0;
			int asked = atoi(q.host + 1);

			while (queries[i].name != q.name)
				i++;
			queries[i] = queries[--n];
			for (int t = 0; t < N_TARGETS; t++)
				n_members += host_of[t] == asked;
			memset(n_calls, 0, sizeof(n_calls));
			assert_int_equal(answer(q.name, random_below(&seed, 2), 0, now).n_targets, n_members);
			if (n_members)
				dns_names_each(names, q.name, count, NULL);
			for (int t = 0; t < N_TARGETS; t++)
				assert_int_equal(n_calls[t], host_of[t] == asked);
		}
		assert_int_equal(dns_names_has(names, target), host_of[target] >= 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_name_is_due_at_once_and_asked_once, init, fini),
		cmocka_unit_test_setup_teardown(targets_of_one_host_and_family_share_a_query, init, fini),
		cmocka_unit_test_setup_teardown(the_ttl_is_respected_between_floor_and_ceiling, init, fini),
		cmocka_unit_test_setup_teardown(a_fleet_does_not_ask_in_step, init, fini),
		cmocka_unit_test_setup_teardown(failures_are_backed_off_and_forgiven, init, fini),
		cmocka_unit_test_setup_teardown(the_age_of_the_last_answer_is_reported, init, fini),
		cmocka_unit_test_setup_teardown(no_more_are_in_flight_than_allowed, init, fini),
		cmocka_unit_test_setup_teardown(a_target_new_to_a_name_is_not_kept_waiting, init, fini),
		cmocka_unit_test_setup_teardown(a_target_removed_in_flight_gets_no_answer, init, fini),
		cmocka_unit_test_setup_teardown(a_name_removed_in_flight_keeps_its_number_until_answered, init, fini),
		cmocka_unit_test_setup_teardown(a_name_that_comes_back_in_flight_gets_the_answer, init, fini),
		cmocka_unit_test_setup_teardown(names_without_an_answer_and_targets_without_a_good_one_are_counted,
		                                init, fini),
		cmocka_unit_test_setup_teardown(a_target_moves_to_another_name, init, fini),
		cmocka_unit_test_setup_teardown(only_failed_names_are_retried, init, fini),
		cmocka_unit_test_setup_teardown(a_missing_family_is_expected_again_and_reported_once, init, fini),
		cmocka_unit_test_setup_teardown(a_number_used_again_expects_nothing, init, fini),
		cmocka_unit_test_setup_teardown(any_order_of_events_agrees_with_a_model, init, fini),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
