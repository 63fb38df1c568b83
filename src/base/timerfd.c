/* timerfd.c - timerfd_create(2), armed by absolute times. */
#include "base/timerfd.h"

#include "base/clock.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <unistd.h>

int timerfd_open(struct timerfd *t)
{
	t->at_ns = TIMERFD_NEVER;
	t->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	return t->fd < 0 ? -errno : 0;
}

void timerfd_close(struct timerfd *t)
{
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
}

void timerfd_set(struct timerfd *t, int64_t at_ns)
{
	struct itimerspec s = { 0 };

	if (at_ns == t->at_ns)
		return;
	t->at_ns = at_ns;
	if (at_ns != TIMERFD_NEVER) {
		/* Zero would disarm it. */
		s.it_value.tv_sec = at_ns > 0 ? at_ns / NS_PER_S : 0;
		s.it_value.tv_nsec = at_ns > 0 ? at_ns % NS_PER_S : 1;
	}
	/* What it was readable for is over: setting it clears that, without a read. */
	timerfd_settime(t->fd, TFD_TIMER_ABSTIME, &s, NULL);
}
