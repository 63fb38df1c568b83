/* farend_truth.h - what the far end got and did, for each destination address. */
#ifndef FAREND_TRUTH_H
#define FAREND_TRUTH_H
#include "farend_packet.h"
#include "farend_rules.h"

#include <stddef.h>
#include <stdint.h>

#define TRUTH_HOLDS 64 /* the median is over that many latest holds */

enum sent {             /* what a packet that leaves is */
	    SENT_REPLY, /* the first, true, undamaged reply to its request */
	    SENT_LATE,  /* the same, held for the rule's late-delay */
	    SENT_DUPLICATE,
	    SENT_ERROR,
	    SENT_EXPIRED, /* a router's "time exceeded" */
	    SENT_FORGED_BEFORE,
	    SENT_REPLAYED,
	    SENT_DAMAGED, /* + enum damage - 1 */
	    SENT_COUNT = SENT_DAMAGED + DAMAGE_COUNT - 1
};

struct dest {
	int family;
	uint8_t addr[16];
	const struct rule *rule; /* NULL: none; its requests are dropped */
	uint64_t hash, requests, bad_checksum, dropped, reordered, waiting;
	uint64_t expired[256]; /* by TTL: requests that a router on the way got */
	uint64_t sent[SENT_COUNT];
	int64_t hold_min_ns, hold_max_ns, hold_sum_ns; /* of SENT_REPLY */
	int64_t *holds;                                /* ring of TRUTH_HOLDS; NULL until the first, or no memory */
	uint32_t size;                                 /* payload of the last request */
	uint8_t tos, ttl;                              /* likewise */
	uint8_t *last;                                 /* reply sent last, if the rule may replay it */
	size_t last_len;
};

struct truth {
	struct dest **table; /* by hash, open addressing */
	size_t n, room;
	uint64_t seed;
	uint64_t malformed, other, write_errors;
};

/* truth_dest - the destination, made if new, with its rule; NULL: out of memory. */
struct dest *truth_dest(struct truth *t, const struct rules *rules, int family, const uint8_t addr[16]);

/* truth_held - one true reply left hold_ns after its request was read. */
void truth_held(struct dest *d, int64_t hold_ns);

/* truth_write - the whole as JSON at path, which appears at once or not at all. 0 or -errno. */
int truth_write(const struct truth *t, const char *path);

void truth_fini(struct truth *t);
#endif
