/* ctl_options.c - getopt_long(3) over one table of all options, each value checked at once. */
#include "ctl/ctl_options.h"

#include "base/clock.h"
#include "base/parse.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define TIMEOUT_DEFAULT  (30 * NS_PER_S)
#define INTERVAL_DEFAULT (1 * NS_PER_S)
#define FOR_DEFAULT      (1 * NS_PER_H)

/* clang-format off */
static const struct ctl_option_info infos[CTL_N_OPTIONS] = {
	[CTL_SOCKET]        = { "socket", 's', "PATH", "the daemon's control socket (/run/minipingd/control.sock)" },
	[CTL_NAME]          = { "name", 'n', "NAME", "of minipingd@NAME: /run/minipingd-NAME/control.sock" },
	[CTL_URL]           = { "url", 'u', "URL", "http://HOST:PORT or https://HOST:PORT instead of a socket" },
	[CTL_USER]          = { "user", 0, "USER", "basic authentication; the password is asked for" },
	[CTL_PASSWORD_FILE] = { "password-file", 0, "FILE", "where USER's password is" },
	[CTL_TOKEN_FILE]    = { "token-file", 0, "FILE", "where a bearer token is" },
	[CTL_CACERT]        = { "cacert", 0, "FILE", "the certificate that signed the server's" },
	[CTL_TIMEOUT]       = { "timeout", 0, "TIME", "give up after so long without progress (30s)" },
	[CTL_HELP]          = { "help", 'h', NULL, "this text" },
	[CTL_VERSION]       = { "version", 0, NULL, "the version" },
	[CTL_JSON]          = { "json", 'j', NULL, "JSON, as the daemon gives it" },
	[CTL_CSV]           = { "csv", 0, NULL, "comma-separated values (RFC 4180) with a head line" },
	[CTL_STATE]         = { "state", 0, "STATE", "only those up, degraded, down or unknown; may be repeated" },
	[CTL_GROUP]         = { "group", 'g', "GROUP", "only those of GROUP; may be repeated" },
	[CTL_LABEL]         = { "label", 'l', "KEY=VALUE", "only those with that label; may be repeated" },
	[CTL_SORT]          = { "sort", 0, "KEY", "name, state, since, loss, rtt or worst; -KEY: descending" },
	[CTL_LIMIT]         = { "limit", 0, "N", "no more than N" },
	[CTL_NAMES]         = { "names", 0, NULL, "only their names, one a line" },
	[CTL_INTERVAL]      = { "interval", 'i', "TIME", "between two looks (1s)" },
	[CTL_FOLLOW]        = { "follow", 'f', NULL, "go on with what happens from now on" },
	[CTL_KIND]          = { "kind", 'k', "KIND", "state, path, dns, daemon or report; may be repeated" },
	[CTL_COUNT]         = { "count", 'c', "N", "probes (1)" },
	[CTL_FOR]           = { "for", 0, "TIME", "how long it lasts, 1s to 7d (1h)" },
	[CTL_SINCE]         = { "since", 0, "TIME", "from so long ago on (24h)" },
	[CTL_STEP]          = { "step", 0, "TIME", "the length of a step, as 5m" },
	[CTL_PAUSE]         = { "pause", 0, NULL, "a target of the configuration is not probed for a while" },
};
/* clang-format on */

const struct ctl_option_info *ctl_option_info(enum ctl_option o)
{
	return &infos[o];
}

/* --- values --- */

/* The member of a list or of a text that o goes to; NULL: it has a parser of its own. */
static struct ctl_list *list_of(struct ctl_options *x, enum ctl_option o)
{
	switch (o) {
	case CTL_STATE:
		return &x->states;
	case CTL_GROUP:
		return &x->groups;
	case CTL_LABEL:
		return &x->labels;
	case CTL_KIND:
		return &x->kinds;
	default:
		return NULL;
	}
}

static const char **text_of(struct ctl_options *x, enum ctl_option o)
{
	switch (o) {
	case CTL_SOCKET:
		return &x->socket;
	case CTL_NAME:
		return &x->name;
	case CTL_URL:
		return &x->url;
	case CTL_USER:
		return &x->user;
	case CTL_PASSWORD_FILE:
		return &x->password_file;
	case CTL_TOKEN_FILE:
		return &x->token_file;
	case CTL_CACERT:
		return &x->cacert;
	case CTL_SORT:
		return &x->sort;
	default:
		return NULL;
	}
}

static int one_of(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (!strcmp(text, *words))
			return 0;
	return -EINVAL;
}

/* 0, or -EINVAL and in *expected what o takes. */
static int check_text(enum ctl_option o, const char *text, const char **expected)
{
	static const char *const states[] = { "up", "degraded", "down", "unknown", NULL };
	static const char *const kinds[] = { "state", "path", "dns", "daemon", "report", NULL };

	switch (o) {
	case CTL_STATE:
		*expected = "up, degraded, down or unknown";
		return one_of(text, states);
	case CTL_KIND:
		*expected = "state, path, dns, daemon or report";
		return one_of(text, kinds);
	case CTL_LABEL:
		*expected = "KEY=VALUE, as site=fra1";
		return text[0] != '=' && strchr(text, '=') ? 0 : -EINVAL;
	case CTL_NAME:
		*expected = "the NAME of minipingd@NAME, without a slash";
		return *text && !strchr(text, '/') ? 0 : -EINVAL;
	case CTL_GROUP:
		return 0; /* "": those in none */
	case CTL_URL:
		*expected = "http://HOST:PORT or https://HOST:PORT";
		return strncmp(text, "http://", 7) && strncmp(text, "https://", 8) ? -EINVAL : 0;
	default:
		*expected = "a value";
		return *text ? 0 : -EINVAL;
	}
}

static int set_number(struct ctl_options *x, enum ctl_option o, const char *text, const char **expected)
{
	switch (o) {
	case CTL_TIMEOUT:
		*expected = "a time from 1s to 1h, as 30s";
		return parse_duration(&x->timeout_ns, text, NS_PER_S, NS_PER_H);
	case CTL_INTERVAL:
		*expected = "a time from 500ms to 1h, as 2s";
		return parse_duration(&x->interval_ns, text, 500 * NS_PER_MS, NS_PER_H);
	case CTL_FOR:
		*expected = "a time from 1s to 7d, as 2h";
		return parse_duration(&x->for_ns, text, NS_PER_S, 7 * NS_PER_D);
	case CTL_SINCE:
		*expected = "a time from 1m to 10y, as 24h or 30d";
		return parse_age(&x->since_ns, text, NS_PER_M, 3650 * NS_PER_D);
	case CTL_STEP:
		*expected = "a time from 1s to 366d, as 5m";
		return parse_age(&x->step_ns, text, NS_PER_S, 366 * NS_PER_D);
	case CTL_LIMIT:
		*expected = "a whole number from 1 on";
		return parse_count(&x->limit, text, 1, 1000000000);
	default:
		*expected = "a whole number from 1 to 1000";
		return parse_count(&x->count, text, 1, 1000);
	}
}

static int set_value(struct ctl_options *x, enum ctl_option o, const char *text, char *error)
{
	struct ctl_list *list = list_of(x, o);
	const char **member = text_of(x, o), *expected = NULL;
	int err;

	x->given |= 1u << o;
	if (!infos[o].value)
		return 0;
	err = list || member ? check_text(o, text, &expected) : set_number(x, o, text, &expected);
	if (err) {
		snprintf(error, CTL_ERROR_LEN, "--%s %.200s: expected %s", infos[o].name, text, expected);
		return -EINVAL;
	}
	if (list && list->n == CTL_REPEATED_MAX) {
		snprintf(error, CTL_ERROR_LEN, "--%s: at most %d of them", infos[o].name, CTL_REPEATED_MAX);
		return -EINVAL;
	}
	if (list)
		list->at[list->n++] = text;
	else if (member)
		*member = text;
	return 0;
}

/* --- getopt --- */

static void getopt_tables(char *letters, struct option *options)
{
	*letters++ = ':';
	for (int o = 0; o < CTL_N_OPTIONS; o++) {
		*options++ = (struct option){ infos[o].name, infos[o].value ? required_argument : no_argument, NULL,
			                      256 + o };
		if (!infos[o].letter)
			continue;
		*letters++ = infos[o].letter;
		if (infos[o].value)
			*letters++ = ':';
	}
	*letters = '\0';
	*options = (struct option){ NULL, 0, NULL, 0 };
}

static enum ctl_option option_of(int c)
{
	if (c >= 256)
		return (enum ctl_option)(c - 256);
	for (int o = 0; o < CTL_N_OPTIONS; o++)
		if (infos[o].letter == c)
			return (enum ctl_option)o;
	return CTL_N_OPTIONS;
}

/* What getopt has no name for, or no value of; word is what it was looking at. */
static int refuse(int c, const char *word, char *error)
{
	enum ctl_option o = optopt ? option_of(optopt) : CTL_N_OPTIONS;

	if (o == CTL_N_OPTIONS && optopt)
		snprintf(error, CTL_ERROR_LEN, "unknown option -%c (see minipingctl --help)", optopt);
	else if (o == CTL_N_OPTIONS)
		snprintf(error, CTL_ERROR_LEN, "unknown option %.200s (see minipingctl --help)", word);
	else if (c == ':')
		snprintf(error, CTL_ERROR_LEN, "--%s: expected %s", infos[o].name, infos[o].value);
	else
		snprintf(error, CTL_ERROR_LEN, "%.200s: --%s takes no value", word, infos[o].name);
	return -EINVAL;
}

static int check_together(const struct ctl_options *x, char *error)
{
	static const enum ctl_option exclude[][2] = {
		{ CTL_SOCKET, CTL_NAME }, { CTL_SOCKET, CTL_URL }, { CTL_NAME, CTL_URL },        { CTL_JSON, CTL_CSV },
		{ CTL_JSON, CTL_NAMES },  { CTL_CSV, CTL_NAMES },  { CTL_USER, CTL_TOKEN_FILE },
	};
	static const enum ctl_option need[][2] = {
		{ CTL_PASSWORD_FILE, CTL_USER },
		{ CTL_CACERT, CTL_URL },
	};

	for (size_t i = 0; i < sizeof(exclude) / sizeof(*exclude); i++)
		if (ctl_options_given(x, exclude[i][0]) && ctl_options_given(x, exclude[i][1])) {
			snprintf(error, CTL_ERROR_LEN, "--%s and --%s exclude each other", infos[exclude[i][0]].name,
			         infos[exclude[i][1]].name);
			return -EINVAL;
		}
	for (size_t i = 0; i < sizeof(need) / sizeof(*need); i++)
		if (ctl_options_given(x, need[i][0]) && !ctl_options_given(x, need[i][1])) {
			snprintf(error, CTL_ERROR_LEN, "--%s goes with --%s", infos[need[i][0]].name,
			         infos[need[i][1]].name);
			return -EINVAL;
		}
	return 0;
}

int ctl_options_parse(struct ctl_options *out, int argc, char **argv, char *error)
{
	char letters[2 * CTL_N_OPTIONS + 2];
	struct option options[CTL_N_OPTIONS + 1];
	int c, err = 0;

	*out = (struct ctl_options){ .timeout_ns = TIMEOUT_DEFAULT,
		                     .interval_ns = INTERVAL_DEFAULT,
		                     .for_ns = FOR_DEFAULT,
		                     .count = 1,
		                     .since_ns = NS_PER_D };
	getopt_tables(letters, options);
	opterr = 0;
	while (!err && (c = getopt_long(argc, argv, letters, options, NULL)) != -1) {
		if (c == ':' || c == '?')
			err = refuse(c, argv[optind - 1], error);
		else
			err = set_value(out, option_of(c), optarg, error);
	}
	if (ctl_options_given(out, CTL_HELP) || ctl_options_given(out, CTL_VERSION))
		err = 0; /* then nothing else counts */
	if (err)
		return err;
	if (optind < argc) {
		out->command = argv[optind];
		out->arguments = (const char *const *)argv + optind + 1;
		out->n_arguments = (size_t)(argc - optind - 1);
	}
	return ctl_options_given(out, CTL_HELP) ? 0 : check_together(out, error);
}
