/* request_check.h - what a request's headers must be like before anything is done for it. */
#ifndef MINIPING_REQUEST_CHECK_H
#define MINIPING_REQUEST_CHECK_H
#include "serve/request_private.h"

#define REQUEST_TARGET_MAX 4096 /* bytes of a path with its query */
#define REQUEST_HEADER_MAX 8192 /* of the request line and all headers */
#define REQUEST_BODY_MAX   65536

/* request_check - takes r's target apart, finds its route, and decides whether it may be asked for. False: r has its
 * answer, which says why not. now_ns: monotonic. */
bool request_check(struct request *r, const char *method, int64_t now_ns);

/* request_has_body - or says that it has. */
bool request_has_body(const struct request *r);
#endif
