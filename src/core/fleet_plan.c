#include "core/fleet_private.h"

#include "core/schedule.h"
#include "base/secret.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SORTED_MIN 4096u                  /* a smaller fleet fits into the caches in any order */

struct plan_step {
	enum fleet_action action;
	uint32_t          number;         /* of the old target; FLEET_NONE if added */
	struct window    *window;         /* allocated for ADDED, MOVED and for a resized CHANGED */
};

struct fleet_plan {
	struct fleet        *fleet;
	struct config       *config;
	struct plan_step    *steps;       /* one for each target of the new configuration */
	uint32_t            *order;       /* in which the steps are taken */
	uint32_t            *removed;     /* numbers */
	size_t               n_removed;
	struct target      **blocks;      /* what the fleet will have; the new ones from fleet->n_blocks on */
	uint32_t             n_blocks;    /* 0: it fits */
	uint32_t            *free_numbers;
	size_t               n_steps, counts[FLEET_ACTIONS];
	struct fleet_depends depends;
	size_t               removed_at, steps_at, depends_at;    /* how far it has been applied */
	struct config       *replaced;    /* applied: the configuration from before */
	bool                 applied;
};

/* In use, and by its own right. */
static bool is_configured(const struct target *t)
{
	return t->profile && !target_is_derived(t);
}

static bool same_target_name(const void *data, uint32_t number, const void *wanted)
{
	return !strcmp(fleet_slot(data, number)->name, wanted);
}

/* Of the fleet's names, alive only while a plan is made. */
static int index_fleet(struct index *x, const struct fleet *f)
{
	int err;

	index_init(x, secret_new(), same_target_name);
	err = index_reserve(x, f->count);
	for (uint32_t i = 0; i < f->size && !err; i++)
		if (is_configured(fleet_slot(f, i)))
			err = index_add(x, index_hash_text(x, fleet_slot(f, i)->name), i);
	return err;
}

static enum fleet_action action_for(const struct target *t, const struct config_target *c)
{
	bool is_name = c->addr.family == AF_UNSPEC;

	if (strcmp(t->host, c->host))
		return FLEET_MOVED;
	/* What was probed at the first address is not what stands for all of them. */
	if (is_name && t->profile->options.addresses != c->profile->options.addresses)
		return FLEET_MOVED;
	return profile_same(t->profile, c->profile) ? FLEET_KEPT : FLEET_CHANGED;
}

static int plan_step(struct plan_step *s, const struct fleet *f, const struct index *x,
                     const struct config_target *c)
{
	uint32_t window = c->profile->options.window;
	const struct target *t;

	/* At the start there is nobody to look for. */
	s->number = x->n ? index_at(x, index_hash_text(x, c->name), f, c->name) : FLEET_NONE;
	if (s->number == FLEET_NONE) {
		s->action = FLEET_ADDED;
	} else {
		t = fleet_slot(f, s->number);
		s->action = action_for(t, c);
		if (s->action == FLEET_KEPT ||
		    (s->action == FLEET_CHANGED && window_capacity(t->window) == window))
			return 0;
	}
	s->window = window_new(window);
	return s->window ? 0 : -ENOMEM;
}

/* Old targets that no step names are the removed ones. */
static int plan_removed(struct fleet_plan *p, const struct fleet *f)
{
	bool *named = calloc(f->size + 1, sizeof(*named));

	p->removed = malloc((f->count + 1) * sizeof(*p->removed));
	if (!named || !p->removed) {
		free(named);
		return -ENOMEM;
	}
	for (size_t i = 0; i < p->n_steps; i++)
		if (p->steps[i].number != FLEET_NONE)
			named[p->steps[i].number] = true;
	for (uint32_t i = 0; i < f->size; i++)
		if (is_configured(fleet_slot(f, i)) && !named[i])
			p->removed[p->n_removed++] = i;
	p->counts[FLEET_REMOVED] = p->n_removed;
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
static int plan_order(struct fleet_plan *p)
{
	uint64_t *places = NULL;          /* phase in the upper half, step in the lower */

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

static int plan_steps(struct fleet_plan *p, const struct fleet *f)
{
	struct index x;
	int err = index_fleet(&x, f);

	for (size_t i = 0; !err && i < p->n_steps; i++) {
		struct plan_step *s = &p->steps[p->order[i]];

		err = plan_step(s, f, &x, &p->config->targets[p->order[i]]);
		p->counts[s->action]++;
	}
	index_fini(&x);
	return err;
}

static int plan_room(struct fleet_plan *p, const struct fleet *f)
{
	size_t need = f->size + p->counts[FLEET_ADDED];   /* removed numbers may serve, or not */
	uint32_t n = (uint32_t)((need + FLEET_BLOCK_LEN - 1) / FLEET_BLOCK_LEN);

	if (n <= f->n_blocks)
		return 0;
	p->blocks = calloc(n, sizeof(*p->blocks));
	p->free_numbers = malloc((size_t)n * FLEET_BLOCK_LEN * sizeof(*p->free_numbers));
	if (!p->blocks || !p->free_numbers)
		return -ENOMEM;
	for (p->n_blocks = f->n_blocks; p->n_blocks < n; p->n_blocks++) {
		p->blocks[p->n_blocks] = fleet_new_block(need - (size_t)p->n_blocks * FLEET_BLOCK_LEN);
		if (!p->blocks[p->n_blocks])
			return -ENOMEM;
	}
	return 0;
}

int fleet_plan(struct fleet_plan **out, struct fleet *f, struct config *c)
{
	struct fleet_plan *p = calloc(1, sizeof(*p));

	if (!p)
		return -ENOMEM;
	p->fleet = f;
	p->config = c;
	p->n_steps = c->n_targets;
	p->steps = calloc(p->n_steps, sizeof(*p->steps));
	if (!p->steps || plan_order(p) || plan_steps(p, f) || plan_removed(p, f) || plan_room(p, f) ||
	    fleet_depends_find(&p->depends, c)) {
		fleet_plan_free(p);
		return -ENOMEM;
	}
	*out = p;
	return 0;
}

bool fleet_plan_applied(const struct fleet_plan *p)
{
	return p->applied;
}

static void free_room(struct fleet_plan *p)
{
	for (uint32_t i = p->fleet->n_blocks; i < p->n_blocks; i++)
		free(p->blocks[i]);
	free(p->blocks);
}

void fleet_plan_free(struct fleet_plan *p)
{
	if (!p)
		return;
	for (size_t i = 0; p->steps && i < p->n_steps; i++)
		window_free(p->steps[i].window);
	if (p->blocks)
		free_room(p);
	free(p->free_numbers);
	free(p->steps);
	free(p->order);
	free(p->removed);
	free(p->depends.at);
	if (p->applied)
		config_forget_targets(p->config);
	config_free(p->replaced);
	free(p);
}

size_t fleet_plan_count(const struct fleet_plan *p, enum fleet_action a)
{
	return p->counts[a];
}

void fleet_plan_each(const struct fleet_plan *p,
                     void (*on)(void *data, enum fleet_action a, const char *name), void *data)
{
	for (size_t i = 0; i < p->n_removed; i++)
		on(data, FLEET_REMOVED, fleet_slot(p->fleet, p->removed[i])->name);
	for (size_t i = 0; i < p->n_steps; i++)
		if (p->steps[i].action != FLEET_KEPT)
			on(data, p->steps[i].action, p->config->targets[i].name);
}

/* The new blocks become the fleet's; the arrays that named the old ones go with the plan. */
static void take_room(struct fleet *f, struct fleet_plan *p)
{
	struct target **blocks = f->blocks;
	uint32_t *free_numbers = f->free_numbers;

	if (!p->blocks)
		return;
	for (uint32_t i = 0; i < f->n_blocks; i++)
		p->blocks[i] = blocks[i];
	if (f->n_free)
		memcpy(p->free_numbers, free_numbers, f->n_free * sizeof(*free_numbers));
	f->blocks = p->blocks;
	f->free_numbers = p->free_numbers;
	f->n_blocks = p->n_blocks;
	free(blocks);
	free(free_numbers);
	p->blocks = NULL;
	p->free_numbers = NULL;
}

static void take_window(struct target *t, struct plan_step *s)
{
	if (t->window)
		window_free(t->window);
	t->window = s->window;
	s->window = NULL;
}

static void take_step(struct fleet *f, struct plan_step *s, const struct config_target *c, int64_t now_ns,
                      int64_t now_real_ns)
{
	struct target *t;

	if (s->action == FLEET_ADDED) {
		s->number = fleet_take_number(f);
		*fleet_slot(f, s->number) = (struct target){ .ttl = -1, .since_real_ns = now_real_ns };
	}
	t = fleet_slot(f, s->number);
	t->name = c->name;
	t->host = c->host;
	t->profile = c->profile;
	if (s->action == FLEET_CHANGED && s->window)
		window_copy(s->window, t->window);
	if (s->window)
		take_window(t, s);
	if (s->action == FLEET_ADDED || s->action == FLEET_MOVED)
		target_move(t, &c->addr, now_ns, now_real_ns);
}

bool fleet_apply_some(struct fleet_plan *p, size_t max, int64_t now_ns, int64_t now_real_ns,
                      fleet_on_action *on, void *data)
{
	struct fleet *f = p->fleet;

	take_room(f, p);
	for (; max && p->removed_at < p->n_removed; max--, p->removed_at++) {
		on(data, FLEET_REMOVED, p->removed[p->removed_at]);
		fleet_give_back(f, p->removed[p->removed_at]);
	}
	for (; max && p->steps_at < p->n_steps; max--, p->steps_at++) {
		uint32_t at = p->order[p->steps_at];
		struct plan_step *s = &p->steps[at];

		take_step(f, s, &p->config->targets[at], now_ns, now_real_ns);
		on(data, s->action, s->number);
	}
	/* Every target has its number now. */
	for (; max && p->depends_at < p->depends.n; max--, p->depends_at++) {
		const struct fleet_dependency *d = &p->depends.at[p->depends_at];

		if (d->target != FLEET_NONE)
			d->is->number = p->steps[d->target].number;
	}
	if (p->removed_at < p->n_removed || p->steps_at < p->n_steps || p->depends_at < p->depends.n)
		return false;
	p->replaced = f->config;
	f->config = p->config;
	p->applied = true;
	return true;
}
