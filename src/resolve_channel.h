/* resolve_channel.h - c-ares on a libev loop, as one reading of resolv.conf has set it up; it asks DNS
 * servers alone. For resolve.c. */
#ifndef MINIPING_RESOLVE_CHANNEL_H
#define MINIPING_RESOLVE_CHANNEL_H
#include <ares.h>
#include <ev.h>

struct resolve_channel {
	ares_channel            ares;
	struct ev_loop         *loop;
	struct resolve_channel *next;
	struct resolve_watch   *watches;  /* c-ares' sockets */
	ev_timer                timeout;  /* when c-ares wants to look again */
	unsigned                n_asked, n_under_way;  /* the user's to count */
};

/* resolve_channel_open - a new one before the others of *list. 0 or -ENOMEM. */
int resolve_channel_open(struct resolve_channel **list, struct ev_loop *loop);

/* resolve_channel_close - the one at *at, which is then the next; ends every query under way. Not from
 * inside one of c-ares' callbacks. */
void resolve_channel_close(struct resolve_channel **at);

/* resolve_channel_rearm - look again when c-ares wants to; after queries were begun. */
void resolve_channel_rearm(struct resolve_channel *c);
#endif
