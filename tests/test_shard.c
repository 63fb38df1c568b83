#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "config/shard.h"

#include <stdio.h>

#define N_NAMES 20000

static const char *name(int i)
{
	static char buf[32];

	snprintf(buf, sizeof(buf), "10.%d.%d.%d", i >> 16, i >> 8 & 255, i & 255);
	return buf;
}

static bool takes(const char *text, uint32_t index, uint32_t count, uint32_t replicas)
{
	return shard_takes(&(struct shard){ index, count, replicas }, text);
}

static uint32_t n_takers(const char *text, uint32_t count, uint32_t replicas)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < count; i++)
		n += takes(text, i, count, replicas);
	return n;
}

static void every_name_falls_to_exactly_as_many_members_as_there_are_replicas(void **state)
{
	static const uint32_t counts[] = { 1, 2, 3, 8, 50, SHARD_MAX };

	(void)state;
	for (size_t c = 0; c < sizeof(counts) / sizeof(counts[0]); c++) {
		for (uint32_t replicas = 1; replicas <= counts[c] && replicas <= 4; replicas++) {
			for (int i = 0; i < 20; i++)
				assert_int_equal(n_takers(name(i), counts[c], replicas), replicas);
		}
	}
	assert_int_equal(n_takers("", 5, 5), 5);
}

static void members_get_even_parts(void **state)
{
	const uint32_t count = 8;

	(void)state;
	for (uint32_t member = 0; member < count; member++) {
		int n = 0;

		for (int i = 0; i < N_NAMES; i++)
			n += takes(name(i), member, count, 1);
		/* 2,500 ± 47 (one standard deviation) */
		assert_in_range(n, N_NAMES / count - 250, N_NAMES / count + 250);
	}
}

/* How many of the names' places change from one count to the other. */
static int n_moved(uint32_t from, uint32_t to, uint32_t replicas)
{
	uint32_t most = from > to ? from : to;
	int n = 0;

	for (int i = 0; i < N_NAMES; i++) {
		for (uint32_t member = 0; member < most; member++) {
			bool before = member < from && takes(name(i), member, from, replicas);
			bool after = member < to && takes(name(i), member, to, replicas);

			n += !before && after;
		}
	}
	return n;
}

static void one_member_more_or_less_moves_only_its_own_share(void **state)
{
	(void)state;
	assert_in_range(n_moved(8, 9, 1), N_NAMES / 9 - 250, N_NAMES / 9 + 250);
	assert_in_range(n_moved(9, 8, 1), N_NAMES / 9 - 250, N_NAMES / 9 + 250);
	assert_in_range(n_moved(3, 4, 2), 2 * N_NAMES / 4 - 400, 2 * N_NAMES / 4 + 400);
}

static void nobody_else_gains_when_a_member_comes(void **state)
{
	(void)state;
	for (int i = 0; i < N_NAMES; i++) {
		for (uint32_t member = 0; member < 8; member++) {
			if (takes(name(i), member, 9, 2))
				assert_true(takes(name(i), member, 8, 2));
		}
	}
}

/* Daemons of different versions share a fleet: this may never change. */
static void the_choice_is_a_contract(void **state)
{
	static const struct {
		const char *name;
		uint32_t member;
	} fixed[] = {
		{ "192.0.2.1", 4 },
		{ "gw.example.net", 1 },
		{ "2001:db8::1", 4 },
		{ "Z\xc3\xbcrich", 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		for (uint32_t member = 0; member < 7; member++) {
			if (takes(fixed[i].name, member, 7, 1))
				assert_int_equal(member, fixed[i].member);
		}
	}
}

static void names_are_spread_evenly_over_all_shards(void **state)
{
	int n[SHARD_NUMBERS] = { 0 };

	(void)state;
	for (int i = 0; i < N_NAMES; i++)
		n[shard_number(name(i))]++;
	/* 78 ± 9 (one standard deviation) */
	for (int i = 0; i < SHARD_NUMBERS; i++)
		assert_in_range(n[i], 35, 125);
}

static void the_number_of_a_shard_is_a_contract(void **state)
{
	(void)state;
	assert_int_equal(shard_number("192.0.2.1"), 77);
	assert_int_equal(shard_number("gw.example.net"), 129);
	assert_int_equal(shard_number("2001:db8::1"), 99);
	assert_int_equal(shard_number("Z\xc3\xbcrich"), 198);
}

static void a_set_has_what_was_added_and_nothing_else(void **state)
{
	static const uint8_t added[] = { 0, 1, 63, 64, 127, 128, 200, 255 };
	struct shard_set set = { .bits = { 0 } };
	bool expected[SHARD_NUMBERS] = { false };

	(void)state;
	for (size_t i = 0; i <= sizeof(added); i++) {
		for (int k = 0; k < SHARD_NUMBERS; k++)
			assert_int_equal(shard_set_has(&set, (uint8_t)k), expected[k]);
		if (i == sizeof(added))
			break;
		shard_set_add(&set, added[i]);
		expected[added[i]] = true;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_name_falls_to_exactly_as_many_members_as_there_are_replicas),
		cmocka_unit_test(members_get_even_parts),
		cmocka_unit_test(one_member_more_or_less_moves_only_its_own_share),
		cmocka_unit_test(nobody_else_gains_when_a_member_comes),
		cmocka_unit_test(the_choice_is_a_contract),
		cmocka_unit_test(names_are_spread_evenly_over_all_shards),
		cmocka_unit_test(the_number_of_a_shard_is_a_contract),
		cmocka_unit_test(a_set_has_what_was_added_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
