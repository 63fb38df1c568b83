/* api_status.h - /api/v1/status and /api/v1/config: the daemon itself, and the configuration that is in force. */
#ifndef MINIPING_API_STATUS_H
#define MINIPING_API_STATUS_H
#include "core/past.h"
#include "serve/request.h"

/* api_status - counts v's targets by state, in slices. past: the history; NULL: there is none. NULL: out of memory. */
struct stream *api_status(struct view *v, const struct past_ops *past);

/* api_config - malloc'ed; NULL: out of memory. control_token: request_control_token's. */
char *api_config(const struct view *v, const char *control_token, size_t *len);
#endif
