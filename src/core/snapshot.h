/* snapshot.h - all targets at about one time: a table that the loop fills in slices, and that another thread reads
 * while the loop goes on. */
#ifndef MINIPING_SNAPSHOT_H
#define MINIPING_SNAPSHOT_H
#include "core/fleet.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct snapshot; /* opaque, one owner */

struct snapshot_row { /* plain values, but for what is borrowed; copy freely. The window is apart (snapshot_window) */
	uint32_t number;               /* in the fleet, as the row was taken */
	bool is_parent;                /* neither probed nor reported itself (target_is_parent) */
	bool is_derived;               /* one address of a parent */
	bool off_phase;                /* due elsewhere than at its place in the interval (schedule.h) */
	bool is_blocked;               /* down, as is what it depends on, or just was (health.h) */
	const char *name, *host;       /* borrowed: of a derived target from the snapshot, else as profile is */
	const struct profile *profile; /* borrowed from the configuration that was in force as the row was taken */
	int64_t born_ns;               /* monotonic */
	struct addr addr;              /* AF_UNSPEC: none yet */
	enum health_state state;
	const char *reason;              /* health_reason */
	int64_t since_real_ns;           /* when the state began, CLOCK_REALTIME */
	int ttl;                         /* of the latest reply that had it; -1: none yet */
	struct target_totals totals;     /* since this process began to count, as metrics have it */
	struct target_counters counters; /* what these are the sums of, and the rest */
};

/* snapshot_new - empty. n_rows: how many targets are expected, for the size of its pieces only. NULL: out of memory. */
struct snapshot *snapshot_new(uint32_t n_rows);

/* snapshot_reserve - on any thread, before the first slice: memory of so many bytes, written to, so that the slices
 * need not wait for the kernel to find it. 0 or -ENOMEM: there is less of it. snapshot_trim - on any thread, after the
 * last slice: gives back what was reserved and not needed. */
int snapshot_reserve(struct snapshot *s, size_t bytes);
void snapshot_trim(struct snapshot *s);

/* snapshot_free - takes some 20 to 50 ns a target, so not on the loop. The memory goes back to the kernel at once. NULL
 * allowed. */
void snapshot_free(struct snapshot *s);

/* snapshot_take_some - the next slice: copies up to max (> 0) of f's numbers, in use or not; one with a large window
 * counts once more for each KiB. 1: there is more; 0: s is whole; -ENOMEM: what is there stays good, and the next call
 * goes on with the same target, or s is freed. About 0.1 µs a target with a window of 60 where memory is reserved, else
 * 0.2 to 0.3 µs: 64 are far below a slice's 0.2 ms.
 *
 * Targets may come, go, move and change between slices. Each row is of one moment. A target is in the table at most
 * once, and surely if it lived from the first slice to the last; one that came or went meanwhile may be. One that went
 * may be there beside another of the same name that came. */
int snapshot_take_some(struct snapshot *s, const struct fleet *f, size_t max);

/* The rest is for any thread, several at a time, once no slice is being taken; of the fleet it touches nothing. The
 * caller keeps every configuration that was in force during a slice for as long as it uses what it borrowed. */

/* snapshot_count - rows so far. */
uint32_t snapshot_count(const struct snapshot *s);

/* snapshot_row - the figures of row i, i < snapshot_count. By ascending number. snapshot_name - its name alone;
 * snapshot_window - its window as it was, borrowed; snapshot_earlier - what its counters were before this process,
 * likewise; NULL: nothing. Each O(log n) of the rows' n. */
void snapshot_row(const struct snapshot *s, uint32_t i, struct snapshot_row *out);
const char *snapshot_name(const struct snapshot *s, uint32_t i);
const struct window *snapshot_window(const struct snapshot *s, uint32_t i);
const struct earlier *snapshot_earlier(const struct snapshot *s, uint32_t i);

struct snapshot_counts { /* of the rows; a parent is none of the targets, and each of its addresses is one */
	uint32_t n_targets, n_in_state[HEALTH_DOWN + 1]; /* by enum health_state */
	uint32_t n_unresolved;                           /* without an address */
};

/* snapshot_counts - O(1). */
struct snapshot_counts snapshot_counts(const struct snapshot *s);

/* snapshot_used - bytes of rows, so that as many can be reserved for the next one. */
size_t snapshot_used(const struct snapshot *s);

/* snapshot_bytes - memory that s takes: some 410 a target with a full window of 60, 64 more of
 * one that was there before this process, and of a derived one its name. */
size_t snapshot_bytes(const struct snapshot *s);
#endif
