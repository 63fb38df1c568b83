/* cli_json.h - results as JSON, with the keys of miniping(1) in their order; times in seconds. */
#ifndef MINIPING_CLI_JSON_H
#define MINIPING_CLI_JSON_H
#include "cli/cli_answers.h"
#include "cli/cli_args.h"
#include "lib/miniping.h"

#include <stdio.h>

/* cli_json_print - one object for one host, an array or one object a line for several. 0 or -ENOMEM;
 * whether it was written, ferror(out) says. */
int cli_json_print(FILE *out, const struct cli_args *a, const struct miniping_result *results,
                   const struct cli_answers *answers);
#endif
