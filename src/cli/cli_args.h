/* cli_args.h - miniping's command line as one checked value. */
#ifndef MINIPING_CLI_ARGS_H
#define MINIPING_CLI_ARGS_H
#include "cli/cli_hosts.h"
#include "lib/miniping.h"

#include <stdbool.h>

enum cli_format { CLI_TEXT, CLI_SEED, CLI_JSON, CLI_JSON_LINES };

struct cli_args {
	struct miniping_options options;
	struct cli_hosts hosts;
	enum cli_format format;
	bool show_rtts; /* a line for each packet */
	bool quiet, timestamps;
	bool alive, unreachable; /* only list the hosts that answered, as they do, or did not */
	bool help, version;      /* asked for: then nothing else counts */
};

/* cli_args_parse - 0; -EINVAL: error, CLI_HOSTS_ERROR_LEN long, is one line that names the option, its
 * value and what was expected; or -ENOMEM. *out must go to cli_args_fini in any case. Reads the files of
 * hosts; points into argv. */
int cli_args_parse(struct cli_args *out, int argc, char **argv, char *error);
void cli_args_fini(struct cli_args *a);

/* cli_args_several - results are printed as those of a list, even if it turned out to have one host. */
bool cli_args_several(const struct cli_args *a);

/* cli_args_text - results are printed as text, ours or the seed's. */
bool cli_args_text(const struct cli_args *a);
#endif
