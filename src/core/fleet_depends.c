#include "core/fleet_private.h"

#include "base/secret.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool same_dependency(const void *data, uint32_t number, const void *wanted)
{
	const struct fleet_depends *d = data;

	return !strcmp(d->at[number].is->name, wanted);
}

static int find_all(struct fleet_depends *d, const struct config *c)
{
	struct index x;
	int err;

	index_init(&x, secret_new(), same_dependency);
	err = index_reserve(&x, d->n);
	for (uint32_t i = 0; i < d->n && !err; i++)
		err = index_add(&x, index_hash_text(&x, d->at[i].is->name), i);
	for (uint32_t i = 0; i < c->n_targets && !err; i++) {
		const char *name = c->targets[i].name;
		uint32_t found = index_at(&x, index_hash_text(&x, name), d, name);

		if (found != INDEX_NONE)
			d->at[found].target = i;
	}
	index_fini(&x);
	return err;
}

int fleet_depends_find(struct fleet_depends *d, const struct config *c)
{
	*d = (struct fleet_depends){ .n = 0 };
	if (!c->n_dependencies)
		return 0;
	d->at = malloc(c->n_dependencies * sizeof(*d->at));
	if (!d->at)
		return -ENOMEM;
	for (struct dependency *is = c->dependencies; is; is = is->next)
		d->at[d->n++] = (struct fleet_dependency){ is, FLEET_NONE };
	return find_all(d, c);
}

const char *fleet_blocked_by(const struct fleet *f, const struct target *t)
{
	const struct depends *depends = t->profile->depends;

	for (size_t i = 0; depends && i < depends->n; i++) {
		const struct dependency *d = depends->at[i];
		const struct target *on = fleet_at(f, d->number);

		/* Half way through a reload the number may be another's already. */
		if (on && health_failing(&on->health) && !strcmp(on->name, d->name))
			return d->name;
	}
	return NULL;
}

const char *fleet_blocked_told(const struct fleet *f, struct target *t)
{
	const char *blocked_by = t->health.state == HEALTH_UP ? NULL : fleet_blocked_by(f, t);

	t->health.blocked = t->health.state == HEALTH_DOWN && blocked_by ? HEALTH_BLOCKED : HEALTH_FREE;
	return blocked_by;
}

static bool is_lost(enum outcome outcome)
{
	return outcome != OUTCOME_REPLY && outcome != OUTCOME_UNKNOWN && outcome != OUTCOME_NOT_SENT;
}

bool fleet_unblocked(const struct fleet *f, struct target *t, const struct settled *s)
{
	if (t->health.state != HEALTH_DOWN) {
		t->health.blocked = HEALTH_FREE;
		return false;
	}
	if (fleet_blocked_by(f, t)) {
		t->health.blocked = HEALTH_BLOCKED;
		return false;
	}
	/* What is under way may have been lost behind what blocked it; what is sent from now on is its own. */
	if (t->health.blocked == HEALTH_BLOCKED) {
		t->health.blocked = HEALTH_ASKED;
		t->health.asked = (uint16_t)t->n_probes;
		return false;
	}
	if ((int16_t)(uint16_t)(s->number - t->health.asked) <= 0 || !is_lost(s->outcome))
		return false;
	t->health.blocked = HEALTH_FREE;
	return true;
}
