/* metrics_stream.h - all that one scrape gets, as a stream: family by family, each whole, and of one generation. */
#ifndef MINIPING_METRICS_STREAM_H
#define MINIPING_METRICS_STREAM_H
#include "serve/filter.h"
#include "serve/metrics_families.h"
#include "serve/request.h"

enum metrics_format { METRICS_TEXT, METRICS_OPENMETRICS }; /* 0.0.4, and 1.0.0 */

struct metrics_choice { /* what a scrape has asked for */
	enum metrics_format format;
	const struct metrics_family *families[METRICS_FAMILIES_MAX];
	size_t n_families;
	struct filter filter;        /* of targets and groups; its texts outlive the stream */
	const struct past_ops *past; /* NULL: no history */
};

/* metrics_stream_new - with a reference to v of its own. NULL: out of memory. */
struct stream *metrics_stream_new(struct view *v, const struct metrics_choice *c);
#endif
