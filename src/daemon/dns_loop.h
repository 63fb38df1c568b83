/* dns_loop.h - runs dns on a libev loop, and has it read resolv.conf again after each change of the file. */
#ifndef MINIPING_DNS_LOOP_H
#define MINIPING_DNS_LOOP_H
#include "daemon/deadline.h"
#include "daemon/filewatch.h"
#include "dns/dns.h"

#include <ev.h>

struct dns_loop { /* all zero: closed */
	struct ev_loop *loop;
	struct dns *dns;
	ev_io readable;
	struct deadline next_turn;
	ev_prepare before_wait;
	struct filewatch *resolv_conf;
};

/* dns_loop_open - l, loop and d are the caller's, who keeps them until after dns_loop_close. 0 or -ENOMEM. */
int dns_loop_open(struct dns_loop *l, struct ev_loop *loop, struct dns *d);

/* dns_loop_tend - once a second. */
void dns_loop_tend(struct dns_loop *l);

/* dns_loop_close - no-op where it is closed. */
void dns_loop_close(struct dns_loop *l);
#endif
