/* resolve_queue.h - a lookup on its way, and the queues that it goes through. For resolve.c. */
#ifndef MINIPING_RESOLVE_QUEUE_H
#define MINIPING_RESOLVE_QUEUE_H
#include "dns/resolve_query.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

struct query {
	struct resolve_query at_servers; /* the first member; of the name as DNS has it: often name itself, else
	                                  * behind it */
	struct resolve *resolve;
	struct query *next; /* in its queue */
	uint32_t tag;
	char name[];
};

struct queue { /* of queries, first come, first served */
	struct query *first, **last;
};

static inline void queue_init(struct queue *q)
{
	q->first = NULL;
	q->last = &q->first;
}

static inline void queue_put(struct queue *q, struct query *query)
{
	query->next = NULL;
	*q->last = query;
	q->last = &query->next;
}

/* NULL: it is empty. */
static inline struct query *queue_take(struct queue *q)
{
	struct query *query = q->first;

	if (query)
		q->first = query->next;
	if (!q->first)
		q->last = &q->first;
	return query;
}

static inline void queue_move(struct queue *to, struct queue *from)
{
	if (!from->first)
		return;
	*to->last = from->first;
	to->last = from->last;
	queue_init(from);
}

static inline void queue_drop(struct queue *q)
{
	while (q->first)
		free(queue_take(q));
}
#endif
