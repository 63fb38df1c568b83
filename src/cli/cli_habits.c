/* cli_habits.c - one row an option of each program, in the order of the alphabet. */
#include "cli/cli_habits.h"

#include <stdio.h>
#include <string.h>

#define PING(letter, argument, there)        CLI_HABIT_PING, letter, NULL, argument, there
#define FPING(letter, name, argument, there) CLI_HABIT_FPING, letter, name, argument, there
#define SAME                                 CLI_HABIT_SAME, NULL
#define REFUSED                              CLI_HABIT_REFUSED

/* clang-format off */
const struct cli_habit cli_habits[] = {
	{ PING('3', NULL, "times not rounded"), REFUSED, "always so" },
	{ PING('4', NULL, "IPv4 only"), SAME },
	{ PING('6', NULL, "IPv6 only"), SAME },
	{ PING('a', NULL, "a bell for each reply"), CLI_HABIT_OTHER, "-a is fping's: it lists the hosts that answer" },
	{ PING('A', NULL, "as fast as replies come"), REFUSED, "a short interval, such as -i 2ms" },
	{ PING('b', NULL, "allow broadcast"), CLI_HABIT_SAME, "multicast needs it, too" },
	{ PING('B', NULL, "keep the source address"), REFUSED, "-I ADDRESS" },
	{ PING('c', "N", "number of packets"), CLI_HABIT_SAME, "4 unless given; -l: until interrupted" },
	{ PING('C', NULL, "connect the socket"), REFUSED, "nothing to write: other hosts' replies never count" },
	{ PING('d', NULL, "SO_DEBUG"), REFUSED, "not here" },
	{ PING('D', NULL, "lines with the time"), SAME },
	{ PING('e', "ID", "ICMP identifier"), CLI_HABIT_NUMBER, "not here: it is chosen so that no other program has it" },
	{ PING('f', NULL, "flood"), CLI_HABIT_FLAG, "a short interval, such as -i 2ms" },
	{ PING('F', "LABEL", "flow label"), REFUSED, "not here" },
	{ PING('h', NULL, "help"), SAME },
	{ PING('H', NULL, "names of addresses"), REFUSED, "not here: a host is shown as it is written, with its address" },
	{ PING('i', "SECONDS", "interval"), CLI_HABIT_SAME, "from 10 on with the unit: -i 10s" },
	{ PING('I', "X", "interface or source address"), SAME },
	{ PING('l', "N", "preload"), CLI_HABIT_NUMBER, "a short interval, such as -i 2ms; -l is until interrupted" },
	{ PING('L', NULL, "no multicast loopback"), REFUSED, "not here" },
	{ PING('m', "MARK", "firewall mark"), SAME },
	{ PING('M', "do|dont|want|probe", "path MTU discovery"), CLI_HABIT_SAME, "without probe" },
	{ PING('n', NULL, "numeric"), CLI_HABIT_SAME, "always so" },
	{ PING('N', "QUERY", "node information"), REFUSED, "not here" },
	{ PING('O', NULL, "report outstanding replies"), CLI_HABIT_SAME, "when the timeout is over" },
	{ PING('p', "HEX", "payload"), CLI_HABIT_SAME, "of decimal digits only with 0x before it" },
	{ PING('q', NULL, "quiet"), SAME },
	{ PING('Q', "BYTE", "traffic class"), REFUSED, "--dscp N, a quarter of the byte: -Q 184 is --dscp 46" },
	{ PING('r', NULL, "bypass the routes"), CLI_HABIT_FLAG, "-I INTERFACE" },
	{ PING('R', NULL, "record route"), REFUSED, "--path, which asks each router" },
	{ PING('s', "N", "payload bytes"), CLI_HABIT_SAME, "8 unless given, and at least" },
	{ PING('S', "N", "send buffer"), REFUSED, "nothing to write: it is as large as needed" },
	{ PING('t', "N", "time to live"), CLI_HABIT_UNIT, "--ttl N" },
	{ PING('T', "WHICH", "IP time stamps"), REFUSED, "not here" },
	{ PING('U', NULL, "user-to-user latency"), REFUSED, "not here: times end at the kernel's time stamp" },
	{ PING('v', NULL, "verbose"), REFUSED, "--show-rtts" },
	{ PING('V', NULL, "version"), REFUSED, "--version" },
	{ PING('w', "SECONDS", "deadline"), SAME },
	{ PING('W', "SECONDS", "wait for a reply"), CLI_HABIT_SAME, "at most 40s" },

	{ FPING('4', "ipv4", NULL, "IPv4 only"), SAME },
	{ FPING('6', "ipv6", NULL, "IPv6 only"), SAME },
	{ FPING('a', "alive", NULL, "hosts that answer"), SAME },
	{ FPING('A', "addr", NULL, "show addresses"), REFUSED, "always so: NAME (ADDRESS)" },
	{ FPING('b', NULL, "N", "payload bytes"), CLI_HABIT_NUMBER, "-s N; -b is ping's: it allows broadcast" },
	{ FPING(0, "size", "N", "payload bytes"), CLI_HABIT_SAME, "8 unless given, and at least" },
	{ FPING('B', "backoff", "FACTOR", "slower retries"), REFUSED, "not here: -i is the time between retries" },
	{ FPING('c', "count", "N", "number of packets"), CLI_HABIT_SAME, "4 unless given" },
	{ FPING('C', "vcount", "N", "number of packets, with each time"), REFUSED, "-c N --csv" },
	{ FPING(0, "check-source", NULL, "discard replies from others"), REFUSED, "always so" },
	{ FPING('d', "rdns", NULL, "names of addresses"), REFUSED, "not here: a host is shown as it is written" },
	{ FPING('D', "timestamp", NULL, "lines with the time"), SAME },
	{ FPING(0, "timestamp-format", "FORMAT", "form of the time"), REFUSED, "not here: -D writes seconds since 1970" },
	{ FPING('e', "elapsed", NULL, "times with the hosts"), CLI_HABIT_SAME, "with -a; the summary always has them" },
	{ FPING('f', "file", "FILE", "hosts from a file"), CLI_HABIT_SAME, "and further hosts may be given" },
	{ FPING(0, "fast-reachable", "N", "end with N hosts"), SAME },
	{ FPING(0, "fwmark", "MARK", "firewall mark"), REFUSED, "--mark N" },
	{ FPING('g', "generate", NULL, "hosts of a range"), REFUSED, "the range itself: 192.0.2.0/28 or 192.0.2.1-192.0.2.9" },
	{ FPING('h', "help", NULL, "help"), SAME },
	{ FPING('H', NULL, "N", "time to live"), REFUSED, "--ttl N" },
	{ FPING(0, "ttl", "N", "time to live"), SAME },
	{ FPING('i', "interval", "MS", "from packet to packet of all hosts"), CLI_HABIT_UNIT, "--rate N, packets a second" },
	{ FPING(0, "icmp-timestamp", NULL, "ICMP time stamps"), REFUSED, "not here" },
	{ FPING('I', NULL, "X", "interface"), SAME },
	{ FPING(0, "iface", "X", "interface"), REFUSED, "--interface X" },
	{ FPING('J', NULL, NULL, "JSON"), REFUSED, "-j" },
	{ FPING(0, "json", NULL, "JSON"), CLI_HABIT_SAME, "with the keys under JSON" },
	{ FPING('k', NULL, "MARK", "firewall mark"), REFUSED, "-m N" },
	{ FPING('l', "loop", NULL, "until interrupted"), SAME },
	{ FPING('m', NULL, NULL, "all addresses of a name"), CLI_HABIT_FLAG, "--all" },
	{ FPING(0, "all", NULL, "all addresses of a name"), SAME },
	{ FPING('M', NULL, NULL, "do not fragment"), CLI_HABIT_FLAG, "-M do" },
	{ FPING(0, "dontfrag", NULL, "do not fragment"), REFUSED, "-M do" },
	{ FPING('n', NULL, NULL, "names of addresses"), CLI_HABIT_OTHER, "-n is ping's: addresses stay addresses" },
	{ FPING(0, "name", NULL, "names of addresses"), REFUSED, "not here: a host is shown as it is written" },
	{ FPING('N', "netdata", NULL, "for netdata"), REFUSED, "not here; see minipingd(8) and its metrics" },
	{ FPING('o', "outage", NULL, "time of outage"), REFUSED, "not here; lost packets times the interval" },
	{ FPING(0, "oiface", "X", "interface"), REFUSED, "--interface X" },
	{ FPING(0, "tos", "BYTE", "type of service"), REFUSED, "--dscp N, a quarter of the byte: 184 is --dscp 46" },
	{ FPING('O', NULL, "BYTE", "type of service"), CLI_HABIT_NUMBER, "--dscp N, a quarter of the byte: -O 184 is --dscp 46" },
	{ FPING(0, "period", "MS", "interval"), REFUSED, "-i TIME, with its unit: 20ms" },
	{ FPING('p', NULL, "MS", "interval"), CLI_HABIT_DIGITS, "-i TIME, with its unit: -p 20 is -i 20ms" },
	{ FPING(0, "print-srcaddr", NULL, "who replied"), REFUSED, "--show-rtts" },
	{ FPING(0, "print-tos", NULL, "type of service of replies"), REFUSED, "not here" },
	{ FPING(0, "print-ttl", NULL, "time to live of replies"), REFUSED, "--show-rtts" },
	{ FPING('q', "quiet", NULL, "quiet"), SAME },
	{ FPING('Q', "squiet", "SECONDS", "figures every so often"), REFUSED, "SIGQUIT, which prints interim figures" },
	{ FPING('r', "retry", "N", "retries"), CLI_HABIT_SAME, "-i is the time between them" },
	{ FPING('R', "random", NULL, "random payload"), REFUSED, "not here; its first 8 bytes always are" },
	{ FPING('s', NULL, NULL, "final statistics"), CLI_HABIT_FLAG, "always printed, unless -a or -u" },
	{ FPING(0, "stats", NULL, "final statistics"), REFUSED, "always printed, unless -a or -u" },
	{ FPING('S', "src", "ADDRESS", "source address"), REFUSED, "-I ADDRESS" },
	{ FPING(0, "seqmap-timeout", "MS", "reuse of sequence numbers"), REFUSED, "nothing to write: a reply in time always counts" },
	{ FPING('t', "timeout", "MS", "wait for a reply"), CLI_HABIT_UNIT, "with its unit: 500ms" },
	{ FPING('T', NULL, "N", "without effect"), REFUSED, "nothing to write" },
	{ FPING('u', "unreach", NULL, "hosts that do not answer"), SAME },
	{ FPING('v', NULL, NULL, "version"), REFUSED, "--version" },
	{ FPING(0, "version", NULL, "version"), SAME },
	{ FPING('x', "reachable", "N", "whether N hosts answer"), CLI_HABIT_SAME, "by the exit code, and a line on standard error if they do not" },
	{ FPING('X', NULL, "N", "end with N hosts"), SAME },
	{ .there = NULL },
};
/* clang-format on */

const char *cli_habits_program(const struct cli_habit *h)
{
	return h->program == CLI_HABIT_PING ? "ping" : "fping";
}

int cli_habits_is(int letter, enum cli_habit_case is)
{
	for (const struct cli_habit *h = cli_habits; h->there; h++)
		if (h->letter == letter && h->is == is)
			return 1;
	return 0;
}

static int is_called(const struct cli_habit *h, int letter, const char *name, size_t name_len)
{
	if (letter)
		return h->letter == letter;
	return h->name && strlen(h->name) == name_len && !memcmp(h->name, name, name_len);
}

char *cli_habits_hint(char *buf, size_t buf_len, int letter, const char *name, size_t name_len)
{
	size_t len = 0;

	for (const struct cli_habit *h = cli_habits; h->there && len < buf_len; h++) {
		if (h->is == CLI_HABIT_SAME || !is_called(h, letter, name, name_len))
			continue;
		len += (size_t)snprintf(buf + len, buf_len - len, "%sas %s's (%s): %s", len ? "; " : "",
		                        cli_habits_program(h), h->there, h->here);
	}
	return len ? buf : NULL;
}
