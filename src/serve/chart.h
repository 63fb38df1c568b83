/* chart.h - a target's past as a picture: SVG for mails and wikis, without scripts, styles or anything from elsewhere.
 * Pure. */
#ifndef MINIPING_CHART_H
#define MINIPING_CHART_H
#include "core/past.h"

#define CHART_WIDTH_MIN  200u
#define CHART_WIDTH_MAX  4000u
#define CHART_HEIGHT_MIN 100u
#define CHART_HEIGHT_MAX 2000u

struct chart {
	const char *name;                 /* any bytes */
	int64_t from_s, to_s;             /* what is shown, to > from; years 1970 to 9999 */
	unsigned width, height;           /* px, CHART_WIDTH_MIN .. CHART_WIDTH_MAX and likewise */
	const struct past_points *points; /* what lies outside is cut off */
};

/* chart_step - seconds of one point, so that each has at least a pixel. */
int64_t chart_step(const struct chart *c);

/* chart_svg - malloc'ed; NULL: out of memory. Of each point the bands from minimum to maximum, p10 to p90 and p25 to
 * p75, each denser than the one before, and the median in the colour of its loss (chart_loss_colour); a red bar below
 * where all was lost. The scale ends above the highest p95, and what is higher is cut off there. Grey: nothing is known
 * of that time. O(points). */
char *chart_svg(const struct chart *c, size_t *len);

/* chart_loss_colour - "#26ff00": SmokePing's colour of a loss of 0 .. 1, as it has them for 20 probes. */
const char *chart_loss_colour(double loss);
#endif
