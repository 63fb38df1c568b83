/* farend_queue.h - packets waiting for their time to be sent: a binary heap by due time. */
#ifndef FAREND_QUEUE_H
#define FAREND_QUEUE_H
#include <stddef.h>
#include <stdint.h>

struct dest;

struct waiting {                 /* one packet, allocated with its bytes */
	int64_t due_ns, read_ns; /* when to send it; when its request was read */
	uint64_t order;          /* equal due times leave in the order they came */
	struct dest *dest;
	int what; /* enum sent */
	size_t len;
	uint8_t bytes[];
};

struct queue {
	struct waiting **heap;
	size_t n, room;
	uint64_t n_ever;
};

/* queue_add - the queue owns w from now on. 0 or -ENOMEM (w is still the caller's). */
int queue_add(struct queue *q, struct waiting *w);

/* queue_next - when the first packet is due; INT64_MAX: none waits. */
int64_t queue_next(const struct queue *q);

/* queue_take - the first packet, if it is due at now_ns: the caller frees it. NULL: none is. */
struct waiting *queue_take(struct queue *q, int64_t now_ns);

void queue_fini(struct queue *q);
#endif
