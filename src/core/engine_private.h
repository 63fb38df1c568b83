/* engine_private.h - what the engine's files share: engine.c (turns), icmp_receive.c,
 * engine_faults.c, icmp_send.c, engine_room.c. */
#ifndef MINIPING_ENGINE_PRIVATE_H
#define MINIPING_ENGINE_PRIVATE_H
#include "core/fault.h"
#include "base/clock.h"
#include "core/engine.h"
#include "core/payload.h"
#include "core/flight.h"
#include "core/ifindex.h"
#include "core/ratelimit.h"
#include "core/netif.h"
#include "core/sock.h"
#include "base/wheel.h"

#define ENGINE_STALL_NS (250 * NS_PER_MS) /* a shorter gap cannot lose what the kernel queues and stamps */
#define ENGINE_NONCES   512u
#define ENGINE_PATIENCE_NS (20 * NS_PER_MS) /* what has come may wait so long: the kernel's stamp tells when */

struct lane {                             /* a socket that sends, and what is about to leave by it in one system call */
	struct sock_out out[SOCK_BATCH];
	struct probe    probes[SOCK_BATCH];
	uint8_t         n_tries[SOCK_BATCH];      /* that each has behind it */
	size_t          n;
	int64_t         pause_ns, paused_until_ns; /* its buffer is full */
};

struct channel {                          /* one IP version */
	struct sock  *sock;               /* NULL: this host has no such version */
	struct lane  *lanes;              /* as many as sock has */
	unsigned      n_lanes, n_answering;   /* of them the first: of targets that answer */
	uint32_t      waiting;            /* bit i: lane i holds some */
	uint32_t      n_ids_filtered, n_drops;
	int           rcvbuf;
	struct clock_pair drained;        /* what had come by then has been read */
	struct clock_pair mark;           /* reading began anew: then the queue was empty, or is the next drained */
	uint32_t      n_read, n_own;      /* packets read since the mark; of them replies that ended a probe */
};

struct engine_neighbours {                /* what is known of a neighbour table (neighbours.h) */
	int64_t  looked_ns;
	uint64_t n_refused;
	bool     full;
};

struct engine {
	struct fleet        *fleet;
	const struct events *events;
	struct channel       channels[2];         /* IPv4, IPv6 */
	struct flight       *flight;
	struct wheel        *due, *reports;
	bool                 listens;             /* what comes in ends the wait for the next turn */
	int64_t              next_ns;             /* the next turn; INT64_MAX: none is planned */
	struct payload        filler;
	bool                 has_patterns;        /* some target has had a payload of its own */
	struct ratelimit        *limit;
	uint32_t             ask_anew_at;         /* targets from here on may wait for a time that older limits gave them; */
#define ENGINE_ASKED UINT32_MAX                   /* none does */
	struct ifindex       interfaces;
	uint64_t             nonces[ENGINE_NONCES];
	unsigned             n_nonces;            /* not yet used */
	uint16_t             first_id;
	struct engine_load   load;                /* what engine_reserve was told last */
	int64_t              timeout_max_ns;      /* of any target there has been */
	bool                 patient;             /* what finds no room waits for it */
	int64_t              stuck_since_ns;      /* none of those that wait has found room since; 0: none waits */
	uint32_t             n_waiting;
	struct engine_neighbours neighbours[2];   /* IPv4, IPv6 */
	int64_t              quantum_ns;          /* how early or late a send may be; turns are twice that apart */
	int64_t              turned_ns;           /* when the latest turn began */
	int64_t              until_ns;            /* what was due by then was of it */
	int64_t              waiting_ns;          /* when the loop began to wait for something to do */
	int64_t              awake_ns;            /* when it was last seen not to stand still */
	int64_t              errors_read_ns;
	int64_t              suspended_ns;
	struct netif        *links;               /* NULL: changes of links cannot be watched here */
	int64_t              links_noted_ns, links_told_ns;
	struct clock_pair    clock;               /* the latest look at both clocks */
	struct faults         faults;
	struct engine_stats  stats;
};

static inline int64_t engine_min_ns(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static inline int64_t engine_max_ns(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* engine_receive - takes in what has arrived at c, some thousand packets at most: sending and expiring go on under
 * whatever comes. engine_known_ns says how far it got. */
void engine_receive(struct engine *e, struct channel *c);

/* engine_receive_all - the same of both IP versions, and from time to time of ICMP errors. */
void engine_receive_all(struct engine *e);

/* engine_receive_errors - takes in ICMP errors that have sockets of their own, likewise in bounds: what strangers add to
 * them pushes out errors, and no reply. */
void engine_receive_errors(struct engine *e);

/* engine_known_ns - now_ns, or the time by when all that came has been taken in, whichever is earlier. */
int64_t engine_known_ns(const struct engine *e, int64_t now_ns);

/* engine_check_overflow - c's queue has been read up to its end, or as much as it can hold, at now_ns: has it overflowed
 * meanwhile, and by whose doing? */
void engine_check_overflow(struct engine *e, struct channel *c, int64_t now_ns);

/* engine_settle - p has ended as s says: tells its target and the events. */
void engine_settle(struct engine *e, const struct probe *p, struct settled *s);

/* engine_not_sent - p has not left, and is not going to: EMSGSIZE settles it as too_big, any other errno as
 * not_sent. To be called once the last try has failed, with p in no table of probes under way. */
void engine_not_sent(struct engine *e, const struct probe *p, int sys_errno);

/* engine_owner - the target that a probe was sent for; NULL if it has been retired since, even if another
 * has its number. */
struct target *engine_owner(const struct engine *e, uint32_t target, int64_t sent_ns);

/* engine_watch_links - from now on, what is under way at an interface that goes down is unknown. */
void engine_watch_links(struct engine *e);
void engine_unwatch_links(struct engine *e);

/* engine_note_links - interfaces that have been cut off until now_ns are at fault until then. */
void engine_note_links(struct engine *e, int64_t now_ns);

/* engine_read_links - takes in what has changed. */
void engine_read_links(struct engine *e);

/* engine_ask_links - while one is cut off: has any changed? Called where a turn ends. */
void engine_ask_links(struct engine *e);

/* engine_links_due - when engine_note_links should be called at the latest. */
int64_t engine_links_due(const struct engine *e);

/* engine_expire - what is overdue at now_ns, at most engine_known_ns: or what has come in time would count as lost. */
void engine_expire(struct engine *e, int64_t now_ns);

/* engine_check_stall - did the loop stand still until now_ns? Asked before and after it waits, whoever's work it has, and
 * before and after whatever the engine does, for it may stand still in the midst of it, too. */
void engine_check_stall(struct engine *e, int64_t now_ns);

/* engine_check_faults - that, and did the machine sleep? */
void engine_check_faults(struct engine *e, int64_t now_ns);

/* engine_tell_faults - tells of those that no probe under way can have felt any more. */
void engine_tell_faults(struct engine *e, int64_t now_ns);

/* engine_send_due - sends every probe that is due at now_ns or within a quantum after it. */
void engine_send_due(struct engine *e, int64_t now_ns);

/* engine_send_failed - p, with n_tries behind it, could not be sent: it comes again if it lacked room and may wait, with
 * the number that it has; else it has ended. It must be in no table of probes under way. */
void engine_send_failed(struct engine *e, const struct probe *p, int error, unsigned n_tries);

/* engine_has_waited - what had n_tries behind it waits no more. */
void engine_has_waited(struct engine *e, unsigned n_tries, bool found_room);

/* engine_turn_id - t is probed by another ICMP id from now on. */
void engine_turn_id(struct target *t);

/* engine_nonce - 64 random bits. */
uint64_t engine_nonce(struct engine *e);
#endif
