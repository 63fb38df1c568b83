/* wheel.h - a hashed timing wheel: numbered entries, each waiting for one time.
 * Pure: time is an argument. Add, remove and take are O(1) amortised; an entry further away than
 * WHEEL_BUCKETS ticks is looked at once in each such span. */
#ifndef MINIPING_WHEEL_H
#define MINIPING_WHEEL_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WHEEL_BUCKETS 65536u
#define WHEEL_FINE    18u /* ticks of 2^18 ns = 0.262 ms, a span of 17.2 s */
#define WHEEL_COARSE  22u /* ticks of 2^22 ns = 4.19 ms, a span of 275 s */
#define WHEEL_NEVER   INT64_MAX

struct wheel;

/* wheel_new - empty, its time standing at now_ns, in ticks of 2^tick_shift ns. NULL: out of memory. */
struct wheel *wheel_new(int64_t now_ns, unsigned tick_shift);
void wheel_free(struct wheel *w);

/* wheel_reserve - make room for entries 0 .. n-1, n < 2^31. 0 or -ENOMEM (nothing changed). 16 bytes each. */
int wheel_reserve(struct wheel *w, uint32_t n);

/* wheel_add - let entry wait for due_ns. The entry must be reserved and not waiting. A time already
 * past is due at the next take. */
void wheel_add(struct wheel *w, uint32_t entry, int64_t due_ns);

/* wheel_remove - no-op for an entry that is not waiting. */
void wheel_remove(struct wheel *w, uint32_t entry);

bool wheel_waiting(const struct wheel *w, uint32_t entry);

/* wheel_due - the time given to wheel_add, of a waiting or just taken entry. */
int64_t wheel_due(const struct wheel *w, uint32_t entry);

/* wheel_take - up to max entries whose tick is over at now_ns, oldest tick first, in no fixed order
 * within a tick. Call until it returns less than max. An entry is at most one tick late, never early. */
size_t wheel_take(struct wheel *w, int64_t now_ns, uint32_t *entries, size_t max);

/* wheel_next - when wheel_take should be called next: not later than any entry needs it, and at most
 * one span early. WHEEL_NEVER if nothing waits. */
int64_t wheel_next(const struct wheel *w);
#endif
