#include "farend_queue.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

static bool before(const struct waiting *a, const struct waiting *b)
{
	return a->due_ns != b->due_ns ? a->due_ns < b->due_ns : a->order < b->order;
}

static void swap(struct queue *q, size_t a, size_t b)
{
	struct waiting *w = q->heap[a];

	q->heap[a] = q->heap[b];
	q->heap[b] = w;
}

static void sift_up(struct queue *q, size_t i)
{
	for (; i && before(q->heap[i], q->heap[(i - 1) / 2]); i = (i - 1) / 2)
		swap(q, i, (i - 1) / 2);
}

static void sift_down(struct queue *q)
{
	for (size_t i = 0, child; (child = 2 * i + 1) < q->n; i = child) {
		if (child + 1 < q->n && before(q->heap[child + 1], q->heap[child]))
			child++;
		if (!before(q->heap[child], q->heap[i]))
			return;
		swap(q, i, child);
	}
}

int queue_add(struct queue *q, struct waiting *w)
{
	if (q->n == q->room) {
		size_t room = q->room ? 2 * q->room : 1024;
		struct waiting **heap = realloc(q->heap, room * sizeof(struct waiting *));

		if (!heap)
			return -ENOMEM;
		q->heap = heap;
		q->room = room;
	}
	w->order = q->n_ever++;
	q->heap[q->n++] = w;
	sift_up(q, q->n - 1);
	return 0;
}

int64_t queue_next(const struct queue *q)
{
	return q->n ? q->heap[0]->due_ns : INT64_MAX;
}

struct waiting *queue_take(struct queue *q, int64_t now_ns)
{
	struct waiting *w;

	if (queue_next(q) > now_ns)
		return NULL;
	w = q->heap[0];
	q->heap[0] = q->heap[--q->n];
	sift_down(q);
	return w;
}

void queue_fini(struct queue *q)
{
	while (q->n)
		free(q->heap[--q->n]);
	free(q->heap);
}
