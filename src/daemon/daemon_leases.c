/* daemon_leases.c - what leases and pauses do to fleet, engine and DNS. */
#include "daemon/daemon_leases.h"

#include "daemon/control_answer.h"
#include "daemon/daemon_private.h"

#include <errno.h>
#include <string.h>

static const char full[] = "there are 100 leases and pauses already";

static void forget(struct daemon *d, struct lease *x, const char *reason)
{
	struct record r;

	record_daemon(&r, "control");
	record_add_text(&r, "action", "end");
	record_add_text(&r, "name", x->name);
	record_add_int(&r, "status", 200);
	record_add_text(&r, "reason", reason);
	log_write(d->log, &r);
	leases_remove(&d->leases, x);
	reload_room_pace(d);
}

/* What a lease has added goes; what was paused goes on. */
static void undo(struct daemon *d, const struct lease *x)
{
	if (!x->config) {
		engine_resume(d->engine, x->number);
		return;
	}
	dns_remove(d->dns, x->number);
	engine_remove(d->engine, x->number);
	fleet_retire(d->fleet, x->number);
}

static int done(const struct lease *x, char **body, int64_t *until_real_ns)
{
	struct clock_pair now = clock_pair_now();

	*until_real_ns = x->until_ns - now.mono_ns + now.real_ns;
	*body = control_answer_lease(x->name, !x->config, *until_real_ns);
	return 200;
}

static int refuse(int status, const char *error, const char *why, char **body)
{
	*body = control_answer_error(error, "%s", why);
	return status;
}

/* Why the target cannot be added, and HTTP's status; NULL: it can, and there is room for it. */
static const char *why_not(struct daemon *d, const struct config *c, int *status)
{
	struct capacity needs = capacity_make(c);
	const char *why;
	int err;

	*status = 409;
	if (d->leases.n == LEASES_MAX)
		return full;
	if (fleet_count(d->fleet) >= d->config->max_targets)
		return "limits.max_targets is reached";
	*status = 422;
	why = reload_room_refusal(d, &needs);
	if (why)
		return why;
	*status = 503;
	err = reload_room_extend(d, &needs);
	return err ? strerror(-err) : NULL;
}

int daemon_leases_add(struct daemon *d, struct config *c, int64_t duration_ns, char **body, int64_t *until_real_ns)
{
	const struct config_target *t = &c->targets[0];
	uint32_t number = FLEET_NONE;
	struct clock_pair now = clock_pair_now();
	int status;
	const char *why = why_not(d, c, &status);

	if (!why)
		number = fleet_add(d->fleet, t->name, t->host, &t->addr, t->profile, now.mono_ns);
	if (number == FLEET_NONE) {
		config_free(c);
		return refuse(why ? status : 503, "cannot add the target", why ? why : strerror(ENOMEM), body);
	}
	fleet_at(d->fleet, number)->since_real_ns = now.real_ns;
	daemon_history_come(d, number);
	dns_add(d->dns, number);
	engine_schedule(d->engine, number, 0);
	status = done(leases_add(&d->leases, c, number, now.mono_ns + duration_ns), body, until_real_ns);
	reload_room_pace(d);
	return status;
}

/* Unknown from now on, which is a change of state as any other. */
static void change_state(struct daemon *d, struct target *t)
{
	struct target_change c = {
		.state = true,
		.state_from = (enum health_state)t->health.state,
		.since_real_ns = t->since_real_ns,
		.first = !t->health.known,
	};
	struct record r;

	if (!health_pause(&t->health))
		return;
	t->since_real_ns = clock_pair_now().real_ns;
	record_state(&r, t, &c, NULL);
	log_write(d->log, &r);
}

int daemon_leases_pause(struct daemon *d, uint32_t number, int64_t duration_ns, char **body, int64_t *until_real_ns)
{
	static const char error[] = "cannot pause the target";
	struct target *t = fleet_at(d->fleet, number);
	struct lease *x;

	if (target_is_leased(t))
		return refuse(409, error, "it is leased: end the lease instead", body);
	if (target_is_parent(t))
		return refuse(409, error, "its addresses are targets of their own, NAME/ADDRESS: pause these", body);
	x = leases_pause(&d->leases, t->name, number, clock_mono_ns() + duration_ns);
	if (!x)
		return refuse(409, error, full, body);
	change_state(d, t);
	engine_pause(d->engine, number);
	return done(x, body, until_real_ns);
}

int daemon_leases_end(struct daemon *d, const char *name, char **body)
{
	struct lease *x = leases_find(&d->leases, name);

	if (!x) {
		*body = control_answer_error("not found", "\"%s\" is neither leased nor paused", name);
		return 404;
	}
	*body = control_answer_unlease(x->name, !x->config);
	undo(d, x);
	leases_remove(&d->leases, x);
	reload_room_pace(d);
	return 200;
}

void daemon_leases_tend(struct daemon *d)
{
	int64_t now_ns = clock_mono_ns();

	for (size_t i = d->leases.n; i-- > 0;) {
		if (d->leases.at[i].until_ns > now_ns)
			continue;
		undo(d, &d->leases.at[i]);
		forget(d, &d->leases.at[i], "expired");
	}
}

/* Its number may be another target's by now. */
static bool is_paused(const struct daemon *d, const struct lease *x)
{
	const struct target *t = x->number < fleet_size(d->fleet) ? fleet_at(d->fleet, x->number) : NULL;

	return t && t->health.paused && !strcmp(t->name, x->name);
}

void daemon_leases_review(struct daemon *d)
{
	for (size_t i = d->leases.n; i-- > 0;) {
		struct lease *x = &d->leases.at[i];

		if (x->config && !target_is_leased(fleet_at(d->fleet, x->number)))
			forget(d, x, "configured");
		else if (!x->config && !is_paused(d, x))
			forget(d, x, "removed");
	}
	for (size_t i = d->leases.n; i-- > 0 && fleet_count(d->fleet) > d->config->max_targets;) {
		if (!d->leases.at[i].config)
			continue;
		undo(d, &d->leases.at[i]);
		forget(d, &d->leases.at[i], "max_targets");
	}
}
