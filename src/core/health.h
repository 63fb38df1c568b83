/* health.h - is a target up, degraded or down? Thresholds with hysteresis. Pure. */
#ifndef MINIPING_HEALTH_H
#define MINIPING_HEALTH_H
#include "core/options.h"
#include "core/outcome.h"

#include <stdbool.h>
#include <stdint.h>

enum health_state { HEALTH_UNKNOWN, HEALTH_UP, HEALTH_DEGRADED, HEALTH_DOWN };

/* Has it been logged that something blocks a target that is down? */
enum health_blocked {
	HEALTH_FREE,    /* no */
	HEALTH_BLOCKED, /* yes */
	HEALTH_ASKED    /* yes, but nothing has since the probe that is health.asked */
};

struct health {              /* 8 bytes; all zero: unknown */
	uint8_t state : 4;   /* enum health_state */
	uint8_t known : 1;   /* a state has been entered, now or before a restart that it was kept over */
	uint8_t paused : 1;  /* not probed, and unknown until it is again (health_pause) */
	uint8_t blocked : 2; /* enum health_blocked; not this module's (fleet_unblocked) */
	uint8_t reason : 7;  /* opaque, for health_reason */
	uint8_t lost : 1;    /* the latest probe with a result, or it could not be sent: for health_failing */
	uint16_t streak;     /* losses in a row (up, degraded, unknown) or replies in a row (down) */
	uint16_t not_sent;   /* in a row, up to what is logged */
	union {
		uint16_t over;  /* judgements in a row that contradict up or degraded */
		uint16_t asked; /* of down: the probe that HEALTH_ASKED speaks of, its number's low bits */
	};
};

struct health_figures {                   /* what the degraded thresholds are held against */
	double loss_pct;                  /* -1: not known */
	int64_t rtt_median_ns, jitter_ns; /* -1: not known */
};

/* health_settle - one probe ended.
 *   fall losses in a row: down. rise replies in a row while down: up. The first reply of an unknown
 *   target: up. fall in a row that could not be sent, or as many as the window holds if that is less:
 *   unknown, from an unknown state that has another reason as well. What was not sent says nothing of the
 *   target, and breaks no row of losses or replies; what was sent breaks its row. A change of state begins
 *   the rows of losses and replies anew. OUTCOME_UNKNOWN with an errno is as not sent; without one it changes
 *   nothing and breaks no row.
 *   sys_errno   of OUTCOME_NOT_SENT and OUTCOME_UNKNOWN: why (struct settled)
 * True if the state changed, or unknown has got its reason. O(1). */
bool health_settle(struct health *h, const struct options *o, enum outcome outcome, int sys_errno);

/* health_restore - *h, all zero, is what it was before a restart; what was a pause is none any more.
 *   reason   health_reason's; one that does not go with the state is read as the state's usual one
 *   known    has it ever entered a state? */
void health_restore(struct health *h, enum health_state state, const char *reason, uint32_t streak, bool known);

/* health_pause - the target is not probed from now on: unknown, and "paused" says why. True if the state changed, or
 * has got this reason. Nothing settles it until health_resume; it is unknown then, and the first reply makes it up. */
bool health_pause(struct health *h);
void health_resume(struct health *h);

/* health_judge - hold the figures of an up target against its degraded_* thresholds, of a degraded one against the
 * lower clear_* ones, as the caller has just settled a probe and computed its window: a threshold passed for fall
 * judgements in a row degrades, all kept for rise in a row ends it. True if the state changed. */
bool health_judge(struct health *h, const struct options *o, const struct health_figures *f);

/* health_judged - true if o has any threshold that health_judge would look at. */
bool health_judged(const struct options *o);

#define HEALTH_SAMPLES_MIN 10u /* fewer answered or lost probes are not judged, unless the window is full of them */

struct health_threshold {
	double loss_pct; /* -1: it is another's */
	int64_t ns;      /* of rtt or jitter; -1, likewise */
};

/* health_threshold - what a degraded target has passed; both -1 of any other. */
struct health_threshold health_threshold(const struct health *h, const struct options *o);

/* health_failing - does not answer at this moment: down, or on the way there, the latest probe lost; or it
 * cannot be asked, and what depends on it most likely cannot either. */
bool health_failing(const struct health *h);

/* health_state_name - "unknown", "up", "degraded", "down". */
const char *health_state_name(enum health_state s);

/* health_reason - why the state is what it is: "loss", "rtt", "jitter", "reply", "paused", an outcome's name, or
 * why nothing can be sent (not_sent_name). */
const char *health_reason(const struct health *h);
#endif
