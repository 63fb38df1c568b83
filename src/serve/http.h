/* http.h - connections of clients on the HTTP thread's loop: one libmicrohttpd for all that are made alike, bounded in
 * number, and each with deadlines of ours, since libmicrohttpd knows only inactivity. */
#ifndef MINIPING_HTTP_H
#define MINIPING_HTTP_H
#include "serve/request_private.h"

#include <ev.h>
#include <stdbool.h>
#include <stdint.h>

#define HTTP_CONNECTIONS_MAX 64
#define HTTP_CONTROL_MAX     16                  /* at the control socket, beside them */
#define HTTP_HEADERS_NS      INT64_C(5000000000) /* so long a request's headers may take; */
#define HTTP_IDLE_S          30                  /* and so many seconds anything may stand still */
#define HTTP_STUCK_NS        INT64_C(1000000000) /* an answer that is not read may go for a newcomer */

struct http; /* opaque, one owner */

/* http_new - for up to max connections. tls: with a certificate, HTTPS; NULL: plain. NULL: out of memory or
 * descriptors. */
struct http *http_new(struct ev_loop *loop, struct site *site, unsigned max, const struct web_config *tls);

/* http_add - a connection that l has accepted; fd is taken over. Where there are too many, the one goes that has been
 * the longest without complete headers, or, if all have them, without reading what it is answered; without either the
 * newcomer is refused. */
void http_add(struct http *h, int fd, const struct sockaddr *from, socklen_t from_len, const struct listener *l,
              bool is_control);

/* http_tick - closes what is over its deadline; several times a second. */
void http_tick(struct http *h, int64_t now_ns);

/* http_retire - those that came in by l (NULL: all) get no further request: at once where they are idle, else with the
 * end of their answer. */
void http_retire(struct http *h, const struct listener *l);

/* http_abandon - nobody waits for the loop any more, and those go whose request is not here. */
void http_abandon(struct http *h);

unsigned http_count(const struct http *h);

/* http_free - closes all, whatever they are about. NULL allowed. */
void http_free(struct http *h);
#endif
