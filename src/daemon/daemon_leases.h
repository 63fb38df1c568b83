/* daemon_leases.h - targets for a while, and pauses, in the running fleet (leases.h is the table of them). What changes
 * the fleet is called while no reload is in progress. */
#ifndef MINIPING_DAEMON_LEASES_H
#define MINIPING_DAEMON_LEASES_H
#include "config/config.h"

#include <stdint.h>

struct daemon;

/* Each returns HTTP's status, 200 or why nothing has changed, and the answer in *body, malloc'ed; NULL: out of memory.
 * *until_real_ns is set where it is done.
 *
 * daemon_leases_add - the target of c (leases_parse), whose name is not taken; c is the fleet's from now on, or freed.
 */
int daemon_leases_add(struct daemon *d, struct config *c, int64_t duration_ns, char **body, int64_t *until_real_ns);

/* daemon_leases_pause - target number is not probed for a while, and unknown: paused. */
int daemon_leases_pause(struct daemon *d, uint32_t number, int64_t duration_ns, char **body, int64_t *until_real_ns);

/* daemon_leases_end - of the target called name: its lease or pause is over. */
int daemon_leases_end(struct daemon *d, const char *name, char **body);

/* daemon_leases_tend - once a second: ends what has expired. daemon_leases_review - after a reload: forgets what it has
 * made void. Both log what ends. */
void daemon_leases_tend(struct daemon *d);
void daemon_leases_review(struct daemon *d);
#endif
