/* auth.h - who may ask over http.listen: users by bcrypt, a bearer token. It answers by the texts that a request
 * carries and knows no connection. Of the HTTP thread: a password that is not known yet takes it some 50 ms. */
#ifndef MINIPING_AUTH_H
#define MINIPING_AUTH_H
#include "serve/web_config.h"

#include <stdbool.h>
#include <stdint.h>

struct auth; /* opaque, one owner */

enum auth_verdict {
	AUTH_GRANTED,
	AUTH_DENIED, /* 401, with WWW-Authenticate: auth_challenge */
	AUTH_BUSY,   /* 429, with Retry-After: 1: too many wrong passwords lately to try another */
};

/* auth_new - copies what it needs of w; no file is read. 0 and *out, or -errno. */
int auth_new(struct auth **out, const struct web_config *w);
void auth_free(struct auth *a); /* NULL allowed */

/* auth_check - a request with that header Authorization (NULL: without) at now_ns, monotonic. Everybody is let in where
 * there are neither users nor a token: a client's certificate has been asked for by then (tls.h). Passwords that were
 * right are known for as long as a lives; those that were wrong cost at most a fifth of the thread's time. */
enum auth_verdict auth_check(struct auth *a, const char *authorization, int64_t now_ns);

/* auth_challenge - what a client may try: "Basic realm=\"minipingd\"", "Bearer", or both. */
const char *auth_challenge(const struct auth *a);

/* auth_check_hash - text is a bcrypt hash that this machine can check in reasonable time: $2a$, $2b$ or $2y$, cost 4 to
 * AUTH_COST_MAX. NULL: it is; else what is wrong. */
#define AUTH_COST_MAX 14
const char *auth_check_hash(const char *text);
#endif
