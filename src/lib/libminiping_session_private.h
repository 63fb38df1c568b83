/* libminiping_session_private.h - what the session's files share. A call goes down in this list, never up:
 *
 *     libminiping_session.c         what a caller asks for, and turns
 *     libminiping_session_start.c   from a name to the first packet
 *     libminiping_session_end.c     packets and hosts that have ended
 *     libminiping_places.c          hosts by their ids
 *
 * A callback runs inside the engine's turn, in which neither the fleet nor the engine's tables may change. So whatever
 * a caller asks for waits in a list, from wherever it is asked: fresh hosts, to be started, and gone ones, to be freed,
 * both between two turns. */
#ifndef LIBMINIPING_SESSION_PRIVATE_H
#define LIBMINIPING_SESSION_PRIVATE_H
#include "base/clock.h"
#include "core/engine.h"
#include "dns/resolve.h"
#include "lib/libminiping_places.h"
#include "lib/libminiping_watch.h"
#include "lib/miniping.h"

struct miniping_session {
	struct libminiping_watch watch;
	struct events events;
	struct listener listener; /* the only one */
	struct fleet *fleet;
	struct engine *engine;
	struct engine_load load; /* that the engine has room for */
	struct resolve *resolve; /* NULL: no name yet */
	struct profile profile;  /* of hosts without options or zone of their own */
	struct miniping_options options;
	struct miniping_session_calls calls;
	struct miniping_more more; /* its pattern is in profile */
	struct places places;
	size_t n_hosts;                    /* not over */
	double rate;                       /* packets a second to all that have been started, and are not gone */
	int64_t interval_min_ns, first_ns; /* first: when the next host's first packet may leave */
	int64_t gap_ns;
	struct places_list fresh, gone;
	struct miniping_result view; /* what miniping_session_result has returned last */
};

/* Packets a second. */
static inline double session_rate_of(const struct shost *h)
{
	return (double)NS_PER_S / (double)h->profile->options.interval_ns;
}

/* --- libminiping_session_start.c --- */

/* session_start_some - starts hosts that are fresh, or a part of them; fewer if they are many. */
void session_start_some(struct miniping_session *s);

/* --- libminiping_session_end.c --- */

/* session_on_settled - hears the engine, as its listener; data is the session. */
void session_on_settled(void *data, uint32_t number, const struct settled *settled, const struct target_change *c);

/* session_figures - as of now, into *r, which borrows host and list from h. */
void session_figures(struct miniping_session *s, struct shost *h, struct miniping_result *r);

/* session_end_host - from here on its id means nothing to the caller. */
void session_end_host(struct miniping_session *s, struct shost *h);

/* session_fail - h, which has no target, ends with this error, and is freed. */
void session_fail(struct miniping_session *s, struct shost *h, enum miniping_status status, const char *reason,
                  int sys_errno);

/* session_reap - frees what is gone, or a part of it. Outside the engine's turn. */
void session_reap(struct miniping_session *s);
#endif
