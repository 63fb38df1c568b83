/* payload.h - the payload behind the nonce: 8, 9, 10, … as ping has it, which all probes share, or a target's own
 * pattern of a few bytes again and again. That lies in its profile and takes no memory here, however many there are.
 * Pure but for memory. */
#ifndef MINIPING_PAYLOAD_H
#define MINIPING_PAYLOAD_H
#include "core/options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct payload { /* the shared one; all zero: none yet */
	uint8_t *bytes;
	uint32_t len;
	uint32_t sum_len; /* what payload_sum was called for last, and its result */
	uint64_t sum;
};

/* payload_reserve - at least len bytes. The pointer to them goes stale. 0, or -ENOMEM (what fitted before still does).
 */
int payload_reserve(struct payload *f, uint32_t len);
void payload_fini(struct payload *f);

/* payload_sum - checksum_add of the first len bytes that go to a target with these options; where they are shared,
 * there are as many. O(length of the pattern), or O(1) if it was the same the last time. */
uint64_t payload_sum(struct payload *f, const struct options *o, uint32_t len);

/* payload_match - are these len bytes how such a probe's begin? O(len). */
bool payload_match(const struct payload *f, const struct options *o, const uint8_t *bytes, size_t len);
#endif
