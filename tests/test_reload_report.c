#include "running.h"

#include "daemon/reload_report.h"

#include <jansson.h>

static struct running running;

static int setup(void **state)
{
	(void)state;
	return running_init(&running);
}

static int teardown(void **state)
{
	(void)state;
	return running_fini(&running);
}

static void on_step(void *data, enum reload_action a, uint32_t number)
{
	(void)data, (void)a, (void)number;
}

static void apply(const char *yaml)
{
	running_plan(&running, yaml);
	assert_true(running_apply(&running, SIZE_MAX, 1, 1, on_step, NULL));
}

static json_t *report(const char *yaml, bool is_diff)
{
	json_t *j;
	char *text;

	running_plan(&running, yaml);
	text = reload_report_plan(running.plan, is_diff ? running.config : NULL, running.next);
	assert_non_null(text);
	j = json_loads(text, 0, NULL);
	assert_non_null(j);
	free(text);
	running_forget(&running);
	return j;
}

static int count(const json_t *j, const char *what)
{
	return (int)json_integer_value(json_object_get(json_object_get(j, "counts"), what));
}

/* In j, a list of differences: what option was and is, "-" for null; "": it is not in there. */
static const char *difference(const json_t *list, const char *option, char buf[512])
{
	const char *name, *from, *to;
	json_t *x, *all = (json_t *)(uintptr_t)list;
	size_t i;

	buf[0] = '\0';
	json_array_foreach(all, i, x) {
		name = json_string_value(json_object_get(x, "option"));
		from = json_string_value(json_object_get(x, "from"));
		to = json_string_value(json_object_get(x, "to"));
		if (!strcmp(name, option))
			snprintf(buf, 512, "%s > %s", from ? from : "-", to ? to : "-");
	}
	return buf;
}

static const json_t *change_of(const json_t *j, const char *name)
{
	json_t *x, *all = json_object_get(j, "changes");
	size_t i;

	json_array_foreach(all, i, x)
		if (!strcmp(json_string_value(json_object_get(x, "name")), name))
			return x;
	return NULL;
}

static const char was[] =
	"limits: {max_rate: 100}\n"
	"groups: [{name: core, labels: {site: fra1, old: x}, targets: [{host: 192.0.2.1, name: a}]}]\n"
	"targets: [{host: 192.0.2.2, name: b}, {host: 192.0.2.3, name: c}, {host: 192.0.2.4, name: d}]\n";
static const char is[] =
	"limits: {max_rate: 200}\nlog: {format: json}\n"
	"groups: [{name: edge, interval: 200ms, degraded: {loss: 5}, labels: {site: fra2, new: y},\n"
	"          targets: [{host: 192.0.2.1, name: a, depends_on: [b, d]}]}]\n"
	"targets: [{host: 192.0.2.9, name: b}, {host: 192.0.2.4, name: d}, {host: 192.0.2.5, name: e}]\n";

static void a_diff_says_what_each_option_was_and_is(void **state)
{
	const json_t *options, *settings;
	char buf[512];
	json_t *j;

	(void)state;
	apply(was);
	j = report(is, true);
	assert_int_equal(count(j, "added"), 1);
	assert_int_equal(count(j, "removed"), 1);
	assert_int_equal(count(j, "changed"), 1);
	assert_int_equal(count(j, "moved"), 1);
	assert_int_equal(count(j, "kept"), 1);
	options = json_object_get(change_of(j, "a"), "options");
	assert_int_equal(json_array_size(options), 7);
	assert_string_equal(difference(options, "interval", buf), "1s > 200ms");
	assert_string_equal(difference(options, "degraded.loss", buf), "0 > 5");
	assert_string_equal(difference(options, "group", buf), "core > edge");
	assert_string_equal(difference(options, "labels.site", buf), "fra1 > fra2");
	assert_string_equal(difference(options, "labels.old", buf), "x > -");
	assert_string_equal(difference(options, "labels.new", buf), "- > y");
	assert_string_equal(difference(options, "depends_on", buf), "- > b, d");
	options = json_object_get(change_of(j, "b"), "options");
	assert_int_equal(json_array_size(options), 1);
	assert_string_equal(difference(options, "host", buf), "192.0.2.2 > 192.0.2.9");
	assert_null(json_object_get(change_of(j, "e"), "options"));
	assert_string_equal(json_string_value(json_object_get(change_of(j, "c"), "change")), "removed");
	assert_null(change_of(j, "d"));
	settings = json_object_get(j, "settings");
	assert_int_equal(json_array_size(settings), 2);
	assert_string_equal(difference(settings, "limits.max_rate", buf), "100 > 200");
	assert_string_equal(difference(settings, "log.format", buf), "logfmt > json");
	json_decref(j);
}

static void the_same_configuration_changes_nothing(void **state)
{
	json_t *j;

	(void)state;
	apply(was);
	j = report(was, true);
	assert_int_equal(count(j, "kept"), 4);
	assert_int_equal(json_array_size(json_object_get(j, "changes")), 0);
	assert_int_equal(json_array_size(json_object_get(j, "settings")), 0);
	json_decref(j);
}

static void of_many_changes_the_first_are_named_and_all_are_counted(void **state)
{
	json_t *j;

	(void)state;
	apply("targets: [192.0.2.1, 192.0.2.2]\n");
	j = report("targets: [192.0.2.1, {range: 198.51.100.0/24}]\n", false);
	assert_int_equal(count(j, "added"), 254);
	assert_int_equal(json_array_size(json_object_get(j, "changes")), RELOAD_REPORT_NAMES + 1); /* one removed */
	assert_int_equal(json_integer_value(json_object_get(j, "more")), 254 - RELOAD_REPORT_NAMES);
	assert_null(json_object_get(j, "settings"));
	json_decref(j);
}

static void errors_come_with_their_places(void **state)
{
	struct config_errors errors;
	struct config *c;
	char *text;
	json_t *j;

	(void)state;
	assert_int_equal(config_parse(&c, "x\xff.yaml", "bogus: 1\ntargets: 7\n", 20, &errors), -EINVAL);
	text = reload_report_errors(&errors);
	j = json_loads(text, 0, NULL);
	assert_non_null(j);
	assert_int_equal(json_array_size(json_object_get(j, "errors")), 2);
	assert_non_null(strstr(json_string_value(json_object_get(j, "detail")), ".yaml:1:1: unknown key"));
	json_decref(j);
	free(text);
	config_errors_fini(&errors);
	text = reload_report_failure("the log cannot be opened");
	assert_string_equal(text, "{\"error\":\"reload failed\",\"detail\":\"the log cannot be opened\"}");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_diff_says_what_each_option_was_and_is, setup, teardown),
		cmocka_unit_test_setup_teardown(the_same_configuration_changes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(of_many_changes_the_first_are_named_and_all_are_counted, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(errors_come_with_their_places, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
