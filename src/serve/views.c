/* views.c - the views that requests share: see views.h. */
#include "serve/views.h"

#include "base/clock.h"

#include <stdlib.h>

#define SLOTS 2

struct views_slot {
	struct view *view; /* NULL: free, or being made */
	int64_t at_ns;     /* when it came */
	bool is_old;       /* whatever at_ns says */
	unsigned n_users;
};

struct views {
	const struct serve_ops *ops;
	struct views_slot slots[SLOTS];
	struct views_slot *making; /* a generation for it has been asked for; NULL: none */
	struct ask ask;
	struct views_user *waiting;
};

struct views *views_new(const struct serve_ops *ops)
{
	struct views *v = calloc(1, sizeof(*v));

	if (v)
		v->ops = ops;
	return v;
}

static void slot_clear(struct views_slot *s)
{
	view_unref(s->view);
	s->view = NULL;
	s->is_old = false;
}

static bool slot_is_fresh(const struct views_slot *s, int64_t now_ns)
{
	return !s->is_old && now_ns - s->at_ns <= VIEWS_FRESH_NS;
}

void views_free(struct views *v)
{
	if (!v)
		return;
	for (size_t i = 0; i < SLOTS; i++)
		slot_clear(&v->slots[i]);
	free(v);
}

struct view *views_user_view(const struct views_user *u)
{
	return u->slot ? u->slot->view : NULL;
}

static void slot_join(struct views_slot *s, struct views_user *u)
{
	s->n_users++;
	u->slot = s;
}

static void on_answer(struct ask *a)
{
	struct views *v = a->data;
	struct views_slot *s = v->making;
	struct views_user *u = v->waiting;

	v->making = NULL;
	v->waiting = NULL;
	s->view = a->generation ? view_new(a->generation) : NULL;
	s->at_ns = clock_mono_ns();
	while (u) {
		struct views_user *next = u->next;

		u->waits = false;
		u->next = NULL;
		if (s->view)
			slot_join(s, u);
		u->on_view(u);
		u = next;
	}
}

static struct views_slot *slot_free(struct views *v)
{
	for (size_t i = 0; i < SLOTS; i++) {
		if (v->slots[i].n_users)
			continue;
		slot_clear(&v->slots[i]);
		return &v->slots[i];
	}
	return NULL;
}

enum views_verdict views_want(struct views *v, struct views_user *u, int64_t now_ns)
{
	for (size_t i = 0; i < SLOTS; i++) {
		struct views_slot *s = &v->slots[i];

		if (s->view && slot_is_fresh(s, now_ns)) {
			slot_join(s, u);
			return VIEWS_HERE;
		}
	}
	if (!v->making) {
		v->making = slot_free(v);
		if (!v->making)
			return VIEWS_BUSY;
		v->ask = (struct ask){ .kind = ASK_GENERATION, .on_answer = on_answer, .data = v };
		v->ops->ask(v->ops->data, &v->ask);
	}
	u->waits = true;
	u->next = v->waiting;
	v->waiting = u;
	return VIEWS_LATER;
}

void views_age(struct views *v)
{
	for (size_t i = 0; i < SLOTS; i++)
		v->slots[i].is_old = v->slots[i].view || v->making == &v->slots[i];
}

void views_leave(struct views *v, struct views_user *u)
{
	if (u->waits) {
		struct views_user **at = &v->waiting;

		while (*at != u)
			at = &(*at)->next;
		*at = u->next;
		u->waits = false;
	}
	if (u->slot)
		u->slot->n_users--;
	u->slot = NULL;
}

bool views_tick(struct views *v, int64_t now_ns)
{
	bool any = v->making;

	for (size_t i = 0; i < SLOTS; i++) {
		struct views_slot *s = &v->slots[i];

		if (s->view && !s->n_users && !slot_is_fresh(s, now_ns))
			slot_clear(s);
		any |= s->view != NULL;
	}
	return any;
}
