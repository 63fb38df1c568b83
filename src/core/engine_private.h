/* engine_private.h - what the engine's files share. A call goes down in this list, never up:
 *
 *     engine.c            turns, and what is asked of the engine from outside
 *     engine_due.c        probes whose time has come
 *     icmp_send.c         .. onto the wire
 *     engine_room.c       .. that met a full send queue
 *     icmp_receive.c, engine_expire.c   probes that are answered, and that are overdue
 *     engine_settle.c     a probe has ended
 *     engine_faults.c     what this host does to its own probes
 *     icmp.c              sockets */
#ifndef MINIPING_ENGINE_PRIVATE_H
#define MINIPING_ENGINE_PRIVATE_H
#include "base/clock.h"
#include "base/wheel.h"
#include "core/engine.h"
#include "core/fault.h"
#include "core/flight.h"
#include "core/icmp_private.h"
#include "core/netif.h"
#include "core/ratelimit.h"

#define ENGINE_STALL_NS    (250 * NS_PER_MS) /* a shorter gap cannot lose what the kernel queues and stamps */
#define ENGINE_PATIENCE_NS (20 * NS_PER_MS)  /* what has come may wait so long: the kernel's stamp says when */
#define ENGINE_ASKED       UINT32_MAX        /* ask_anew_at: no target */

struct room {         /* probes that met a full send queue */
	bool patient; /* they wait for it, however long */
	uint32_t n_waiting;
	int64_t stuck_since_ns;  /* none of those that wait has found room since; 0: none waits */
	struct room_neighbours { /* what is known of a neighbour table (neighbours.h) */
		int64_t looked_ns;
		uint64_t n_refused;
		bool full;
	} neighbours[2]; /* IPv4, IPv6 */
};

struct engine {
	struct fleet *fleet;
	const struct events *events;
	struct engine_load load; /* what engine_reserve was given last */
	struct engine_stats stats;

	/* Turns. */
	struct wheel *due, *reports;
	int64_t quantum_ns; /* how early or late a send may be; turns are twice that apart */
	int64_t turned_ns;  /* when the latest turn began */
	int64_t until_ns;   /* what was due by then was of it */
	int64_t next_ns;    /* the next turn; INT64_MAX: none is planned */
	bool listens;       /* what comes in ends the wait for it */
	bool sends_late;    /* engine_send_late */
	struct ratelimit *limit;
	uint32_t ask_anew_at; /* targets from here on may wait for a time that older limits gave them */

	/* Probes in flight, and those about to leave. */
	struct icmp icmp;
	struct flight *flight;
	int64_t timeout_max_ns; /* of any target there has been */
	struct room room;

	/* Interfaces. */
	struct netif *netif;
	int64_t links_noted_ns, links_reported_ns;

	/* Clocks, and local faults. */
	struct clock_pair clock; /* the latest look at both clocks */
	int64_t suspended_ns;
	int64_t waiting_ns; /* when the loop began to wait for something to do */
	int64_t awake_ns;   /* when it was last seen not to be stalled */
	struct faults faults;
};

static inline int64_t engine_min_ns(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static inline int64_t engine_max_ns(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* --- engine_due.c --- */

/* engine_send_due - sends every probe that is due at now_ns or within a quantum after it. */
void engine_send_due(struct engine *e, int64_t now_ns);

/* --- engine_room.c --- */

/* engine_send_failed - p, with n_tries behind it, could not be sent: it comes again if it lacked room and may wait,
 * with the number that it has; else it has ended. It must be in no table of probes in flight. */
void engine_send_failed(struct engine *e, const struct probe *p, int error, unsigned n_tries);

/* engine_put_off - target, which was or is due at another time, is due at at_ns instead; the slots between pass without
 * a probe. */
void engine_put_off(struct engine *e, uint32_t target, int64_t at_ns);

/* engine_has_waited - what had n_tries behind it waits no more. */
void engine_has_waited(struct engine *e, unsigned n_tries, bool found_room);

/* --- engine_expire.c --- */

/* engine_expire - what is overdue at now_ns, at most icmp_known_ns: or what has come in time would count as lost. */
void engine_expire(struct engine *e, int64_t now_ns);
#endif
