/* cli_path.h - --path: the routers on the way to a host. */
#ifndef MINIPING_CLI_PATH_H
#define MINIPING_CLI_PATH_H
#include "cli/cli_args.h"
#include "lib/miniping.h"

/* cli_path - finds them, and prints a table, or JSON. Returns the exit code. */
int cli_path(struct cli_args *a, struct miniping_stop *stop);
#endif
