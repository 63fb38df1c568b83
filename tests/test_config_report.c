#include "fixture_config.h"

#include "daemon/config_report.h"

static struct config *config;
static struct config_report *loaded;

static int init(void **state)
{
	(void)state;
	config = fixture_config("targets: [a]\n");
	loaded = config_report_loaded(config, "/etc/x.yaml", 100);
	return loaded ? 0 : -1;
}

static int fini(void **state)
{
	(void)state;
	config_report_unref(loaded);
	config_free(config);
	return 0;
}

static void is_in_force(const struct generation_config *c)
{
	assert_string_equal(c->path, "/etc/x.yaml");
	assert_string_equal(c->hash, config->hash);
	assert_int_equal(c->loaded_ns, 100);
	assert_int_equal(c->n_files, 1);
	assert_string_equal(c->files[0].path, "test.yaml");
	assert_string_equal(c->files[0].kind, "main");
}

static void one_that_was_loaded_has_its_files_and_no_errors(void **state)
{
	struct generation_config c = config_report_value(loaded);

	(void)state;
	is_in_force(&c);
	assert_true(c.last_ok);
	assert_int_equal(c.last_ns, 100);
	assert_int_equal(c.n_errors, 0);
	assert_int_equal(c.n_errors_more, 0);
}

static void a_refused_one_leaves_the_first_and_its_errors(void **state)
{
	struct config_errors errors;
	struct config_report *failed;
	struct generation_config c;
	struct config *none;
	const char *text = "targets: [a, a]\nno: 1\n";

	(void)state;
	assert_int_equal(config_parse(&none, "new.yaml", text, strlen(text), &errors), -EINVAL);
	errors.n_more = 5;
	failed = config_report_failed(loaded, &errors, "why", 200);
	config_errors_fini(&errors);
	assert_non_null(failed);
	c = config_report_value(failed);
	is_in_force(&c);
	assert_false(c.last_ok);
	assert_int_equal(c.last_ns, 200);
	assert_int_equal(c.n_errors, 2);
	assert_string_equal(c.errors[0], "new.yaml:1:14: duplicate target name \"a\" (first at 1:11)");
	assert_int_equal(c.n_errors_more, 5);
	config_report_unref(failed);
}

static void one_refused_for_another_reason_says_why(void **state)
{
	struct config_errors none = { .n = 0 };
	struct config_report *failed = config_report_failed(loaded, &none, "the log cannot be opened", 200), *again;
	struct generation_config c;

	(void)state;
	assert_non_null(failed);
	again = config_report_failed(failed, NULL, "no memory", 300);
	config_report_unref(failed);
	assert_non_null(again);
	c = config_report_value(again);
	is_in_force(&c);
	assert_int_equal(c.n_errors, 1);
	assert_string_equal(c.errors[0], "no memory");
	config_report_unref(again);
}

static void it_keeps_its_configuration_alive(void **state)
{
	struct config_report *mine = config_report_ref(loaded);
	struct generation_config c;

	(void)state;
	config_report_unref(loaded);
	config_free(config);
	c = config_report_value(mine);
	assert_string_equal(c.files[0].path, "test.yaml");
	config = config_ref(config); /* for the tear-down */
	loaded = mine;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, init, fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_that_was_loaded_has_its_files_and_no_errors),
		TEST(a_refused_one_leaves_the_first_and_its_errors),
		TEST(one_refused_for_another_reason_says_why),
		TEST(it_keeps_its_configuration_alive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
