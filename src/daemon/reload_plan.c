/* reload_plan.c - old and new targets are matched by an index of names; all that may fail is done when the plan is
 * made. */
#include "daemon/reload_plan.h"

#include "base/index.h"
#include "base/secret.h"
#include "core/schedule.h"
#include "daemon/reload_depends.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SORTED_MIN 4096u /* a smaller fleet fits into the caches in any order */

struct plan_step {
	enum reload_action action;
	uint32_t number;       /* of the old target; FLEET_NONE if added */
	struct window *window; /* allocated for ADDED, MOVED and for a resized CHANGED */
};

struct reload_plan {
	struct fleet *fleet;
	const struct config *config;
	struct plan_step *steps; /* one for each target of the new configuration */
	uint32_t *order;         /* in which the steps are taken */
	uint32_t *removed;       /* numbers */
	size_t n_removed;
	struct fleet_room *room; /* for those added, until the plan is begun */
	size_t n_steps, counts[RELOAD_ACTIONS];
	struct reload_depends depends;
	size_t removed_at, steps_at, depends_at; /* how far it has been applied */
};

/* In use, and by its own right: also if it is leased. */
static bool is_configured(const struct target *t)
{
	return t && !target_is_derived(t);
}

static bool same_target_name(const void *data, uint32_t number, const void *wanted)
{
	return !strcmp(fleet_at(data, number)->name, wanted);
}

/* Of the fleet's names, alive only while a plan is made. */
static int index_fleet(struct index *x, const struct fleet *f)
{
	int err;

	index_init(x, secret_new(), same_target_name);
	err = index_reserve(x, fleet_count(f));
	for (uint32_t i = 0; i < fleet_size(f) && !err; i++)
		if (is_configured(fleet_at(f, i)))
			err = index_add(x, index_hash_text(x, fleet_at(f, i)->name), i);
	return err;
}

/* The two profiles that were compared last: targets share theirs, so that they are mostly the next two as well. */
struct compared {
	const struct profile *was, *is;
	bool same;
};

static bool same_profile(struct compared *latest, const struct profile *was, const struct profile *is)
{
	if (latest->was != was || latest->is != is)
		*latest = (struct compared){ was, is, profile_same(was, is) };
	return latest->same;
}

static enum reload_action action_for(const struct target *t, const struct config_target *c, struct compared *latest)
{
	bool is_name = c->addr.family == AF_UNSPEC;

	if (strcmp(t->host, c->host))
		return RELOAD_MOVED;
	/* What was probed at the first address is not what stands for all of them. */
	if (is_name && t->profile->options.addresses != c->profile->options.addresses)
		return RELOAD_MOVED;
	return same_profile(latest, t->profile, c->profile) ? RELOAD_KEPT : RELOAD_CHANGED;
}

static int plan_step(struct plan_step *s, const struct fleet *f, const struct index *x, const struct config_target *c,
                     struct compared *latest)
{
	uint32_t window = c->profile->options.window;
	const struct target *t;

	/* At the start there is no target to look for. */
	s->number = x->n ? index_at(x, index_hash_text(x, c->name), f, c->name) : FLEET_NONE;
	if (s->number == FLEET_NONE) {
		s->action = RELOAD_ADDED;
	} else {
		t = fleet_at(f, s->number);
		s->action = action_for(t, c, latest);
		if (s->action == RELOAD_KEPT || (s->action == RELOAD_CHANGED && window_capacity(t->window) == window))
			return 0;
	}
	s->window = window_new(window);
	return s->window ? 0 : -ENOMEM;
}

/* Old targets that no step names are the removed ones. */
static int plan_removed(struct reload_plan *p, const struct fleet *f)
{
	uint32_t size = fleet_size(f);
	bool *named = calloc((size_t)size + 1, sizeof(*named));

	p->removed = malloc(((size_t)fleet_count(f) + 1) * sizeof(*p->removed));
	if (!named || !p->removed) {
		free(named);
		return -ENOMEM;
	}
	for (size_t i = 0; i < p->n_steps; i++)
		if (p->steps[i].number != FLEET_NONE)
			named[p->steps[i].number] = true;
	for (uint32_t i = 0; i < size; i++)
		if (is_configured(fleet_at(f, i)) && !target_is_leased(fleet_at(f, i)) && !named[i])
			p->removed[p->n_removed++] = i;
	p->counts[RELOAD_REMOVED] = p->n_removed;
	free(named);
	return 0;
}

static int by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Targets that are new get their numbers, and with them their places in memory, in the order in which they
 * fall due, whatever their interval: each turn of the loop then walks on through memory, and the processor
 * fetches ahead. With a million targets that is half of the time a probe takes outside the kernel. */
static int plan_order(struct reload_plan *p)
{
	uint64_t *places = NULL; /* phase in the upper half, step in the lower */

	p->order = malloc((p->n_steps + 1) * sizeof(*p->order));
	if (p->n_steps >= SORTED_MIN)
		places = malloc(p->n_steps * sizeof(*places));
	if (!p->order || (p->n_steps >= SORTED_MIN && !places)) {
		free(places);
		return -ENOMEM;
	}
	for (uint32_t i = 0; places && i < p->n_steps; i++)
		places[i] = (uint64_t)schedule_phase(p->config->targets[i].name, UINT32_MAX) << 32 | i;
	if (places)
		qsort(places, p->n_steps, sizeof(*places), by_value);
	for (uint32_t i = 0; i < p->n_steps; i++)
		p->order[i] = places ? (uint32_t)places[i] : i;
	free(places);
	return 0;
}

static int plan_steps(struct reload_plan *p, const struct fleet *f)
{
	struct compared latest = { .was = NULL };
	struct index x;
	int err = index_fleet(&x, f);

	for (size_t i = 0; !err && i < p->n_steps; i++) {
		struct plan_step *s = &p->steps[p->order[i]];

		err = plan_step(s, f, &x, &p->config->targets[p->order[i]], &latest);
		p->counts[s->action]++;
	}
	index_fini(&x);
	return err;
}

int reload_plan_make(struct reload_plan **out, struct fleet *f, const struct config *c)
{
	struct reload_plan *p = calloc(1, sizeof(*p));

	if (!p)
		return -ENOMEM;
	p->fleet = f;
	p->config = c;
	p->n_steps = c->n_targets;
	p->steps = calloc(p->n_steps, sizeof(*p->steps));
	if (!p->steps || plan_order(p) || plan_steps(p, f) || plan_removed(p, f) ||
	    fleet_room_new(&p->room, f, p->counts[RELOAD_ADDED]) || reload_depends_find(&p->depends, c)) {
		reload_plan_free(p);
		return -ENOMEM;
	}
	*out = p;
	return 0;
}

void reload_plan_free(struct reload_plan *p)
{
	if (!p)
		return;
	for (size_t i = 0; p->steps && i < p->n_steps; i++)
		window_free(p->steps[i].window);
	fleet_room_free(p->room);
	free(p->steps);
	free(p->order);
	free(p->removed);
	reload_depends_free(&p->depends);
	free(p);
}

size_t reload_plan_count(const struct reload_plan *p, enum reload_action a)
{
	return p->counts[a];
}

void reload_plan_each(const struct reload_plan *p, reload_plan_on_change *on, void *data)
{
	for (size_t i = 0; i < p->n_removed; i++)
		on(data, RELOAD_REMOVED, fleet_at(p->fleet, p->removed[i]), NULL);
	for (size_t i = 0; i < p->n_steps; i++) {
		const struct plan_step *s = &p->steps[i];

		if (s->action != RELOAD_KEPT)
			on(data, s->action, s->action == RELOAD_ADDED ? NULL : fleet_at(p->fleet, s->number),
			   &p->config->targets[i]);
	}
}

static void take_window(struct target *t, struct plan_step *s)
{
	window_free(t->window);
	t->window = s->window;
	s->window = NULL;
}

static uint32_t add_target(struct fleet *f, struct plan_step *s, const struct config_target *c, int64_t now_ns,
                           int64_t now_real_ns)
{
	struct target t = { .name = c->name, .host = c->host, .profile = c->profile, .window = s->window, .ttl = -1 };

	s->window = NULL;
	target_move(&t, &c->addr, now_ns, now_real_ns);
	return fleet_put(f, &t);
}

static void change_target(struct target *t, struct plan_step *s, const struct config_target *c, int64_t now_ns,
                          int64_t now_real_ns)
{
	t->name = c->name;
	t->host = c->host;
	t->profile = c->profile;
	if (s->action == RELOAD_CHANGED && s->window)
		window_copy(s->window, t->window);
	if (s->window)
		take_window(t, s);
	if (s->action == RELOAD_MOVED) {
		health_resume(&t->health); /* the pause was the other host's */
		target_move(t, &c->addr, now_ns, now_real_ns);
	}
}

static void apply_step(struct fleet *f, struct plan_step *s, const struct config_target *c, int64_t now_ns,
                       int64_t now_real_ns)
{
	if (s->action == RELOAD_ADDED)
		s->number = add_target(f, s, c, now_ns, now_real_ns);
	else
		change_target(fleet_at(f, s->number), s, c, now_ns, now_real_ns);
}

/* Every target has its number by then. */
static void apply_depends(struct reload_plan *p, size_t max)
{
	for (; max && p->depends_at < p->depends.n; max--, p->depends_at++) {
		const struct reload_dependency *d = &p->depends.at[p->depends_at];

		if (d->target != RELOAD_DEPENDS_NONE)
			d->is->number = p->steps[d->target].number;
	}
}

bool reload_plan_apply(struct reload_plan *p, size_t max, int64_t now_ns, int64_t now_real_ns, reload_plan_on *on,
                       void *data)
{
	struct fleet *f = p->fleet;

	if (p->room)
		fleet_room_take(f, p->room);
	p->room = NULL;
	for (; max && p->removed_at < p->n_removed; max--, p->removed_at++) {
		on(data, RELOAD_REMOVED, p->removed[p->removed_at]);
		fleet_retire(f, p->removed[p->removed_at]);
	}
	for (; max && p->steps_at < p->n_steps; max--, p->steps_at++) {
		uint32_t at = p->order[p->steps_at];
		struct plan_step *s = &p->steps[at];

		apply_step(f, s, &p->config->targets[at], now_ns, now_real_ns);
		on(data, s->action, s->number);
	}
	apply_depends(p, max);
	return p->removed_at == p->n_removed && p->steps_at == p->n_steps && p->depends_at == p->depends.n;
}
