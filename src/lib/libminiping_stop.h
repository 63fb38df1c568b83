/* libminiping_stop.h - what a stop is to the calls that it ends. */
#ifndef LIBMINIPING_STOP_H
#define LIBMINIPING_STOP_H
#include <stdbool.h>

struct miniping_stop;

/* libminiping_stop_fd - readable once the stop has come; -1: stop is NULL. */
int libminiping_stop_fd(const struct miniping_stop *stop);

/* libminiping_stop_came - it has; never of NULL. */
bool libminiping_stop_came(const struct miniping_stop *stop);
#endif
