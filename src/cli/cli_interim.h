/* cli_interim.h - how a run stands, for who asks while it goes on. */
#ifndef MINIPING_CLI_INTERIM_H
#define MINIPING_CLI_INTERIM_H
#include "cli/cli_args.h"
#include "cli/cli_tallies.h"

#include <stdio.h>

/* cli_interim_print - a line for each host, unless only a list of hosts is wanted; and for several hosts a line for
 * all.
 */
void cli_interim_print(FILE *to, const struct cli_args *a, const struct cli_tallies *t);
#endif
