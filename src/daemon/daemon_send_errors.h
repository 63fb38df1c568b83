/* daemon_send_errors.h - the record of probes that could not be sent: the first failure of a kind at once, then a count
 * every few seconds while they last. */
#ifndef MINIPING_DAEMON_SEND_ERRORS_H
#define MINIPING_DAEMON_SEND_ERRORS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEND_ERRORS_NAMES  3u
#define SEND_ERRORS_ERRNOS 134 /* errno ends at 133 on Linux */

struct daemon;

struct send_errors { /* of one errno, since the latest record of it */
	uint32_t n_pending, n_targets;
	uint32_t first[SEND_ERRORS_NAMES]; /* targets, as many as there are */
	size_t n_seen;
	uint8_t *seen;  /* a bit for each target that is counted, n_seen bytes; NULL: none */
	bool is_logged; /* and since when: logged_ns */
	int64_t logged_ns;
};

/* daemon_send_errors_count - a probe of target could not be sent: logged at once, if it is the first of its errno. */
void daemon_send_errors_count(struct daemon *d, uint32_t target, int sys_errno);

/* daemon_send_errors_tend - once a second: logs what has been counted for some seconds. */
void daemon_send_errors_tend(struct daemon *d);

/* daemon_send_errors_last - at the stop: logs what is left. */
void daemon_send_errors_last(struct daemon *d);
void daemon_send_errors_free(struct daemon *d);
#endif
