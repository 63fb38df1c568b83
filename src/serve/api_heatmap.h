/* api_heatmap.h - /api/v1/heatmap: every target in three bytes, for a map of all of them, and the list that says which
 * target is which. */
#ifndef MINIPING_API_HEATMAP_H
#define MINIPING_API_HEATMAP_H
#include "serve/api_query.h"
#include "serve/request.h"

#define API_HEATMAP_TYPE "application/octet-stream"

/* All numbers are little-endian. Behind the header stand the targets' state bytes, then as many loss bytes, then as
 * many RTT bytes, all three in the order of the list. */
#define API_HEATMAP_MAGIC   "MPHM"
#define API_HEATMAP_VERSION 1u
#define API_HEATMAP_HEADER                                                                                 \
	32u /* bytes: magic, u16 version, u16 header's bytes, i64 µs since the epoch, u32 targets, u32 0, \
	     * u64 layout */

#define API_HEATMAP_BLOCKED 16u  /* added to the state byte, which is an enum health_state */
#define API_HEATMAP_NONE    255u /* loss and RTT bytes: no value */

/* api_heatmap_loss - 0 .. 250 of 0 .. 100 %, and neither of these two for what lies between them; < 0: none.
 * api_heatmap_rtt - b of an RTT of 20 µs * 2^(b / 12), which is at most 3 % off from 20 µs to 47 s; < 0: none. */
uint8_t api_heatmap_loss(double loss_pct);
uint8_t api_heatmap_rtt(int64_t rtt_ns);

/* api_heatmap - of the targets that q's filters take, whose texts are borrowed until the stream is freed, in the order
 * of their rows: none is sorted. Takes 3 bytes a target while it is read. api_heatmap_list - as JSON their q->fields,
 * in the same order; 4 bytes a target. Both have the same layout, a hash of the names and groups in this order. NULL:
 * out of memory. */
struct stream *api_heatmap(struct view *v, const struct api_query *q);
struct stream *api_heatmap_list(struct view *v, const struct api_query *q);
#endif
