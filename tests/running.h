/* running.h - for tests: a fleet under a configuration that is given as YAML, and reloads of it. */
#ifndef MINIPING_RUNNING_H
#define MINIPING_RUNNING_H
#include "daemon/reload_plan.h"
#include "fixture_config.h"

struct running {
	struct fleet *fleet;
	struct config *config;    /* in force */
	struct reload_plan *plan; /* made, not yet carried out to its end; NULL: none */
	struct config *next;      /* of the plan */
};

/* Both for cmocka's setup and teardown: 0, or -1. */
static inline int running_init(struct running *r)
{
	*r = (struct running){ .fleet = fleet_new() };
	return r->fleet ? 0 : -1;
}

static inline int running_fini(struct running *r)
{
	reload_plan_free(r->plan);
	config_free(r->next);
	fleet_free(r->fleet);
	config_free(r->config);
	return 0;
}

static inline void running_plan(struct running *r, const char *yaml)
{
	r->next = fixture_config(yaml);
	assert_int_equal(reload_plan_make(&r->plan, r->fleet, r->next), 0);
}

/* Nothing has changed. */
static inline void running_forget(struct running *r)
{
	reload_plan_free(r->plan);
	config_free(r->next);
	r->plan = NULL;
	r->next = NULL;
}

/* Carries out up to max steps of the plan; true: that was the end of it. */
static inline bool running_apply(struct running *r, size_t max, int64_t now_ns, int64_t now_real_ns, reload_plan_on *on,
                                 void *data)
{
	struct config *before = r->config;

	if (!reload_plan_apply(r->plan, max, now_ns, now_real_ns, on, data))
		return false;
	r->config = r->next;
	r->next = before;
	running_forget(r);
	return true;
}
#endif
