/* target.h - one target: its options, address, window, counters and health. No I/O, no clock.
 *
 * A million of them are to fit into 480 bytes each, with windows of 60 probes. A target takes
 *
 *     144  struct target; the fleet keeps them in blocks, by number, in the order in which they fall due
 *     256  its window: 8 + 60 × 4 bytes (window.h) and 8 of malloc
 *      32  its places among the probes and the reports to come, 16 each (wheel.h)
 *      ~15 its name, which is its host too, once, in the configuration
 *     ---
 *     447  and for each probe in flight or in its grace 96 (flight.h): at an interval of 10 s and a
 *          timeout of 1 s that is 20 for each target. (Up to 64 MB in all keep late replies known for longer.)
 *
 * Options, group and labels are a profile, which all targets share that were given the same. Targets are
 * known by number wherever they are waited for. tests/test_target.c holds these sizes. */
#ifndef MINIPING_TARGET_H
#define MINIPING_TARGET_H
#include "base/addr.h"
#include "core/health.h"
#include "core/interval.h"
#include "core/profile.h"
#include "core/outcome.h"
#include "core/window.h"

#include <stdbool.h>
#include <stdint.h>

struct target_counters { /* since start; never go down; the small ones stop at 2^32 − 1 */
	/* The outcomes, whose sum is what was sent. 2^40: at an interval of 1 ms, for 34 years. Their spare bits are
	 * the target's interval (target_interval). */
	uint64_t received : 40, interval_low : 24;
	uint64_t timeout : 40, interval_high : 24;
	uint32_t unreachable, ttl_exceeded, too_big, unknown;
	uint32_t send_error; /* not sent, and in no sum */
	uint32_t late, duplicate, corrupt, foreign;
	uint32_t truncated; /* of the received ones */
};

struct target {
	/* Each probe needs these 64 bytes, */
	const struct profile *profile; /* borrowed, as are name and host; NULL: not in use */
	struct window *window;
	int64_t born_ns;            /* a probe sent before it was another target's */
	struct addr addr;           /* AF_UNSPEC: not yet resolved */
	uint32_t n_probes;          /* sent or tried: the latest probe's number; not in use: the fleet's */
	int16_t ttl : 12;           /* of the latest reply that had it; -1: none yet */
	uint16_t id_turn : 4;       /* by which ICMP id it is probed: one after the other while it is down */
	uint8_t link;               /* our interface that its replies come in by (netif.h); 0: not known */
	uint8_t ratelimit_wait : 2; /* enum ratelimit_wait: the rate limits let it wait */
	bool off_phase : 1;         /* due elsewhere than at its place in the interval (schedule.h) */
	uint8_t n_tries : 4;        /* of the probe that is due, which found no room */
	bool reported : 1;          /* there has been a report */
	struct health health;
	/* and of these one; */
	struct target_counters counters;
	/* these only what is logged of it. */
	const char *name, *host;
	int64_t since_real_ns; /* when the health state began, CLOCK_REALTIME */
};

struct target_totals { /* counters summed up as the log and the metrics have them */
	uint64_t sent, received, lost, unknown;
};

/* What one settled probe has changed. */
struct target_change {
	bool state, path;
	bool first;     /* with state: nothing was known of the target before */
	bool unblocked; /* down as before, but no longer for want of what it depends on */
	enum health_state state_from;
	int ttl_from;
	int64_t since_real_ns;  /* when state_from began, CLOCK_REALTIME */
	const char *blocked_by; /* with state: what it depends on and does not answer; NULL: nothing */
};

/* target_init - in place. 0 or -ENOMEM (then *t is not in use). */
int target_init(struct target *t, const char *name, const char *host, const struct addr *addr,
                const struct profile *profile, int64_t now_ns);

/* target_init_derived - *t is one address of parent, a name of which all are probed: it is called
 * NAME/ADDRESS, and all else is as the parent has it. 0 or -ENOMEM (then *t is not in use). */
int target_init_derived(struct target *t, const struct target *parent, const struct addr *addr, int64_t now_ns,
                        int64_t now_real_ns);

/* target_is_derived - one address of a parent: its name is its own, and its host the end of its name. Not a flag, for a
 * reload asks in its own thread, while the loop writes whatever stands beside a flag. O(name's length). */
bool target_is_derived(const struct target *t);

/* target_former - the i-th name that t had before; NULL: there are no more. Of one address of a parent it is that of
 * this address, AKA/ADDRESS, and of a name with "family: both" also AKA/4 or AKA/6. Perhaps in buf. */
#define TARGET_FORMER_LEN 400
const char *target_former(const struct target *t, size_t i, char buf[TARGET_FORMER_LEN]);

/* target_fini - releases the window, and what is its own of a derived one; *t is then not in use. */
void target_fini(struct target *t);

/* target_is_resolved - it has an address: one that was written as its host, or from DNS. */
static inline bool target_is_resolved(const struct target *t)
{
	return t->addr.family != AF_UNSPEC;
}

/* target_is_parent - a name with addresses: all. It is neither probed nor reported itself, and never has
 * an address: those derived from it do. */
static inline bool target_is_parent(const struct target *t)
{
	return !target_is_resolved(t) && t->profile->options.addresses == ADDRESSES_ALL;
}

/* target_addr_text - a, which is or was t's, as text; returns buf. The zone of a link-local address is t's interface
 * as it is written, also while there is no such interface. */
char *target_addr_text(const struct target *t, const struct addr *a, char buf[ADDR_STRLEN]);

/* target_settle - one probe has ended: counters, window, health and TTL take it in; unblocked and blocked_by are
 * left to fleet_unblocked and fleet_mark_blocked. O(1), but for a target that is degraded or has thresholds for that:
 * O(window), once in WINDOW_MARKS-ths of it (window_is_at_mark). */
struct target_change target_settle(struct target *t, const struct settled *s, int64_t now_real_ns);

/* target_skip - n of t's slots pass without a probe; n < 0: so many of those counted before do not. */
void target_skip(struct target *t, int64_t n);

/* target_interval - what has come since t's previous report. */
struct interval_view target_interval(const struct target *t);

/* target_reported - what t's report says has been said: the next interval begins. */
void target_reported(struct target *t);

/* target_totals - sums of the counters. sent = received + lost + unknown. */
struct target_totals target_totals(const struct target *t);

/* target_move - t's address is a from now on: window, health and TTL start anew, the counters go on, and the probes in
 * flight to the address before are not t's any more. */
void target_move(struct target *t, const struct addr *a, int64_t now_ns, int64_t now_real_ns);

/* target_is_leased - added for a while by an operator, and no configuration's. As target_is_derived, also for a
 * reload's thread. */
static inline bool target_is_leased(const struct target *t)
{
	return t->profile && t->profile->is_leased;
}

/* target_count - one more of a small counter, which stops at its greatest value. */
static inline void target_count(uint32_t *counter)
{
	*counter += *counter != UINT32_MAX;
}
#endif
