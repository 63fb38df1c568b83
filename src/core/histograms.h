/* histograms.h - how RTTs are spread since the start: one histogram for each group, and one for each target that asks
 * for its own. The loop counts into them, and copies them for other threads. */
#ifndef MINIPING_HISTOGRAMS_H
#define MINIPING_HISTOGRAMS_H
#include "core/events.h"
#include "core/fleet.h"

#include <stddef.h>
#include <stdint.h>

struct histograms; /* opaque, one owner */

struct histogram {              /* borrowed */
	uint64_t n, sum_ns;     /* replies, and their RTTs together */
	const uint64_t *counts; /* replies above the bound before and up to this one; one more than bounds: the rest */
};

/* histograms_new - bounds: ns, ascending, 1 .. 64 of them, copied. NULL: out of memory. */
struct histograms *histograms_new(const int64_t *bounds_ns, size_t n_bounds);
void histograms_free(struct histograms *h);

/* histograms_count - a reply of t: O(log n_bounds). Allocates at the first of a group, or of a target with an own
 * histogram; without memory it is not counted there. */
void histograms_count(struct histograms *h, uint32_t number, const struct target *t, int64_t rtt_ns);

/* histograms_copy - all of it, for another thread. NULL: out of memory. O(groups × bounds). */
struct histograms *histograms_copy(const struct histograms *h);

/* histograms_bounds - as given. */
const int64_t *histograms_bounds(const struct histograms *h, size_t *n);

/* histograms_group - of the group called so (NULL: targets in no group); NULL: no reply yet. O(1).
 * histograms_each_group - calls on_group for each, in order of first reply. */
const struct histogram *histograms_group(const struct histograms *h, const char *group);
void histograms_each_group(const struct histograms *h,
                           void (*on_group)(void *data, const char *group, const struct histogram *x), void *data);

/* histograms_target - of the target with that number; NULL: it has none of its own. */
const struct histogram *histograms_target(const struct histograms *h, uint32_t number);
#endif
