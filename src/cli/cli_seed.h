/* cli_seed.h - the text that pyminiping prints, line by line: for scripts that read it, and for tests of parity. */
#ifndef MINIPING_CLI_SEED_H
#define MINIPING_CLI_SEED_H
#include "lib/miniping.h"

#include <stdio.h>

/* cli_seed_begin - the line above those of a host's packets. */
void cli_seed_begin(FILE *to, const char *host, int size);

/* cli_seed_packet - the line of one packet. */
void cli_seed_packet(FILE *to, const struct miniping_packet *p);

/* cli_seed_summary - of one host. colour: what to put before its counts, and plain after them; "" for neither. */
void cli_seed_summary(FILE *to, const struct miniping_result *r, const char *colour, const char *plain);
#endif
