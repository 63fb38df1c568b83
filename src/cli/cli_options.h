/* cli_options.h - the table of miniping's options: what parses them, and --help, follow it;
 * tests/net/miniping-habits.sh holds the manual and the completions against it. */
#ifndef MINIPING_CLI_OPTIONS_H
#define MINIPING_CLI_OPTIONS_H
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum cli_option_kind {
	CLI_FLAG,    /* takes no value */
	CLI_NUMBER,  /* a whole number, min .. max */
	CLI_TIME,    /* a duration, min .. max in ns */
	CLI_SETTING, /* as the daemon's option of that name (core/options.h) */
	CLI_TEXT_OF, /* anything else: expects says what */
};

enum { /* of options without a letter */
       CLI_OPTION_DSCP = 256,
       CLI_OPTION_TTL,
       CLI_OPTION_RATE,
       CLI_OPTION_JSONL,
       CLI_OPTION_FORMAT,
       CLI_OPTION_PRECISE,
       CLI_OPTION_VERSION,
       CLI_OPTION_CSV,
       CLI_OPTION_ALL,
       CLI_OPTION_PATH,
};

struct cli_option {
	int id;               /* its letter, or one of those above */
	const char *name;     /* the long one; NULL: the letter alone */
	const char *argument; /* as --help calls it; NULL: none */
	enum cli_option_kind kind;
	int64_t min, max;     /* of a number or a time */
	const char *expects;  /* of CLI_TEXT_OF and CLI_TIME; of CLI_NUMBER instead of min and max; of CLI_SETTING its
	                         name */
	const char *sentence; /* for --help; begins small, without a full stop */
};

extern const struct cli_option cli_options[]; /* ends with a row whose id is 0 */
#define CLI_OPTIONS_MAX 64

/* cli_options_find - by id, or NULL. */
const struct cli_option *cli_options_find(int id);

/* cli_options_label - "--count", or "-W" of one without a long name; returns buf. */
#define CLI_OPTIONS_LABEL_LEN 32
char *cli_options_label(const struct cli_option *o, char buf[CLI_OPTIONS_LABEL_LEN]);

/* cli_options_expects - what its value has to be: "a whole number from 1 to 255"; returns buf. */
char *cli_options_expects(const struct cli_option *o, char *buf, size_t buf_len);

/* cli_options_help - what --help prints. */
void cli_options_help(FILE *out);
#endif
