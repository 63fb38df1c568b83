/* filler.h - the payloads behind the nonce: one for each pattern in use, shared by all its probes.
 * Pure but for memory. */
#ifndef MINIPING_FILLER_H
#define MINIPING_FILLER_H
#include "options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct filler {
	uint8_t  pattern[OPTIONS_PATTERN_MAX];
	uint32_t pattern_len;             /* 0: the default one, 8, 9, 10, … */
	uint8_t *bytes;
	uint32_t sum_len;                 /* what fillers_sum was asked for last, and what it said */
	uint64_t sum;
};

struct fillers {                          /* all zero: none yet */
	struct filler *at;                /* the first is the default one */
	size_t         n;
	uint32_t       len;               /* bytes of each */
};

/* fillers_fit - at least len bytes of each, and of the default one. Pointers to bytes go stale.
 * 0, or -ENOMEM (what fitted before still does). */
int fillers_fit(struct fillers *f, uint32_t len);

/* fillers_add - one for this pattern of pattern_len > 0 bytes, unless there is. 0 or -ENOMEM. */
int fillers_add(struct fillers *f, const uint8_t *pattern, uint32_t pattern_len);

/* fillers_find - the one for o's pattern; the default one if it was never added. O(patterns). */
struct filler *fillers_find(const struct fillers *f, const struct options *o);

/* fillers_sum - checksum_add of x's first len bytes. O(1) if that is what it was asked last. */
uint64_t fillers_sum(struct filler *x, uint32_t len);

/* fillers_match - are these len bytes what x was sent with? */
bool fillers_match(const struct fillers *f, const struct filler *x, const uint8_t *bytes, size_t len);

void fillers_fini(struct fillers *f);
#endif
