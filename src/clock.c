#include "clock.h"

#include <time.h>

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

int64_t clock_stamp_to_mono(const struct clock_pair *now, int64_t stamp_real_ns, int64_t max_age_ns,
                            bool *stepped)
{
	int64_t age;

	*stepped = __builtin_sub_overflow(now->real_ns, stamp_real_ns, &age) || age < 0 ||
	           age > max_age_ns;
	return *stepped ? now->mono_ns : now->mono_ns - age;
}
