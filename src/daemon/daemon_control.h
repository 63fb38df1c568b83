/* daemon_control.h - what the control interface asks of the loop (serve/control.h): reloads, a probe, targets for a
 * while. One after the other, for finding a target by its name takes slices of its own. */
#ifndef MINIPING_DAEMON_CONTROL_H
#define MINIPING_DAEMON_CONTROL_H
#include "base/chore.h"
#include "config/config.h"
#include "core/events.h"
#include "serve/ask.h"

#include <stddef.h>
#include <stdint.h>

#define DAEMON_CONTROL_PROBES 64u /* in flight */

struct daemon;

struct daemon_control {                      /* of daemon_control.c alone */
	struct ask *reloads[2], *running[2]; /* who waits for a reload, and for a diff: to begin, and to end */
	struct ask *first;                   /* whose target is being looked for, and those behind it */
	struct chore search;
	uint32_t at;           /* the next number to look at */
	struct config *leased; /* what first is to add; NULL: nothing */
	struct listener listener;
	size_t n_probing;
	struct daemon_control_probe {
		struct ask *ask;
		uint32_t target, number;
		int64_t until_ns; /* it has ended by then, or its target has gone */
	} probing[DAEMON_CONTROL_PROBES];
};

/* daemon_control_init - before any ask, and before the first reload. */
void daemon_control_init(struct daemon *d);

/* daemon_control_ask - carries a out and answers it, in time. Of any kind but ASK_GENERATION. */
void daemon_control_ask(struct daemon *d, struct ask *a);

/* daemon_control_tend - once a second: ends what is over. */
void daemon_control_tend(struct daemon *d);

/* daemon_control_close - refuses all that waits. */
void daemon_control_close(struct daemon *d);
#endif
