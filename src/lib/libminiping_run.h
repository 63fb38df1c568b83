/* libminiping_run.h - one call of miniping_hosts: what its files share. A call goes down in this list, never up:
 *
 *     libminiping.c           from its options to its results
 *     libminiping_names.c     hosts to addresses, which are probed from then on
 *     libminiping_packets.c   what becomes of each packet, and when a host is done */
#ifndef LIBMINIPING_RUN_H
#define LIBMINIPING_RUN_H
#include "core/engine.h"
#include "dns/resolve.h"
#include "lib/libminiping_loop.h"
#include "lib/libminiping_pace.h"
#include "lib/libminiping_result.h"
#include "lib/miniping.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct libminiping_variant { /* of hosts with a zone, or that many answer for */
	struct libminiping_variant *next;
	struct profile profile; /* the run's, but for interface and many */
};

struct libminiping_run {
	struct libminiping_loop loop;
	struct events events;
	struct listener listener; /* the only one */
	struct fleet *fleet;      /* target number = place in the list of hosts */
	struct engine *engine;
	struct resolve *resolve; /* NULL: no name among the hosts */
	const struct miniping_options *options;
	struct miniping_more more;
	struct profile profile; /* of all other hosts */
	struct libminiping_variant *variants;
	struct miniping_result *results;
	struct libminiping_tally *tallies;
	size_t n_hosts, n_left; /* left: not yet done */
	size_t n_lingering;     /* of them, those that only wait for answers until loop.until_ns */
	int64_t spread_ns;      /* between the first packets of two hosts */
	struct libminiping_pace pace;
	bool over; /* nothing more is counted or reported */
	int err;   /* -errno that an event ended it with */
};
#endif
