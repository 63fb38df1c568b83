/* resolve_poll.h - what an event loop does for resolve. */
#ifndef MINIPING_TESTS_RESOLVE_POLL_H
#define MINIPING_TESTS_RESOLVE_POLL_H
#include "base/clock.h"
#include "dns/resolve.h"

#include <poll.h>

/* Waits until resolve has something to do, or wait_ms (-1: without end) have passed, and lets it. */
static inline void resolve_poll(struct resolve *r, int wait_ms)
{
	struct pollfd p = { .fd = resolve_fd(r), .events = POLLIN };
	int64_t next_ns = resolve_next_ns(r), left_ns = next_ns - clock_mono_ns();

	if (next_ns != INT64_MAX && (wait_ms < 0 || left_ns < wait_ms * NS_PER_MS))
		wait_ms = left_ns > 0 ? (int)(left_ns / NS_PER_MS) + 1 : 0;
	poll(&p, 1, wait_ms);
	resolve_turn(r, clock_mono_ns());
}
#endif
