/* engine.h - joins schedule, sockets, flight and fleet: probes what is in the fleet and emits how each probe ended.
 * Never waits, never prints, never exits, installs no signal handler: the loops of the daemon and of the library both
 * drive it. One engine belongs to one thread. */
#ifndef MINIPING_ENGINE_H
#define MINIPING_ENGINE_H
#include "core/events.h"
#include "core/fleet.h"

#include <stdbool.h>
#include <stdint.h>

#define ENGINE_LANES 16u
#define ENGINE_IDS   16u /* that a target may be probed by, for each 65,536 probes in flight */

struct engine;
struct ratelimit_options;

struct engine_stats {
	uint32_t n_in_flight, n_ids;
	uint64_t n_sent;               /* packets that left */
	uint64_t n_replies;            /* full matches */
	uint64_t n_skipped;            /* slots given up after a stall */
	uint64_t n_off_schedule;       /* sends more than 2 ms before or after their time */
	uint64_t n_delayed;            /* sends that a rate limit gave a later time */
	uint64_t n_foreign, n_corrupt; /* that concern no target */
	uint64_t n_malformed;
	uint32_t n_socket_drops;
	int64_t loop_lag_ns;       /* the latest turn's: how late the loop ran */
	bool ping;                 /* unprivileged ping sockets */
	bool watches_links;        /* false: a network interface that goes down is not known of */
	int rcvbuf, rcvbuf_wished; /* of one socket, bytes */
};

/* engine_open - opens the sockets: raw ones, or ping sockets where raw ones are not permitted.
 *   fleet, events   of the caller, who keeps them until after engine_close
 *   n_lanes         sockets that send, for each IP version: 1 .. ENGINE_LANES; fewer where few descriptors are left.
 *                   With more than one, what waits for dead neighbours takes no room from targets that answer.
 * 0 and *out; -EPERM: neither kind is permitted; -EAFNOSUPPORT: no IP version; or another -errno. */
int engine_open(struct engine **out, struct fleet *fleet, const struct events *events, unsigned n_lanes);
void engine_close(struct engine *e);

/* --- driving it ---
 * A loop calls, again and again: engine_before_wait; waits until engine_next_ns for one of engine_fds to be readable;
 * engine_after_wait; engine_readable for each that is; and then, if its time has come, engine_turn. Probes are sent as
 * exactly as the loop waits: see base/timerfd.h. */

#define ENGINE_FDS        5u
#define ENGINE_FDS_URGENT 3u /* of these, the first, engine_readable precedes any other work of the loop */

/* engine_fds - the descriptors to wait for until the engine is called again. Each has its place; -1: not now. */
void engine_fds(const struct engine *e, int fds[ENGINE_FDS]);

/* engine_next_ns - when engine_turn is to be called, at the latest; INT64_MAX: not before something else happens. */
int64_t engine_next_ns(const struct engine *e);

/* engine_before_wait, engine_after_wait - so that a stalled loop differs from one that waits or does other work. */
void engine_before_wait(struct engine *e);
void engine_after_wait(struct engine *e);

/* engine_readable - reads the descriptor in place i of engine_fds, unless it is not waited for any more. */
void engine_readable(struct engine *e, unsigned i);

/* engine_turn - takes in replies, ends what is overdue, sends and reports what is due at now_ns. May come early. */
void engine_turn(struct engine *e, int64_t now_ns);

struct engine_load {        /* what is going to be asked of the engine */
	uint32_t n_targets; /* target numbers stay below it */
	uint32_t size_max;  /* payload bytes */
	int64_t timeout_max_ns;
	double rate;        /* probes a second */
	double n_in_flight; /* probes in flight or in their grace at most; 0: room is made as they come */
	bool has_patterns;  /* some target has a payload of its own */
};

/* engine_rcvbuf - the receive buffer that bridges a stall of half a second: bytes of kernel accounting. */
double engine_rcvbuf(double rate, uint32_t size_max);

/* engine_reserve - make room for load: buffers, tables, the sockets' receive buffers. Must come before
 * engine_add. Never shrinks. 0 or -ENOMEM (then what fitted before still does). */
int engine_reserve(struct engine *e, const struct engine_load *load);

/* engine_extend - make room for more of what engine_reserve has made room for: targets alike, up to the number
 * n_targets, that take rate more probes a second. 0 or -ENOMEM, likewise. */
int engine_extend(struct engine *e, uint32_t n_targets, double rate);

/* engine_limit - from now on these limits hold. What waits for those before asks anew, within ten turns for each 40,000
 * targets. */
void engine_limit(struct engine *e, const struct ratelimit_options *o);

/* engine_coalesce - send what is due within quantum_ns together: up to quantum_ns early, or quantum_ns plus one tick of
 * the wheel late. Fewer wake-ups, the same RTTs. At most a quarter of the shortest interval, interval_ns, is taken.
 * Default 0. */
void engine_coalesce(struct engine *e, int64_t quantum_ns, int64_t interval_ns);

/* engine_wait_for_room - from now on a probe that finds the send queue full waits until it is not, however long, and is
 * given up only when none of those that wait has found room for 10 s. By default it is tried again for a third of its
 * interval and a second at most, and not at all if its target is down. */
void engine_wait_for_room(struct engine *e);

/* engine_send_late - from now on a slot is given up when its loop is half an interval late, if that is more than the 50
 * ms by default: for a loop that does other work as well. */
void engine_send_late(struct engine *e);

/* engine_allow_broadcast - targets may have broadcast addresses from now on. 0 or -errno. */
int engine_allow_broadcast(struct engine *e);

/* engine_start - engine_turn is about to be called again and again: what was due before is not late. */
void engine_start(struct engine *e);

/* engine_add - probe target from first_ns (monotonic; as engine_coalesce says) on, each interval, until its count is
 * reached or it is removed. Its address must be known. */
void engine_add(struct engine *e, uint32_t target, int64_t first_ns);

/* engine_schedule - probe and report target from now or after_ns on, whichever is later, in its own slots; without an
 * address, it is only reported, and a parent not even that. What waits for such a slot already goes on undisturbed. */
void engine_schedule(struct engine *e, uint32_t target, int64_t after_ns);

/* engine_report - emits target's report now, as if it were due: its next one covers what follows. */
void engine_report(struct engine *e, uint32_t target);

/* engine_remove - probe and report it no more; what is in flight ends without an event once the fleet has retired the
 * number. */
void engine_remove(struct engine *e, uint32_t target);

/* engine_probe - one probe of target at once, beside those of its slots, which stay as they are; it is counted and
 * reported as any other, and rate limits do not delay it. Its number (struct settled) is the target's n_probes before
 * the call, and one more; it may have ended by its end. False: target has no address, or a probe of it waits for room.
 */
bool engine_probe(struct engine *e, uint32_t target);

/* engine_pause - target, which health_pause has been called for, is not probed until engine_resume, whatever schedules
 * it meanwhile; it is reported as before. */
void engine_pause(struct engine *e, uint32_t target);
void engine_resume(struct engine *e, uint32_t target);

/* engine_finish - no engine_turn follows: takes in what has come meanwhile, and emits the faults held back so far. */
void engine_finish(struct engine *e);

struct engine_stats engine_stats(const struct engine *e);
#endif
