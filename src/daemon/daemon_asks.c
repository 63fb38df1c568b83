/* daemon_asks.c - generations are made in slices, one at a time, between which the probes go on. */
#include "daemon/daemon_asks.h"

#include "daemon/daemon_generation.h"
#include "daemon/daemon_private.h"

#define SLICE_NS (120 * NS_PER_US) /* with one step more, well below 0.2 ms */
#define EVERY_NS (1 * NS_PER_MS)

static void answer_generation(struct daemon *d, struct generation *g)
{
	struct ask *a = (struct ask *)d->asks.first;

	d->asks.first = a->item.next;
	a->generation = g;
	a->status = g ? 200 : 503;
	serve_answer(d->served->serve, a);
}

static void give_up(struct daemon *d)
{
	/* A large one would take its time here. */
	post_add(&d->served->spent, made_item(d->asks.made));
	d->asks.made = NULL;
	answer_generation(d, NULL);
}

static void give(struct daemon *d)
{
	struct made *m = d->asks.made;

	d->asks.made = NULL;
	atomic_store(&d->served->bytes, made_bytes(m));
	answer_generation(d, made_give(m));
}

/* As many are spare as are asked for, or fewer: the others find no memory. */
static struct made *take_spare(struct daemon *d)
{
	struct daemon_asks *k = &d->asks;
	struct post_item *it;

	if (!k->spares)
		k->spares = post_take(&d->served->spares);
	it = k->spares;
	if (!it)
		return NULL;
	k->spares = it->next;
	return made_of_item(it);
}

static bool make_some(void *data)
{
	struct daemon *d = data;
	struct daemon_asks *k = &d->asks;
	int more;

	if (!k->made)
		k->made = take_spare(d);
	if (!k->made) {
		answer_generation(d, NULL);
		return k->first != NULL;
	}
	more = made_fill_some(k->made, d);
	if (more < 0)
		give_up(d);
	else if (!more)
		give(d);
	return k->first != NULL;
}

static void wait_for_generation(struct daemon *d, struct ask *a)
{
	struct post_item **end = &d->asks.first;

	while (*end)
		end = &(*end)->next;
	a->item.next = NULL;
	*end = &a->item;
	chores_start(&d->chores, &d->asks.make);
}

static void on_asked(struct ev_loop *loop, ev_async *w, int revents)
{
	struct daemon *d = w->data;

	(void)loop, (void)revents;
	for (struct post_item *it = post_take(&d->served->asks), *next; it; it = next) {
		struct ask *a = (struct ask *)it;

		next = it->next;
		switch (a->kind) {
		case ASK_GENERATION:
			wait_for_generation(d, a);
			break;
		default:
			daemon_control_ask(d, a);
		}
	}
}

void daemon_asks_init(struct daemon *d)
{
	d->asks.make = (struct chore){
		.step = make_some,
		.data = d,
		.budget_ns = SLICE_NS,
		.every_ns = EVERY_NS,
	};
	ev_async_init(&d->asked, on_asked);
	d->asked.data = d;
	ev_async_start(d->loop, &d->asked);
}

void daemon_asks_close(struct daemon *d)
{
	made_free(d->asks.made);
	for (struct post_item *it = d->asks.spares, *next; it; it = next) {
		next = it->next;
		made_free(made_of_item(it));
	}
}
