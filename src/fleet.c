#include "fleet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct fleet {
	struct target *targets;
	uint32_t       size, capacity, count;
	uint32_t      *free_numbers;      /* retired, to be used again; capacity entries */
	uint32_t       n_free;
	struct config *config;
};

struct plan_step {
	enum fleet_action action;
	uint32_t          number;         /* of the old target; FLEET_NONE if added */
	struct window    *window;         /* allocated for ADDED, MOVED and for a resized CHANGED */
};

struct fleet_plan {
	const struct fleet  *fleet;
	const struct config *config;
	struct plan_step    *steps;       /* one for each target of the new configuration */
	uint32_t            *removed;     /* numbers */
	size_t               n_removed;
	struct target       *targets;     /* room for the fleet as it will be; NULL: it fits */
	uint32_t            *free_numbers;
	uint32_t             capacity;
	size_t               n_steps, counts[FLEET_ACTIONS];
};

struct fleet *fleet_new(void)
{
	return calloc(1, sizeof(struct fleet));
}

void fleet_free(struct fleet *f)
{
	if (!f)
		return;
	for (uint32_t i = 0; i < f->size; i++)
		target_fini(&f->targets[i]);
	free(f->targets);
	free(f->free_numbers);
	config_free(f->config);
	free(f);
}

struct target *fleet_at(const struct fleet *f, uint32_t i)
{
	return i < f->size && f->targets[i].profile ? &f->targets[i] : NULL;
}

uint32_t fleet_size(const struct fleet *f)
{
	return f->size;
}

uint32_t fleet_count(const struct fleet *f)
{
	return f->count;
}

const struct config *fleet_config(const struct fleet *f)
{
	return f->config;
}

static uint32_t take_number(struct fleet *f)
{
	f->count++;
	return f->n_free ? f->free_numbers[--f->n_free] : f->size++;
}

static int reserve(struct fleet *f, uint32_t capacity)
{
	struct target *targets = reallocarray(f->targets, capacity, sizeof(*targets));
	uint32_t *free_numbers;

	if (!targets)
		return -ENOMEM;
	f->targets = targets;
	free_numbers = reallocarray(f->free_numbers, capacity, sizeof(*free_numbers));
	if (!free_numbers)
		return -ENOMEM;
	f->free_numbers = free_numbers;
	f->capacity = capacity;
	return 0;
}

uint32_t fleet_add(struct fleet *f, const char *name, const char *host, const struct addr *addr,
                   const struct profile *profile, int64_t now_ns)
{
	struct target t;

	if (f->count == f->capacity && reserve(f, f->capacity ? 2 * f->capacity : 16))
		return FLEET_NONE;
	if (target_init(&t, name, host, addr, profile, now_ns))
		return FLEET_NONE;
	uint32_t number = take_number(f);

	f->targets[number] = t;
	return number;
}

/* An open-addressed table of the fleet's names, alive only while a plan is made. */
struct index {
	uint32_t *numbers;
	size_t    mask;
};

static size_t hash_name(const char *name)
{
	size_t h = 5381;

	for (; *name; name++)
		h = h * 33 ^ (unsigned char)*name;
	return h ^ h >> 17;
}

static size_t index_place(const struct index *x, const struct fleet *f, const char *name)
{
	size_t i = hash_name(name) & x->mask;

	while (x->numbers[i] != FLEET_NONE && strcmp(f->targets[x->numbers[i]].name, name))
		i = (i + 1) & x->mask;
	return i;
}

static int index_init(struct index *x, const struct fleet *f)
{
	size_t n = 16;

	while (n < 2 * (size_t)f->count)
		n *= 2;
	x->numbers = malloc(n * sizeof(*x->numbers));
	if (!x->numbers)
		return -ENOMEM;
	memset(x->numbers, 0xff, n * sizeof(*x->numbers));
	x->mask = n - 1;
	for (uint32_t i = 0; i < f->size; i++)
		if (f->targets[i].profile)
			x->numbers[index_place(x, f, f->targets[i].name)] = i;
	return 0;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool same_labels(const struct labels *a, const struct labels *b)
{
	size_t n = a ? a->n : 0;

	if (n != (b ? b->n : 0))
		return false;
	for (size_t i = 0; i < n; i++)
		if (strcmp(a->at[i].key, b->at[i].key) || strcmp(a->at[i].value, b->at[i].value))
			return false;
	return true;
}

static bool same_profile(const struct profile *a, const struct profile *b)
{
	uint8_t bytes_a[OPTIONS_BYTES], bytes_b[OPTIONS_BYTES];
	size_t len = options_bytes(&a->options, bytes_a);

	return len == options_bytes(&b->options, bytes_b) && !memcmp(bytes_a, bytes_b, len) &&
	       same_text(a->group, b->group) && same_labels(a->labels, b->labels);
}

static enum fleet_action action_for(const struct target *t, const struct config_target *c)
{
	if (strcmp(t->host, c->host))
		return FLEET_MOVED;
	return same_profile(t->profile, c->profile) ? FLEET_KEPT : FLEET_CHANGED;
}

static int plan_step(struct plan_step *s, const struct fleet *f, const struct index *x,
                     const struct config_target *c)
{
	uint32_t window = c->profile->options.window;
	const struct target *t;

	s->number = x->numbers[index_place(x, f, c->name)];
	if (s->number == FLEET_NONE) {
		s->action = FLEET_ADDED;
	} else {
		t = &f->targets[s->number];
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
		if (f->targets[i].profile && !named[i])
			p->removed[p->n_removed++] = i;
	p->counts[FLEET_REMOVED] = p->n_removed;
	free(named);
	return 0;
}

static int plan_steps(struct fleet_plan *p, const struct fleet *f)
{
	struct index x;
	int err = index_init(&x, f);

	for (size_t i = 0; !err && i < p->n_steps; i++) {
		err = plan_step(&p->steps[i], f, &x, &p->config->targets[i]);
		p->counts[p->steps[i].action]++;
	}
	free(x.numbers);
	return err;
}

static int plan_room(struct fleet_plan *p, const struct fleet *f)
{
	size_t need = f->size + p->counts[FLEET_ADDED];   /* removed numbers may serve, or not */

	if (need <= f->capacity)
		return 0;
	p->capacity = (uint32_t)need;
	p->targets = malloc(need * sizeof(*p->targets));
	p->free_numbers = malloc(need * sizeof(*p->free_numbers));
	return p->targets && p->free_numbers ? 0 : -ENOMEM;
}

int fleet_plan(struct fleet_plan **out, const struct fleet *f, const struct config *c)
{
	struct fleet_plan *p = calloc(1, sizeof(*p));

	if (!p)
		return -ENOMEM;
	p->fleet = f;
	p->config = c;
	p->n_steps = c->n_targets;
	p->steps = calloc(p->n_steps, sizeof(*p->steps));
	if (!p->steps || plan_steps(p, f) || plan_removed(p, f) || plan_room(p, f)) {
		fleet_plan_free(p);
		return -ENOMEM;
	}
	*out = p;
	return 0;
}

void fleet_plan_free(struct fleet_plan *p)
{
	if (!p)
		return;
	for (size_t i = 0; p->steps && i < p->n_steps; i++)
		window_free(p->steps[i].window);
	free(p->steps);
	free(p->removed);
	free(p->targets);
	free(p->free_numbers);
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
		on(data, FLEET_REMOVED, p->fleet->targets[p->removed[i]].name);
	for (size_t i = 0; i < p->n_steps; i++)
		if (p->steps[i].action != FLEET_KEPT)
			on(data, p->steps[i].action, p->config->targets[i].name);
}

static void take_room(struct fleet *f, struct fleet_plan *p)
{
	if (!p->targets)
		return;
	memcpy(p->targets, f->targets, f->size * sizeof(*f->targets));
	memcpy(p->free_numbers, f->free_numbers, f->n_free * sizeof(*f->free_numbers));
	free(f->targets);
	free(f->free_numbers);
	f->targets = p->targets;
	f->free_numbers = p->free_numbers;
	f->capacity = p->capacity;
	p->targets = NULL;
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
		s->number = take_number(f);
		f->targets[s->number] = (struct target){ .ttl = -1, .since_real_ns = now_real_ns };
	}
	t = &f->targets[s->number];
	t->name = c->name;
	t->host = c->host;
	t->profile = c->profile;
	if (s->action == FLEET_CHANGED && s->window)
		window_copy(s->window, t->window);
	if (s->window)
		take_window(t, s);
	if (s->action == FLEET_ADDED || s->action == FLEET_MOVED) {
		t->addr = c->addr;
		t->born_ns = now_ns;
		target_forget_path(t, now_real_ns);
	}
}

void fleet_apply(struct fleet *f, struct fleet_plan *p, struct config *c, int64_t now_ns,
                 int64_t now_real_ns, void (*on)(void *data, enum fleet_action a, uint32_t number),
                 void *data)
{
	struct config *old = f->config;

	for (size_t i = 0; i < p->n_removed; i++) {
		on(data, FLEET_REMOVED, p->removed[i]);
		target_fini(&f->targets[p->removed[i]]);
		f->free_numbers[f->n_free++] = p->removed[i];
		f->count--;
	}
	take_room(f, p);
	for (size_t i = 0; i < p->n_steps; i++) {
		take_step(f, &p->steps[i], &c->targets[i], now_ns, now_real_ns);
		on(data, p->steps[i].action, p->steps[i].number);
	}
	f->config = c;
	config_forget_targets(c);
	config_free(old);
}
