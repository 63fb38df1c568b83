/* clock.c - reads the clocks, and distinguishes a packet that waited from a clock that was set. */
#include "base/clock.h"

#include <stdlib.h>
#include <time.h>

#define STEP_MIN_NS (2 * NS_PER_MS)

static int64_t read_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

int64_t clock_mono_ns(void)
{
	return read_ns(CLOCK_MONOTONIC);
}

int64_t clock_suspended_ns(void)
{
	/* The two reads are not simultaneous: boot first, so that the answer never overstates. */
	int64_t boot = read_ns(CLOCK_BOOTTIME);
	int64_t suspended = boot - read_ns(CLOCK_MONOTONIC);

	return suspended > 0 ? suspended : 0;
}

struct clock_pair clock_pair_now(void)
{
	struct clock_pair p;
	int64_t before, after;
	int tries = 0;

	/* Interrupted in between, the two would be taken for a clock that was set. */
	do {
		before = read_ns(CLOCK_MONOTONIC);
		p.real_ns = read_ns(CLOCK_REALTIME);
		after = read_ns(CLOCK_MONOTONIC);
	} while (after - before > 100 * NS_PER_US && ++tries < 10);
	p.mono_ns = before + (after - before) / 2;
	return p;
}

int64_t clock_stamp_to_mono(const struct clock_pair *now, int64_t stamp_real_ns, int64_t max_age_ns, bool *stepped)
{
	int64_t age;

	*stepped = __builtin_sub_overflow(now->real_ns, stamp_real_ns, &age) || age < 0 || age > max_age_ns;
	return *stepped ? now->mono_ns : now->mono_ns - age;
}

int64_t clock_step(const struct clock_pair *then, const struct clock_pair *now)
{
	int64_t gap = now->mono_ns - then->mono_ns;
	int64_t step = (now->real_ns - then->real_ns) - gap;

	return llabs(step) <= STEP_MIN_NS + gap / 1000 ? 0 : step;
}

int64_t clock_arrival(const struct clock_pair *now, int64_t step_ns, int64_t stamp_real_ns, int64_t max_age_ns,
                      int64_t *doubt_ns)
{
	struct clock_pair unset = { now->mono_ns, now->real_ns - step_ns };
	bool not_new, not_old;
	int64_t new, old;

	*doubt_ns = 0;
	if (stamp_real_ns < 0)
		return now->mono_ns;
	new = clock_stamp_to_mono(now, stamp_real_ns, max_age_ns, &not_new);
	if (!step_ns)
		return new;
	old = clock_stamp_to_mono(&unset, stamp_real_ns, max_age_ns, &not_old);
	if (not_new || not_old)
		return not_old ? new : old;
	*doubt_ns = llabs(step_ns);
	return old > new ? old : new;
}
