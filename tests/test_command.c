#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "daemon/command.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

/* minipingd with these arguments, one blank between two. */
static int parse(struct command *c, const char *arguments)
{
	static char text[256]; /* what *c points to */
	char *argv[20] = { text };
	int argc = 1;

	snprintf(text, sizeof(text), "minipingd %s", arguments);
	for (char *at = text; (at = strchr(at, ' ')) && at[1];) {
		*at++ = '\0';
		argv[argc++] = at;
	}
	optind = 0; /* from the beginning again, as glibc has it */
	return command_parse(c, argc, argv);
}

static void without_options_the_daemon_runs(void **state)
{
	struct command c;

	(void)state;
	assert_int_equal(parse(&c, ""), -1);
	assert_int_equal(c.task, COMMAND_RUN);
	assert_non_null(strstr(c.config_path, "/minipingd/minipingd.yaml"));
	assert_false(c.overrides.has_log_to || c.overrides.has_log_format);
	assert_int_equal(c.level, DIAG_INFO);
	assert_true(c.ttl_min_ns == 60 * NS_PER_S);
	assert_false(c.realtime);
	assert_int_equal(parse(&c, "-f"), -1);
	assert_int_equal(c.task, COMMAND_RUN);
}

static void each_option_is_taken(void **state)
{
	struct command c;

	(void)state;
	assert_int_equal(parse(&c, "-c /x --log-to stderr --log-format=json --log-level debug --min-ttl 5s"), -1);
	assert_string_equal(c.config_path, "/x");
	assert_true(c.overrides.has_log_to && c.overrides.has_log_format);
	assert_int_equal(c.overrides.log.to, LOG_TO_STDERR);
	assert_int_equal(c.overrides.log.format, LOG_JSON);
	assert_int_equal(c.level, DIAG_DEBUG);
	assert_true(c.ttl_min_ns == 5 * NS_PER_S);
	assert_int_equal(parse(&c, "--realtime"), -1);
	assert_true(c.realtime);
}

static void diff_wins_over_dump_and_that_over_check_and_plan_of_which_the_last_counts(void **state)
{
	struct command c;

	(void)state;
	assert_int_equal(parse(&c, "-t --plan"), -1);
	assert_int_equal(c.task, COMMAND_PLAN);
	assert_int_equal(parse(&c, "--plan -t"), -1);
	assert_int_equal(c.task, COMMAND_CHECK);
	assert_int_equal(parse(&c, "--dump -t"), -1);
	assert_int_equal(c.task, COMMAND_DUMP);
	assert_int_equal(parse(&c, "--diff /new --dump --check"), -1);
	assert_int_equal(c.task, COMMAND_DIFF);
	assert_string_equal(c.diff_path, "/new");
}

static void what_is_wrong_is_an_error_and_help_is_not(void **state)
{
	struct command c;

	(void)state;
	assert_int_equal(parse(&c, "--log-to relative"), COMMAND_EXIT_ERROR);
	assert_int_equal(parse(&c, "--log-format xml"), COMMAND_EXIT_ERROR);
	assert_int_equal(parse(&c, "--log-level loud"), COMMAND_EXIT_ERROR);
	assert_int_equal(parse(&c, "--min-ttl 2h"), COMMAND_EXIT_ERROR);
	assert_int_equal(parse(&c, "--no-such-option"), COMMAND_EXIT_ERROR);
	assert_int_equal(parse(&c, "--config"), COMMAND_EXIT_ERROR);
	assert_int_equal(parse(&c, "-t argument"), COMMAND_EXIT_ERROR);
	assert_int_equal(parse(&c, "--help"), COMMAND_EXIT_OK);
	assert_int_equal(parse(&c, "--version"), COMMAND_EXIT_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_options_the_daemon_runs),
		cmocka_unit_test(each_option_is_taken),
		cmocka_unit_test(diff_wins_over_dump_and_that_over_check_and_plan_of_which_the_last_counts),
		cmocka_unit_test(what_is_wrong_is_an_error_and_help_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
