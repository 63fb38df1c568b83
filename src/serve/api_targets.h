/* api_targets.h - /api/v1/targets: a page of the list of targets. */
#ifndef MINIPING_API_TARGETS_H
#define MINIPING_API_TARGETS_H
#include "serve/api_query.h"
#include "serve/request.h"

/* api_targets - the page that q asks for, whose texts are borrowed until the stream is freed. Made in slices: keeps the
 * q->limit rows that come first, at 16 bytes each, and never more, so that no list of targets is sorted as a whole.
 * NULL: out of memory. */
struct stream *api_targets(struct view *v, const struct api_query *q);
#endif
