/* ready.h - /-/healthy and /-/ready, for whoever watches that the daemon runs. */
#ifndef MINIPING_READY_H
#define MINIPING_READY_H
#include "serve/request.h"

extern const struct route ready_routes[];
#endif
