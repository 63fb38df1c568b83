/* command.h - what minipingd's command line asks for, and what its exit codes say. */
#ifndef MINIPING_COMMAND_H
#define MINIPING_COMMAND_H
#include "base/diag.h"
#include "config/config.h"

#include <stdbool.h>
#include <stdint.h>

#define COMMAND_EXIT_OK         0
#define COMMAND_EXIT_ERROR      1
#define COMMAND_EXIT_FILE       73 /* EX_CANTCREAT: log or state */
#define COMMAND_EXIT_PERMISSION 77 /* EX_NOPERM */
#define COMMAND_EXIT_CONFIG     78 /* EX_CONFIG */

enum command_task { COMMAND_RUN, COMMAND_CHECK, COMMAND_PLAN, COMMAND_DUMP, COMMAND_DIFF };

struct command {
	enum command_task task;
	const char *config_path;
	const char *diff_path;             /* of COMMAND_DIFF */
	struct config_overrides overrides; /* what wins over the files */
	int64_t ttl_min_ns;                /* an address is used at least so long before its name is looked up again */
	enum diag_level level;             /* of diagnostics */
	bool realtime;                     /* the loop comes before all that is not real time */
};

/* command_parse - *c by the command line. -1, or the exit code of a command that ends here: it was wrong, which has
 * been reported, or asked for no more than help. */
int command_parse(struct command *c, int argc, char **argv);
#endif
