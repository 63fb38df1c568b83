/* post.h - a list that any thread adds to and one thread takes whole, without a lock: how threads hand each other
 * things without either ever waiting. The taker is woken by other means (ev_async). */
#ifndef MINIPING_POST_H
#define MINIPING_POST_H
#include <stdatomic.h>
#include <stdbool.h>

struct post_item { /* the first member of what is handed over */
	struct post_item *next;
};

struct post { /* all zero: empty */
	_Atomic(struct post_item *) latest;
};

/* post_add - it is the taker's from now on. True: the list was empty, so the taker may sleep. O(1), any thread. */
bool post_add(struct post *p, struct post_item *it);

/* post_take - all that was added, the oldest first, linked by next; NULL: nothing. O(n), the one taker. */
struct post_item *post_take(struct post *p);
#endif
