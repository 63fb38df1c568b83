/* histograms.h - how RTTs are spread since the start: one histogram for each group, and one for each target that asks
 * for its own. The loop counts into them, and copies them in slices for other threads. */
#ifndef MINIPING_HISTOGRAMS_H
#define MINIPING_HISTOGRAMS_H
#include "core/target.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HISTOGRAMS_BOUNDS_MAX 64u

struct histograms; /* opaque, one owner */

struct histogram {              /* borrowed: what it says holds until the next count or slice */
	uint64_t n, sum_ns;     /* replies, and their RTTs together */
	const uint64_t *counts; /* replies above the bound before and up to this one; one more than bounds: the rest;
	                         * NULL: no reply yet */
};

/* histograms_new - bounds: ns, ascending, 1 .. HISTOGRAMS_BOUNDS_MAX of them, copied. each_target: each has its own,
 * not only those with the option histogram. NULL: out of memory. */
struct histograms *histograms_new(const int64_t *bounds_ns, size_t n_bounds, bool each_target);

/* histograms_free - takes some 100 ns a group, so not on the loop. NULL allowed. */
void histograms_free(struct histograms *h);

/* histograms_count - a reply of t, which has that number in the fleet: O(log n_bounds), some 30 ns. Allocates at the
 * first of a group, or of a target with an own histogram; without memory it is not counted there. */
void histograms_count(struct histograms *h, uint32_t number, const struct target *t, int64_t rtt_ns);

/* histograms_copy_new - an empty one with the bounds of h, for histograms_copy_some, and for nothing else until that
 * is through. NULL: out of memory. */
struct histograms *histograms_copy_new(const struct histograms *h);

/* histograms_copy_some - copies on, up to max (> 0) groups or targets' histograms and a few more; h may count between
 * the calls. 1: there is more; 0: the copy is whole, and any thread may read it; -ENOMEM, or -ESTALE, where h is
 * another one by now: it is only good for histograms_free. Some 50 ns for each; 500 are far below a slice's 0.2 ms. */
int histograms_copy_some(struct histograms *copy, const struct histograms *h, size_t max);

/* histograms_are - as histograms_new would make them. */
bool histograms_are(const struct histograms *h, const int64_t *bounds_ns, size_t n_bounds, bool each_target);

/* histograms_bounds - as given. */
const int64_t *histograms_bounds(const struct histograms *h, size_t *n);

/* histograms_group - of the group called so; NULL: of targets in no group. O(1). */
struct histogram histograms_group(const struct histograms *h, const char *group);

/* histograms_n_groups, histograms_group_at - one after the other, in the order of their first replies; *group is
 * borrowed, NULL: no group. */
size_t histograms_n_groups(const struct histograms *h);
struct histogram histograms_group_at(const struct histograms *h, size_t i, const char **group);

/* histograms_target - of the target with that number and time of birth (struct target). O(1). */
struct histogram histograms_target(const struct histograms *h, uint32_t number, int64_t born_ns);

/* histograms_bytes - memory that h takes: some 24 and 8 for each bound a group or target. */
size_t histograms_bytes(const struct histograms *h);
#endif
