/* ctl_status.h - minipingctl status. */
#ifndef MINIPING_CTL_STATUS_H
#define MINIPING_CTL_STATUS_H
#include "ctl/ctl_exit.h"
#include "ctl/ctl_session.h"

enum ctl_exit ctl_status(struct ctl_session *s);
#endif
