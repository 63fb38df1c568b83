/* ctl_show.h - minipingctl show NAME, and its text for the live screen. */
#ifndef MINIPING_CTL_SHOW_H
#define MINIPING_CTL_SHOW_H
#include "ctl/ctl_exit.h"
#include "ctl/ctl_session.h"

#include <jansson.h>
#include <stdio.h>

/* ctl_show - CTL_EXIT_NO: the target is down. */
enum ctl_exit ctl_show(struct ctl_session *s);

/* ctl_show_print - the document of one target for people, in lines of at most t's columns. */
void ctl_show_print(FILE *to, const struct ctl_term *t, json_t *target);
#endif
