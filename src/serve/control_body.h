/* control_body.h - the bodies of requests that control the daemon: JSON objects of a few keys. No state. */
#ifndef MINIPING_CONTROL_BODY_H
#define MINIPING_CONTROL_BODY_H
#include "serve/ask.h"

#include <stddef.h>
#include <stdint.h>

#define CONTROL_BODY_MAX  8192u /* of a request */
#define CONTROL_LEASE_MAX 4096u /* of the mapping of a target in it, as the loop gets it */

struct control_body {        /* what it asks for; strings are malloc'ed */
	char *target, *text; /* as in struct ask; NULL: none */
	int64_t duration_ns;
};

/* control_body_read - the body of a request for kind: a JSON object, or nothing where all of it may be left out. 0 and
 * *out, to be given to control_body_free; or HTTP's status, 400, 413 or 503, and why not in wrong. */
#define CONTROL_BODY_WRONG_LEN 256
int control_body_read(struct control_body *out, enum ask_kind kind, const char *body, size_t len,
                      char wrong[CONTROL_BODY_WRONG_LEN]);
void control_body_free(struct control_body *b);
#endif
