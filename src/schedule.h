/* schedule.h - when each target is due: phase-spread, no bursts, nothing caught up on. Pure.
 * The waiting itself is wheel.h's. */
#ifndef MINIPING_SCHEDULE_H
#define MINIPING_SCHEDULE_H
#include <stdint.h>

/* schedule_phase - a name's place in its interval, 0 .. interval_ns − 1: the same after every start,
 * evenly spread over many names. O(length). */
int64_t schedule_phase(const char *name, int64_t interval_ns);

/* schedule_first - the first time after now_ns that stands at phase_ns in its interval. */
int64_t schedule_first(int64_t now_ns, int64_t phase_ns, int64_t interval_ns);

/* schedule_again - the first time after both due_ns and now_ns that keeps due_ns's phase. Slots missed
 * in a stall are skipped; *n_skipped says how many. O(1). */
int64_t schedule_again(int64_t due_ns, int64_t interval_ns, int64_t now_ns, int64_t *n_skipped);
#endif
