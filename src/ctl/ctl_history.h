/* ctl_history.h - minipingctl history NAME, as a table, CSV or JSON; minipingctl export, the past of all targets as
 * CSV.
 */
#ifndef MINIPING_CTL_HISTORY_H
#define MINIPING_CTL_HISTORY_H
#include "ctl/ctl_exit.h"
#include "ctl/ctl_session.h"

enum ctl_exit ctl_history(struct ctl_session *s);
enum ctl_exit ctl_history_export(struct ctl_session *s);
#endif
