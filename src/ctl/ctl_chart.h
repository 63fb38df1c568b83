/* ctl_chart.h - the latest round-trip times as lines of text: a sparkline and a histogram. Pure. */
#ifndef MINIPING_CTL_CHART_H
#define MINIPING_CTL_CHART_H
#include "base/textbuf.h"

#include <stdbool.h>
#include <stddef.h>

#define CTL_CHART_BINS 10

struct ctl_chart_sample {
	double seconds; /* < 0: no reply */
	char sign;      /* shown in its place: "!" lost, "?" unknown, "-" not sent */
};

struct ctl_chart_bin {
	double from, to; /* seconds; the last bin has its upper bound in it */
	size_t n;
};

/* ctl_chart_sparkline - one character a sample, in order: eight heights between the least and the greatest RTT (all the
 * same: the lowest), and the sign of what was no reply. Without has_utf8 heights are "_.-~=+*#". */
void ctl_chart_sparkline(struct textbuf *t, const struct ctl_chart_sample *samples, size_t n, bool has_utf8);

/* ctl_chart_bins - spreads the replies over at most CTL_CHART_BINS bins of equal width. Returns how many; 0: no reply,
 * 1: all the same. */
size_t ctl_chart_bins(struct ctl_chart_bin bins[CTL_CHART_BINS], const struct ctl_chart_sample *samples, size_t n);

/* ctl_chart_bar - n of greatest as a bar of at most width columns, to an eighth of one (UTF-8), or of "#"; what is not
 * 0 is never empty. */
void ctl_chart_bar(struct textbuf *t, size_t n, size_t greatest, int width, bool has_utf8);
#endif
