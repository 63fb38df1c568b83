/* cli_live.h - a table of all hosts that is drawn again and again over the whole terminal, while -l goes on. Plain
 * escape codes, of ECMA-48 and xterm's second screen. */
#ifndef MINIPING_CLI_LIVE_H
#define MINIPING_CLI_LIVE_H
#include "cli/cli_args.h"
#include "cli/cli_tallies.h"

#include <stdbool.h>
#include <stdio.h>

struct cli_live {
	const struct cli_args *args;
	const struct cli_tallies *tallies;
	bool colour, has_utf8;
	int64_t started_ns; /* monotonic */
};

/* Puts the terminal's second screen in place, without a cursor, and takes it away. Safe to write in a signal handler.
 */
#define CLI_LIVE_ENTER "\033[?1049h\033[?25l\033[?7l"
#define CLI_LIVE_LEAVE "\033[?7h\033[?25h\033[?1049l"

/* cli_live_draw - the whole screen as it is at now_ns: a line about the run, titles, and a row for each host, in their
 * order; where there are more than rows, those that have lost packets lately come first. No line takes more than
 * columns. */
void cli_live_draw(const struct cli_live *l, FILE *to, int columns, int rows, int64_t now_ns);
#endif
