/* cli_csv.h - results as comma-separated values (RFC 4180), times in ms, with the time of each packet. */
#ifndef MINIPING_CLI_CSV_H
#define MINIPING_CLI_CSV_H
#include "cli/cli_answers.h"
#include "cli/cli_args.h"
#include "lib/miniping.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct cli_csv_rtts { /* of one host, by the packets' order */
	int64_t *at;  /* -1: no reply */
	size_t n, room;
};

struct cli_csv { /* all zero: keeps no times */
	struct cli_csv_rtts *hosts;
	size_t n;
};

/* cli_csv_open - for the hosts of a. Of a run without an end no times are kept. 0 or -ENOMEM. */
int cli_csv_open(struct cli_csv *c, const struct cli_args *a);
void cli_csv_close(struct cli_csv *c);

/* cli_csv_packet - one packet has ended. 0 or -ENOMEM. */
int cli_csv_packet(struct cli_csv *c, const struct miniping_packet *p);

/* cli_csv_print - a line of names, and one for each host; with -b also one for each who answered for it. Whether it was
 * written, ferror(out) says. */
void cli_csv_print(FILE *out, const struct cli_csv *c, const struct cli_args *a, const struct miniping_result *results,
                   const struct cli_answers *answers);
#endif
