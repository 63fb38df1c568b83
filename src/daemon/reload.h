/* reload.h - the daemon takes another configuration while it goes on probing: reads it and plans what it changes on a
 * thread of its own (reload_thread.h), then reserves what it needs, commits to it, and carries the plan out in slices
 * on the loop. The first configuration comes the same way, step by step. */
#ifndef MINIPING_RELOAD_H
#define MINIPING_RELOAD_H
#include "base/chore.h"
#include "daemon/reload_thread.h"

#include <ev.h>
#include <stdbool.h>
#include <stdint.h>

struct daemon;

enum reload_state { RELOAD_IDLE, RELOAD_FIRST, RELOAD_READING, RELOAD_APPLYING, RELOAD_TIDYING };

/* Who hears of each, on the loop: daemon_control.c. */
struct reload_listener {
	bool (*on_begin)(void *data, bool is_diff); /* true: a report is wanted (reload_report.h) */
	/* It has ended, with HTTP's status: 200, 422 or 503. report: NULL: none was wanted, or there was no memory. */
	void (*on_end)(void *data, bool is_diff, int status, const char *report);
	void (*on_idle)(void *data); /* targets may come and go again */
	void *data;
};

struct reload { /* the daemon's; of reload.c alone */
	enum reload_state state;
	struct reload_listener listener;
	bool again, diff_again;                    /* asked for while one was in progress */
	bool is_diff;                              /* the one in progress */
	bool wants_report;                         /* likewise */
	int64_t first_ns;                          /* no target that a configuration adds is due before */
	struct reload_thread *thread;              /* NULL: idle */
	struct reload_plan *plan;                  /* of the thread, once it has ended */
	const struct reload_thread_result *result; /* likewise */
	struct config *applying; /* the fleet borrows from it as well, beside the one in force; NULL: none */
	struct chore apply;
	ev_async ready; /* the thread has ended */
};

/* reload_init - before any other. */
void reload_init(struct daemon *d);

/* reload_begin - read the configuration anew and take it; while that is in progress, do so once more afterwards. Errors
 * are reported, and the configuration in force stays. */
void reload_begin(struct daemon *d);

/* reload_diff - read the configuration as reload_begin does, and report what it would change, which is all. */
void reload_diff(struct daemon *d);

/* reload_is_idle - none is in progress: targets may come and go. */
bool reload_is_idle(const struct daemon *d);

/* reload_first - read the first configuration, in the loop, so that signals are heard meanwhile. 0 and *x, which lasts
 * until reload_apply; -errno, and every error is reported, or -EINTR: a signal ends the daemon. */
int reload_first(struct daemon *d, const struct reload_thread_result **x);

/* reload_commit - take those of x's settings that are no target's; cannot fail. */
void reload_commit(struct daemon *d, const struct reload_thread_result *x);

/* reload_apply - at the start, in one go: carry out what reload_first has planned. 0 or -ENOMEM. */
int reload_apply(struct daemon *d);

/* reload_next - none is in progress any more: begin the one that was asked for meanwhile, if any. */
void reload_next(struct daemon *d);

/* reload_close - ends the one in progress. False: it goes on for longer than anybody waits, and uses fleet and loop. */
bool reload_close(struct daemon *d);
#endif
