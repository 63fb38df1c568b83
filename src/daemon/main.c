/* minipingd - pings a fleet, keeps statistics, logs them. */
#include "base/clock.h"
#include "config/config.h"
#include "daemon/daemon.h"
#include "base/diag.h"
#include "daemon/inspect.h"
#include "base/parse.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXIT_USAGE 1

static const char usage[] =
        "usage: minipingd [-tf] [-c FILE] [--dump] [--plan] [--diff NEW] [--log-to PATH|stdout|stderr]\n"
        "                 [--log-format logfmt|json] [--log-level LEVEL] [--min-ttl DURATION]\n"
        "\n"
        "  -c, --config FILE       the YAML list of targets (" SYSCONFDIR "/minipingd/minipingd.yaml)\n"
        "  -t, --check             check the configuration and exit: 0, or 78 if it has errors\n"
        "      --plan              print what the configuration needs of this machine, and exit\n"
        "      --dump              with --check: print the configuration as YAML, every default filled in\n"
        "      --diff NEW          print what a reload of NEW in place of -c FILE would change, and exit\n"
        "  -f, --foreground        accepted: it always stays in the foreground\n"
        "      --log-to PLACE      stdout, stderr or the path of a file, instead of the configured place\n"
        "      --log-format FORMAT logfmt or json, instead of the configured format\n"
        "      --log-level LEVEL   error, warning, info or debug: least severe diagnostics to print (info)\n"
        "      --min-ttl DURATION  minimum time between two lookups of a name, even if its TTL is shorter (60s)\n"
        "      --version, --help\n"
        "\n"
        "See minipingd(8).\n";

enum { OPT_PLAN = 256, OPT_DUMP, OPT_DIFF, OPT_LOG_TO, OPT_LOG_FORMAT, OPT_LOG_LEVEL, OPT_MIN_TTL, OPT_VERSION, OPT_HELP };

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
	{ "version", no_argument, NULL, OPT_VERSION },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static void bad_value(const char *option, const char *value, const char *expected)
{
	diag(DIAG_ERROR, "%s %s: expected %s", option, value, expected);
}

static bool log_format_parse(enum log_format *out, const char *text)
{
	bool is_json = !strcmp(text, "json");

	*out = is_json ? LOG_JSON : LOG_LOGFMT;
	return is_json || !strcmp(text, "logfmt");
}

/* Else the first files and sockets opened would be taken for standard output and error. */
static void open_standard_fds(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	struct daemon_options o = {
		.config_path = SYSCONFDIR "/minipingd/minipingd.yaml", .ttl_min_ns = 60 * NS_PER_S,
	};
	enum diag_level level = DIAG_INFO;
	int (*run)(const struct daemon_options *) = daemon_run;
	bool dump = false;
	int c;

	open_standard_fds();
	diag_init("minipingd", level);
	opterr = 0;                           /* getopt prints what it was given as it is */
	while ((c = getopt_long(argc, argv, "c:tf", long_options, NULL)) != -1) {
		switch (c) {
		case 'c':
			o.config_path = optarg;
			break;
		case 't':
			run = daemon_check;
			break;
		case OPT_PLAN:
			run = daemon_plan;
			break;
		case OPT_DUMP:
			dump = true;
			break;
		case OPT_DIFF:
			o.diff_path = optarg;
			break;
		case 'f':
			break;
		case OPT_LOG_TO:
			o.overrides.has_log_to = true;
			if (log_options_to(&o.overrides.log, optarg)) {
				bad_value("--log-to", optarg, "stdout, stderr or a path that begins with /");
				return EXIT_USAGE;
			}
			break;
		case OPT_LOG_FORMAT:
			o.overrides.has_log_format = true;
			if (!log_format_parse(&o.overrides.log.format, optarg)) {
				bad_value("--log-format", optarg, "logfmt or json");
				return EXIT_USAGE;
			}
			break;
		case OPT_LOG_LEVEL:
			if (diag_level_parse(&level, optarg)) {
				bad_value("--log-level", optarg, "error, warning, info or debug");
				return EXIT_USAGE;
			}
			break;
		case OPT_MIN_TTL:
			if (parse_duration(&o.ttl_min_ns, optarg, NS_PER_S, NS_PER_H)) {
				bad_value("--min-ttl", optarg, "a duration from 1s to 1h");
				return EXIT_USAGE;
			}
			break;
		case OPT_VERSION:
			puts("minipingd " PACKAGE_VERSION);
			return 0;
		case OPT_HELP:
			fputs(usage, stdout);
			return 0;
		default:
			diag(DIAG_ERROR, "%s: no such option, or one without its value", argv[optind - 1]);
			fputs(usage, stderr);
			return EXIT_USAGE;
		}
	}
	if (optind < argc) {
		diag(DIAG_ERROR, "unexpected argument %s", argv[optind]);
		return EXIT_USAGE;
	}
	diag_init("minipingd", level);
	if (o.diff_path)
		run = inspect_diff;
	else if (dump)
		run = inspect_dump;
	return run(&o);
}
