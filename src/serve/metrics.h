/* metrics.h - /metrics for Prometheus and its relatives, and /probe for what was made for blackbox_exporter. */
#ifndef MINIPING_METRICS_H
#define MINIPING_METRICS_H
#include "serve/request.h"

/* Ends with a NULL path (routes.c). */
extern const struct route metrics_routes[];
#endif
