/* answer.h - what the modules that make answers share; the answers themselves are in request.h. */
#ifndef MINIPING_ANSWER_H
#define MINIPING_ANSWER_H
#include "serve/request_private.h"

#define ANSWER_TEXTS_MAX ((size_t)32 * 1024 * 1024) /* bytes of all whole texts together: half a MiB a connection */

/* answer_response - response, taken over, is r's answer; NULL: there is no memory for one. type: NULL for none. */
void answer_response(struct request *r, int status, const char *type, struct MHD_Response *response);
#endif
