/* window.h - rolling loss and RTT figures over one target's last N settled probes.
 * Pure: no I/O, no clock. 4 bytes a probe plus 8.
 * A probe that could not be sent takes its place like any other, so that old figures leave the window. */
#ifndef MINIPING_WINDOW_H
#define MINIPING_WINDOW_H
#include "core/outcome.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WINDOW_MIN        2u
#define WINDOW_MAX        65535u
#define WINDOW_RTT_MAX_NS (INT64_C(40) * 1000 * 1000 * 1000)
#define WINDOW_UNIT_NS    10 /* what one stored step stands for: 2^32 × 10 ns > 40 s */

struct window; /* opaque, one owner */

struct window_view {                                    /* plain value; copy freely */
	uint32_t n_sent, n_received, n_lost, n_unknown; /* n_sent = the sum of the other three */
	uint32_t n_not_sent;                            /* in none of these */
	uint32_t n_by_outcome[OUTCOME_COUNT];
	int not_sent_errno;             /* of the latest that was not sent; 0: there is none */
	double loss_pct;                /* 100 · lost / (received + lost); -1: nothing to divide by */
	int64_t rtt_min_ns, rtt_max_ns; /* the RTTs are -1 where there is no reply in the window */
	int64_t rtt_mean_ns, rtt_median_ns, rtt_p90_ns, rtt_p95_ns, rtt_p99_ns;
	int64_t jitter_ns; /* sample standard deviation (n − 1); 0 for one reply */
	int64_t ipdv_ns;   /* mean |difference| of successive replies; 0 for one reply */
};

/* window_new - room for the last n probes, WINDOW_MIN .. WINDOW_MAX. NULL: out of memory. */
struct window *window_new(uint32_t n);
void window_free(struct window *w);

/* window_copy - to becomes what from is, but for its size: the latest samples that fit. O(n). */
void window_copy(struct window *to, const struct window *from);

/* window_export - a copy of w as it is, in the caller's room of window_export_size bytes, aligned for uint32_t: to be
 * viewed like any other, in any thread, but never added to, copied to or freed. Returns it. O(n). */
const struct window *window_export(const struct window *w, void *room);
size_t window_export_size(const struct window *w);

/* window_clear - forget every sample. */
void window_clear(struct window *w);

/* window_prefetch - a sample is going to be added soon. */
void window_prefetch(const struct window *w);

/* window_add - one settled probe that was sent; the oldest one leaves a full window.
 *   rtt_ns   of an OUTCOME_REPLY: 0 .. WINDOW_RTT_MAX_NS, larger values are stored as that; kept to
 *            10 ns. Ignored for the other outcomes.
 * O(1), no allocation. */
void window_add(struct window *w, enum outcome outcome, int64_t rtt_ns);

/* window_add_not_sent - one that was not: sys_errno, 1 .. 4095, kept it from that. O(1), likewise. */
void window_add_not_sent(struct window *w, int sys_errno);

/* window_view - the figures now. Percentiles are exact order statistics of the stored samples, linear
 * between neighbours: k = (n − 1)·q. O(n log n) on a copy of 8n bytes on the stack. */
struct window_view window_view(const struct window *w);

/* window_count - probes in it. window_sample - how the i-th oldest ended, i < window_count: *rtt_ns of a reply, else
 * -1; *sys_errno of one that was not sent, else 0. O(1). */
uint32_t window_count(const struct window *w);
enum outcome window_sample(const struct window *w, uint32_t i, int64_t *rtt_ns, int *sys_errno);

struct window_brief {             /* what health is judged by */
	uint32_t n, n_answerable; /* probes; of these, received or lost */
	double loss_pct;          /* as of a window_view, all three, */
	int64_t rtt_median_ns;
	int64_t jitter_ns; /* but -1 for one reply: it has none */
};

/* window_brief - these figures now, exactly. O(n), without a copy: some five times what adding as many takes. */
struct window_brief window_brief(const struct window *w);

/* window_is_at_mark - after window_add: true WINDOW_MARKS times, evenly spread, while n samples are added; after each
 * for a window of less than twice as many. */
#define WINDOW_MARKS 64u
bool window_is_at_mark(const struct window *w);

/* window_size - bytes that a window of n probes takes. */
size_t window_size(uint32_t n);

/* window_capacity - the n it was made for. */
uint32_t window_capacity(const struct window *w);

/* window_figures - fills the rtt_*, jitter and ipdv members of *v from n RTTs in ns, given in the order
 * they came and left sorted. The one place where the formulas stand. O(n log n). */
void window_figures(struct window_view *v, int64_t *rtts_ns, size_t n);
#endif
