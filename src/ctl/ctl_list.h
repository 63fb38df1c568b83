/* ctl_list.h - minipingctl targets [TEXT], minipingctl groups: as a table, JSON, CSV or names. */
#ifndef MINIPING_CTL_LIST_H
#define MINIPING_CTL_LIST_H
#include "ctl/ctl_exit.h"
#include "ctl/ctl_session.h"

enum ctl_exit ctl_list_targets(struct ctl_session *s);
enum ctl_exit ctl_list_groups(struct ctl_session *s);
#endif
