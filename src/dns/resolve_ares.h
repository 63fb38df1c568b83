/* resolve_ares.h - a c-ares channel, as one reading of resolv.conf has set it up; its sockets are watched
 * through an epoll descriptor of the caller's. It queries DNS servers only. For resolve.c. */
#ifndef MINIPING_RESOLVE_ARES_H
#define MINIPING_RESOLVE_ARES_H
#include "dns/resolve_servers.h"

#include <ares.h>
#include <stdbool.h>
#include <stdint.h>

struct epoll_event;

struct resolve_ares {
	ares_channel ares;
	struct resolve_ares *next;
	int epoll_fd;
	uint32_t number;               /* in the events of its sockets, beside the descriptor; never 0 */
	int64_t due_ns;                /* when resolve_ares_expire has something to do; INT64_MAX: never */
	unsigned n_asked, n_in_flight; /* for resolve_query.c to count */
	bool is_closing;
	struct resolve_servers *servers;
	struct resolve_server first; /* is asked first; AF_UNSPEC: there is no other one */
	int64_t timeout_ns;          /* of the first attempt */
	int64_t answered_ns;         /* when it has last answered in time */
	bool is_late;                /* it does not answer: another channel would begin with another server */
};

/* resolve_ares_open - a new one before the others of *list, with the servers and options of resolv.conf. 0 or -ENOMEM.
 *   servers   what is known about them; as long as the channel */
int resolve_ares_open(struct resolve_ares **list, int epoll_fd, struct resolve_servers *servers);

/* resolve_ares_close - the one at *at, which is then the next; ends every query in flight. Not from inside one
 * of c-ares' callbacks. */
void resolve_ares_close(struct resolve_ares **at);

/* resolve_ares_ended - a query has ended, after so many timeouts. Where the first of the servers has not answered
 * anything for as long as that took, it comes behind the others from the next channel on; else a packet was lost. */
void resolve_ares_ended(struct resolve_ares *c, int timeouts);

/* resolve_ares_ready - one of the sockets of those in list is ready, as an event of epoll_fd says; no-op where
 * it has been closed meanwhile. */
void resolve_ares_ready(struct resolve_ares *list, const struct epoll_event *event, int64_t now_ns);

/* resolve_ares_expire - lets c-ares send anew, or end, what has had no answer in time. No-op before due_ns. */
void resolve_ares_expire(struct resolve_ares *c, int64_t now_ns);

/* resolve_ares_rearm - set due_ns anew, after queries were begun. */
void resolve_ares_rearm(struct resolve_ares *c, int64_t now_ns);
#endif
