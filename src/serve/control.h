/* control.h - what changes the running daemon: POST /api/v1/control/…, on the control socket and where
 * http.allow_control is on. minipingd-http(8), "Control", has the bodies and the answers. The loop carries it out
 * (daemon/daemon_control.h). */
#ifndef MINIPING_CONTROL_H
#define MINIPING_CONTROL_H
#include "serve/request.h"

extern const struct route control_routes[];
#endif
