/* metrics_labels.h - the labels of a target's series as text: its own behind those that every target has, with names
 * and values that Prometheus takes, whatever the configuration says. */
#ifndef MINIPING_METRICS_LABELS_H
#define MINIPING_METRICS_LABELS_H
#include "base/textbuf.h"
#include "serve/metrics_families.h"

#define METRICS_LABELS_MAX 12288 /* bytes; own labels that do not fit are left out */

struct metrics_labels { /* what latest shares with the next target, mostly; all zero: nothing yet */
	const struct profile *latest;
	size_t len;
	char own[METRICS_LABELS_MAX - 3072]; /* the rest is for the others */
};

/* metrics_labels_put - r's labels as of says, "target=\"a\",ip=\"192.0.2.1\"", into t, an empty one with
 * METRICS_LABELS_MAX of room. A label whose name is no [a-zA-Z_][a-zA-Z0-9_]* gets "_" for what is wrong; one that a
 * series has by itself, that begins with "__", or that another label has already, is called exported_NAME. Some 50 ns,
 * and more where r's profile is not the one before's. */
void metrics_labels_put(struct metrics_labels *l, struct textbuf *t, enum metrics_of of, const struct snapshot_row *r);

/* metrics_labels_bound - le="0.0001" of a bucket up to ns (< 0: without a bound), written as Go does, which is what
 * others call theirs: 5e-05; in OpenMetrics 1.0 for 1. Returns buf. */
#define METRICS_BOUND_LEN 48
char *metrics_labels_bound(char buf[METRICS_BOUND_LEN], int64_t ns, bool openmetrics);

/* metrics_labels_pair - key="value", behind a comma unless t is empty. */
void metrics_labels_pair(struct textbuf *t, const char *key, const char *value);
#endif
