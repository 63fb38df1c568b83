/* cli_text.h - what miniping prints for people: a line for each packet, the summary or table, the live table, the line
 * of progress. Everything goes to standard output but the progress and interim figures, which are standard error's. */
#ifndef MINIPING_CLI_TEXT_H
#define MINIPING_CLI_TEXT_H
#include "cli/cli_answers.h"
#include "cli/cli_args.h"
#include "cli/cli_live.h"
#include "cli/cli_tallies.h"
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
	struct cli_tallies tallies;
	bool is_live; /* live is drawn, until cli_text_end */
	struct cli_live live;
	int64_t drawn_ns;
	int write_error; /* -errno of standard output, or -ENOMEM; 0: none */
};

/* cli_text_begin - decides what this terminal, or whatever stands in its place, gets to see. Sets the locale of
 * characters, which widths are by. 0 or -ENOMEM; after 0 it must go to cli_text_free. */
int cli_text_begin(struct cli_text *t, const struct cli_args *args);

/* cli_text_packet - one packet has ended. Returns write_error. */
int cli_text_packet(struct cli_text *t, const struct miniping_packet *p);

/* cli_text_answer - one more reply to a packet to many, which has ended. Returns write_error. */
int cli_text_answer(struct cli_text *t, const struct miniping_packet *p, bool is_duplicate);

/* cli_text_signal - one has been handled: does what cli_signals.h has of it. Returns write_error. */
int cli_text_signal(struct cli_text *t);

/* cli_text_end - no packet comes any more: takes away the line of progress, or the live table. */
void cli_text_end(struct cli_text *t);
void cli_text_free(struct cli_text *t);

/* cli_text_results - the summary of one host, the table of several, or what the seed printed of each; and who
 * answered for broadcast and multicast addresses. */
void cli_text_results(const struct cli_text *t, const struct miniping_result *results,
                      const struct cli_answers *answers);
#endif
