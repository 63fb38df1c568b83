/* command.c - the options, one by one: each that has a value checks it at once. */
#include "daemon/command.h"

#include "base/clock.h"
#include "base/parse.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const char usage[] =
	"usage: minipingd [-tf] [-c FILE] [--dump] [--plan] [--diff NEW] [--log-to PATH|stdout|stderr]\n"
	"                 [--log-format logfmt|json] [--log-level LEVEL] [--min-ttl DURATION] [--realtime]\n"
	"\n"
	"  -c, --config FILE       the YAML list of targets (" SYSCONFDIR "/minipingd/minipingd.yaml)\n"
	"  -t, --check             check the configuration and exit: 0, or 78 if it has errors\n"
	"      --plan              print what the configuration needs of this machine, and exit\n"
	"      --dump              with --check: print the configuration as YAML, every default filled in\n"
	"      --diff NEW          print what a reload of NEW in place of -c FILE would change, and exit\n"
	"  -f, --foreground        accepted: it always stays in the foreground\n"
	"      --log-to PLACE      stdout, stderr or the path of a file, instead of the configured places\n"
	"      --log-format FORMAT logfmt or json, instead of the configured format\n"
	"      --log-level LEVEL   error, warning, info or debug: least severe diagnostics to print (info)\n"
	"      --min-ttl DURATION  minimum time between two lookups of a name, even if its TTL is shorter (60s)\n"
	"      --realtime          schedule the probes before all other programs (SCHED_FIFO, priority 1)\n"
	"      --version, --help\n"
	"\n"
	"See minipingd(8).\n";

enum {
	OPT_PLAN = 256,
	OPT_DUMP,
	OPT_DIFF,
	OPT_LOG_TO,
	OPT_LOG_FORMAT,
	OPT_LOG_LEVEL,
	OPT_MIN_TTL,
	OPT_REALTIME,
	OPT_VERSION,
	OPT_HELP
};

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "check", no_argument, NULL, 't' },
	{ "plan", no_argument, NULL, OPT_PLAN },
	{ "dump", no_argument, NULL, OPT_DUMP },
	{ "diff", required_argument, NULL, OPT_DIFF },
	{ "foreground", no_argument, NULL, 'f' },
	{ "log-to", required_argument, NULL, OPT_LOG_TO },
	{ "log-format", required_argument, NULL, OPT_LOG_FORMAT },
	{ "log-level", required_argument, NULL, OPT_LOG_LEVEL },
	{ "min-ttl", required_argument, NULL, OPT_MIN_TTL },
	{ "realtime", no_argument, NULL, OPT_REALTIME },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static int bad_value(const char *option, const char *value, const char *expected)
{
	diag(DIAG_ERROR, "%s %s: expected %s", option, value, expected);
	return -1;
}

static int read_log_format(struct command *c, const char *value)
{
	if (!strcmp(value, "logfmt"))
		c->overrides.log.format = LOG_LOGFMT;
	else if (!strcmp(value, "json"))
		c->overrides.log.format = LOG_JSON;
	else
		return bad_value("--log-format", value, "logfmt or json");
	c->overrides.has_log_format = true;
	return 0;
}

static int read_log_to(struct command *c, const char *value)
{
	if (log_options_to(&c->overrides.log, value))
		return bad_value("--log-to", value, "stdout, stderr or a path that begins with /");
	c->overrides.has_log_to = true;
	return 0;
}

static int read_log_level(struct command *c, const char *value)
{
	return diag_level_parse(&c->level, value) ? bad_value("--log-level", value, "error, warning, info or debug")
	                                          : 0;
}

static int read_min_ttl(struct command *c, const char *value)
{
	return parse_duration(&c->ttl_min_ns, value, NS_PER_S, NS_PER_H)
	               ? bad_value("--min-ttl", value, "a duration from 1s to 1h")
	               : 0;
}

static int end_with(const char *text)
{
	fputs(text, stdout);
	return COMMAND_EXIT_OK;
}

/* --diff wins over --dump, and that over -t and --plan, of which the last one counts. */
static void set_task(struct command *c, enum command_task task)
{
	if (c->task < COMMAND_DUMP || task > c->task)
		c->task = task;
}

/* One option; -1, or the exit code of a command that ends with it. */
static int read_option(struct command *c, int option, const char *name, const char *value)
{
	int err = 0;

	switch (option) {
	case 'c':
		c->config_path = value;
		break;
	case 't':
		set_task(c, COMMAND_CHECK);
		break;
	case OPT_PLAN:
		set_task(c, COMMAND_PLAN);
		break;
	case OPT_DUMP:
		set_task(c, COMMAND_DUMP);
		break;
	case OPT_DIFF:
		set_task(c, COMMAND_DIFF);
		c->diff_path = value;
		break;
	case 'f':
		break;
	case OPT_LOG_TO:
		err = read_log_to(c, value);
		break;
	case OPT_LOG_FORMAT:
		err = read_log_format(c, value);
		break;
	case OPT_LOG_LEVEL:
		err = read_log_level(c, value);
		break;
	case OPT_MIN_TTL:
		err = read_min_ttl(c, value);
		break;
	case OPT_REALTIME:
		c->realtime = true;
		break;
	case OPT_VERSION:
		return end_with("minipingd " PACKAGE_VERSION "\n");
	case OPT_HELP:
		return end_with(usage);
	default:
		diag(DIAG_ERROR, "%s: no such option, or one without its value", name);
		fputs(usage, stderr);
		return COMMAND_EXIT_ERROR;
	}
	return err ? COMMAND_EXIT_ERROR : -1;
}

int command_parse(struct command *c, int argc, char **argv)
{
	int option;

	*c = (struct command){
		.config_path = SYSCONFDIR "/minipingd/minipingd.yaml",
		.ttl_min_ns = 60 * NS_PER_S,
		.level = DIAG_INFO,
	};
	opterr = 0; /* getopt prints what it was given as it is */
	while ((option = getopt_long(argc, argv, "c:tf", long_options, NULL)) != -1) {
		int exit_code = read_option(c, option, argv[optind - 1], optarg);

		if (exit_code >= 0)
			return exit_code;
	}
	if (optind < argc) {
		diag(DIAG_ERROR, "unexpected argument %s", argv[optind]);
		return COMMAND_EXIT_ERROR;
	}
	return -1;
}
