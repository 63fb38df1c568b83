/* ctl_changes.h - what a reload has changed, or would change, and errors of a configuration, as text. */
#ifndef MINIPING_CTL_CHANGES_H
#define MINIPING_CTL_CHANGES_H
#include "ctl/ctl_term.h"

#include <jansson.h>
#include <stdbool.h>

/* ctl_changes_any - the answer to a diff or a reload names a difference. */
bool ctl_changes_any(json_t *answer);

/* ctl_changes_print - each target that changes, option by option where the answer has them, then the settings, then the
 * numbers of targets; on standard output. */
void ctl_changes_print(const struct ctl_term *t, json_t *answer);

/* ctl_changes_errors - the errors of an answer that was no, a line each, on standard error. */
void ctl_changes_errors(json_t *answer);
#endif
