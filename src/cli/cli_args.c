/* cli_args.c - getopt_long(3) by the table of options, and words for each value that it cannot judge. */
#include "cli/cli_args.h"

#include "cli/cli_habits.h"
#include "cli/cli_options.h"
#include "cli/cli_privileges.h"
#include "dns/host.h"
#include "core/options.h"
#include "base/parse.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#define OPTIONS_MAX CLI_OPTIONS_MAX

/* What getopt_long(3) wants of the table. */
struct getopt_tables {
	char letters[2 * OPTIONS_MAX + 2];
	struct option names[OPTIONS_MAX + 1];
};

static void fill_tables(struct getopt_tables *t)
{
	struct option *name = t->names;
	char *letter = t->letters;

	memset(t, 0, sizeof(*t));
	*letter++ = ':'; /* a missing value is told from an unknown option */
	for (const struct cli_option *o = cli_options; o->id; o++) {
		if (o->id <= UCHAR_MAX)
			*letter++ = (char)o->id;
		if (o->id <= UCHAR_MAX && o->argument)
			*letter++ = ':';
		if (o->name)
			*name++ =
				(struct option){ o->name, o->argument ? required_argument : no_argument, NULL, o->id };
	}
}

/* --- errors --- */

/* Appends what the option means to the other programs, if they have it with that case. */
static void add_hint(char *error, int letter, enum cli_habit_case is)
{
	size_t len = strlen(error);
	char hint[256];

	if (cli_habits_is(letter, is) && cli_habits_hint(hint, sizeof(hint), letter, NULL, 0))
		snprintf(error + len, CLI_HOSTS_ERROR_LEN - len, "; %s", hint);
}

static int bad_value(char *error, const struct cli_option *o, const char *value)
{
	char label[CLI_OPTIONS_LABEL_LEN], expects[SETTING_EXPECTS_LEN];

	snprintf(error, CLI_HOSTS_ERROR_LEN, "%s %.100s: expected %s", cli_options_label(o, label), value,
	         cli_options_expects(o, expects, sizeof(expects)));
	/* What follows a flag is a host or an option, and not just a number that is none here. */
	if (strspn(value, "+-.0123456789") < strlen(value) || strchr(value, '.') != strrchr(value, '.'))
		add_hint(error, o->id, CLI_HABIT_FLAG);
	return -EINVAL;
}

static bool is_number(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

/* A value that is good here, but such as only the other program is given. */
static int check_habit(char *error, const struct cli_option *o, const char *value)
{
	char label[CLI_OPTIONS_LABEL_LEN];
	int64_t n;

	if (cli_habits_is(o->id, CLI_HABIT_DIGITS) && is_number(value)) {
		snprintf(error, CLI_HOSTS_ERROR_LEN, "%s %.100s: as hex digits, write 0x%.100s",
		         cli_options_label(o, label), value, value);
		add_hint(error, o->id, CLI_HABIT_DIGITS);
		return -EINVAL;
	}
	if (!cli_habits_is(o->id, CLI_HABIT_UNIT) || !is_number(value) ||
	    parse_count(&n, value, 0, CLI_HABIT_UNIT_MIN - 1) == 0)
		return 0;
	snprintf(error, CLI_HOSTS_ERROR_LEN, "%s %.100s: write the unit, as in %.100ss or %.100sms",
	         cli_options_label(o, label), value, value, value);
	add_hint(error, o->id, CLI_HABIT_UNIT);
	return -EINVAL;
}

/* A number behind a flag, as a word of its own or not: word is the one that getopt looks at next. */
static int check_flag(char *error, const struct cli_option *o, const char *word)
{
	const char *number = word, *letter;
	char hint[256];

	if (!word || o->id > UCHAR_MAX || !cli_habits_is(o->id, CLI_HABIT_NUMBER))
		return 0;
	if (word[0] == '-' && (letter = strchr(word, o->id)))
		number = letter + 1;
	if (!is_number(number) && strncasecmp(number, "0x", 2) != 0)
		return 0;
	snprintf(error, CLI_HOSTS_ERROR_LEN, "-%c %.100s: %s", o->id, number,
	         cli_habits_hint(hint, sizeof(hint), o->id, NULL, 0));
	return -EINVAL;
}

/* Options that the daemon's configuration has, too. */
static int set_core(struct cli_args *a, const struct cli_option *row, const char *text)
{
	struct options o = options_default();

	if (row->id == 'p' && !strncasecmp(text, "0x", 2))
		text += 2;
	if (options_set(&o, options_find(row->expects), text))
		return -EINVAL;
	switch (row->id) {
	case 't':
	case 'W':
		a->options.timeout_ns = o.timeout_ns;
		break;
	case 'i':
		a->options.interval_ns = o.interval_ns;
		break;
	case 's':
		a->options.size = (int)o.size;
		break;
	case CLI_OPTION_DSCP:
		a->options.dscp = o.dscp;
		break;
	case CLI_OPTION_TTL:
		a->options.ttl = o.ttl;
		break;
	case 'm':
		a->more.mark = o.mark;
		break;
	case 'p':
		memcpy(a->pattern, o.pattern, o.pattern_len);
		a->more.pattern = a->pattern;
		a->more.pattern_len = o.pattern_len;
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
		[CLI_TEXT] = "text",        [CLI_SEED] = "seed", [CLI_JSON] = "json",
		[CLI_JSON_LINES] = "jsonl", [CLI_CSV] = "csv",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(text, names[i]) != 0)
			continue;
		a->format = (enum cli_format)i;
		return 0;
	}
	return -EINVAL;
}

/* As ping(8): do forbids, want leaves it to the kernel, which looks for the path MTU. */
static int set_pmtudisc(struct cli_args *a, const char *text)
{
	if (!strcmp(text, "do"))
		a->more.dont_fragment = 1;
	else if (!strcmp(text, "dont"))
		a->more.dont_fragment = -1;
	else if (!strcmp(text, "want"))
		a->more.dont_fragment = 0;
	else
		return -EINVAL;
	return 0;
}

static void set_number(struct cli_args *a, int option, int64_t n)
{
	switch (option) {
	case 'c':
		a->options.count = n;
		a->is_counted = true;
		break;
	case 'r':
		a->is_counted = true;
		a->options.count = n + 1;
		a->options.until_reply = 1;
		break;
	case CLI_OPTION_RATE:
		a->options.max_rate = (int)n;
		break;
	case 'w':
		a->deadline_ns = n;
		break;
	case 'X':
		a->is_fast = true;
		/* fall through */
	case 'x':
		a->enough = n;
		break;
	}
}

static int set_other(struct cli_args *a, int option, const char *text)
{
	switch (option) {
	case 'I':
		return set_way_out(a, text);
	case 'f':
		return cli_hosts_read(&a->hosts, text);
	case 'M':
		return set_pmtudisc(a, text);
	default:
		return set_format(a, text);
	}
}

static int set_value(struct cli_args *a, const struct cli_option *o, const char *text, char *error)
{
	int err = check_habit(error, o, text);
	int64_t n;

	if (err)
		return err;
	switch (o->kind) {
	case CLI_NUMBER:
		err = parse_count(&n, text, o->min, o->max);
		if (!err)
			set_number(a, o->id, n);
		break;
	case CLI_TIME:
		err = parse_duration(&n, text, o->min, o->max);
		if (!err)
			set_number(a, o->id, n);
		break;
	case CLI_SETTING:
		err = set_core(a, o, text);
		break;
	default:
		err = set_other(a, o->id, text);
	}
	if (!err || err == -ENOMEM)
		return err;
	if (o->id != 'f')
		return bad_value(error, o, text);
	strcpy(error, a->hosts.error);
	if (err == -ENOENT)
		add_hint(error, 'f', CLI_HABIT_FLAG);
	return -EINVAL;
}

static void set_flag(struct cli_args *a, int option)
{
	switch (option) {
	case '4':
		a->is_4 = true;
		a->options.family = AF_INET;
		break;
	case '6':
		a->is_6 = true;
		a->options.family = AF_INET6;
		break;
	case 'b':
		a->more.broadcast = 1;
		break;
	case 'l':
		a->is_loop = true;
		break;
	case CLI_OPTION_ALL:
		a->all = true;
		a->hosts.listed = true; /* however many there turn out to be */
		break;
	case CLI_OPTION_PATH:
		a->path = true;
		break;
	case 'O':
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
	case 'e':
		a->elapsed = true;
		break;
	case 'u':
		a->unreachable = true;
		a->options.until_reply = 1;
		break;
	case 'j':
		a->format = CLI_JSON;
		break;
	case CLI_OPTION_CSV:
		a->format = CLI_CSV;
		break;
	case CLI_OPTION_JSONL:
		a->format = CLI_JSON_LINES;
		break;
	case CLI_OPTION_PRECISE:
		a->options.precise = 1;
		break;
	case 'h':
		a->help = true;
		break;
	case CLI_OPTION_VERSION:
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
	const struct cli_option *o = optopt ? cli_options_find(optopt) : NULL;
	char label[CLI_OPTIONS_LABEL_LEN], hint[256];
	const char *shown = word;
	size_t len = strcspn(word, "=");

	if (o) {
		snprintf(error, CLI_HOSTS_ERROR_LEN, "%.200s: %s takes no value", word, cli_options_label(o, label));
		return -EINVAL;
	}
	if (optopt) {
		snprintf(label, sizeof(label), "-%c", optopt);
		shown = label;
		len = strlen(label);
	}
	if (cli_habits_hint(hint, sizeof(hint), optopt, len > 2 ? word + 2 : word, len > 2 ? len - 2 : 0))
		snprintf(error, CLI_HOSTS_ERROR_LEN, "%.*s: %s", (int)(len > 100 ? 100 : len), shown, hint);
	else
		snprintf(error, CLI_HOSTS_ERROR_LEN, "unknown option %.200s (see miniping --help)", shown);
	return -EINVAL;
}

static int no_value(char *error)
{
	const struct cli_option *o = cli_options_find(optopt);
	char label[CLI_OPTIONS_LABEL_LEN], expects[SETTING_EXPECTS_LEN];

	snprintf(error, CLI_HOSTS_ERROR_LEN, "%s: expected %s", cli_options_label(o, label),
	         cli_options_expects(o, expects, sizeof(expects)));
	add_hint(error, o->id, CLI_HABIT_FLAG);
	return -EINVAL;
}

/* What else is of use where no host is measured. */
static bool goes_with_path(int option)
{
	static const int options[] = {
		't',
		'W',
		'w',
		's',
		'p',
		'M',
		'm',
		'4',
		'6',
		'I',
		'j',
		'n',
		'h',
		CLI_OPTION_DSCP,
		CLI_OPTION_JSONL,
		CLI_OPTION_FORMAT,
		CLI_OPTION_PRECISE,
		CLI_OPTION_VERSION,
		CLI_OPTION_PATH,
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (option == options[i])
			return true;
	return false;
}

static int parse_options(struct cli_args *a, int argc, char **argv, char *error)
{
	const struct cli_option *o;
	struct getopt_tables t;
	int c, err = 0;

	fill_tables(&t);
	opterr = 0;
	optind = 0; /* from the beginning, also of a second command line */
	while (!err && !a->help && !a->version && (c = getopt_long(argc, argv, t.letters, t.names, NULL)) != -1) {
		o = cli_options_find(c);
		if (c == ':')
			err = no_value(error);
		else if (!o)
			err = bad_option(error, argv[optind - 1]);
		else if (o->argument)
			err = set_value(a, o, optarg, error);
		else if (!(err = check_flag(error, o, optind < argc ? argv[optind] : NULL)))
			set_flag(a, c);
		if (o && !a->not_with_path && !goes_with_path(c))
			a->not_with_path = c;
	}
	return err;
}

static int check_path(const struct cli_args *a, char *error)
{
	char label[CLI_OPTIONS_LABEL_LEN];

	if (a->not_with_path) {
		snprintf(error, CLI_HOSTS_ERROR_LEN, "--path excludes %s",
		         cli_options_label(cli_options_find(a->not_with_path), label));
		return -EINVAL;
	}
	if (a->format == CLI_CSV || a->format == CLI_SEED)
		return refuse(error, "--path: expected --format text, json or jsonl");
	return a->hosts.n == 1 && !a->hosts.listed ? 0 : refuse(error, "--path: expected one host");
}

static int check_together(const struct cli_args *a, char *error)
{
	struct host source = { .zone = "" };

	if (a->is_4 && a->is_6)
		return refuse(error, "--ipv4 and --ipv6 exclude each other");
	if (a->alive && a->unreachable)
		return refuse(error, "--alive and --unreachable exclude each other");
	if ((a->alive || a->unreachable) && !cli_args_text(a))
		return refuse(error, "--alive and --unreachable exclude --json, --jsonl and --csv");
	if (a->is_loop && a->is_counted && a->options.count)
		return refuse(error, "--loop excludes --count and --retry");
	if (a->options.source)
		host_address(&source, a->options.source);
	if (a->options.source && a->options.family && a->options.family != source.addr.family) {
		snprintf(error, CLI_HOSTS_ERROR_LEN, "--interface %.200s: expected an %s address", a->options.source,
		         a->options.family == AF_INET ? "IPv4" : "IPv6");
		return -EINVAL;
	}
	if (!a->hosts.n)
		return refuse(error, "no host given (see miniping --help)");
	return a->path ? check_path(a, error) : 0;
}

/* What ping(8) grants users. */
static int limit_rate(const struct cli_args *a, char *error)
{
	if (!cli_privileges_limited() || a->options.interval_ns >= CLI_LIMITED_INTERVAL_NS)
		return 0;
	strcpy(error, "--interval: expected at least 2ms, for users other than root");
	return -EINVAL;
}

/* Who asks many hosts has a longer interval, and who asks all that are on a link, too. */
void cli_args_stretch(struct cli_args *a)
{
	int64_t gap_ns = (int64_t)a->hosts.n * CLI_LIMITED_GAP_NS;

	if (a->more.broadcast && gap_ns < CLI_LIMITED_BROADCAST_NS)
		gap_ns = CLI_LIMITED_BROADCAST_NS;
	if (cli_privileges_limited() && a->options.interval_ns < gap_ns)
		a->options.interval_ns = gap_ns;
}

int cli_args_family(const struct cli_args *a)
{
	struct host source = { .zone = "" };

	if (a->options.family == AF_UNSPEC && a->options.source && !host_address(&source, a->options.source))
		return source.addr.family;
	return a->options.family;
}

int cli_args_parse(struct cli_args *out, int argc, char **argv, char *error)
{
	int err;

	*out = (struct cli_args){ .options = MINIPING_OPTIONS_DEFAULT };
	out->options.count = 4;
	out->options.size = 8;
	out->more.size = sizeof(out->more);
	out->options.more = &out->more;
	err = parse_options(out, argc, argv, error);
	if (err || out->help || out->version)
		return err;
	for (int i = optind; !err && i < argc; i++)
		err = cli_hosts_add(&out->hosts, argv[i]);
	if (err == -EINVAL)
		strcpy(error, out->hosts.error);
	if (!err)
		err = check_together(out, error);
	if (out->is_loop || (out->deadline_ns && !out->is_counted))
		out->options.count = 0;
	if (!err)
		err = limit_rate(out, error);
	if (!err)
		cli_args_stretch(out);
	return err;
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

bool cli_args_json(const struct cli_args *a)
{
	return a->format == CLI_JSON || a->format == CLI_JSON_LINES;
}
