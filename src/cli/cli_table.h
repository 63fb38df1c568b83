/* cli_table.h - the results of several hosts as a table. */
#ifndef MINIPING_CLI_TABLE_H
#define MINIPING_CLI_TABLE_H
#include "cli/cli_args.h"
#include "lib/miniping.h"

#include <stdbool.h>
#include <stdio.h>

/* cli_table_print - a row for each host in their order, aligned, columns that are empty in all of them left out; then a
 * line that counts them by what became of them. The results are gone through twice, and nothing is kept. */
void cli_table_print(FILE *to, const struct cli_args *a, const struct miniping_result *results, bool colour);
#endif
