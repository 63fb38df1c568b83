/* hostcheck.h - what a configuration names and this host, or the user who asks, does not have at present: the log's
 * file, network interfaces, source addresses. All of it may come later: these are warnings, not errors. */
#ifndef MINIPING_HOSTCHECK_H
#define MINIPING_HOSTCHECK_H
#include "config/config.h"

/* hostcheck - a warning for each by diag; returns their number. Makes, changes and locks nothing. Looks at the first
 * 64 interfaces and sources that targets name; O(targets). */
unsigned hostcheck(const struct config *c);
#endif
