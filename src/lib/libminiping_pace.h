/* libminiping_pace.h - when the first packet to a host leaves: at its place in an even spread, or, if its name was
 * answered after that, behind those that have begun; many that are answered at once are no burst. New neighbours on the
 * links of this host come no faster than the kernel's table of them has room, and leave half of it to others: a dead
 * one stays in it for 3 s, and what finds it full has to be tried again and again. */
#ifndef MINIPING_LIBMINIPING_PACE_H
#define MINIPING_LIBMINIPING_PACE_H
#include "base/addr.h"
#include "core/neighbours.h"

#include <stddef.h>
#include <stdint.h>

struct libminiping_pace {
	int64_t started_ns, spread_ns; /* monotonic; from one host to the next */
	int64_t latest_ns;             /* the latest start that was given, but for neighbours that have to wait */
	struct neighbours_net *nets;   /* of this host's links; none: no neighbour has to wait */
	size_t n_nets;
	struct libminiping_pace_table { /* IPv4's, IPv6's */
		uint32_t limit, n_begun;
		int64_t latest_ns; /* start of one that had to wait; 0: none had */
	} tables[2];
};

/* libminiping_pace_open - for n_hosts. Where the tables cannot be read, neighbours are like all others. */
void libminiping_pace_open(struct libminiping_pace *p, size_t n_hosts, int64_t started_ns, int64_t spread_ns);
void libminiping_pace_close(struct libminiping_pace *p); /* all zero allowed */

/* libminiping_pace_first_ns - of host i of the list, which has this address and may begin now; never before. To be
 * asked once for each. */
int64_t libminiping_pace_first_ns(struct libminiping_pace *p, size_t i, const struct addr *a, int64_t now_ns);
#endif
