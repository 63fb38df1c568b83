/* deadline.h - an ev_timer that is set to a time of clock_mono_ns, and set anew as often as that changes. */
#ifndef MINIPING_DEADLINE_H
#define MINIPING_DEADLINE_H
#include <ev.h>
#include <stdint.h>

struct deadline {
	ev_timer timer; /* its data is the caller's */
	int64_t at_ns;
};

/* deadline_init - not set. */
void deadline_init(struct deadline *d, void (*on_due)(struct ev_loop *loop, ev_timer *w, int revents), void *data);

/* deadline_set - on_due is called at at_ns, to the millisecond and not before; INT64_MAX: never. Takes no time where it
 * is set to at_ns already. */
void deadline_set(struct deadline *d, struct ev_loop *loop, int64_t at_ns);
#endif
