/* view.h - a generation as the answers read it: each target's figures, computed once and kept small, and what shares
 * them lives as long as the last answer that reads it. Of the HTTP thread. */
#ifndef MINIPING_VIEW_H
#define MINIPING_VIEW_H
#include "serve/generation.h"

#include <stdint.h>

#define VIEW_NO_RTT UINT32_MAX

struct view_figures { /* of the window; at most 64 bytes */
	uint32_t n_sent, n_received, n_lost, n_unknown, n_not_sent;
	float loss;                             /* 0 … 1; < 0: nothing to divide by */
	uint32_t rtt_min, rtt_mean, rtt_median; /* 10 ns each; VIEW_NO_RTT: no reply in the window */
	uint32_t rtt_p90, rtt_p95, rtt_p99, rtt_max;
	uint32_t jitter, ipdv;
	int not_sent_errno; /* of the latest that was not sent; 0: none */
};

struct view;

/* view_new - takes g over. One reference, the caller's. NULL: out of memory, g freed. */
struct view *view_new(struct generation *g);
struct view *view_ref(struct view *v);
void view_unref(struct view *v); /* NULL allowed */

const struct generation *view_generation(const struct view *v);

/* view_count - targets, parents among them. */
uint32_t view_count(const struct view *v);

/* view_target - the plain values of row i; cheap, view_name cheaper. view_figures - those of its window: the first call
 * for a row computes them, O(n log n) of the window's n, and keeps them. view_window - its probes one by one
 * (window_count, window_sample). view_earlier - what its counters were before this process; NULL: nothing. */
void view_target(const struct view *v, uint32_t i, struct snapshot_row *out);
const char *view_name(const struct view *v, uint32_t i);
const struct view_figures *view_figures(struct view *v, uint32_t i);
const struct window *view_window(const struct view *v, uint32_t i);
const struct earlier *view_earlier(const struct view *v, uint32_t i);

/* view_bytes - memory that it takes with its generation's targets: at most 480 a target with a window of 60, and
 * 64 more of one that was there before this process. */
size_t view_bytes(const struct view *v);

/* view_find - the row of the target called name; UINT32_MAX: none. The first call takes some 0.1 µs a target and 5
 * bytes each; the others are O(1). Without memory for them each call takes that long. */
uint32_t view_find(struct view *v, const char *name);

/* view_seconds - of a figure in steps of 10 ns. */
static inline double view_seconds(uint32_t rtt)
{
	return (double)rtt * 1e-8;
}
#endif
