/* chore.c - chores with work are few: a list in no order is enough. */
#include "base/chore.h"

#include <stddef.h>

void chores_start(struct chores *all, struct chore *c)
{
	if (c->is_active)
		return;
	c->is_active = true;
	c->due_ns = all->clock();
	c->next = all->first;
	all->first = c;
}

static void drop(struct chores *all, struct chore *c)
{
	struct chore **at = &all->first;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	c->is_active = false;
}

static struct chore *most_overdue(const struct chores *all)
{
	struct chore *found = all->first;

	for (struct chore *c = found; c; c = c->next)
		if (c->due_ns < found->due_ns)
			found = c;
	return found;
}

int64_t chores_next_ns(const struct chores *all)
{
	const struct chore *c = most_overdue(all);

	return c ? c->due_ns : INT64_MAX;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Returns when it ended. */
static int64_t run_slice(struct chores *all, struct chore *c, int64_t now_ns, int64_t stop_ns)
{
	int64_t until_ns = least(now_ns + c->budget_ns, stop_ns);
	bool more;

	c->due_ns = now_ns + c->every_ns;
	do {
		more = c->step(c->data);
		now_ns = all->clock();
	} while (more && now_ns < until_ns);
	if (!more)
		drop(all, c);
	return now_ns;
}

void chores_turn(struct chores *all, int64_t now_ns)
{
	const int64_t turn_ns = now_ns, stop_ns = turn_ns + CHORES_STALL_NS;
	struct chore *c;

	/* As of the turn's beginning: what falls due meanwhile waits for the next turn. */
	while (now_ns < stop_ns && (c = most_overdue(all)) && c->due_ns <= turn_ns)
		now_ns = run_slice(all, c, now_ns, stop_ns);
}
