/* dispatch.h - a request's way from its headers to its answer: checked, its body read, a view waited for, handed to its
 * route, its answer sent. */
#ifndef MINIPING_DISPATCH_H
#define MINIPING_DISPATCH_H
#include "serve/request_private.h"

#define DISPATCH_BODY_NS  INT64_C(30000000000)  /* so long a body may take, */
#define DISPATCH_VIEW_NS  INT64_C(30000000000)  /* the loop for a generation, */
#define DISPATCH_ASK_NS   INT64_C(120000000000) /* and for anything else that it is asked */
#define DISPATCH_LONG_MAX 48                    /* of 64 connections: others are for short answers, /-/healthy first */

/* What libmicrohttpd calls, of a connection whose socket context is a struct conn. */
void *dispatch_on_target(void *data, const char *target, struct MHD_Connection *mhd);
enum MHD_Result dispatch_on_request(void *data, struct MHD_Connection *mhd, const char *url, const char *method,
                                    const char *version, const char *upload, size_t *upload_len, void **request);
void dispatch_on_completed(void *data, struct MHD_Connection *mhd, void **request,
                           enum MHD_RequestTerminationCode code);

/* dispatch_tick - r has waited long enough: it is answered with 503. False: its client has taken too long instead, and
 * the connection has to be closed. */
bool dispatch_tick(struct request *r, int64_t now_ns);

/* dispatch_abandon - r waits for nothing any more: the daemon stops. */
void dispatch_abandon(struct request *r);
#endif
