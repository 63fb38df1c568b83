/* ctl_events.h - minipingctl events. */
#ifndef MINIPING_CTL_EVENTS_H
#define MINIPING_CTL_EVENTS_H
#include "ctl/ctl_exit.h"
#include "ctl/ctl_session.h"

enum ctl_exit ctl_events(struct ctl_session *s);
#endif
