#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/index.h"
#include "random.h"

#include <stdio.h>
#include <string.h>

#define N 3000u

static char names[N][16];
static struct index x;

static bool same(const void *data, uint32_t number, const void *wanted)
{
	const char(*all)[16] = data;

	return !strcmp(all[number], wanted);
}

static int init(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < N; i++)
		snprintf(names[i], sizeof(names[i]), "name %u", i);
	index_init(&x, (struct hash_secret){ 1, 2 }, same);
	return 0;
}

static int fini(void **state)
{
	(void)state;
	index_fini(&x);
	return 0;
}

static uint32_t at(const char *name)
{
	return index_at(&x, index_hash_text(&x, name), names, name);
}

static void an_empty_index_finds_nothing(void **state)
{
	(void)state;
	assert_int_equal(at("name 1"), INDEX_NONE);
}

static void what_is_added_is_found_and_nothing_else(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < N; i++)
		assert_int_equal(index_add(&x, index_hash_text(&x, names[i]), i), 0);
	assert_int_equal(x.n, N);
	for (uint32_t i = 0; i < N; i++)
		assert_int_equal(at(names[i]), i);
	assert_int_equal(at("name 3000"), INDEX_NONE);
	assert_int_equal(at(""), INDEX_NONE);
}

/* However things come and go, it holds those that are there. Few hashes, so that they stand in each other's way. */
static void adding_and_removing_at_random_agrees_with_a_plain_list(void **state)
{
	static bool there[N];
	uint64_t random = 7;

	(void)state;
	memset(there, 0, sizeof(there));
	for (int round = 0; round < 60000; round++) {
		uint32_t i = (uint32_t)(random_next(&random) % 200), hash = (uint32_t)strlen(names[i]) * 3 + i % 5;

		if (there[i])
			index_remove(&x, hash, i);
		else
			assert_int_equal(index_add(&x, hash, i), 0);
		there[i] = !there[i];
		i = (uint32_t)(random_next(&random) % 200);
		hash = (uint32_t)strlen(names[i]) * 3 + i % 5;
		assert_int_equal(index_at(&x, hash, names, names[i]), there[i] ? i : INDEX_NONE);
	}
	for (uint32_t i = 0; i < 200; i++)
		assert_int_equal(index_at(&x, (uint32_t)strlen(names[i]) * 3 + i % 5, names, names[i]),
		                 there[i] ? i : INDEX_NONE);
}

/* Hashes at the upper end stand at both ends of the table. */
static void removing_closes_gaps_over_the_end_of_the_table(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 8; i++)
		assert_int_equal(index_add(&x, UINT32_MAX - i % 2, i), 0);
	for (uint32_t gone = 0; gone < 8; gone++) {
		index_remove(&x, UINT32_MAX - gone % 2, gone);
		for (uint32_t i = 0; i < 8; i++)
			assert_int_equal(index_at(&x, UINT32_MAX - i % 2, names, names[i]), i > gone ? i : INDEX_NONE);
	}
}

static void what_is_reserved_takes_no_more_memory(void **state)
{
	struct index_slot *before;

	(void)state;
	assert_int_equal(index_reserve(&x, N), 0);
	before = x.slots;
	for (uint32_t i = 0; i < N; i++)
		assert_int_equal(index_add(&x, index_hash_text(&x, names[i]), i), 0);
	assert_ptr_equal(x.slots, before);
	assert_true(index_reserve(&x, UINT32_MAX) < 0);
	assert_int_equal(at(names[5]), 5);
}

static void numbers_and_texts_hash_by_the_secret(void **state)
{
	struct index other;

	(void)state;
	index_init(&other, (struct hash_secret){ 1, 3 }, same);
	assert_int_equal(index_hash_number(&x, 5), index_hash_number(&x, 5));
	assert_int_not_equal(index_hash_number(&x, 5), index_hash_number(&x, 6));
	assert_int_not_equal(index_hash_number(&x, 5), index_hash_number(&other, 5));
	assert_int_not_equal(index_hash_text(&x, "a"), index_hash_text(&other, "a"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_empty_index_finds_nothing, init, fini),
		cmocka_unit_test_setup_teardown(what_is_added_is_found_and_nothing_else, init, fini),
		cmocka_unit_test_setup_teardown(adding_and_removing_at_random_agrees_with_a_plain_list, init, fini),
		cmocka_unit_test_setup_teardown(removing_closes_gaps_over_the_end_of_the_table, init, fini),
		cmocka_unit_test_setup_teardown(what_is_reserved_takes_no_more_memory, init, fini),
		cmocka_unit_test_setup_teardown(numbers_and_texts_hash_by_the_secret, init, fini),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
