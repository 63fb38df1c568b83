/* cli_complain.h - what goes wrong, in one line on standard error. */
#ifndef MINIPING_CLI_COMPLAIN_H
#define MINIPING_CLI_COMPLAIN_H
#include "cli/cli_args.h"
#include "lib/miniping.h"

/* cli_complain - what is not printable of it, because it came from a command line or a file's name, is shown as \xNN.
 * Returns exit_code. */
__attribute__((format(printf, 2, 3))) int cli_complain(int exit_code, const char *format, ...);

/* cli_complain_failed - nothing could be measured at all, because of e. Returns the exit code. */
int cli_complain_failed(const struct cli_args *a, const struct miniping_error *e);

/* cli_complain_output - err, -errno, kept the results from being written; 0: they were. Returns the exit code. */
int cli_complain_output(int err);
#endif
