/* metrics_query.h - what a scrape asks for: in which format, and which families. Pure. */
#ifndef MINIPING_METRICS_QUERY_H
#define MINIPING_METRICS_QUERY_H
#include "serve/http_options.h"
#include "serve/metrics_stream.h"

/* metrics_query_format - by the header Accept (RFC 9110 12.5.1); NULL: not sent. OpenMetrics where it is named, in
 * version 1.0.0 or none, and not for less than text; text for all else, since that is better than nothing. */
enum metrics_format metrics_query_format(const char *accept);

/* metrics_query_all - c gets all families that there are under o. */
void metrics_query_all(struct metrics_choice *c, const struct metrics_options *o);

/* metrics_query_collect - keeps of c's families those that one of n parts names: a part of all (struct metrics_family),
 * or a family, with or without _total. Returns the first that names none; NULL: each names one. */
const char *metrics_query_collect(struct metrics_choice *c, const char *const *parts, size_t n);
#endif
