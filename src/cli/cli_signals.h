/* cli_signals.h - what signals ask of a run. */
#ifndef MINIPING_CLI_SIGNALS_H
#define MINIPING_CLI_SIGNALS_H
#include "lib/miniping.h"

#include <stdbool.h>
#include <stdint.h>

/* cli_signals_catch - INT and TERM stop the run by stop, the second of them ends the program the hard way; QUIT asks
 * for interim figures; WINCH says that the terminal has another size. */
void cli_signals_catch(struct miniping_stop *stop);

/* cli_signals_interrupted - an INT or TERM has come. */
bool cli_signals_interrupted(void);

/* cli_signals_deadline - stops the run in ns. 0 or -errno. cli_signals_late: it has. */
int cli_signals_deadline(int64_t ns);
bool cli_signals_late(void);

/* cli_signals_asked, cli_signals_resized - a QUIT, a WINCH has come since the call before. */
bool cli_signals_asked(void);
bool cli_signals_resized(void);

/* cli_signals_screen - enter has been written to standard output: leave is, before the program stops or ends by a
 * signal, and enter again when it goes on. Both last until the next call; NULL: nothing. */
void cli_signals_screen(const char *enter, const char *leave);
#endif
