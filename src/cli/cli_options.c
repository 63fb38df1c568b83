/* cli_options.c - one row an option, in the order of --help. */
#include "cli/cli_options.h"

#include "lib/miniping.h"
#include "core/options.h"

#include <inttypes.h>
#include <string.h>

#define COUNT_MAX      1000000000
#define RATE_MAX       100000
#define COLUMN         24 /* where the sentences begin */
#define FLAG(id, name) id, name, NULL, CLI_FLAG, 0, 0, NULL

/* clang-format off */
const struct cli_option cli_options[] = {
	{ 'c', "count", "N", CLI_NUMBER, 0, COUNT_MAX, "a whole number from 0 (until interrupted) to 1000000000",
	  "packets to each host (4); 0: until interrupted" },
	{ 't', "timeout", "TIME", CLI_SETTING, 0, 0, "timeout", "how long to wait for a reply (1s)" },
	{ 'W', NULL, "TIME", CLI_SETTING, 0, 0, "timeout", "the same" },
	{ 'w', "deadline", "TIME", CLI_TIME, NS_PER_MS, SETTING_INTERVAL_MAX_NS, "a duration from 1ms to 24h",
	  "end after TIME, and without -c not before" },
	{ 'i', "interval", "TIME", CLI_SETTING, 0, 0, "interval", "from one packet to the next (0.1s)" },
	{ 'r', "retry", "N", CLI_NUMBER, 0, COUNT_MAX - 1, NULL, "until a host answers: one packet, and at most N more" },
	{ CLI_OPTION_RATE, "rate", "N", CLI_NUMBER, 1, RATE_MAX, NULL,
	  "packets a second, of all hosts, at most (100000)" },
	{ 's', "size", "N", CLI_SETTING, 0, 0, "size", "payload bytes (8)" },
	{ 'p', "pattern", "HEX", CLI_SETTING, 0, 0, "pattern", "bytes repeated in the payload, behind its first 8" },
	{ CLI_OPTION_DSCP, "dscp", "N", CLI_SETTING, 0, 0, "dscp", "0 to 63, or CS0 to CS7, AF11 to AF43, EF, VA, LE" },
	{ CLI_OPTION_TTL, "ttl", "N", CLI_SETTING, 0, 0, "ttl", "time to live, or hop limit" },
	{ 'M', "pmtudisc", "WORD", CLI_TEXT_OF, 0, 0, "do, dont or want",
	  "do: never fragment; dont: may be; want: as the kernel does" },
	{ 'm', "mark", "N", CLI_SETTING, 0, 0, "mark", "firewall mark of the packets, also as 0x..." },
	{ FLAG('4', "ipv4"), "IPv4 only" },
	{ FLAG('6', "ipv6"), "IPv6 only" },
	{ 'I', "interface", "X", CLI_TEXT_OF, 0, 0, "an interface or an address of this host",
	  "send through interface X, or from address X; may be given for both" },
	{ FLAG('b', "broadcast"), "broadcast and multicast addresses as well; who answered is listed" },
	{ FLAG('l', "loop"), "until interrupted, as --count 0" },
	{ 'f', "file", "FILE", CLI_TEXT_OF, 0, 0, "a file, or - for standard input",
	  "hosts from FILE, or from standard input (-)" },
	{ FLAG(CLI_OPTION_ALL, "all"), "of a name all addresses, each a host of its own" },
	{ FLAG(CLI_OPTION_PATH, "path"), "the routers on the way to HOST, one by one, instead of measuring it" },
	{ FLAG('O', "show-rtts"), "a line for each packet, also where no reply comes" },
	{ FLAG('D', "timestamps"), "begin these lines with the time of day" },
	{ FLAG('q', "quiet"), "the summary only" },
	{ FLAG('a', "alive"), "only list the hosts that answer, each at once, and ask them no more" },
	{ FLAG('e', "elapsed"), "with --alive, the round-trip time behind each host" },
	{ FLAG('u', "unreachable"), "only list the hosts that were probed to the end and did not answer" },
	{ 'x', "reachable", "N", CLI_NUMBER, 1, MINIPING_HOSTS_MAX, NULL, "exit code 0 if N hosts answer, or more" },
	{ 'X', "fast-reachable", "N", CLI_NUMBER, 1, MINIPING_HOSTS_MAX, NULL, "the same, and end as soon as they have" },
	{ FLAG('j', "json"), "JSON: an object, or for several hosts an array" },
	{ FLAG(CLI_OPTION_JSONL, "jsonl"), "JSON: a line for each host" },
	{ FLAG(CLI_OPTION_CSV, "csv"), "a table of comma-separated values in ms, with the time of each packet" },
	{ CLI_OPTION_FORMAT, "format", "FORMAT", CLI_TEXT_OF, 0, 0, "text, seed, json, jsonl or csv",
	  "text, json, jsonl, csv, or seed: text as pyminiping prints it" },
	{ FLAG('n', "numeric"), "accepted, without effect: addresses are never turned into names" },
	{ FLAG(CLI_OPTION_PRECISE, "precise"), "accepted, without effect: kernel time stamps are always used" },
	{ FLAG('h', "help"), "this text" },
	{ FLAG(CLI_OPTION_VERSION, "version"), "the version" },
	{ .id = 0 },
};
/* clang-format on */

const struct cli_option *cli_options_find(int id)
{
	for (const struct cli_option *o = cli_options; o->id; o++)
		if (o->id == id)
			return o;
	return NULL;
}

char *cli_options_label(const struct cli_option *o, char buf[CLI_OPTIONS_LABEL_LEN])
{
	if (o->name)
		snprintf(buf, CLI_OPTIONS_LABEL_LEN, "--%s", o->name);
	else
		snprintf(buf, CLI_OPTIONS_LABEL_LEN, "-%c", o->id);
	return buf;
}

char *cli_options_expects(const struct cli_option *o, char *buf, size_t buf_len)
{
	if (o->kind == CLI_SETTING)
		return setting_expects(options_find(o->expects), buf, buf_len);
	if (o->expects)
		snprintf(buf, buf_len, "%s", o->expects);
	else
		snprintf(buf, buf_len, "a whole number from %" PRId64 " to %" PRId64, o->min, o->max);
	return buf;
}

static void print_row(FILE *out, const struct cli_option *o)
{
	char left[64] = "";
	size_t len = 0;

	if (o->id < CLI_OPTION_DSCP)
		snprintf(left, sizeof(left), "-%c%s", o->id, o->name ? ", " : "");
	else
		strcpy(left, "    ");
	len = strlen(left);
	if (o->name)
		len += (size_t)snprintf(left + len, sizeof(left) - len, "--%s", o->name);
	if (o->argument)
		snprintf(left + len, sizeof(left) - len, " %s", o->argument);
	fprintf(out, "  %-*s%s%s\n", COLUMN - 2, left, strlen(left) < COLUMN - 2 ? "" : " ", o->sentence);
}

void cli_options_help(FILE *out)
{
	fputs("usage: miniping [OPTION]... HOST...\n"
	      "\n"
	      "A HOST is a name, an address or a range such as 192.0.2.0/28 or\n"
	      "192.0.2.1-192.0.2.9. A TIME takes a unit (us ms s m h); a bare number is seconds, from 10 on with its unit.\n"
	      "\n",
	      out);
	for (const struct cli_option *o = cli_options; o->id; o++)
		print_row(out, o);
	fputs("\n"
	      "Exit code: 0 every host answered, 1 some did not, 2 a name did not resolve,\n"
	      "3 bad arguments, 4 system error or a host that nothing could be sent to, 130 interrupted\n"
	      "before the end. See miniping(8), also for the options of ping(8) and fping(8).\n",
	      out);
}
