/* cli_args.h - miniping's command line as one checked value. */
#ifndef MINIPING_CLI_ARGS_H
#define MINIPING_CLI_ARGS_H
#include "cli/cli_hosts.h"
#include "lib/miniping.h"

#include <stdbool.h>
#include <stdint.h>

enum cli_format { CLI_TEXT, CLI_SEED, CLI_JSON, CLI_JSON_LINES, CLI_CSV };

struct cli_args {
	struct miniping_options options;
	struct miniping_more more; /* what options.more points at */
	uint8_t pattern[16];       /* what more.pattern points at */
	int64_t deadline_ns;       /* of the run; 0: none */
	int64_t enough;            /* hosts that have to answer for exit code 0; 0: all */
	bool is_fast;              /* and no more is sent when they have */
	bool is_loop, is_counted;  /* -l was given, -c or -r */
	bool is_4, is_6;           /* likewise */
	struct cli_hosts hosts;
	enum cli_format format;
	bool show_rtts; /* a line for each packet */
	bool quiet, timestamps;
	bool all;                /* addresses of a name */
	bool alive, unreachable; /* only list the hosts that answered, as they do, or did not */
	bool path;               /* the routers on the way to the host, instead of measuring it */
	int not_with_path;       /* the first option that this does not take; 0: none was given */
	bool elapsed;            /* with the time of each that answers */
	bool help, version;      /* asked for: then nothing else counts */
};

/* cli_args_parse - 0; -EINVAL: error, CLI_HOSTS_ERROR_LEN long, is one line that names the option, its
 * value and what was expected; or -ENOMEM. *out must go to cli_args_fini in any case. Reads the files of
 * hosts; points into argv, and options point into *out, which must stay where it is. */
int cli_args_parse(struct cli_args *out, int argc, char **argv, char *error);
void cli_args_fini(struct cli_args *a);

/* cli_args_family - of the addresses that can be probed: AF_INET, AF_INET6, or AF_UNSPEC for either. */
int cli_args_family(const struct cli_args *a);

/* cli_args_stretch - the interval is as long as the number of hosts, or broadcast, makes it for users other than root.
 */
void cli_args_stretch(struct cli_args *a);

/* cli_args_several - results are printed as those of a list, even if it turned out to have one host. */
bool cli_args_several(const struct cli_args *a);

/* cli_args_json - results are printed as JSON, in one of its forms. */
bool cli_args_json(const struct cli_args *a);

/* cli_args_text - results are printed as text, ours or the seed's. */
bool cli_args_text(const struct cli_args *a);
#endif
