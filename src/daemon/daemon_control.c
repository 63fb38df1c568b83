/* daemon_control.c - each ask is answered once: at once, when a reload or a probe has ended, or when its target has
 * been found. */
#include "daemon/daemon_control.h"

#include "base/diag.h"
#include "daemon/control_answer.h"
#include "daemon/daemon_leases.h"
#include "daemon/daemon_private.h"
#include "daemon/lease_ask.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_LEN        512 /* longer ones are cut where they are logged */
#define SEARCH_STEP     64u
#define SEARCH_SLICE_NS (120 * NS_PER_US)
#define SEARCH_EVERY_NS (1 * NS_PER_MS)
#define PROBE_GRACE_NS  (5 * NS_PER_S) /* after its timeout: it may wait for room, and be noticed late */

/* --- answers --- */

static const char *action_name(const struct ask *a)
{
	switch (a->kind) {
	case ASK_RELOAD:
		return "reload";
	case ASK_DIFF:
		return "diff";
	case ASK_PROBE:
		return "probe";
	case ASK_LEASE:
		return a->text ? "lease" : "pause";
	case ASK_UNLEASE:
		return "unlease";
	default:
		return "log-level";
	}
}

static void log_control(struct daemon *d, const struct ask *a, const char *name, int64_t until_real_ns)
{
	struct record r;

	record_daemon(&r, "control");
	record_add_text(&r, "action", action_name(a));
	record_add_text(&r, "name", name);
	if (a->pid) {
		record_add_int(&r, "uid", (int64_t)a->uid);
		record_add_int(&r, "pid", a->pid);
	}
	record_add_int(&r, "status", a->status);
	if (until_real_ns)
		record_add_time(&r, "until", until_real_ns);
	log_write(d->log, &r);
}

/* body is malloc'ed; NULL: there was no memory for it. */
static void answer_as(struct daemon *d, struct ask *a, int status, char *body, const char *name, int64_t until_real_ns)
{
	a->status = status;
	a->body = body;
	log_control(d, a, name, until_real_ns);
	serve_answer(d->served->serve, a);
}

static void answer(struct daemon *d, struct ask *a, int status, char *body)
{
	answer_as(d, a, status, body, a->target, 0);
}

static struct ask *next_of(const struct ask *a)
{
	return (struct ask *)a->item.next;
}

static void append(struct ask **list, struct ask *a)
{
	while (*list)
		list = (struct ask **)&(*list)->item.next;
	a->item.next = NULL;
	*list = a;
}

static void answer_all(struct daemon *d, struct ask **list, int status, const char *body)
{
	for (struct ask *a = *list, *next; a; a = next) {
		next = next_of(a);
		answer(d, a, status, body ? strdup(body) : NULL);
	}
	*list = NULL;
}

/* --- reloads --- */

static bool on_reload_begin(void *data, bool is_diff)
{
	struct daemon_control *k = &((struct daemon *)data)->control;

	k->running[is_diff] = k->reloads[is_diff];
	k->reloads[is_diff] = NULL;
	return k->running[is_diff];
}

static void on_reload_end(void *data, bool is_diff, int status, const char *report)
{
	struct daemon *d = data;

	answer_all(d, &d->control.running[is_diff], status, report);
}

static void ask_reload(struct daemon *d, struct ask *a)
{
	append(&d->control.reloads[a->kind == ASK_DIFF], a);
	if (a->kind == ASK_DIFF)
		reload_diff(d);
	else
		reload_begin(d);
}

/* --- probes --- */

static void probe(struct daemon *d, struct ask *a, uint32_t number)
{
	struct daemon_control *k = &d->control;
	const struct target *t = fleet_at(d->fleet, number);
	struct daemon_control_probe *p = &k->probing[k->n_probing];

	if (k->n_probing == DAEMON_CONTROL_PROBES || t->health.paused || !target_is_resolved(t)) {
		answer(d, a, t->health.paused || k->n_probing < DAEMON_CONTROL_PROBES ? 409 : 503,
		       control_answer_error("cannot probe the target", "%s",
		                            t->health.paused                        ? "it is paused"
		                            : k->n_probing == DAEMON_CONTROL_PROBES ? "64 others are being probed"
		                            : target_is_parent(t)
		                                    ? "its addresses are targets of their own, NAME/ADDRESS: "
		                                      "probe these"
		                                    : "its name has not been resolved"));
		return;
	}
	*p = (struct daemon_control_probe){
		.ask = a,
		.target = number,
		.number = t->n_probes + 1,
		.until_ns = clock_mono_ns() + t->profile->options.timeout_ns + PROBE_GRACE_NS,
	};
	k->n_probing++;
	if (engine_probe(d->engine, number))
		return;
	k->n_probing--;
	answer(d, a, 503,
	       control_answer_error("cannot probe the target", "a probe of it waits for room in the send queue"));
}

static void forget_probe(struct daemon_control *k, struct daemon_control_probe *p)
{
	*p = k->probing[--k->n_probing];
}

static void on_settled(void *data, uint32_t target, const struct settled *s, const struct target_change *c)
{
	struct daemon *d = data;
	struct daemon_control *k = &d->control;

	(void)c;
	for (size_t i = k->n_probing; i-- > 0;) {
		struct daemon_control_probe *p = &k->probing[i];
		struct ask *a = p->ask;

		if (p->target != target || p->number != s->number)
			continue;
		forget_probe(k, p);
		answer(d, a, 200, control_answer_probe(fleet_at(d->fleet, target), s));
	}
}

static void give_up_probes(struct daemon *d, int64_t now_ns)
{
	struct daemon_control *k = &d->control;

	for (size_t i = k->n_probing; i-- > 0;) {
		struct ask *a = k->probing[i].ask;

		if (k->probing[i].until_ns > now_ns)
			continue;
		forget_probe(k, &k->probing[i]);
		answer(d, a, 503, control_answer_error("the probe was lost", "its target has gone or moved meanwhile"));
	}
}

/* --- what is asked of a target --- */

static const char *wanted(const struct daemon_control *k)
{
	return k->leased ? k->leased->targets[0].name : k->first->target;
}

static void on_found(struct daemon *d, struct ask *a, uint32_t number)
{
	int64_t until_real_ns = 0;
	char *body = NULL;
	int status;

	if (number == FLEET_NONE) {
		answer(d, a, 404, control_answer_error("not found", "no target is called \"%s\"", a->target));
	} else if (a->kind == ASK_PROBE) {
		probe(d, a, number);
	} else {
		status = a->kind == ASK_UNLEASE ? daemon_leases_end(d, a->target, &body)
		                                : daemon_leases_pause(d, number, a->duration_ns, &body, &until_real_ns);
		answer_as(d, a, status, body, a->target, until_real_ns);
	}
}

/* c is to be leased; number has its name already. */
static void on_leased(struct daemon *d, struct ask *a, struct config *c, uint32_t number)
{
	char name[NAME_LEN], *body = NULL;
	int64_t until_real_ns = 0;
	int status;

	snprintf(name, sizeof(name), "%s", c->targets[0].name);
	if (number == FLEET_NONE) {
		status = daemon_leases_add(d, c, a->duration_ns, &body, &until_real_ns);
	} else {
		status = 409;
		body = control_answer_error("the name is taken", "there is a target called \"%s\"", name);
		config_free(c);
	}
	answer_as(d, a, status, body, name, until_real_ns);
}

static void begin_first(struct daemon *d);

/* The first ask goes on with number, FLEET_NONE: there is no such target. False: once the reload in progress is over.
 */
static bool go_on(struct daemon *d, uint32_t number)
{
	struct daemon_control *k = &d->control;
	struct ask *a = k->first;
	struct config *c = k->leased;

	if (a->kind != ASK_PROBE && !reload_is_idle(d))
		return false;
	k->first = next_of(a);
	k->leased = NULL;
	if (c)
		on_leased(d, a, c, number);
	else
		on_found(d, a, number);
	return true;
}

/* Names are in no index: a reload has one of its own for a while. */
static bool search_some(void *data)
{
	struct daemon *d = data;
	struct daemon_control *k = &d->control;
	uint32_t size = fleet_size(d->fleet), end = k->at + SEARCH_STEP < size ? k->at + SEARCH_STEP : size;
	uint32_t found = FLEET_NONE;

	for (; k->at < end && found == FLEET_NONE; k->at++) {
		const struct target *t = fleet_at(d->fleet, k->at);

		if (t && !strcmp(t->name, wanted(k)))
			found = k->at;
	}
	if (found == FLEET_NONE && k->at < fleet_size(d->fleet))
		return true;
	k->at = 0;
	if (!go_on(d, found))
		return false;
	begin_first(d);
	return k->first;
}

/* Those that cannot be taken are answered at once. Then, where one is left, its target is to be looked for. */
static void begin_first(struct daemon *d)
{
	struct daemon_control *k = &d->control;

	while (k->first && k->first->kind == ASK_LEASE && k->first->text && !k->leased) {
		struct ask *a = k->first;

		if (!lease_ask_parse(&k->leased, a, d->config->defaults))
			continue;
		k->first = next_of(a);
		answer(d, a, a->status, a->body);
	}
}

static void ask_of_target(struct daemon *d, struct ask *a)
{
	struct daemon_control *k = &d->control;

	append(&k->first, a);
	if (k->first != a)
		return;
	k->at = 0;
	begin_first(d);
	if (k->first)
		chores_start(&d->chores, &k->search);
}

static void on_reload_idle(void *data)
{
	struct daemon *d = data;

	daemon_leases_review(d);
	if (d->control.first)
		chores_start(&d->chores, &d->control.search);
}

/* --- all of it --- */

static void set_level(struct daemon *d, struct ask *a)
{
	enum diag_level level;
	const char *was;

	if (diag_level_parse(&level, a->text)) {
		answer(d, a, 400,
		       control_answer_error("bad request", "\"level\": expected error, warning, info or debug"));
		return;
	}
	was = diag_level_name(diag_set_level(level));
	answer(d, a, 200, control_answer_level(diag_level_name(level), was));
}

void daemon_control_ask(struct daemon *d, struct ask *a)
{
	if (a->status) {
		answer(d, a, a->status, a->body);
		return;
	}
	switch (a->kind) {
	case ASK_RELOAD:
	case ASK_DIFF:
		ask_reload(d, a);
		break;
	case ASK_LOG_LEVEL:
		set_level(d, a);
		break;
	default:
		ask_of_target(d, a);
	}
}

void daemon_control_tend(struct daemon *d)
{
	give_up_probes(d, clock_mono_ns());
	if (reload_is_idle(d))
		daemon_leases_tend(d);
}

void daemon_control_init(struct daemon *d)
{
	struct daemon_control *k = &d->control;

	k->search = (struct chore){
		.step = search_some,
		.data = d,
		.budget_ns = SEARCH_SLICE_NS,
		.every_ns = SEARCH_EVERY_NS,
	};
	k->listener = (struct listener){ .on_settled = on_settled, .data = d };
	events_add(&d->events, &k->listener);
	d->reload.listener = (struct reload_listener){
		.on_begin = on_reload_begin,
		.on_end = on_reload_end,
		.on_idle = on_reload_idle,
		.data = d,
	};
}

/* Not logged: the last record has been written. */
static void refuse(struct daemon *d, struct ask *a)
{
	a->status = 503;
	a->body = control_answer_error("unavailable", "minipingd stops");
	serve_answer(d->served->serve, a);
}

static void refuse_all(struct daemon *d, struct ask **list)
{
	for (struct ask *a = *list, *next; a; a = next) {
		next = next_of(a);
		refuse(d, a);
	}
	*list = NULL;
}

void daemon_control_close(struct daemon *d)
{
	struct daemon_control *k = &d->control;

	if (!d->served)
		return;
	for (unsigned i = 0; i < 2; i++) {
		refuse_all(d, &k->reloads[i]);
		refuse_all(d, &k->running[i]);
	}
	refuse_all(d, &k->first);
	while (k->n_probing)
		refuse(d, k->probing[--k->n_probing].ask);
	config_free(k->leased);
	k->leased = NULL;
}
