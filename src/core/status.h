/* status.h - the daemon's own figures as one plain struct, from which the status line and the stop record are written.
 * Targets are counted by state a part at a time, so that a million of them delay nothing. No I/O, no clock. */
#ifndef MINIPING_STATUS_H
#define MINIPING_STATUS_H
#include "core/engine.h"
#include "core/fleet.h"
#include "core/health.h"

#include <stdbool.h>
#include <stdint.h>

#define STATUS_STATES (HEALTH_DOWN + 1)

struct status { /* times are monotonic */
	int64_t started_ns;
	/* of status_update: */
	int64_t at_ns; /* when it was called; what follows is as of then */
	struct engine_stats engine;
	double rate; /* probes sent a second, since the call before it */
	/* of the latest whole count; a name with addresses: all is none of its targets, and each of its addresses is
	 * one */
	uint32_t n_targets, n_in_state[STATUS_STATES]; /* by enum health_state */
	char reload_error[256];                        /* "": the latest reload succeeded */
};

struct status_count { /* the count in progress; all zero: it has not begun */
	uint32_t at, n_in_state[STATUS_STATES];
};

/* status_count_some - counts on, through up to max numbers of the fleet. True once it is through: then *s has the
 * counts, and the next call begins anew. A target that changes its state meanwhile is counted in the old one or in the
 * new one. O(max). */
bool status_count_some(struct status *s, struct status_count *c, const struct fleet *f, uint32_t max);

/* status_rate - probes sent a second, since n_sent of them were at at_ns, earlier than *s. */
double status_rate(const struct status *s, uint64_t n_sent, int64_t at_ns);

/* status_update - *s as of now_ns, later than the call before it. */
void status_update(struct status *s, const struct engine_stats *engine, int64_t now_ns);
#endif
