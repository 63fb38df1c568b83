/* not_sent.h - why a probe could not be sent: from errno to the words that the log has for it. */
#ifndef MINIPING_NOT_SENT_H
#define MINIPING_NOT_SENT_H
#include <errno.h>

/* No send gives this errno. It stands for a neighbour table that is full, of which a send only says ENOBUFS or EINVAL.
 */
#define NOT_SENT_ERRNO_NEIGHBOURS EXFULL

enum not_sent {
	NOT_SENT_NO_ROUTE, /* none, or one that refuses: unreachable, blackhole */
	NOT_SENT_INTERFACE_DOWN,
	NOT_SENT_NO_INTERFACE,    /* none of that name */
	NOT_SENT_NO_ADDRESS,      /* the source address is not this host's, or it has none */
	NOT_SENT_NOT_PERMITTED,   /* a firewall, a prohibit route, a capability that is lacking */
	NOT_SENT_NO_BUFFER,       /* a queue or the memory is full */
	NOT_SENT_NEIGHBOURS_FULL, /* the neighbour table is full: gc_thresh3 */
	NOT_SENT_NO_IP_VERSION,   /* this host does not have it */
	NOT_SENT_OTHER,
};

/* not_sent_of - why, by the errno of the send. EMSGSIZE is no such errno: that probe is OUTCOME_TOO_BIG. */
enum not_sent not_sent_of(int sys_errno);

/* not_sent_name - "no_route", "interface_down", "no_interface", "no_address", "not_permitted", "no_buffer",
 * "neighbours_full", "no_ip_version", "other". */
const char *not_sent_name(enum not_sent why);

/* not_sent_errno_name - "ENETUNREACH" and so on; NULL for 0, "other" where libc has no name. */
const char *not_sent_errno_name(int sys_errno);

/* not_sent_text - "Network is unreachable" and so on; "Unknown error" where libc has none. Safe in threads. */
const char *not_sent_text(int sys_errno);
#endif
