/* cli_note.h - in a few words, what else there is to know of a host's result. */
#ifndef MINIPING_CLI_NOTE_H
#define MINIPING_CLI_NOTE_H
#include "lib/miniping.h"

#define CLI_NOTE_LEN 512

/* cli_note_oddities - what was counted beside replies and losses, "duplicates=2, late=1", into buf, CLI_NOTE_LEN long;
 * "" if nothing was. Returns buf. */
char *cli_note_oddities(char *buf, const struct miniping_result *r);

/* cli_note - the same, after what kept the host from being probed to the end, or from answering, of a run
 * with the options o. */
char *cli_note(char *buf, const struct miniping_result *r, const struct miniping_options *o);
#endif
