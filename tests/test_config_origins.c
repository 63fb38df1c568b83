#include "fixture_config.h"
#include "core/origins.h"

/* What the option of that name of a target comes from, as "level" or "level file:line". */
static void comes_from(const struct config *c, const char *target, const char *option, const char *expected)
{
	const struct config_target *t = fixture_target(c, target);
	struct origin o = origins_find(t->profile, (size_t)(options_find(option) - options_settings), t->name);
	char text[PATH_MAX];

	if (o.file)
		snprintf(text, sizeof(text), "%s %s:%u", origin_level_name(o.level), o.file, o.line);
	else
		snprintf(text, sizeof(text), "%s", origin_level_name(o.level));
	assert_string_equal(text, expected);
}

static void an_option_comes_from_the_innermost_level_that_sets_it(void **state)
{
	struct config *c = fixture_config("defaults: {interval: 2s, timeout: 1s}\n"
	                                  "groups:\n"
	                                  "  - name: core\n"
	                                  "    interval: 5s\n"
	                                  "    degraded: {loss: 10, clear: {loss: 1}}\n"
	                                  "    targets:\n"
	                                  "      - 192.0.2.1\n"
	                                  "      - {host: 192.0.2.2, timeout: 3s}\n"
	                                  "      - {host: 192.0.2.3,\n"
	                                  "         timeout: 3s}\n"
	                                  "      - {host: 192.0.2.4, labels: {a: b}}\n"
	                                  "targets: [192.0.2.5]\n");

	(void)state;
	comes_from(c, "192.0.2.1", "interval", "group test.yaml:3");
	comes_from(c, "192.0.2.1", "timeout", "defaults test.yaml:1");
	comes_from(c, "192.0.2.1", "degraded.loss", "group test.yaml:3");
	comes_from(c, "192.0.2.1", "degraded.clear.loss", "group test.yaml:3");
	comes_from(c, "192.0.2.1", "degraded.rtt", "built-in");
	comes_from(c, "192.0.2.2", "timeout", "target test.yaml:8");
	comes_from(c, "192.0.2.2", "interval", "group test.yaml:3");
	comes_from(c, "192.0.2.3", "timeout", "target test.yaml:9");
	comes_from(c, "192.0.2.4", "timeout", "defaults test.yaml:1");
	comes_from(c, "192.0.2.5", "interval", "defaults test.yaml:1");
	comes_from(c, "192.0.2.5", "size", "built-in");
	config_free(c);
}

static void targets_that_set_the_same_share_profile_and_origins(void **state)
{
	struct config *c = fixture_config("targets:\n"
	                                  "  - {host: 192.0.2.1, interval: 5s}\n"
	                                  "  - {host: 192.0.2.2, interval: 5s}\n");

	(void)state;
	assert_ptr_equal(fixture_target(c, "192.0.2.1")->profile, fixture_target(c, "192.0.2.2")->profile);
	comes_from(c, "192.0.2.1", "interval", "target test.yaml:2");
	comes_from(c, "192.0.2.2", "interval", "target test.yaml:3");
	config_free(c);
}

static void the_same_value_set_by_two_levels_has_two_origins(void **state)
{
	struct config *c = fixture_config("defaults: {interval: 5s}\n"
	                                  "targets:\n"
	                                  "  - 192.0.2.1\n"
	                                  "  - {host: 192.0.2.2, interval: 5s}\n");

	(void)state;
	comes_from(c, "192.0.2.1", "interval", "defaults test.yaml:1");
	comes_from(c, "192.0.2.2", "interval", "target test.yaml:4");
	assert_true(profile_same(fixture_target(c, "192.0.2.1")->profile, fixture_target(c, "192.0.2.2")->profile));
	config_free(c);
}

static void a_range_is_one_place_for_all_its_targets(void **state)
{
	struct config *c = fixture_config("targets:\n"
	                                  "  - {range: 192.0.2.0/29, interval: 5s}\n"
	                                  "  - {host: a.example, family: both, interval: 7s}\n");

	(void)state;
	comes_from(c, "192.0.2.1", "interval", "target test.yaml:2");
	comes_from(c, "192.0.2.6", "interval", "target test.yaml:2");
	comes_from(c, "a.example/4", "interval", "target test.yaml:3");
	comes_from(c, "a.example/6", "family", "target test.yaml:3");
	config_free(c);
}

static void what_follows_from_others_says_so(void **state)
{
	struct config *c = fixture_config("defaults: {source: 192.0.2.9}\n"
	                                  "targets: [a.example]\n");

	(void)state;
	comes_from(c, "a.example", "source", "defaults test.yaml:1");
	comes_from(c, "a.example", "family", "defaults test.yaml:1");
	config_free(c);
	c = fixture_config("targets: ['fe80::1%eth9']\n");
	comes_from(c, "fe80::1%eth9", "interface", "target");
	config_free(c);
}

static void a_lease_is_in_no_file_and_its_defaults_are_built_in(void **state)
{
	struct config *c = fixture_config("defaults: {interval: 2s, timeout: 1s}\n"
	                                  "targets: [{host: 192.0.2.1, rise: 5}]\n");
	struct config_target *t = &c->targets[0];
	struct profile p = *t->profile;

	(void)state;
	p.is_leased = true;
	t->profile = &p;
	comes_from(c, "192.0.2.1", "rise", "target");
	comes_from(c, "192.0.2.1", "interval", "defaults");
	comes_from(c, "192.0.2.1", "timeout", "built-in");
	config_free(c);
}

static void included_files_have_defaults_of_their_own(void **state)
{
	struct config_errors errors;
	char expected[PATH_MAX + 64], path[PATH_MAX];
	struct config *c;

	(void)state;
	fixture_put("main.yaml",
	            "include: more.yaml\ndefaults:\n  interval: 2s\n  timeout: 1s\ntargets: [192.0.2.1]\n");
	fixture_put("more.yaml", "targets:\n- 192.0.2.2\n- {host: 192.0.2.3, rise: 9}\n\ndefaults: {timeout: 3s}\n");
	snprintf(path, sizeof(path), "%s", fixture_path("main.yaml"));
	assert_int_equal(config_load(&c, path, NULL, &errors), 0);
	snprintf(expected, sizeof(expected), "defaults %s:3", path);
	comes_from(c, "192.0.2.2", "interval", expected);
	comes_from(c, "192.0.2.1", "timeout", expected);
	snprintf(expected, sizeof(expected), "defaults %s:5", fixture_path("more.yaml"));
	comes_from(c, "192.0.2.2", "timeout", expected);
	snprintf(expected, sizeof(expected), "target %s:3", fixture_path("more.yaml"));
	comes_from(c, "192.0.2.3", "rise", expected);
	config_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_option_comes_from_the_innermost_level_that_sets_it),
		cmocka_unit_test(targets_that_set_the_same_share_profile_and_origins),
		cmocka_unit_test(the_same_value_set_by_two_levels_has_two_origins),
		cmocka_unit_test(a_range_is_one_place_for_all_its_targets),
		cmocka_unit_test(what_follows_from_others_says_so),
		cmocka_unit_test(a_lease_is_in_no_file_and_its_defaults_are_built_in),
		cmocka_unit_test_setup_teardown(included_files_have_defaults_of_their_own, fixture_make_dir,
		                                fixture_remove_dir),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
