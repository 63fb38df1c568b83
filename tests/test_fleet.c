#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/fleet.h"

static const struct profile profile = { .options = { .window = 2 } };
static struct fleet *fleet;

static int init(void **state)
{
	(void)state;
	fleet = fleet_new();
	return !fleet;
}

static int fini(void **state)
{
	(void)state;
	fleet_free(fleet);
	return 0;
}

static uint32_t add(const char *name)
{
	return fleet_add(fleet, name, "h", &(struct addr){ .family = AF_UNSPEC }, &profile, 1);
}

static void an_empty_fleet_has_nobody(void **state)
{
	(void)state;
	assert_int_equal(fleet_count(fleet), 0);
	assert_int_equal(fleet_size(fleet), 0);
	assert_null(fleet_at(fleet, 0));
	assert_null(fleet_at(fleet, UINT32_MAX));
}

static void targets_can_be_added_one_by_one_and_pointers_stay_good(void **state)
{
	struct target *first;

	(void)state;
	assert_int_equal(add("first"), 0);
	first = fleet_at(fleet, 0);
	for (uint32_t i = 1; i < 10000; i++)
		assert_int_equal(add("more"), i);
	assert_int_equal(fleet_count(fleet), 10000);
	assert_ptr_equal(fleet_at(fleet, 0), first);
	assert_string_equal(first->name, "first");
	assert_int_equal(fleet_at(fleet, 9999)->born_ns, 1);
	assert_null(fleet_at(fleet, 10000));
}

static void a_target_put_into_the_fleet_is_there_with_its_window(void **state)
{
	struct addr a;
	struct target t;
	const struct window *window;
	uint32_t number;

	(void)state;
	assert_int_equal(addr_parse(&a, "192.0.2.1"), 0);
	assert_int_equal(target_init(&t, "name", "host", &a, &profile, 7), 0);
	window = t.window;
	number = fleet_put(fleet, &t);
	assert_int_equal(number, 0);
	assert_ptr_equal(fleet_at(fleet, number)->window, window);
	assert_string_equal(fleet_at(fleet, number)->name, "name");
	assert_int_equal(fleet_count(fleet), 1);
}

static void a_retired_number_serves_again_and_the_others_stay(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 5; i++)
		add("some");
	fleet_retire(fleet, 3);
	assert_null(fleet_at(fleet, 3));
	assert_int_equal(fleet_count(fleet), 4);
	assert_int_equal(fleet_size(fleet), 5);
	assert_non_null(fleet_at(fleet, 4));
	assert_int_equal(add("again"), 3);
	assert_string_equal(fleet_at(fleet, 3)->name, "again");
	assert_int_equal(fleet_size(fleet), 5);
}

static void room_is_taken_as_a_whole_and_targets_stay_where_they_are(void **state)
{
	static const uint32_t sizes[] = { 0, 1, 4095, 4096, 4097, 20000 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint32_t before = fleet_size(fleet);
		const struct target *first = fleet_at(fleet, 0);
		struct fleet_room *room;

		assert_int_equal(fleet_room_new(&room, fleet, sizes[i]), 0);
		assert_int_equal(fleet_size(fleet), before);
		fleet_room_take(fleet, room);
		assert_int_equal(fleet_size(fleet), before);
		for (uint32_t k = 0; k < sizes[i]; k++)
			assert_int_equal(add("more"), before + k);
		if (first)
			assert_ptr_equal(fleet_at(fleet, 0), first);
	}
	assert_null(fleet_at(fleet, fleet_size(fleet)));
}

static void retired_numbers_are_remembered_when_room_is_taken(void **state)
{
	struct fleet_room *room;

	(void)state;
	for (uint32_t i = 0; i < 5000; i++)
		add("some");
	fleet_retire(fleet, 17);
	fleet_retire(fleet, 4711);
	assert_int_equal(fleet_room_new(&room, fleet, 10000), 0);
	fleet_room_take(fleet, room);
	assert_int_equal(add("again"), 4711);
	assert_int_equal(add("again"), 17);
	assert_int_equal(add("new"), 5000);
}

static void room_that_is_not_taken_changes_nothing(void **state)
{
	struct fleet_room *room;

	(void)state;
	add("one");
	assert_int_equal(fleet_room_new(&room, fleet, 10000), 0);
	fleet_room_free(room);
	assert_int_equal(fleet_room_new(&room, fleet, 0), 0);
	fleet_room_free(room);
	fleet_room_free(NULL);
	assert_int_equal(fleet_size(fleet), 1);
	assert_int_equal(add("two"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, init, fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_empty_fleet_has_nobody),
		TEST(targets_can_be_added_one_by_one_and_pointers_stay_good),
		TEST(a_target_put_into_the_fleet_is_there_with_its_window),
		TEST(a_retired_number_serves_again_and_the_others_stay),
		TEST(room_is_taken_as_a_whole_and_targets_stay_where_they_are),
		TEST(retired_numbers_are_remembered_when_room_is_taken),
		TEST(room_that_is_not_taken_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
