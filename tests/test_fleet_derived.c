#include "running.h"

static struct running running;
static uint32_t parent;

static void on_action(void *data, enum reload_action a, uint32_t number)
{
	unsigned *counts = data;

	counts[a]++;
	parent = a == RELOAD_REMOVED ? parent : number;
}

/* How many targets got which action; parent is the last one. */
static const unsigned *apply(const char *yaml)
{
	static unsigned counts[RELOAD_ACTIONS];

	memset(counts, 0, sizeof(counts));
	running_plan(&running, yaml);
	assert_true(running_apply(&running, SIZE_MAX, 1000, 2000, on_action, counts));
	return counts;
}

static int init(void **state)
{
	(void)state;
	if (running_init(&running))
		return -1;
	apply("targets: [192.0.2.1, {host: gw.x, addresses: all, window: 10}]");
	return 0;
}

static int fini(void **state)
{
	(void)state;
	return running_fini(&running);
}

static uint32_t derive(const char *text)
{
	struct addr a;
	uint32_t number;

	assert_int_equal(addr_parse(&a, text), 0);
	number = fleet_derive(running.fleet, parent, &a, 3000, 4000);
	assert_int_not_equal(number, FLEET_NONE);
	return number;
}

static void settle(uint32_t number, unsigned n)
{
	struct settled s = { .outcome = OUTCOME_REPLY, .rtt_ns = NS_PER_MS, .ttl = 60 };

	while (n--)
		target_settle(fleet_at(running.fleet, number), &s, 5);
}

static void a_derived_target_is_called_name_and_address(void **state)
{
	uint32_t number = derive("2001:db8::1");
	const struct target *t = fleet_at(running.fleet, number), *p = fleet_at(running.fleet, parent);
	char text[ADDR_STRLEN];

	(void)state;
	assert_true(target_is_parent(p));
	assert_false(target_is_parent(t));
	assert_true(target_is_derived(t));
	assert_false(target_is_derived(p));
	assert_string_equal(t->name, "gw.x/2001:db8::1");
	assert_string_equal(t->host, "2001:db8::1");
	assert_string_equal(addr_format(&t->addr, text), "2001:db8::1");
	assert_ptr_equal(t->profile, p->profile);
	assert_int_equal(window_capacity(t->window), 10);
	assert_int_equal(t->born_ns, 3000);
	assert_int_equal(t->since_real_ns, 4000);
	assert_int_equal(t->ttl, -1);
	assert_int_equal(fleet_count(running.fleet), 3);
}

static void only_a_name_with_all_addresses_is_a_parent(void **state)
{
	(void)state;
	apply("targets: [{host: gw.x, addresses: all}, {host: 192.0.2.1, addresses: all}]");
	assert_false(target_is_parent(fleet_at(running.fleet, parent)));
	apply("targets: [{host: gw.x, addresses: all}, {host: gw2.x}]");
	assert_false(target_is_parent(fleet_at(running.fleet, parent)));
}

static void a_plan_neither_removes_nor_matches_a_derived_target(void **state)
{
	uint32_t number = derive("192.0.2.7");
	const unsigned *n = apply("targets: [192.0.2.1, {host: gw.x, addresses: all, window: 10}]");

	(void)state;
	assert_int_equal(n[RELOAD_KEPT], 2);
	assert_int_equal(n[RELOAD_REMOVED], 0);
	n = apply("targets: [{host: 192.0.2.7, name: gw.x/192.0.2.7}]");
	assert_int_equal(n[RELOAD_ADDED], 1);
	assert_int_equal(n[RELOAD_REMOVED], 2);
	assert_true(target_is_derived(fleet_at(running.fleet, number)));
}

static void what_is_derived_is_inherited_anew_at_a_reload(void **state)
{
	uint32_t number = derive("192.0.2.7");
	struct target *t = fleet_at(running.fleet, number);
	const unsigned *n;

	(void)state;
	settle(number, 8);
	n = apply("targets: [192.0.2.1, {host: gw.x, addresses: all, window: 5, labels: {a: b}}]");
	assert_int_equal(n[RELOAD_CHANGED], 1);
	fleet_inherit(running.fleet, number, parent);
	assert_ptr_equal(t->profile, fleet_at(running.fleet, parent)->profile);
	assert_string_equal(t->profile->labels->at[0].value, "b");
	assert_string_equal(t->name, "gw.x/192.0.2.7");
	assert_int_equal(window_capacity(t->window), 5);
	assert_int_equal(window_view(t->window).n_received, 5);
	assert_int_equal(target_totals(t).received, 8);
}

static void another_choice_of_addresses_is_a_move(void **state)
{
	const unsigned *n;

	(void)state;
	n = apply("targets: [192.0.2.1, {host: gw.x, window: 10}]");
	assert_int_equal(n[RELOAD_MOVED], 1);
	fleet_at(running.fleet, parent)->addr = (struct addr){ .bytes = { 192, 0, 2, 7 }, .family = AF_INET };
	settle(parent, 3);
	n = apply("targets: [192.0.2.1, {host: gw.x, addresses: all, window: 10}]");
	assert_int_equal(n[RELOAD_MOVED], 1);
	assert_true(target_is_parent(fleet_at(running.fleet, parent)));
	assert_int_equal(window_view(fleet_at(running.fleet, parent)->window).n_sent, 0);
	/* An address has no others. */
	n = apply("targets: [{host: 192.0.2.1, addresses: all}, {host: gw.x, addresses: all, window: 10}]");
	assert_int_equal(n[RELOAD_CHANGED], 1);
	assert_int_equal(n[RELOAD_KEPT], 1);
}

static void a_retired_number_serves_again(void **state)
{
	uint32_t first = derive("192.0.2.7"), second = derive("192.0.2.8"), size = fleet_size(running.fleet);

	(void)state;
	fleet_retire(running.fleet, first);
	assert_null(fleet_at(running.fleet, first));
	assert_non_null(fleet_at(running.fleet, second));
	assert_int_equal(derive("192.0.2.9"), first);
	assert_int_equal(fleet_size(running.fleet), size);
	assert_string_equal(fleet_at(running.fleet, first)->name, "gw.x/192.0.2.9");
}

static void more_than_a_block_of_them_and_a_reload_between(void **state)
{
	uint32_t numbers[5000];
	char text[ADDR_STRLEN];

	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		snprintf(text, sizeof(text), "198.18.%u.%u", i / 250, 1 + i % 250);
		numbers[i] = derive(text);
		if (i == 4093) /* the block is full */
			apply("targets: [192.0.2.1, 192.0.2.2, 192.0.2.3,"
			      " {host: gw.x, addresses: all, window: 10}]");
	}
	assert_int_equal(fleet_count(running.fleet), 5004);
	for (unsigned i = 0; i < 5000; i += 2)
		fleet_retire(running.fleet, numbers[i]);
	assert_int_equal(fleet_count(running.fleet), 2504);
	assert_string_equal(fleet_at(running.fleet, numbers[4999])->host, "198.18.19.250");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, init, fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_derived_target_is_called_name_and_address),
		TEST(only_a_name_with_all_addresses_is_a_parent),
		TEST(a_plan_neither_removes_nor_matches_a_derived_target),
		TEST(what_is_derived_is_inherited_anew_at_a_reload),
		TEST(another_choice_of_addresses_is_a_move),
		TEST(a_retired_number_serves_again),
		TEST(more_than_a_block_of_them_and_a_reload_between),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
