/* resolve_servers.h - which of resolv.conf's servers is asked first: one that did not answer in time comes behind the
 * others for a while, so that it delays the names of one batch and not of all. For resolve_ares.c. */
#ifndef MINIPING_RESOLVE_SERVERS_H
#define MINIPING_RESOLVE_SERVERS_H
#include "base/addr.h"
#include "base/clock.h"

#include <ares.h>
#include <stdbool.h>
#include <stdint.h>

#define RESOLVE_SERVERS_MAX     16u
#define RESOLVE_SERVERS_SHUN_NS (30 * NS_PER_S)

struct resolve_server {
	int family; /* AF_UNSPEC: none */
	uint8_t bytes[16];
	int port; /* UDP; 0: the default */
};

struct resolve_servers { /* all zero: nothing is known */
	struct {
		struct resolve_server server;
		int64_t until_ns;
	} shunned[RESOLVE_SERVERS_MAX];
	unsigned n_channels; /* for rotate */
};

/* resolve_servers_arrange - put the servers of a channel that has asked nothing yet in order.
 *   rotate   begin with another one than the channel before
 *   first    the one that is asked first; AF_UNSPEC: there is no choice */
void resolve_servers_arrange(struct resolve_servers *s, ares_channel ares, bool rotate, int64_t now_ns,
                             struct resolve_server *first);

/* resolve_servers_shun - it has not answered in time. */
void resolve_servers_shun(struct resolve_servers *s, const struct resolve_server *server, int64_t now_ns);
#endif
