/* deadline.c - libev counts from its own time, which is that of the loop's latest wake-up. */
#include "daemon/deadline.h"

#include "base/clock.h"

void deadline_init(struct deadline *d, void (*on_due)(struct ev_loop *loop, ev_timer *w, int revents), void *data)
{
	ev_init(&d->timer, on_due);
	d->timer.data = data;
	d->at_ns = INT64_MAX;
}

void deadline_set(struct deadline *d, struct ev_loop *loop, int64_t at_ns)
{
	int64_t wait_ns;

	if (at_ns == d->at_ns && (at_ns == INT64_MAX || ev_is_active(&d->timer)))
		return;
	d->at_ns = at_ns;
	ev_timer_stop(loop, &d->timer);
	if (at_ns == INT64_MAX)
		return;
	ev_now_update(loop);
	wait_ns = at_ns - clock_mono_ns();
	ev_timer_set(&d->timer, wait_ns > 0 ? (double)wait_ns / NS_PER_S : 0, 0);
	ev_timer_start(loop, &d->timer);
}
