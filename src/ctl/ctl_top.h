/* ctl_top.h - minipingctl top [TEXT]: a live screen. */
#ifndef MINIPING_CTL_TOP_H
#define MINIPING_CTL_TOP_H
#include "ctl/ctl_exit.h"
#include "ctl/ctl_session.h"

enum ctl_exit ctl_top(struct ctl_session *s);
#endif
