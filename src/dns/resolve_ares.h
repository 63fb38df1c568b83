/* resolve_ares.h - c-ares on a libev loop, as one reading of resolv.conf has set it up; it asks DNS
 * servers alone. For resolve.c. */
#ifndef MINIPING_RESOLVE_ARES_H
#define MINIPING_RESOLVE_ARES_H
#include <ares.h>
#include <ev.h>

struct resolve_ares {
	ares_channel            ares;
	struct ev_loop         *loop;
	struct resolve_ares *next;
	struct resolve_watch   *watches;  /* c-ares' sockets */
	ev_timer                timeout;  /* when c-ares wants to look again */
	unsigned                n_asked, n_under_way;  /* the user's to count */
};

/* resolve_ares_open - a new one before the others of *list. 0 or -ENOMEM. */
int resolve_ares_open(struct resolve_ares **list, struct ev_loop *loop);

/* resolve_ares_close - the one at *at, which is then the next; ends every query under way. Not from
 * inside one of c-ares' callbacks. */
void resolve_ares_close(struct resolve_ares **at);

/* resolve_ares_rearm - look again when c-ares wants to; after queries were begun. */
void resolve_ares_rearm(struct resolve_ares *c);
#endif
