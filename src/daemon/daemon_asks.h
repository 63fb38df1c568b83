/* daemon_asks.h - what the HTTP thread asks the loop, taken and answered there. */
#ifndef MINIPING_DAEMON_ASKS_H
#define MINIPING_DAEMON_ASKS_H
#include "base/chore.h"
#include "base/post.h"

struct daemon;
struct made;

struct daemon_asks { /* of daemon_asks.c alone */
	struct chore make;
	struct post_item *first;  /* who waits for a generation */
	struct post_item *spares; /* memory for some */
	struct made *made;        /* one that is being filled; NULL: none */
};

/* daemon_asks_init - before anything is served; daemon_asks_close - once the HTTP thread has ended. */
void daemon_asks_init(struct daemon *d);
void daemon_asks_close(struct daemon *d);
#endif
