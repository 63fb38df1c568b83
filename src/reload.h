/* reload.h - reads a configuration and plans what it changes on a thread of its own, so that the loop
 * goes on probing; tidies up there as well. */
#ifndef MINIPING_RELOAD_H
#define MINIPING_RELOAD_H
#include "config.h"
#include "fleet.h"
#include "plan.h"

#include <stdbool.h>
#include <stdint.h>

struct reload;

struct reload_result {
	int                   err;        /* 0, -EINVAL (errors say why) or -errno */
	struct config        *config;     /* if err is 0 */
	struct fleet_plan    *plan;       /* likewise */
	struct plan           needs;      /* likewise */
	struct config_errors *errors;     /* until reload_end */
};

/* reload_begin - starts reading path; all but the first time only if it is a regular file. ready(data) is called on the other thread once reload_result need
 * not wait any more; until reload_end, the fleet must not be changed but through the result's plan.
 * 0 and *out, or -errno. */
int reload_begin(struct reload **out, const char *path, bool is_first, struct fleet *fleet,
                 void (*ready)(void *data), void *data);

/* reload_result - waits for it, if it is not ready yet. The plan is borrowed; the configuration is the
 * fleet's once the plan is carried out, and goes with the reload otherwise. */
struct reload_result reload_result(struct reload *r);

/* reload_tidy - frees the plan and what it replaced, away from the loop: for a million targets that takes
 * its time. ready(data) is called again when it is done. */
void reload_tidy(struct reload *r);

/* reload_at_rest - waits at most wait_ns. False: its thread still runs, and uses r, the fleet and data; who
 * cannot wait for it frees none of them. NULL: true. */
bool reload_at_rest(struct reload *r, int64_t wait_ns);

/* reload_end - waits for what is under way and frees the rest. NULL allowed. */
void reload_end(struct reload *r);
#endif
