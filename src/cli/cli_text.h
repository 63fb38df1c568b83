/* cli_text.h - what miniping prints for people: a line for each packet, the summary or table, the line of progress.
 * Everything goes to standard output but the progress, which is standard error's. */
#ifndef MINIPING_CLI_TEXT_H
#define MINIPING_CLI_TEXT_H
#include "cli/cli_args.h"
#include "lib/miniping.h"

#include <stdbool.h>
#include <stdint.h>

struct cli_text {
	const struct cli_args *args;
	bool packets, progress; /* printed as they come */
	bool begun;             /* the line above those of packets is there */
	bool colour;
	int64_t started_ns, progress_ns; /* monotonic; of the latest progress */
	bool progress_shown;
	uint64_t n_ended, n_received, n_lost;
	int write_error; /* -errno of standard output; 0: none */
};

/* cli_text_begin - decides what this terminal, or whatever stands in its place, gets to see. Sets the locale of
 * characters, which widths are by. */
void cli_text_begin(struct cli_text *t, const struct cli_args *args);

/* cli_text_packet - one packet has ended. Returns write_error. */
int cli_text_packet(struct cli_text *t, const struct miniping_packet *p);

/* cli_text_end - no packet comes any more: takes the line of progress away. */
void cli_text_end(struct cli_text *t);

/* cli_text_results - the summary of one host, the table of several, or what the seed printed of each. */
void cli_text_results(const struct cli_text *t, const struct miniping_result *results);
#endif
