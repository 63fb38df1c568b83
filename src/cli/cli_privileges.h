/* cli_privileges.h - what miniping may do that its user may not: open raw sockets, and nothing else. */
#ifndef MINIPING_CLI_PRIVILEGES_H
#define MINIPING_CLI_PRIVILEGES_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* cli_privileges_refused - installed setuid or setgid, it would read files for its user that are not the user's. The
 * words for what to do instead, or NULL. */
const char *cli_privileges_refused(void);

/* cli_privileges_rest - gives up every capability but CAP_NET_RAW where a user other than root runs it, and lets that
 * one rest until cli_privileges_wake: what is read in between is read by the user's own right. */
void cli_privileges_rest(void);
void cli_privileges_wake(void);

/* cli_privileges_drop - the sockets are open: CAP_NET_RAW goes, for good. */
void cli_privileges_drop(void);

/* cli_privileges_limited - a user other than root: as ping(8), no more than a packet each 2 ms to one host, and each
 * second to a broadcast address; and each millisecond to all. */
bool cli_privileges_limited(void);
#define CLI_LIMITED_INTERVAL_NS  INT64_C(2000000)
#define CLI_LIMITED_GAP_NS       INT64_C(1000000)
#define CLI_LIMITED_BROADCAST_NS INT64_C(1000000000)
#endif
