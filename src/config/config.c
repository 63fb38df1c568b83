/* config.c - the value itself, apart from the modules that read one: it needs no YAML. */
#include "config/config.h"
#include "base/arena.h"
#include "base/clock.h"

#include <stdlib.h>

void config_default(struct config *c)
{
	c->log.n = 1;
	c->max_targets = CONFIG_MAX_TARGETS;
	c->ratelimit.max_rate = 200000;
	c->state.every_ns = 60 * NS_PER_S;
	c->history = (struct history_options){
		.keep_minutes_ns = 7 * NS_PER_D,
		.keep_hours_ns = 365 * NS_PER_D,
		.keep_events_ns = 365 * NS_PER_D,
		.max_size = UINT64_C(10) << 30,
	};
	c->shard = (struct shard){ .count = 1, .replicas = 1 };
}

void config_errors_fini(struct config_errors *errors)
{
	for (size_t i = 0; i < errors->n; i++) {
		free(errors->at[i].file);
		free(errors->at[i].message);
	}
	errors->n = 0;
	errors->n_more = 0;
}

void config_free(struct config *c)
{
	if (!c || atomic_fetch_sub_explicit(&c->n_refs, 1, memory_order_acq_rel))
		return;
	free(c->targets);
	free(c->files);
	free(c->owns);
	config_errors_fini(&c->warnings);
	arena_free(c->arena);
	free(c);
}

struct config *config_ref(struct config *c)
{
	atomic_fetch_add_explicit(&c->n_refs, 1, memory_order_relaxed);
	return c;
}

struct config_target *config_take_targets(struct config *c)
{
	struct config_target *targets = c->targets;

	c->targets = NULL;
	c->n_targets = 0;
	return targets;
}
