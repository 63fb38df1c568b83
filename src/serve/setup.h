/* setup.h - what a reload gives the HTTP thread: options, open sockets, users. Made on the loop's thread, used by the
 * HTTP thread, and alive for as long as a request that began under it. */
#ifndef MINIPING_SETUP_H
#define MINIPING_SETUP_H
#include "base/post.h"
#include "serve/auth.h"
#include "serve/http_options.h"
#include "serve/listen.h"

#include <limits.h>
#include <stdatomic.h>

#define SETUP_LISTENERS_MAX 32

struct serve_setup {
	struct post_item item; /* first: on its way to the HTTP thread */
	atomic_uint n_refs;
	struct serve_options options; /* ours, with all that they point to */
	struct auth *auth;
	struct listener *listeners[SETUP_LISTENERS_MAX]; /* of http */
	size_t n_listeners;
	struct listener *control; /* NULL: off */
	char machine[HOST_NAME_MAX + 1];
	struct arena *arena;
};

/* setup_new - before: what is in force, whose sockets are taken over; NULL: nothing. 0 and *out, or -errno after a
 * diag. */
int setup_new(struct serve_setup **out, const struct serve_options *o, struct serve_setup *before);

struct serve_setup *setup_ref(struct serve_setup *x);
void setup_unref(struct serve_setup *x); /* NULL allowed */

/* setup_close - x is out of force: its sockets are closed, but for those that another setup has. Requests that began
 * under it go on, and need none: else a client that reads events for hours would keep a port that has moved. Of the
 * HTTP thread, once the loop's thread has another. NULL allowed. */
void setup_close(struct serve_setup *x);

/* setup_same_tls - connections of one may be made by the other's TLS, or both have none. */
bool setup_same_tls(const struct serve_setup *a, const struct serve_setup *b);

/* setup_has - of http's listeners. */
bool setup_has(const struct serve_setup *x, const struct listener *l);
#endif
