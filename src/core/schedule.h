/* schedule.h - when each target is due: phase-spread, no bursts, nothing caught up on. Pure.
 * The waiting itself is wheel.h's. */
#ifndef MINIPING_SCHEDULE_H
#define MINIPING_SCHEDULE_H
#include <stdbool.h>
#include <stdint.h>

/* schedule_phase - a name's place in its interval, 0 .. interval_ns − 1: the same after every start,
 * evenly spread over many names. O(length). */
int64_t schedule_phase(const char *name, int64_t interval_ns);

/* schedule_first - the first time after now_ns that stands at phase_ns in its interval. */
int64_t schedule_first(int64_t now_ns, int64_t phase_ns, int64_t interval_ns);

/* schedule_slots - how many slots at phase_ns there are after from_ns and up to to_ns; negative where that is earlier.
 * Times
 * >= 0. O(1). */
int64_t schedule_slots(int64_t from_ns, int64_t to_ns, int64_t phase_ns, int64_t interval_ns);

/* schedule_again - the first time after both due_ns and now_ns that keeps due_ns's phase. Slots missed
 * in a stall are skipped; *n_skipped says how many. O(1). */
int64_t schedule_again(int64_t due_ns, int64_t interval_ns, int64_t now_ns, int64_t *n_skipped);

struct schedule_last { /* a target's latest slot, or the time that a limit gave it instead */
	int64_t due_ns;
	bool waited;    /* for the limit */
	bool off_phase; /* due_ns does not stand at the target's place in the interval */
};

/* schedule_next - when the target called name is due next, after now_ns; last->off_phase becomes what holds of
 * that time. Where no limit lets it wait, as schedule_again. What waited is due an interval after it was sent to:
 * targets alike that share a limit then get the same share of it, and not some each slot and others every second
 * one. Once it need not wait, it goes back to its place: else one stall would push its targets into one heap for
 * ever; *n_skipped then has the slots between. O(1), but for the way back: O(length of name). */
int64_t schedule_next(struct schedule_last *last, const char *name, int64_t interval_ns, int64_t now_ns,
                      int64_t *n_skipped);
#endif
