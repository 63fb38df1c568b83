/* ctl_line.h - one event of the daemon, an object as in its log, as a line for people. */
#ifndef MINIPING_CTL_LINE_H
#define MINIPING_CTL_LINE_H
#include "ctl/ctl_term.h"

#include <jansson.h>

/* ctl_line_print - on standard output: time, kind, target, and what happened to it; members of other kinds as
 * key=value. */
void ctl_line_print(const struct ctl_term *t, json_t *event);
#endif
