#include "running.h"

#include "daemon/config_rows.h"

static struct running running;

static int init(void **state)
{
	(void)state;
	return running_init(&running);
}

static int fini(void **state)
{
	(void)state;
	return running_fini(&running);
}

static void ignore(void *data, enum reload_action a, uint32_t number)
{
	(void)data, (void)a, (void)number;
}

static void load(const char *yaml)
{
	running_plan(&running, yaml);
	assert_true(running_apply(&running, SIZE_MAX, 1, 2, ignore, NULL));
}

static char *dump(const struct config *c, const struct config_target *targets, size_t n)
{
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	assert_int_equal(config_dump_targets(f, c, targets, n), 0);
	fclose(f);
	return text;
}

/* What the fleet's rows say of the configuration in force. */
static char *dump_rows(void)
{
	struct snapshot *s = snapshot_new(10);
	struct config_target *targets;
	size_t n;
	char *text;

	assert_non_null(s);
	assert_int_equal(snapshot_take_some(s, running.fleet, SIZE_MAX), 0);
	assert_int_equal(config_rows(&targets, &n, s), 0);
	text = dump(running.config, targets, n);
	free(targets);
	snapshot_free(s);
	return text;
}

static void is_dumped_as(const char *yaml)
{
	struct config *c = fixture_config(yaml);
	char *expected = dump(c, c->targets, c->n_targets), *found = dump_rows();

	assert_string_equal(found, expected);
	free(expected);
	free(found);
	config_free(c);
}

static const char two_groups[] = "groups:\n"
				 "  - {name: a, labels: {x: y}, targets: [192.0.2.1, {host: n.example, name: two}]}\n"
				 "  - {name: b, interval: 3s, targets: [192.0.2.2]}\n"
				 "targets: [192.0.2.3, {host: all.example, addresses: all}]\n";

static void a_first_configuration_is_dumped_as_its_file(void **state)
{
	(void)state;
	load(two_groups);
	is_dumped_as(two_groups);
}

static void what_dns_has_added_is_not_dumped(void **state)
{
	struct addr a;

	(void)state;
	load(two_groups);
	assert_int_equal(addr_parse(&a, "192.0.2.9"), 0);
	for (uint32_t i = 0; i < fleet_size(running.fleet); i++)
		if (target_is_parent(fleet_at(running.fleet, i)))
			assert_int_not_equal(fleet_derive(running.fleet, i, &a, 1, 2), FLEET_NONE);
	is_dumped_as(two_groups);
}

/* A target that is new has a new number, or one of a target that went. */
static void a_group_stays_in_one_piece_when_targets_come_and_go(void **state)
{
	(void)state;
	load(two_groups);
	load("groups:\n"
	     "  - {name: a, targets: [192.0.2.1]}\n"
	     "  - {name: b, targets: [192.0.2.2]}\n"
	     "targets: [192.0.2.3]\n");
	load("groups:\n"
	     "  - {name: a, targets: [192.0.2.1, 192.0.2.5, 192.0.2.7]}\n"
	     "  - {name: b, targets: [192.0.2.2, 192.0.2.6]}\n"
	     "targets: [192.0.2.3, 192.0.2.4]\n");
	running_plan(&running, "targets: [192.0.2.3]\n");
	running_forget(&running); /* a plan alone changes nothing */
	{
		char *text = dump_rows();
		struct config *again = fixture_config(text); /* else: a second group of that name */

		assert_int_equal(again->n_targets, 7);
		assert_string_equal(fixture_target(again, "192.0.2.7")->profile->group, "a");
		assert_string_equal(fixture_target(again, "192.0.2.6")->profile->group, "b");
		assert_null(fixture_target(again, "192.0.2.4")->profile->group);
		config_free(again);
		free(text);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, init, fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_first_configuration_is_dumped_as_its_file),
		TEST(what_dns_has_added_is_not_dumped),
		TEST(a_group_stays_in_one_piece_when_targets_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
