/* pause.h - connections that have nothing to do until somebody else has: libmicrohttpd leaves them alone meanwhile. */
#ifndef MINIPING_PAUSE_H
#define MINIPING_PAUSE_H
#include "serve/request_private.h"

/* pause_begin - from now on r's connection is left alone; from within a callback of libmicrohttpd only.
 * pause_end - no longer, and its daemon runs before the loop sleeps; outside of callbacks only. Nothing where it is not
 * paused. */
void pause_begin(struct request *r);
void pause_end(struct request *r);
#endif
