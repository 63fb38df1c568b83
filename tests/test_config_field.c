/* Configurations as people have them: merge keys, host lists, what Prometheus' file_sd holds. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_LEN 8192

static struct config_errors errors;
static char dir[] = "/tmp/test_config_field.XXXXXX";

static int enter_dir(void **state)
{
	(void)state;
	strcpy(dir + strlen(dir) - 6, "XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int leave_dir(void **state)
{
	char command[PATH_MAX];

	(void)state;
	config_errors_fini(&errors);
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command);
}

static void path_of(char path[PATH_MAX], const char *name)
{
	snprintf(path, PATH_MAX, "%s/%s", dir, name);
}

static void put(const char *name, const char *text)
{
	char path[PATH_MAX];
	FILE *f;

	path_of(path, name);
	f = fopen(path, "we");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

/* Each as "FILE:LINE:COLUMN: TEXT", without the directory. */
static void are(const struct config_errors *found, const char *expected)
{
	char *text, line[TEXT_LEN];
	size_t len;
	FILE *f = open_memstream(&text, &len);

	for (size_t i = 0; i < found->n; i++) {
		config_error_text(&found->at[i], line, sizeof(line));
		fprintf(f, "%s\n", strncmp(line, dir, strlen(dir)) ? line : line + strlen(dir) + 1);
	}
	fclose(f);
	assert_string_equal(text, expected);
	free(text);
}

static struct config *load(const char *text, const char *warnings)
{
	char path[PATH_MAX], line[TEXT_LEN];
	struct config *c;

	put("main.yaml", text);
	path_of(path, "main.yaml");
	if (config_load(&c, path, &errors) < 0)
		fail_msg("%s", config_error_text(&errors.at[0], line, sizeof(line)));
	are(&c->warnings, warnings);
	return c;
}

static const struct config_target *target(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->n_targets; i++)
		if (!strcmp(c->targets[i].name, name))
			return &c->targets[i];
	fail_msg("no target %s", name);
	return NULL;
}

static void labels_are(const struct config *c, const char *name, const char *expected)
{
	const struct labels *labels = target(c, name)->profile->labels;
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
	                        "  - {<<: [], host: six}\n", "");

	(void)state;
	assert_int_equal(target(c, "one")->profile->options.interval_ns, 5 * NS_PER_S);
	labels_are(c, "one", "site=x");
	assert_int_equal(target(c, "two")->profile->options.timeout_ns, NS_PER_S);
	assert_int_equal(target(c, "two")->profile->options.interval_ns, 5 * NS_PER_S);
	assert_int_equal(target(c, "three")->profile->options.timeout_ns, 3 * NS_PER_S);
	assert_int_equal(target(c, "three")->profile->options.size, 100);
	assert_int_equal(target(c, "three")->profile->options.interval_ns, 5 * NS_PER_S);
	assert_int_equal(target(c, "four")->profile->options.ttl, 7);
	assert_int_equal(target(c, "five")->profile->options.ttl, 9);
	assert_int_equal(target(c, "five")->profile->options.timeout_ns, 3 * NS_PER_S);
	config_free(c);
}

static void a_pattern_that_matches_no_file_is_a_warning(void **state)
{
	(void)state;
	put("a.yaml", "targets: [a.example]\nx-: 1\n");
	config_free(load("include: [a.yaml, \"none-*.yaml\"]\n",
	                 "main.yaml:1:19: warning: \"none-*.yaml\": no file matches\n"));
	config_free(load("include: [a.yaml, \"none/*.yaml\"]\n",
	                 "main.yaml:1:19: warning: \"none/*.yaml\": no file matches\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_merge_key_gives_what_the_mapping_does_not, enter_dir, leave_dir),
		cmocka_unit_test_setup_teardown(a_pattern_that_matches_no_file_is_a_warning, enter_dir, leave_dir),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
