/* reload_report.h - what a reload changes, or would change, as a JSON document for who has asked for it
 * (minipingd-http(8), "Control"). Made away from the loop. */
#ifndef MINIPING_RELOAD_REPORT_H
#define MINIPING_RELOAD_REPORT_H
#include "config/config.h"
#include "daemon/reload_plan.h"

#include <stdbool.h>

#define RELOAD_REPORT_NAMES 100 /* of each kind of change; the others are counted */

/* reload_report_plan - p, before it is begun, and the warnings of is. Malloc'ed; NULL: out of memory.
 *   was   in force: what else than targets differs from it, and each option of each target. NULL: without these */
char *reload_report_plan(const struct reload_plan *p, const struct config *was, const struct config *is);

/* reload_report_errors - of a configuration that cannot be taken. reload_report_failure - for another reason. Likewise.
 */
char *reload_report_errors(const struct config_errors *errors);
char *reload_report_failure(const char *why);
#endif
