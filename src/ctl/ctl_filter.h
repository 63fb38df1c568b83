/* ctl_filter.h - which targets, in what order: the filters of the command line as the API takes them. */
#ifndef MINIPING_CTL_FILTER_H
#define MINIPING_CTL_FILTER_H
#include "ctl/ctl_options.h"
#include "ctl/ctl_query.h"

/* ctl_filter_add - --state, --group and --label of o, and text (NULL or "": any) to the query. */
void ctl_filter_add(struct ctl_query *q, const struct ctl_options *o, const char *text);
#endif
