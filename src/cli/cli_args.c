/* cli_args.c - getopt_long(3), and words for each value that it cannot judge. */
#include "cli/cli_args.h"

#include "cli/cli_privileges.h"
#include "dns/host.h"
#include "core/options.h"
#include "base/parse.h"

#include <errno.h>
#include <getopt.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#define COUNT_MAX 1000000000
#define RATE_MAX  100000

const char cli_args_usage[] =
	"usage: miniping [OPTION]... HOST...\n"
	"\n"
	"A HOST is a name, an address or a range such as 192.0.2.0/28. A TIME takes a unit\n"
	"(us ms s m h); a bare number is seconds.\n"
	"\n"
	"  -c, --count N         packets to each host (4); 0: until interrupted\n"
	"  -t, --timeout TIME    how long to wait for a reply (1)\n"
	"  -i, --interval TIME   from one packet to the next (0.1)\n"
	"  -r, --retry N         until a host answers: one packet, and at most N more\n"
	"      --rate N          packets a second, of all hosts, at most (100000)\n"
	"  -s, --size N          payload bytes (8)\n"
	"      --dscp N          0 to 63, or CS0 to CS7, AF11 to AF43, EF, VA, LE\n"
	"      --ttl N           time to live, or hop limit\n"
	"  -4, --ipv4            IPv4 only\n"
	"  -6, --ipv6            IPv6 only\n"
	"  -I, --interface X     send through interface X, or from address X; may be given for both\n"
	"  -l, --loop            until interrupted, as --count 0\n"
	"  -f, --file FILE       hosts from FILE, or from standard input (-)\n"
	"\n"
	"      --show-rtts       a line for each packet\n"
	"  -D, --timestamps      begin these lines with the time of day\n"
	"  -q, --quiet           the summary only\n"
	"  -a, --alive           only list the hosts that answer, each at once, and ask them no more\n"
	"  -u, --unreachable     only list the hosts that were probed to the end and did not answer\n"
	"  -j, --json            JSON: an object, or for several hosts an array\n"
	"      --jsonl           JSON: a line for each host\n"
	"      --format FORMAT   text, json, jsonl, or seed: text as pyminiping prints it\n"
	"  -n, --numeric, --precise   accepted, without effect\n"
	"  -h, --help, --version\n"
	"\n"
	"Exit code: 0 every host answered, 1 some did not, 2 a name did not resolve,\n"
	"3 bad arguments, 4 system error or a host that nothing could be sent to, 130 interrupted\n"
	"before the end. See miniping(8).\n";

enum { OPT_DSCP = 256, OPT_TTL, OPT_SHOW_RTTS, OPT_JSONL, OPT_PRECISE, OPT_FORMAT, OPT_RATE, OPT_VERSION };

static const char short_options[] = ":c:t:i:s:r:46I:lf:Dqaujnh";
static const struct option long_options[] = {
	{ "count", required_argument, NULL, 'c' },
	{ "timeout", required_argument, NULL, 't' },
	{ "interval", required_argument, NULL, 'i' },
	{ "size", required_argument, NULL, 's' },
	{ "retry", required_argument, NULL, 'r' },
	{ "rate", required_argument, NULL, OPT_RATE },
	{ "dscp", required_argument, NULL, OPT_DSCP },
	{ "ttl", required_argument, NULL, OPT_TTL },
	{ "ipv4", no_argument, NULL, '4' },
	{ "ipv6", no_argument, NULL, '6' },
	{ "interface", required_argument, NULL, 'I' },
	{ "loop", no_argument, NULL, 'l' },
	{ "file", required_argument, NULL, 'f' },
	{ "show-rtts", no_argument, NULL, OPT_SHOW_RTTS },
	{ "timestamps", no_argument, NULL, 'D' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "alive", no_argument, NULL, 'a' },
	{ "unreachable", no_argument, NULL, 'u' },
	{ "json", no_argument, NULL, 'j' },
	{ "jsonl", no_argument, NULL, OPT_JSONL },
	{ "format", required_argument, NULL, OPT_FORMAT },
	{ "numeric", no_argument, NULL, 'n' },
	{ "precise", no_argument, NULL, OPT_PRECISE },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 },
};

static const char *long_name(int option)
{
	for (const struct option *o = long_options; o->name; o++)
		if (o->val == option)
			return o->name;
	return NULL;
}

/* What option takes, in words. */
static const char *expects(int option, char *buf, size_t buf_len)
{
	switch (option) {
	case 'c':
		return "a whole number from 0 (until interrupted) to 1000000000";
	case 'I':
		return "an interface or an address of this host";
	case 'f':
		return "a file, or - for standard input";
	case 'r':
		return "a whole number from 0 to 999999999";
	case OPT_RATE:
		return "a whole number from 1 to 100000";
	case OPT_FORMAT:
		return "text, seed, json or jsonl";
	default:
		return setting_expects(options_find(long_name(option)), buf, buf_len);
	}
}

static int bad_value(char *error, int option, const char *value)
{
	char buf[128];

	snprintf(error, CLI_HOSTS_ERROR_LEN, "--%s %.200s: expected %s", long_name(option), value,
	         expects(option, buf, sizeof(buf)));
	return -EINVAL;
}

/* Options that the daemon's configuration has, too. */
static int set_core(struct cli_args *a, int option, const char *text)
{
	struct options o = options_default();

	if (options_set(&o, options_find(long_name(option)), text))
		return -EINVAL;
	switch (option) {
	case 't':
		a->options.timeout_ns = o.timeout_ns;
		break;
	case 'i':
		a->options.interval_ns = o.interval_ns;
		break;
	case 's':
		a->options.size = (int)o.size;
		break;
	case OPT_DSCP:
		a->options.dscp = o.dscp;
		break;
	case OPT_TTL:
		a->options.ttl = o.ttl;
		break;
	}
	return 0;
}

static int set_way_out(struct cli_args *a, const char *text)
{
	struct host unused;

	if (!host_address(&unused, text))
		a->options.source = text;
	else if (if_nametoindex(text))
		a->options.interface = text;
	else
		return -EINVAL;
	return 0;
}

static int set_format(struct cli_args *a, const char *text)
{
	static const char *const names[] = {
		[CLI_TEXT] = "text",
		[CLI_SEED] = "seed",
		[CLI_JSON] = "json",
		[CLI_JSON_LINES] = "jsonl",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(text, names[i]) != 0)
			continue;
		a->format = (enum cli_format)i;
		return 0;
	}
	return -EINVAL;
}

static int set_retry(struct cli_args *a, const char *text)
{
	int64_t n;

	if (parse_count(&n, text, 0, COUNT_MAX - 1))
		return -EINVAL;
	a->options.count = n + 1;
	a->options.until_reply = 1;
	return 0;
}

static int set_value(struct cli_args *a, int option, const char *text, char *error)
{
	int64_t rate;
	int err;

	switch (option) {
	case 'c':
		err = parse_count(&a->options.count, text, 0, COUNT_MAX);
		break;
	case 'r':
		err = set_retry(a, text);
		break;
	case OPT_RATE:
		err = parse_count(&rate, text, 1, RATE_MAX);
		if (!err)
			a->options.max_rate = (int)rate;
		break;
	case 'I':
		err = set_way_out(a, text);
		break;
	case OPT_FORMAT:
		err = set_format(a, text);
		break;
	case 'f':
		err = cli_hosts_read(&a->hosts, text);
		if (err && err != -ENOMEM) {
			strcpy(error, a->hosts.error);
			return -EINVAL;
		}
		return err;
	default:
		err = set_core(a, option, text);
	}
	return err ? bad_value(error, option, text) : 0;
}

static void set_flag(struct cli_args *a, int option)
{
	switch (option) {
	case '4':
		a->options.family = AF_INET;
		break;
	case '6':
		a->options.family = AF_INET6;
		break;
	case 'l':
		a->options.count = 0;
		break;
	case OPT_SHOW_RTTS:
		a->show_rtts = true;
		break;
	case 'D':
		a->timestamps = true;
		break;
	case 'q':
		a->quiet = true;
		break;
	case 'a':
		a->alive = true;
		a->options.until_reply = 1;
		break;
	case 'u':
		a->unreachable = true;
		a->options.until_reply = 1;
		break;
	case 'j':
		a->format = CLI_JSON;
		break;
	case OPT_JSONL:
		a->format = CLI_JSON_LINES;
		break;
	case OPT_PRECISE:
		a->options.precise = 1;
		break;
	case 'h':
		a->help = true;
		break;
	case OPT_VERSION:
		a->version = true;
		break;
	}
}

static int refuse(char *error, const char *text)
{
	strcpy(error, text);
	return -EINVAL;
}

/* What getopt has no name for: word is what it was looking at. */
static int bad_option(char *error, const char *word)
{
	if (optopt && !long_name(optopt))
		snprintf(error, CLI_HOSTS_ERROR_LEN, "unknown option -%c (see miniping --help)", optopt);
	else if (optopt)
		snprintf(error, CLI_HOSTS_ERROR_LEN, "%.200s: --%s takes no value", word, long_name(optopt));
	else
		snprintf(error, CLI_HOSTS_ERROR_LEN, "unknown option %.200s (see miniping --help)", word);
	return -EINVAL;
}

static int no_value(char *error)
{
	char buf[128];

	snprintf(error, CLI_HOSTS_ERROR_LEN, "--%s: expected %s", long_name(optopt), expects(optopt, buf, sizeof(buf)));
	return -EINVAL;
}

static int parse_options(struct cli_args *a, int argc, char **argv, char *error)
{
	int c, err = 0;

	opterr = 0;
	while (!err && !a->help && !a->version &&
	       (c = getopt_long(argc, argv, short_options, long_options, NULL)) != -1) {
		if (c == ':')
			err = no_value(error);
		else if (c == '?')
			err = bad_option(error, argv[optind - 1]);
		else if (optarg)
			err = set_value(a, c, optarg, error);
		else
			set_flag(a, c);
	}
	return err;
}

static int check_together(const struct cli_args *a, char *error)
{
	struct host source = { .zone = "" };

	if (a->alive && a->unreachable)
		return refuse(error, "--alive and --unreachable exclude each other");
	if ((a->alive || a->unreachable) && !cli_args_text(a))
		return refuse(error, "--alive and --unreachable exclude --json and --jsonl");
	if (a->options.source)
		host_address(&source, a->options.source);
	if (a->options.source && a->options.family && a->options.family != source.addr.family) {
		snprintf(error, CLI_HOSTS_ERROR_LEN, "--interface %.200s: expected an %s address", a->options.source,
		         a->options.family == AF_INET ? "IPv4" : "IPv6");
		return -EINVAL;
	}
	return a->hosts.n ? 0 : refuse(error, "no host given (see miniping --help)");
}

/* What ping(8) grants users; and of many hosts, who is asked later has a longer interval. */
static int limit_rate(struct cli_args *a, char *error)
{
	int64_t gap_ns = (int64_t)a->hosts.n * CLI_LIMITED_GAP_NS;

	if (a->options.interval_ns < CLI_LIMITED_INTERVAL_NS) {
		strcpy(error, "--interval: expected at least 2ms, for users other than root");
		return -EINVAL;
	}
	if (a->options.interval_ns < gap_ns)
		a->options.interval_ns = gap_ns;
	return 0;
}

int cli_args_parse(struct cli_args *out, int argc, char **argv, char *error)
{
	int err;

	*out = (struct cli_args){ .options = MINIPING_OPTIONS_DEFAULT };
	out->options.count = 4;
	out->options.size = 8;
	err = parse_options(out, argc, argv, error);
	if (err || out->help || out->version)
		return err;
	for (int i = optind; !err && i < argc; i++)
		err = cli_hosts_add(&out->hosts, argv[i]);
	if (err == -EINVAL)
		strcpy(error, out->hosts.error);
	if (!err)
		err = check_together(out, error);
	return err || !cli_privileges_limited() ? err : limit_rate(out, error);
}

void cli_args_fini(struct cli_args *a)
{
	cli_hosts_fini(&a->hosts);
}

bool cli_args_several(const struct cli_args *a)
{
	return a->hosts.n > 1 || a->hosts.listed;
}

bool cli_args_text(const struct cli_args *a)
{
	return a->format == CLI_TEXT || a->format == CLI_SEED;
}
