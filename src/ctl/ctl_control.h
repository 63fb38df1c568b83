/* ctl_control.h - the commands that steer the daemon, or have it look at its configuration. */
#ifndef MINIPING_CTL_CONTROL_H
#define MINIPING_CTL_CONTROL_H
#include "ctl/ctl_exit.h"
#include "ctl/ctl_session.h"

/* CTL_EXIT_NO: no reply to any probe; the configuration has errors; something would change; the reload was refused. */
enum ctl_exit ctl_control_ping(struct ctl_session *s);
enum ctl_exit ctl_control_check(struct ctl_session *s);
enum ctl_exit ctl_control_diff(struct ctl_session *s);
enum ctl_exit ctl_control_reload(struct ctl_session *s);

enum ctl_exit ctl_control_lease(struct ctl_session *s);
enum ctl_exit ctl_control_unlease(struct ctl_session *s);
enum ctl_exit ctl_control_log_level(struct ctl_session *s);
#endif
