/* daemon_serve.h - what is served over HTTP, as the daemon's other files see it: listeners that move with each reload,
 * and events. What is asked comes back by daemon_asks.c. */
#ifndef MINIPING_DAEMON_SERVE_H
#define MINIPING_DAEMON_SERVE_H
#include "base/post.h"
#include "core/status.h"
#include "log/log.h"
#include "serve/serve.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct daemon;

struct daemon_serve { /* of daemon_serve.c, daemon_asks.c and daemon_generation.c */
	struct serve *serve;
	struct serve_setup *setup; /* prepared, not yet in use; NULL: none */
	struct status status;      /* as of the latest generation */
	/* Between the threads: */
	struct post asks;
	struct post spares;  /* for generations to come: memory that the HTTP thread has found */
	struct post spent;   /* that thread is to free them */
	atomic_size_t bytes; /* that the latest generation's targets took */
	struct log_tap tap;
	char line[FORMAT_LINE_MAX]; /* an event */
};

/* daemon_serve_prepare - opens what o says and starts the thread, if anything is to be served or was. 0, or -errno
 * after a diag, and all is as it was. Then one of: daemon_serve_use - it is in force; daemon_serve_drop - it is not to
 * be. */
int daemon_serve_prepare(struct daemon *d, const struct serve_options *o);
void daemon_serve_use(struct daemon *d);
void daemon_serve_drop(struct daemon *d);

/* daemon_serve_flush - once for each turn of the loop. */
void daemon_serve_flush(struct daemon *d);

/* daemon_serve_close - requests have a moment to end. False: the thread goes on, and uses the daemon. */
bool daemon_serve_close(struct daemon *d);
#endif
