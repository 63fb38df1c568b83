/* metrics_probe.h - /probe?target=X: blackbox_exporter's answer for one target, from the figures that there are. */
#ifndef MINIPING_METRICS_PROBE_H
#define MINIPING_METRICS_PROBE_H
#include "serve/request.h"

/* metrics_probe - a route's handler. No probe is sent: success is the target's state, durations are the window's
 * median. A target that is not in the configuration is 404, and no failed probe: Prometheus shows it as a scrape that
 * failed, so that a mistyped name raises no alert of a host that is down. */
void metrics_probe(struct request *r);
#endif
