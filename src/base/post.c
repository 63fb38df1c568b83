/* post.c - a stack that all push on and one empties at once: nothing is ever taken from its middle, so the trap of such
 * lists, that an item comes back while it is being taken, is none. */
#include "base/post.h"

#include <stddef.h>

bool post_add(struct post *p, struct post_item *it)
{
	struct post_item *before = atomic_load_explicit(&p->latest, memory_order_relaxed);

	do
		it->next = before;
	while (!atomic_compare_exchange_weak_explicit(&p->latest, &before, it, memory_order_release,
	                                              memory_order_relaxed));
	return !before;
}

struct post_item *post_take(struct post *p)
{
	struct post_item *it = atomic_exchange_explicit(&p->latest, NULL, memory_order_acquire), *first = NULL;

	while (it) {
		struct post_item *before = it->next;

		it->next = first;
		first = it;
		it = before;
	}
	return first;
}
