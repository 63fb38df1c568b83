/* cli_verdict.h - what became of each host of a run: whom the lists name, the exit code, and what the run could not do.
 */
#ifndef MINIPING_CLI_VERDICT_H
#define MINIPING_CLI_VERDICT_H
#include "cli/cli_args.h"
#include "lib/miniping.h"

#include <stdbool.h>

enum cli_exit {
	CLI_EXIT_ANSWERED,
	CLI_EXIT_UNANSWERED,
	CLI_EXIT_UNRESOLVED,
	CLI_EXIT_ARGUMENTS,
	CLI_EXIT_SYSTEM,
	CLI_EXIT_INTERRUPTED = 130, /* as shells report SIGINT */
};

enum cli_verdict {
	CLI_ANSWERED,
	CLI_SILENT,     /* probed to the end, something was lost and nothing came back */
	CLI_UNFINISHED, /* interrupted before the end, or nothing is known: not to be called dead */
	CLI_NOT_SENT,   /* not one packet could be sent */
	CLI_UNRESOLVED,
};

/* cli_verdict_finished - everything that o asks for has been sent to the host; where its count is 0, until interrupted,
 * any number but none is the end. */
bool cli_verdict_finished(const struct miniping_result *r, const struct miniping_options *o);

/* cli_verdict - of one host. */
enum cli_verdict cli_verdict(const struct miniping_result *r, const struct miniping_options *o);

/* cli_verdict_wants_broadcast - the host is a broadcast or multicast address, and was refused for want of -b: of a
 * broadcast address of a link by the kernel, which is asked about it again. What to say then. */
bool cli_verdict_wants_broadcast(const struct cli_args *a, const struct miniping_result *r);
#define CLI_VERDICT_BROADCAST "a broadcast or multicast address: allow it by -b"

/* cli_verdict_exit - the exit code of the whole run. Not sent to at all counts for more than not resolved, and that
 * for more than not answered; an interruption of a run that had an end to come, for more than all; but if as many
 * hosts answered as a->enough asks for, all is well. */
enum cli_exit cli_verdict_exit(const struct cli_args *a, const struct miniping_result *results, bool interrupted);

/* cli_verdict_explain - says on standard error what the run has not done: packets not sent, by reason, with their
 * number and up to three of the hosts; hosts not probed to the end when it was interrupted or its
 * deadline came; too few that answered. Nothing if all was done. */
void cli_verdict_explain(const struct cli_args *a, const struct miniping_result *results, bool interrupted);
#endif
