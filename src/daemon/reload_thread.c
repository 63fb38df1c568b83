/* reload_thread.c - one thread to read and plan, another to free; the loop hears of the end of each by ready(). */
#include "daemon/reload_thread.h"

#include "base/clock.h"
#include "base/secret.h"
#include "base/thread.h"
#include "daemon/reload_report.h"
#include "store/history_open.h"
#include "store/store_lock.h"
#include "store/state_open.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct reload_thread {
	pthread_t thread;
	void (*run)(struct reload_thread *); /* there */
	bool running;                        /* thread is to be joined */
	struct reload_thread_job job;
	struct reload_thread_result result;
	struct config_target *targets; /* of the configuration that was taken: of no use any more */
	struct state_memory *memory;   /* what the state has of targets */
	struct store_lock *state_lock; /* of its file; NULL: it stays where it is, or is nowhere */
	struct history_db *history;    /* NULL: it stays where it is, or is nowhere */
	struct config_errors errors;
};

/* A diff changes nothing. */
static int open_state(struct reload_thread *r, const struct config *c)
{
	char buf[PLACE_MAX];
	const char *path = state_open_path(&c->state, getenv("STATE_DIRECTORY"), buf), *was = r->job.state_path;
	int err;

	if (!path || r->job.report == RELOAD_REPORT_DIFF || (was && !strcmp(path, was)))
		return 0;
	err = state_open_check(path);
	if (!err)
		err = state_open_lock(&r->state_lock, path);
	return err || !r->job.is_first ? err : state_open(&r->memory, path, secret_new());
}

static int open_history(struct reload_thread *r, const struct config *c)
{
	char buf[PLACE_MAX];
	const char *path = history_open_path(&c->history, getenv("STATE_DIRECTORY"), buf), *was = r->job.history_path;

	if (!path || r->job.report == RELOAD_REPORT_DIFF || (was && !strcmp(path, was)))
		return 0;
	return history_open(&r->history, path, &c->history);
}

static void read_and_plan(struct reload_thread *r)
{
	const struct reload_thread_job *job = &r->job;
	struct reload_thread_result *x = &r->result;

	x->err = (job->is_first ? config_load : config_load_again)(&x->config, job->path, job->overrides, &r->errors);
	if (!x->err) {
		x->needs = capacity_make(x->config);
		x->err = reload_plan_make(&x->plan, job->fleet, x->config);
	}
	if (!x->err)
		x->state_err = open_state(r, x->config);
	if (!x->err)
		x->history_err = open_history(r, x->config);
	if (job->report != RELOAD_REPORT_NONE && !x->err)
		x->report =
			reload_report_plan(x->plan, job->report == RELOAD_REPORT_DIFF ? job->running : NULL, x->config);
	else if (job->report != RELOAD_REPORT_NONE && x->err == -EINVAL)
		x->report = reload_report_errors(&r->errors);
	job->ready(job->data);
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

int reload_thread_begin(struct reload_thread **out, const struct reload_thread_job *job)
{
	struct reload_thread *r = calloc(1, sizeof(*r));
	int err;

	if (!r)
		return -ENOMEM;
	r->job = *job;
	r->result.errors = &r->errors;
	err = start_thread(r, read_and_plan);
	if (err) {
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

struct state_memory *reload_thread_memory(struct reload_thread *r)
{
	struct state_memory *m = r->memory;

	r->memory = NULL;
	return m;
}

struct store_lock *reload_thread_state_lock(struct reload_thread *r)
{
	struct store_lock *l = r->state_lock;

	r->state_lock = NULL;
	return l;
}

struct history_db *reload_thread_history(struct reload_thread *r)
{
	struct history_db *h = r->history;

	r->history = NULL;
	return h;
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
	free(r->result.report);
	free(r->targets);
	r->targets = NULL;
	state_memory_free(r->memory);
	r->memory = NULL;
	store_lock_release(r->state_lock);
	r->state_lock = NULL;
	history_db_close(r->history);
	r->history = NULL;
	r->result = (struct reload_thread_result){ .errors = &r->errors };
}

static void tidy(struct reload_thread *r)
{
	free_result(r);
	r->job.ready(r->job.data);
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
	free(r);
}
