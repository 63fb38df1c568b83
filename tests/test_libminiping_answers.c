/* Who answers packets to many: each counted by itself, what is a duplicate, and the bound. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/libminiping_answers.h"

#include <string.h>

#define MS INT64_C(1000000)

static struct addr host(uint32_t n)
{
	const uint8_t bytes[4] = { 10, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n };

	return addr_from_bytes(bytes, AF_INET);
}

static int add(struct libminiping_answers *a, uint32_t n, uint32_t number, int64_t rtt_ns)
{
	struct addr from = host(n);

	return libminiping_answers_add(a, &from, number, rtt_ns, 64);
}

static void each_answerer_has_figures_of_its_own(void **state)
{
	struct libminiping_answers a;

	(void)state;
	libminiping_answers_init(&a, 10);
	assert_int_equal(add(&a, 7, 1, 3 * MS), LIBMINIPING_ANSWER);
	assert_int_equal(add(&a, 5, 1, 9 * MS), LIBMINIPING_ANSWER);
	assert_int_equal(add(&a, 7, 2, 5 * MS), LIBMINIPING_ANSWER);
	assert_int_equal(add(&a, 9, 2, 1 * MS), LIBMINIPING_ANSWER);
	assert_int_equal(add(&a, 7, 3, 7 * MS), LIBMINIPING_ANSWER);
	assert_int_equal(a.n, 3);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(a.at[i].from.bytes[3], 5 + 2 * i); /* by address */
	assert_int_equal(a.at[1].n_received, 3);
	assert_int_equal(a.at[1].min_ns, 3 * MS);
	assert_int_equal(a.at[1].max_ns, 7 * MS);
	assert_true(a.at[1].mean > 5 * MS - 1 && a.at[1].mean < 5 * MS + 1);
	assert_int_equal(libminiping_answerer_jitter_ns(&a.at[1]), 2 * MS);
	assert_int_equal(a.at[1].ttl, 64);
	assert_int_equal(a.at[0].n_received, 1);
	assert_int_equal(a.at[0].min_ns, 9 * MS);
	assert_int_equal(libminiping_answerer_jitter_ns(&a.at[0]), 0);
	assert_int_equal(a.n_duplicates + a.n_beyond, 0);
	libminiping_answers_fini(&a);
}

static void only_a_second_reply_of_the_same_host_to_the_same_packet_is_a_duplicate(void **state)
{
	struct libminiping_answers a;

	(void)state;
	libminiping_answers_init(&a, 200);
	for (uint32_t n = 0; n < 3; n++)
		assert_int_equal(add(&a, n, 1, MS), LIBMINIPING_ANSWER);
	assert_int_equal(add(&a, 1, 1, 2 * MS), LIBMINIPING_ANSWER_AGAIN);
	assert_int_equal(add(&a, 1, 1, 3 * MS), LIBMINIPING_ANSWER_AGAIN);
	assert_int_equal(add(&a, 1, 2, MS), LIBMINIPING_ANSWER);
	assert_int_equal(a.n_duplicates, 2);
	assert_int_equal(a.at[1].n_duplicates, 2);
	assert_int_equal(a.at[1].n_received, 2);
	assert_int_equal(a.at[1].max_ns, MS); /* of what counts */
	assert_int_equal(a.at[0].n_duplicates + a.at[2].n_duplicates, 0);
	libminiping_answers_fini(&a);
}

static void replies_that_overtake_each_other_all_count_once(void **state)
{
	struct libminiping_answers a;

	(void)state;
	libminiping_answers_init(&a, 100);
	/* Backwards in groups of 100, each twice, and through the wrap of the numbers. */
	for (uint32_t group = 0; group < 20; group++)
		for (uint32_t i = 100; i-- > 0;) {
			uint32_t number = UINT32_MAX - 1000 + group * 100 + i;

			assert_int_equal(add(&a, 1, number, MS), LIBMINIPING_ANSWER);
			assert_int_equal(add(&a, 1, number, MS), LIBMINIPING_ANSWER_AGAIN);
		}
	assert_int_equal(a.at[0].n_received, 2000);
	assert_int_equal(a.at[0].n_duplicates, 2000);
	/* With gaps: what the ring held of older packets is not taken for these. */
	for (uint32_t number = 5000; number < 100000; number += 127)
		assert_int_equal(add(&a, 1, number, MS), LIBMINIPING_ANSWER);
	/* Older than anything that may be in time. */
	assert_int_equal(add(&a, 1, 90000, MS), LIBMINIPING_ANSWER_AGAIN);
	libminiping_answers_fini(&a);
}

static void no_more_than_the_bound_are_kept_and_the_replies_of_others_are_counted(void **state)
{
	struct libminiping_answers a;

	(void)state;
	libminiping_answers_init(&a, 1);
	for (uint32_t n = 0; n < LIBMINIPING_ANSWERERS_MAX; n++)
		assert_int_equal(add(&a, n * 7919 % LIBMINIPING_ANSWERERS_MAX, 1, MS), LIBMINIPING_ANSWER);
	for (uint32_t n = 0; n < 5; n++)
		assert_int_equal(add(&a, 100000 + n, 1, MS), LIBMINIPING_ANSWER_BEYOND);
	assert_int_equal(a.n, LIBMINIPING_ANSWERERS_MAX);
	assert_int_equal(a.n_beyond, 5);
	for (uint32_t n = 0; n < a.n; n++) {
		struct addr expected = host(n);

		assert_true(addr_equal(&a.at[n].from, &expected));
		assert_int_equal(a.at[n].n_received, 1);
	}
	/* Those that are kept go on. */
	assert_int_equal(add(&a, 500, 2, MS), LIBMINIPING_ANSWER);
	libminiping_answers_fini(&a);
}

static void the_same_address_on_two_links_is_two_answerers(void **state)
{
	struct libminiping_answers a;
	struct addr from;

	(void)state;
	libminiping_answers_init(&a, 1);
	assert_int_equal(addr_parse(&from, "fe80::1"), 0);
	from.scope = 3;
	assert_int_equal(libminiping_answers_add(&a, &from, 1, MS, -1), LIBMINIPING_ANSWER);
	from.scope = 2;
	assert_int_equal(libminiping_answers_add(&a, &from, 1, MS, -1), LIBMINIPING_ANSWER);
	assert_int_equal(a.n, 2);
	assert_int_equal(a.at[0].from.scope, 2);
	libminiping_answers_fini(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_answerer_has_figures_of_its_own),
		cmocka_unit_test(only_a_second_reply_of_the_same_host_to_the_same_packet_is_a_duplicate),
		cmocka_unit_test(replies_that_overtake_each_other_all_count_once),
		cmocka_unit_test(no_more_than_the_bound_are_kept_and_the_replies_of_others_are_counted),
		cmocka_unit_test(the_same_address_on_two_links_is_two_answerers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
