#include "daemon/reload_thread.h"

#include "base/clock.h"
#include "base/thread.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct reload_thread {
	pthread_t            thread;
	void               (*run)(struct reload_thread *);   /* there */
	bool                 running;     /* thread is to be joined */
	char                *path;
	struct fleet        *fleet;
	bool                 is_first;
	struct reload_thread_result result;
	struct config_target *targets;    /* of the configuration that was taken: of no use any more */
	struct config_errors errors;
	void               (*ready)(void *data);
	void                *data;
};

static void read_and_plan(struct reload_thread *r)
{
	struct reload_thread_result *x = &r->result;

	x->err = r->is_first ? config_load(&x->config, r->path, &r->errors)
	                     : config_load_again(&x->config, r->path, &r->errors);
	if (!x->err) {
		x->needs = capacity_make(x->config);
		x->err = reload_plan_make(&x->plan, r->fleet, x->config);
	}
	r->ready(r->data);
}

static void *on_thread(void *data)
{
	struct reload_thread *r = data;

	r->run(r);
	return NULL;
}

static int start_thread(struct reload_thread *r, void (*run)(struct reload_thread *))
{
	int err;

	r->run = run;
	err = thread_start(&r->thread, on_thread, r);
	r->running = !err;
	return err;
}

static void join_thread(struct reload_thread *r)
{
	if (r->running)
		pthread_join(r->thread, NULL);
	r->running = false;
}

int reload_thread_begin(struct reload_thread **out, const char *path, bool is_first, struct fleet *fleet,
                        void (*ready)(void *data), void *data)
{
	struct reload_thread *r = calloc(1, sizeof(*r));
	int err = -ENOMEM;

	if (!r)
		return err;
	r->path = strdup(path);
	r->fleet = fleet;
	r->is_first = is_first;
	r->ready = ready;
	r->data = data;
	r->result.errors = &r->errors;
	if (r->path)
		err = start_thread(r, read_and_plan);
	if (err) {
		free(r->path);
		free(r);
		return err;
	}
	*out = r;
	return 0;
}

const struct reload_thread_result *reload_thread_join(struct reload_thread *r)
{
	join_thread(r);
	return &r->result;
}

struct config *reload_thread_take(struct reload_thread *r, struct config *replaced)
{
	struct config *taken = r->result.config;

	r->targets = config_take_targets(taken);
	r->result.config = replaced;
	return taken;
}

static void free_result(struct reload_thread *r)
{
	reload_plan_free(r->result.plan);
	config_free(r->result.config);
	free(r->targets);
	r->targets = NULL;
	r->result = (struct reload_thread_result){ .errors = &r->errors };
}

static void tidy(struct reload_thread *r)
{
	free_result(r);
	r->ready(r->data);
}

void reload_thread_tidy(struct reload_thread *r)
{
	join_thread(r);
	if (start_thread(r, tidy))
		tidy(r);
}

bool reload_thread_at_rest(struct reload_thread *r, int64_t wait_ns)
{
	if (r && r->running)
		r->running = !thread_join_by(r->thread, clock_mono_ns() + wait_ns);
	return !r || !r->running;
}

void reload_thread_end(struct reload_thread *r)
{
	if (!r)
		return;
	join_thread(r);
	free_result(r);
	config_errors_fini(&r->errors);
	free(r->path);
	free(r);
}
