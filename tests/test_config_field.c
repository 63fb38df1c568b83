/* Configurations as people have them: merge keys, host lists, what Prometheus' file_sd holds. */
#include "fixture_config.h"

#include <time.h>

#define TEXT_LEN 8192

static struct config_errors errors;

static int leave_dir(void **state)
{
	config_errors_fini(&errors);
	return fixture_remove_dir(state);
}

/* Each as "FILE:LINE:COLUMN: TEXT", without the directory. */
static void are(const struct config_errors *found, const char *expected)
{
	char *text, line[TEXT_LEN];
	size_t len;
	FILE *f = open_memstream(&text, &len);

	for (size_t i = 0; i < found->n; i++) {
		config_error_text(&found->at[i], line, sizeof(line));
		fprintf(f, "%s\n",
		        strncmp(line, fixture_dir, strlen(fixture_dir)) ? line : line + strlen(fixture_dir) + 1);
	}
	fclose(f);
	assert_string_equal(text, expected);
	free(text);
}

static struct config *load(const char *text, const char *warnings)
{
	char line[TEXT_LEN];
	struct config *c;

	fixture_put("main.yaml", text);
	if (config_load(&c, fixture_path("main.yaml"), NULL, &errors) < 0)
		fail_msg("%s", config_error_text(&errors.at[0], line, sizeof(line)));
	are(&c->warnings, warnings);
	return c;
}

static void labels_are(const struct config *c, const char *name, const char *expected)
{
	const struct labels *labels = fixture_target(c, name)->profile->labels;
	char text[TEXT_LEN] = "";
	size_t len = 0;

	for (size_t i = 0; labels && i < labels->n; i++)
		len += (size_t)sprintf(text + len, "%s%s=%s", i ? " " : "", labels->at[i].key, labels->at[i].value);
	assert_string_equal(text, expected);
}

static void a_merge_key_gives_what_the_mapping_does_not(void **state)
{
	struct config *c = load("x-a: &a {interval: 5s, timeout: 2s, labels: {site: x}}\n"
	                        "x-b: &b {timeout: 3s, size: 100}\n"
	                        "x-c: &c {<<: *b, ttl: 9}\n"
	                        "targets:\n"
	                        "  - {<<: *a, host: one}\n"
	                        "  - {host: two, timeout: 1s, <<: *a}\n"
	                        "  - {<<: [*b, *a], host: three}\n"
	                        "  - {<<: {ttl: 7}, host: four}\n"
	                        "  - {<<: *c, host: five}\n"
	                        "  - {<<: [], host: six}\n",
	                        "");

	(void)state;
	assert_int_equal(fixture_target(c, "one")->profile->options.interval_ns, 5 * NS_PER_S);
	labels_are(c, "one", "site=x");
	assert_int_equal(fixture_target(c, "two")->profile->options.timeout_ns, NS_PER_S);
	assert_int_equal(fixture_target(c, "two")->profile->options.interval_ns, 5 * NS_PER_S);
	assert_int_equal(fixture_target(c, "three")->profile->options.timeout_ns, 3 * NS_PER_S);
	assert_int_equal(fixture_target(c, "three")->profile->options.size, 100);
	assert_int_equal(fixture_target(c, "three")->profile->options.interval_ns, 5 * NS_PER_S);
	assert_int_equal(fixture_target(c, "four")->profile->options.ttl, 7);
	assert_int_equal(fixture_target(c, "five")->profile->options.ttl, 9);
	assert_int_equal(fixture_target(c, "five")->profile->options.timeout_ns, 3 * NS_PER_S);
	config_free(c);
}

static void a_pattern_that_matches_no_file_is_a_warning(void **state)
{
	(void)state;
	fixture_put("a.yaml", "targets: [a.example]\nx-: 1\n");
	config_free(load("include: [a.yaml, \"none-*.yaml\"]\n",
	                 "main.yaml:1:19: warning: \"none-*.yaml\": no file matches\n"));
	config_free(load("include: [a.yaml, \"none/*.yaml\"]\n",
	                 "main.yaml:1:19: warning: \"none/*.yaml\": no file matches\n"));
}

static void names_are(const struct config *c, const char *expected)
{
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	for (size_t i = 0; i < c->n_targets; i++)
		fprintf(f, "%s%s", i ? " " : "", c->targets[i].name);
	fclose(f);
	assert_string_equal(text, expected);
	free(text);
}

/* node_exporter's and a script's targets as they are written for Prometheus by Ansible, Netbox and others. */
static void a_file_sd_of_prometheus_loads_as_it_is(void **state)
{
	struct config *c;

	(void)state;
	fixture_put(
		"nodes.json",
		"[\n"
		"\t{\n"
		"\t\t\"targets\": [\"node1.example.net:9100\", \"192.0.2.10:9100\", \"[2001:db8::1]:9100\", \"[2001:db8::2]\"],\n"
		"\t\t\"labels\": {\n"
		"\t\t\t\"__meta_netbox_site\": \"fra1\", \"__scheme__\": \"https\", \"__metrics_path__\": \"/m\",\n"
		"\t\t\t\"job\": \"node\", \"instance\": \"x\", \"env\": \"prod\", \"rack-unit\": \"12\", \"2nd\": \"b\",\n"
		"\t\t\t\"\\u00e9tage\": \"1\", \"empty\": \"\", \"none\": null, \"port\": 9100\n"
		"\t\t}\n"
		"\t},\n"
		"\t{\"targets\": []}, {\"targets\": null, \"labels\": null},\n"
		"\t{\"labels\": {\"job\": \"process\"}, \"targets\": [\"node1.example.net:9256\", \"node2.example.net:9256\"]}\n"
		"]\n");
	fixture_put("blackbox.yml", "- targets:\n"
	                            "  - https://www.example.com/health?x=1\n"
	                            "  - http://user@[2001:db8::3]:8080/\n"
	                            "  - https://www.example.com/other\n"
	                            "  - 192.0.2.11\n"
	                            "  - {host: plain.example, interval: 5s}\n"
	                            "  labels:\n"
	                            "    module: http_2xx\n"
	                            "    le: a\n"
	                            "    exported_le: b\n"
	                            "    __tmp: \n");
	c = load(
		"targets_file: [nodes.json, blackbox.yml]\n",
		"nodes.json:3:15: warning: \"node1.example.net:9100\" (and 8 more): only the host is taken: ICMP has no "
		"port, scheme or path\n"
		"nodes.json:6:4: warning: \"job\" (and 3 more): this label's name is taken: it is called \"exported_...\"\n"
		"nodes.json:11:45: warning: \"node1.example.net:9256\" (and 1 more): listed again, and probed once, with the "
		"labels of its first entry\n");
	names_are(c,
	          "node1.example.net 192.0.2.10 2001:db8::1 2001:db8::2 node2.example.net www.example.com 2001:db8::3 "
	          "192.0.2.11 plain.example");
	labels_are(c, "node1.example.net",
	           "_nd=b _tage=1 empty= env=prod "
	           "exported_instance=x exported_job=node port=9100 rack_unit=12");
	labels_are(c, "node2.example.net", "exported_job=process");
	labels_are(c, "www.example.com", "exported_exported_le=a exported_le=b module=http_2xx");
	assert_int_equal(fixture_target(c, "plain.example")->profile->options.interval_ns, 5 * NS_PER_S);
	config_free(c);
}

static void what_is_wrong_in_a_file_sd_is_told_where_it_is(void **state)
{
	struct config *c;

	(void)state;
	fixture_put("a.json",
	            "[{\"targets\": [\"192.0.2.0/24\", \"10.0.0.59x:9100\", \":9100\", \"gw.5\", {\"hots\": \"x\"}],\n"
	            " \"labels\": {\"a\": [1], \"b\": \"x\\ny\"}, \"targest\": []},\n"
	            " {\"targets\": \"x\"}, {\"labels\": []}, 5]\n");
	fixture_put("main.yaml", "targets_file: a.json\n");
	assert_int_equal(config_load(&c, fixture_path("main.yaml"), NULL, &errors), -22);
	are(&errors,
	    "a.json:1:15: \"192.0.2.0/24\" is not a host name: expected letters, digits, \"-\", \"_\" and \".\"\n"
	    "a.json:1:31: \"10.0.0.59x\" is neither an IPv4 address nor a host name\n"
	    "a.json:1:50: \"host\" is empty\n"
	    "a.json:1:59: \"gw.5\" is not an IPv4 address, and no host name ends in a number\n"
	    "a.json:1:67: a target without \"host\"\n"
	    "a.json:1:68: unknown key \"hots\" in a target; did you mean \"host\"?\n"
	    "a.json:2:18: \"labels.a\" must be a string, not a list\n"
	    "a.json:2:28: \"labels.b\" is \"x\\x0Ay\": control characters are not allowed\n"
	    "a.json:2:37: unknown key \"targest\" in an entry of a targets file; did you mean \"targets\"?\n"
	    "a.json:3:14: \"targets\" must be a list, not a string\n"
	    "a.json:3:20: an entry without \"targets\"\n"
	    "a.json:3:31: \"labels\" must be a mapping, not a list\n"
	    "a.json:3:36: an entry must be a mapping with \"targets\", not a string\n");
}

static void a_json_file_that_is_being_written_anew_takes_no_targets_away(void **state)
{
	static const char *const texts[] = { "", " \n", "\xef\xbb\xbf" };
	struct config *c;

	(void)state;
	fixture_put("main.yaml", "targets: [m]\ntargets_file: a.json\n");
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		fixture_put("a.json", texts[i]);
		assert_int_equal(config_load(&c, fixture_path("main.yaml"), NULL, &errors), -22);
		are(&errors, "a.json: the file is empty: no targets are []\n");
		config_errors_fini(&errors);
	}
}

/* Each of them is looked for among all. */
static void a_megabyte_of_labels_costs_no_more_than_another(void **state)
{
	static const char part[] = "\"job\":\"1\",";
	char *text = malloc(1 << 20), *at = stpcpy(text, "[{\"labels\":{");
	clock_t begin;
	struct config *c;

	(void)state;
	while (at < text + (1 << 20) - 64)
		at = stpcpy(at, part);
	strcpy(at, "\"a\":\"b\"},\"targets\":[\"gw\"]}]");
	fixture_put("a.json", text);
	fixture_put("main.yaml", "targets_file: a.json\n");
	free(text);
	begin = clock();
	assert_int_equal(config_load(&c, fixture_path("main.yaml"), NULL, &errors), -22);
	assert_true((clock() - begin) / CLOCKS_PER_SEC < 10);
	config_errors_fini(&errors);
}

static void a_hash_ends_a_host_in_every_kind_of_file(void **state)
{
	struct config *c;

	(void)state;
	fixture_put("hosts.txt", "\xef\xbb\xbf"
	                         "192.0.2.1#gateway\r\n\r\n\t192.0.2.2\t\r\n192.0.2.3 gw#3 # why\r\n#192.0.2.4\n"
	                         "a.example#x y z\nb.example \t# c");
	c = load("\xef\xbb\xbf"
	         "targets_file: hosts.txt\r\n"
	         "targets:\r\n"
	         "  - 192.0.2.5#gateway\r\n"
	         "  - {host: 192.0.2.6#gateway, name: \"a#b\"}\t# c\r\n"
	         "  - c.example\t\r\n",
	         "");
	names_are(c, "192.0.2.1 192.0.2.2 gw#3 a.example b.example 192.0.2.5 a#b c.example");
	assert_string_equal(fixture_target(c, "a#b")->host, "192.0.2.6");
	config_free(c);
}

static void a_quoted_hash_is_no_comment(void **state)
{
	struct config *c;

	(void)state;
	fixture_put("main.yaml", "targets: [\"192.0.2.1#x\"]\n");
	assert_int_equal(config_load(&c, fixture_path("main.yaml"), NULL, &errors), -22);
	are(&errors,
	    "main.yaml:1:11: \"192.0.2.1#x\" is not a host name: expected letters, digits, \"-\", \"_\" and \".\"\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_merge_key_gives_what_the_mapping_does_not, fixture_make_dir,
		                                leave_dir),
		cmocka_unit_test_setup_teardown(a_pattern_that_matches_no_file_is_a_warning, fixture_make_dir,
		                                leave_dir),
		cmocka_unit_test_setup_teardown(a_file_sd_of_prometheus_loads_as_it_is, fixture_make_dir, leave_dir),
		cmocka_unit_test_setup_teardown(what_is_wrong_in_a_file_sd_is_told_where_it_is, fixture_make_dir,
		                                leave_dir),
		cmocka_unit_test_setup_teardown(a_json_file_that_is_being_written_anew_takes_no_targets_away,
		                                fixture_make_dir, leave_dir),
		cmocka_unit_test_setup_teardown(a_megabyte_of_labels_costs_no_more_than_another, fixture_make_dir,
		                                leave_dir),
		cmocka_unit_test_setup_teardown(a_hash_ends_a_host_in_every_kind_of_file, fixture_make_dir, leave_dir),
		cmocka_unit_test_setup_teardown(a_quoted_hash_is_no_comment, fixture_make_dir, leave_dir),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
