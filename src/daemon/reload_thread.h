/* reload_thread.h - reads a configuration and plans what it changes on a thread of its own, so that the loop
 * goes on probing; tidies up there as well. */
#ifndef MINIPING_RELOAD_THREAD_H
#define MINIPING_RELOAD_THREAD_H
#include "config/config.h"
#include "core/fleet.h"
#include "daemon/capacity.h"
#include "daemon/reload_plan.h"
#include "store/history_db.h"
#include "store/state_memory.h"

#include <stdbool.h>
#include <stdint.h>

struct reload_thread;
struct store_lock;

enum reload_thread_report { RELOAD_REPORT_NONE, RELOAD_REPORT_CHANGES, RELOAD_REPORT_DIFF };

struct reload_thread_job { /* what it borrows lasts until reload_thread_end */
	const char *path;
	const struct config_overrides *overrides;
	bool is_first;                    /* else path is read only if it is a regular file */
	struct fleet *fleet;              /* to be changed by the result's plan alone, until the end */
	enum reload_thread_report report; /* reload_report.h; a diff says what each option was and is */
	const struct config *running;     /* for a diff */
	const char *state_path;           /* where the state is kept; NULL: nowhere */
	const char *history_path;         /* likewise the history */
	void (*ready)(void *data);        /* on the thread: reload_thread_join need not wait any more */
	void *data;
};

struct reload_thread_result {
	int err;                      /* 0, -EINVAL (errors say why) or -errno */
	struct config *config;        /* if err is 0 */
	struct reload_plan *plan;     /* likewise */
	struct capacity needs;        /* likewise */
	int state_err;                /* if the state's file is another one: of state_open or state_open_check, or of
	                               * its lock */
	int history_err;              /* likewise of history_open */
	struct config_errors *errors; /* until reload_thread_end */
	char *report;                 /* if one was asked for, of the plan or the errors; NULL: out of memory */
};

/* reload_thread_begin - starts to read and to plan. 0 and *out, or -errno. */
int reload_thread_begin(struct reload_thread **out, const struct reload_thread_job *job);

/* reload_thread_join - waits for the thread to end, if it has not. What it has read and planned: all of it is borrowed,
 * until reload_thread_tidy. */
const struct reload_thread_result *reload_thread_join(struct reload_thread *r);

/* reload_thread_memory - what the first has read of the state, which is the caller's from now on; NULL: nothing. */
struct state_memory *reload_thread_memory(struct reload_thread *r);

/* reload_thread_state_lock - of the file where the state is to be kept, if that is another one, which is the caller's
 * from now on; NULL: it is not. */
struct store_lock *reload_thread_state_lock(struct reload_thread *r);

/* reload_thread_history - the history's file, opened if its path has changed, which is the caller's from now on; NULL:
 * none. */
struct history_db *reload_thread_history(struct reload_thread *r);

/* reload_thread_take - the plan has been carried out: the configuration that was read is the caller's from now on,
 * without its targets[]. In its place r has replaced, the one from before, which is out of use; NULL: none. */
struct config *reload_thread_take(struct reload_thread *r, struct config *replaced);

/* reload_thread_tidy - frees plan and configuration away from the loop: for a million targets that takes its time.
 * ready is called again when it is done. */
void reload_thread_tidy(struct reload_thread *r);

/* reload_thread_at_rest - waits at most wait_ns. False: its thread still runs, and uses r, the fleet and data; who
 * cannot wait for it frees none of them. NULL: true. */
bool reload_thread_at_rest(struct reload_thread *r, int64_t wait_ns);

/* reload_thread_end - waits for what is in progress and frees the rest. NULL allowed. */
void reload_thread_end(struct reload_thread *r);
#endif
