/* clock.h - monotonic nanoseconds, and kernel receive stamps turned into them.
 * Every time inside minipingd is a CLOCK_MONOTONIC int64_t in ns; no value means "unset". */
#ifndef MINIPING_CLOCK_H
#define MINIPING_CLOCK_H
#include <stdbool.h>
#include <stdint.h>

#define NS_PER_US INT64_C(1000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S  INT64_C(1000000000)
#define NS_PER_M  (60 * NS_PER_S)
#define NS_PER_H  (3600 * NS_PER_S)
#define NS_PER_D  (24 * NS_PER_H)

struct clock_pair { /* one instant on both clocks */
	int64_t mono_ns, real_ns;
};

int64_t clock_mono_ns(void);

/* clock_suspended_ns - time the machine has spent suspended since boot
 * (CLOCK_BOOTTIME − CLOCK_MONOTONIC); grows only by a suspend. */
int64_t clock_suspended_ns(void);

/* clock_pair_now - both clocks at one instant, to within a fraction of a microsecond. */
struct clock_pair clock_pair_now(void);

/* clock_stamp_to_mono - when a packet arrived, on the monotonic clock.
 *   now           a pair taken after the packet was received
 *   stamp_real_ns the kernel's SO_TIMESTAMPNS stamp (CLOCK_REALTIME)
 *   max_age_ns    how old the packet can be: the time since the receive queue was last empty
 * A stamp whose age falls outside [0, max_age_ns] means that CLOCK_REALTIME was set in between:
 * then *stepped becomes true and the answer is now->mono_ns. Pure. */
int64_t clock_stamp_to_mono(const struct clock_pair *now, int64_t stamp_real_ns, int64_t max_age_ns, bool *stepped);

/* clock_step - by how much CLOCK_REALTIME was set between two looks at both clocks; 0: not at all. Less than 2 ms, and
 * a thousandth of the time between, is no step: NTP slews by 500 ppm at most. Pure. */
int64_t clock_step(const struct clock_pair *then, const struct clock_pair *now);

/* clock_arrival - as clock_stamp_to_mono, where CLOCK_REALTIME was set by step_ns while the packet may have been
 * waiting; stamp_real_ns < 0: there is none, and the answer is now. The stamp may be of either time; if it can be of
 * both, the later arrival is taken, so that no RTT is too short to be true, and *doubt_ns says how much earlier it may
 * have been, so that none is late that may not be. Pure. */
int64_t clock_arrival(const struct clock_pair *now, int64_t step_ns, int64_t stamp_real_ns, int64_t max_age_ns,
                      int64_t *doubt_ns);
#endif
