/* minipingd - pings a fleet, keeps statistics, logs them. */
#include "config.h"
#include "daemon.h"
#include "diag.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXIT_USAGE 1

static const char usage[] =
        "usage: minipingd [-tf] [-c FILE] [--log-format logfmt|json] [--log-level LEVEL]\n"
        "\n"
        "  -c, --config FILE       the YAML list of targets (" SYSCONFDIR "/minipingd/minipingd.yaml)\n"
        "  -t, --check             read and check the file, then exit: 0, or 78 if it has errors\n"
        "  -f, --foreground        stay in the foreground, as it always does\n"
        "      --log-format FORMAT logfmt or json; wins over the file\n"
        "      --log-level LEVEL   error, warning, info or debug: diagnostics on standard error (info)\n"
        "      --version, --help\n"
        "\n"
        "See minipingd(8).\n";

enum { OPT_LOG_FORMAT = 256, OPT_LOG_LEVEL, OPT_VERSION, OPT_HELP };

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "check", no_argument, NULL, 't' },
	{ "foreground", no_argument, NULL, 'f' },
	{ "log-format", required_argument, NULL, OPT_LOG_FORMAT },
	{ "log-level", required_argument, NULL, OPT_LOG_LEVEL },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static int bad_value(const char *option, const char *value, const char *expected)
{
	fprintf(stderr, "minipingd: %s %s: expected %s\n", option, value, expected);
	return -1;
}

static int log_format(const char *text)
{
	if (!strcmp(text, "logfmt"))
		return CONFIG_LOGFMT;
	if (!strcmp(text, "json"))
		return CONFIG_JSON;
	return bad_value("--log-format", text, "logfmt or json");
}

int main(int argc, char **argv)
{
	struct daemon_options o = { SYSCONFDIR "/minipingd/minipingd.yaml", -1 };
	enum diag_level level = DIAG_INFO;
	bool check = false;
	int c;

	while ((c = getopt_long(argc, argv, "c:tf", long_options, NULL)) != -1) {
		switch (c) {
		case 'c':
			o.config_path = optarg;
			break;
		case 't':
			check = true;
			break;
		case 'f':
			break;
		case OPT_LOG_FORMAT:
			o.log_format = log_format(optarg);
			if (o.log_format < 0)
				return EXIT_USAGE;
			break;
		case OPT_LOG_LEVEL:
			if (diag_level_parse(&level, optarg)) {
				bad_value("--log-level", optarg, "error, warning, info or debug");
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
			fputs(usage, stderr);
			return EXIT_USAGE;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "minipingd: unexpected argument %s\n", argv[optind]);
		return EXIT_USAGE;
	}
	diag_init("minipingd", level);
	return check ? daemon_check(&o) : daemon_run(&o);
}
