/* feed.h - a bounded queue of byte records from one thread to another without a lock: one adds, one takes, neither
 * waits. What finds no room is dropped and counted. The taker is woken by other means (ev_async). */
#ifndef MINIPING_FEED_H
#define MINIPING_FEED_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct feed;

/* feed_new - room for size bytes, a power of two from 4 KiB to 1 GiB; each record takes 8 more, rounded up to 8. NULL:
 * out of memory. */
struct feed *feed_new(size_t size);
void feed_free(struct feed *f);

/* feed_add - the adder's: one record with a tag of its meaning; bytes NULL only where len is 0. False: no room, and it
 * is counted. O(len). */
bool feed_add(struct feed *f, uint32_t tag, const void *bytes, size_t len);

/* feed_at - the taker's: the oldest record, which stays where it is until feed_drop; NULL: none. */
const void *feed_at(struct feed *f, uint32_t *tag, size_t *len);
void feed_drop(struct feed *f);

/* feed_lost - records dropped so far. Any thread. */
uint64_t feed_lost(const struct feed *f);
#endif
