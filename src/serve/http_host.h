/* http_host.h - by which names this daemon may be asked. A page in a browser here can have its own name point at us
 * (DNS rebinding), and then reads what we answer; so a name is refused unless it is ours. An address written as such
 * cannot be pointed anywhere. Pure. */
#ifndef MINIPING_HTTP_HOST_H
#define MINIPING_HTTP_HOST_H
#include "serve/http_options.h"

/* http_host_is_ours - host: the value of the header Host, or the authority of the request's target, with or without a
 * port: an address, localhost or a name below it, machine (what gethostname() says) or its first label alone, or one of
 * o->hosts. Case and a point at the end do not count. */
bool http_host_is_ours(const char *host, const struct http_options *o, const char *machine);

/* http_host_is_well_formed - "name", "name:port", "[v6]:port", of the characters that these have. */
bool http_host_is_well_formed(const char *host);
#endif
