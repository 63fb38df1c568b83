/* reload.c - what a new configuration is to the whole daemon: refused, or taken as a whole. */
#include "daemon/reload.h"

#include "base/diag.h"
#include "daemon/config_messages.h"
#include "daemon/config_report.h"
#include "daemon/daemon_private.h"
#include "daemon/reload_report.h"
#include "daemon/reload_room.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ADDING_NS          INT64_C(2000) /* that adding one target may take: what is due meanwhile is late */
#define ADDING_AT_LEAST_NS (100 * NS_PER_MS)
#define APPLY_SLICE_NS     (500 * NS_PER_US)
#define APPLY_STEPS        64u
#define APPLY_EVERY_NS     (2 * NS_PER_MS)
#define STOP_WAIT_NS       (200 * NS_PER_MS) /* for a thread that need not be left behind */

static void on_apply(void *data, enum reload_action a, uint32_t number)
{
	struct daemon *d = data;

	if (a == RELOAD_REMOVED || a == RELOAD_MOVED)
		dns_remove(d->dns, number);
	else if (a != RELOAD_ADDED)
		dns_renew(d->dns, number, a == RELOAD_CHANGED);
	if (a == RELOAD_ADDED || a == RELOAD_MOVED)
		dns_add(d->dns, number);
	if (a == RELOAD_ADDED)
		daemon_state_give(d, number);
	if (a != RELOAD_REMOVED && a != RELOAD_KEPT)
		daemon_history_come(d, number);
	if (a == RELOAD_REMOVED)
		engine_remove(d->engine, number);
	else if (a != RELOAD_KEPT)
		engine_schedule(d->engine, number, a == RELOAD_ADDED ? d->reload.first_ns : 0);
}

void reload_commit(struct daemon *d, const struct reload_thread_result *x)
{
	uint32_t n_added = (uint32_t)reload_plan_count(x->plan, RELOAD_ADDED);

	daemon_serve_use(d);
	daemon_state_use(d);
	daemon_history_use(d);
	engine_limit(d->engine, &x->config->ratelimit);
	reload_room_use(d, x);
	dns_limit(d->dns, x->config->max_targets);
	d->reload.first_ns = clock_mono_ns() + ADDING_AT_LEAST_NS + n_added * ADDING_NS;
}

static const struct reload_thread_result *take_result(struct daemon *d)
{
	const struct reload_thread_result *x = reload_thread_join(d->reload.thread);

	config_messages_print(x->errors, x->err ? NULL : x->config);
	d->reload.plan = x->plan;
	d->reload.result = x;
	return x;
}

static bool apply_some(struct daemon *d, size_t max)
{
	struct clock_pair now = clock_pair_now();

	if (!reload_plan_apply(d->reload.plan, max, now.mono_ns, now.real_ns, on_apply, d))
		return false;
	d->config = reload_thread_take(d->reload.thread, d->config);
	d->reload.applying = NULL;
	return true;
}

/* On the reload's thread. */
static void on_thread_ready(void *data)
{
	struct daemon *d = data;

	ev_async_send(d->loop, &d->reload.ready);
}

static int begin_thread(struct daemon *d, bool is_first)
{
	struct reload *r = &d->reload;
	enum reload_thread_report wanted = r->is_diff ? RELOAD_REPORT_DIFF : RELOAD_REPORT_CHANGES;
	const struct reload_thread_job job = {
		.path = d->command->config_path,
		.overrides = &d->command->overrides,
		.is_first = is_first,
		.fleet = d->fleet,
		.report = r->wants_report ? wanted : RELOAD_REPORT_NONE,
		.running = d->config,
		.state_path = d->state.path,
		.history_path = d->history.path,
		.ready = on_thread_ready,
		.data = d,
	};

	return reload_thread_begin(&d->reload.thread, &job);
}

/* The loop runs meanwhile, for the sake of signals. */
int reload_first(struct daemon *d, const struct reload_thread_result **x)
{
	int err = begin_thread(d, true);

	if (err)
		return err;
	d->reload.state = RELOAD_FIRST;
	ev_run(d->loop, 0);
	if (d->stop_signal)
		return -EINTR;
	*x = take_result(d);
	return (*x)->err;
}

/* Without memory for another one, the report stays what it is. */
static void report(struct daemon *d, struct config_report *r)
{
	if (!r)
		return;
	config_report_unref(d->report);
	d->report = r;
}

static void begin(struct daemon *d, bool is_diff)
{
	struct reload *r = &d->reload;

	r->is_diff = is_diff;
	r->wants_report = r->listener.on_begin && r->listener.on_begin(r->listener.data, is_diff);
}

/* To whoever has asked for a report. */
static void answer(struct daemon *d, int status, const char *report)
{
	struct reload *r = &d->reload;

	if (r->wants_report)
		r->listener.on_end(r->listener.data, r->is_diff, status, report);
	r->wants_report = false;
}

static void answer_failed(struct daemon *d, int err, const char *report, const char *why)
{
	char *made = report || !d->reload.wants_report ? NULL : reload_report_failure(why);

	answer(d, err && err != -EINVAL ? 503 : 422, report ? report : made);
	free(made);
}

static void end(struct daemon *d, const struct reload_outcome *o)
{
	events_reload(&d->events, o);
	notify_ready(&d->notify);
	daemon_status_reload(d, o->error ? o->error : "");
}

/* By the first error of the configuration, if it has any, or by why. */
static void end_failed(struct daemon *d, const struct config_errors *errors, const char *why)
{
	struct reload_outcome o = { .error = why, .n_errors = errors ? errors->n + errors->n_more : 0 };
	char text[1024];

	report(d, config_report_failed(d->report, errors, why, clock_pair_now().real_ns));
	if (o.n_errors)
		o.error = config_error_text(&errors->at[0], text, sizeof(text));
	end(d, &o);
}

static void end_done(struct daemon *d)
{
	const struct reload_plan *p = d->reload.plan;

	report(d, config_report_loaded(d->config, d->command->config_path, clock_pair_now().real_ns));
	end(d, &(struct reload_outcome){
		       .n_added = reload_plan_count(p, RELOAD_ADDED),
		       .n_removed = reload_plan_count(p, RELOAD_REMOVED),
		       .n_changed = reload_plan_count(p, RELOAD_CHANGED) + reload_plan_count(p, RELOAD_MOVED),
		       .n_kept = reload_plan_count(p, RELOAD_KEPT),
	       });
}

void reload_begin(struct daemon *d)
{
	int err;

	if (d->reload.state != RELOAD_IDLE) {
		d->reload.again = true;
		return;
	}
	notify_reloading(&d->notify, clock_mono_ns());
	dns_refresh(d->dns);
	dns_hold(d->dns);
	begin(d, false);
	err = begin_thread(d, false);
	if (err) {
		dns_resume(d->dns);
		end_failed(d, NULL, strerror(-err));
		answer_failed(d, err, NULL, strerror(-err));
	} else {
		d->reload.state = RELOAD_READING;
	}
}

void reload_diff(struct daemon *d)
{
	int err;

	if (d->reload.state != RELOAD_IDLE) {
		d->reload.diff_again = true;
		return;
	}
	dns_hold(d->dns);
	begin(d, true);
	err = begin_thread(d, false);
	if (err) {
		dns_resume(d->dns);
		answer_failed(d, err, NULL, strerror(-err));
	} else {
		d->reload.state = RELOAD_READING;
	}
}

bool reload_is_idle(const struct daemon *d)
{
	return d->reload.state == RELOAD_IDLE;
}

/* The main file is reread when its owner says so; lists of targets and certificates are often written by programs. */
static void watch_files(struct daemon *d)
{
	const struct config *c = d->config;
	struct filewatch_file *files = calloc(c->n_files, sizeof(*files));
	size_t n = 0;

	for (size_t i = 0; files && i < c->n_files; i++)
		if (c->files[i].kind == CONFIG_INPUT_TARGETS || c->files[i].kind == CONFIG_INPUT_WEB)
			files[n++] = (struct filewatch_file){ c->files[i].path, c->files[i].stamp };
	if ((!files && c->n_files) || filewatch_files(d->targets_files, files, n))
		diag(DIAG_ERROR, "cannot watch files: out of memory");
	free(files);
}

static void tidy(struct daemon *d)
{
	d->reload.state = RELOAD_TIDYING;
	reload_thread_tidy(d->reload.thread);
}

void reload_next(struct daemon *d)
{
	struct reload *r = &d->reload;
	bool again = r->again, diff_again = r->diff_again;

	r->state = RELOAD_IDLE;
	r->again = r->diff_again = false;
	if (r->listener.on_idle)
		r->listener.on_idle(r->listener.data);
	if (again)
		reload_begin(d);
	if (diff_again)
		reload_diff(d);
}

/* Why the configuration that has been read cannot be applied, and nothing has changed; NULL: it can, and all that may
 * fail is done. */
static const char *prepare(struct daemon *d, const struct reload_thread_result *x)
{
	int err = x->err;
	const char *why = err ? NULL : reload_room_refusal(d, &x->needs);

	if (why)
		return why;
	if (!err)
		err = reload_room_reserve(d, x);
	if (err)
		return strerror(-err);
	if (daemon_serve_prepare(d, &x->config->serve))
		return "HTTP cannot be served so";
	if (daemon_state_prepare(d, &x->config->state, x->state_err)) {
		daemon_serve_drop(d);
		return "the state cannot be kept so";
	}
	if (daemon_history_prepare(d, &x->config->history, x->history_err, d->reload.thread)) {
		daemon_serve_drop(d);
		daemon_state_drop(d);
		return "the history cannot be kept so";
	}
	if (log_switch(d->log, &x->config->log)) {
		daemon_serve_drop(d);
		daemon_state_drop(d);
		daemon_history_drop(d);
		return "the log cannot be opened";
	}
	reload_commit(d, x);
	return NULL;
}

/* Nothing of it is applied, and errors are for who has asked alone. */
static void end_diff(struct daemon *d)
{
	const struct reload_thread_result *x = reload_thread_join(d->reload.thread);

	if (x->err)
		answer_failed(d, x->err, x->report, strerror(-x->err));
	else
		answer(d, x->report ? 200 : 503, x->report);
	tidy(d);
}

static void on_reload_ready(struct ev_loop *loop, ev_async *w, int revents)
{
	struct daemon *d = w->data;
	const struct reload_thread_result *x;
	const char *why;

	(void)revents;
	switch (d->reload.state) {
	case RELOAD_FIRST:
		ev_break(loop, EVBREAK_ALL);
		break;
	case RELOAD_READING:
		if (d->reload.is_diff) {
			end_diff(d);
			break;
		}
		x = take_result(d);
		why = prepare(d, x);
		if (why) {
			end_failed(d, x->errors, why);
			answer_failed(d, x->err, x->err ? x->report : NULL, why);
			tidy(d);
			break;
		}
		d->reload.state = RELOAD_APPLYING;
		d->reload.applying = x->config;
		chores_start(&d->chores, &d->reload.apply);
		break;
	case RELOAD_TIDYING:
		reload_thread_end(d->reload.thread);
		d->reload.thread = NULL;
		dns_resume(d->dns);
		reload_next(d);
		break;
	default:
		break;
	}
}

/* A million targets are swapped in slices, between which the probes go on. */
static bool apply_step(void *data)
{
	struct daemon *d = data;

	if (!apply_some(d, APPLY_STEPS))
		return true;
	watch_files(d);
	end_done(d);
	answer(d, 200, d->reload.result->report);
	tidy(d);
	return false;
}

void reload_init(struct daemon *d)
{
	d->reload.apply = (struct chore){
		.step = apply_step,
		.data = d,
		.budget_ns = APPLY_SLICE_NS,
		.every_ns = APPLY_EVERY_NS,
	};
	ev_async_init(&d->reload.ready, on_reload_ready);
	d->reload.ready.data = d;
	ev_async_start(d->loop, &d->reload.ready);
}

int reload_apply(struct daemon *d)
{
	daemon_state_remember(d, reload_thread_memory(d->reload.thread));
	apply_some(d, SIZE_MAX);
	reload_thread_end(d->reload.thread);
	d->reload.thread = NULL;
	watch_files(d);
	report(d, config_report_loaded(d->config, d->command->config_path, clock_pair_now().real_ns));
	return d->report ? 0 : -ENOMEM;
}

bool reload_close(struct daemon *d)
{
	/* Half applied, the fleet would be two configurations'. */
	if (d->reload.state == RELOAD_APPLYING || !reload_thread_at_rest(d->reload.thread, STOP_WAIT_NS))
		return false;
	reload_thread_end(d->reload.thread);
	return true;
}
