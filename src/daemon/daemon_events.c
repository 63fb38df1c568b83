/* daemon_events.c - events to records of the log, and messages to the operator. */
#include "daemon/daemon_private.h"

#include "base/diag.h"
#include "daemon/boot_id.h"

#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void on_report(void *data, uint32_t target)
{
	struct daemon *d = data;
	const struct target *t = fleet_at(d->fleet, target);
	struct clock_pair now;
	struct record r;

	if (target_is_parent(t))
		return;
	now = clock_pair_now();
	record_report(&r, t, fleet_earlier(d->fleet, target), fleet_blocked_by(d->fleet, t),
	              t->born_ns + now.real_ns - now.mono_ns);
	log_write(d->log, &r);
}

/* An interface may be gone by the time that it is reported. */
static const char *interface_name(uint32_t ifindex, char name[IF_NAMESIZE])
{
	if (!if_indextoname(ifindex, name))
		snprintf(name, IF_NAMESIZE, "%u", ifindex);
	return name;
}

static void warn_of_fault(const struct fault *f)
{
	static const char *const what[] = {
		[FAULT_STALL] = "loop stalled",
		[FAULT_SUSPEND] = "machine suspended",
		[FAULT_DROPS] = "receive buffer full",
		[FAULT_CLOCK] = "clock stepped",
		[FAULT_LINK] = "link down",
	};
	int64_t lasted_ns = f->cause == FAULT_CLOCK ? (int64_t)f->amount : f->to_ns - f->from_ns;

	if (f->cause == FAULT_FLOOD)
		diag(DIAG_WARNING,
		     "a flood of packets that are no replies overflowed the receive buffer: %llu packets dropped, "
		     "possibly replies among them",
		     (unsigned long long)f->amount);
	else
		diag(DIAG_WARNING, "local fault (%s %lld ms): %llu probes marked unknown, %llu not sent",
		     what[f->cause], (long long)(lasted_ns / NS_PER_MS), (unsigned long long)f->n_unknown,
		     (unsigned long long)f->n_not_sent);
}

static void on_fault(void *data, const struct fault *f)
{
	struct daemon *d = data;
	struct clock_pair now = clock_pair_now();
	int64_t to_real = now.real_ns - now.mono_ns;
	char interface[IF_NAMESIZE];
	struct record r;

	if (f->cause == FAULT_LINK && !f->n_unknown && !f->n_not_sent)
		return; /* no probe was in flight there */
	record_daemon(&r, "stall");
	r.level = LEVEL_WARNING;
	record_add_text(&r, "cause", fault_cause_name(f->cause));
	record_add_time(&r, "from", f->from_ns + to_real);
	record_add_time(&r, "to", f->to_ns + to_real);
	record_add_ms(&r, "lasted_ms", f->to_ns - f->from_ns);
	record_add_int(&r, "unknown", (int64_t)f->n_unknown);
	if (f->cause == FAULT_DROPS || f->cause == FAULT_FLOOD) {
		record_add_int(&r, "packets", (int64_t)f->amount);
	} else if (f->cause == FAULT_LINK) {
		record_add_text(&r, "interface", interface_name(f->ifindex, interface));
		record_add_int(&r, "not_sent", (int64_t)f->n_not_sent);
	} else if (f->cause != FAULT_STALL) {
		record_add_ms(&r, "step_ms", (int64_t)f->amount);
	}
	log_write(d->log, &r);
	warn_of_fault(f);
}

static void on_settled(void *data, uint32_t target, const struct settled *s, const struct target_change *c)
{
	struct daemon *d = data;
	const struct target *t = fleet_at(d->fleet, target);
	struct record r;

	if (t->profile->options.probes) {
		record_probe(&r, t, s);
		log_write(d->log, &r);
	}
	if (c->path) {
		record_path(&r, t, c);
		log_write(d->log, &r);
	}
	if (c->state || c->unblocked) {
		record_state(&r, t, c, c->blocked_by);
		log_write(d->log, &r);
	}
	if (s->outcome == OUTCOME_NOT_SENT)
		daemon_send_errors_count(d, target, s->sys_errno);
}

static void on_dns(void *data, const struct dns_change *c)
{
	struct daemon *d = data;
	struct record r;

	record_dns(&r, fleet_at(d->fleet, c->target), c->host, &c->from, c->error, c->age_ns);
	log_write(d->log, &r);
}

static void on_reload_failed(struct daemon *d, const struct reload_outcome *o)
{
	struct record r;

	record_daemon(&r, "reload");
	r.level = LEVEL_ERR;
	record_add_bool(&r, "ok", false);
	record_add_int(&r, "errors", (int64_t)o->n_errors);
	record_add_text(&r, "error", o->error);
	log_write(d->log, &r);
	diag(DIAG_ERROR, "reload failed (%s): keeping the running configuration",
	     o->n_errors ? "errors in the configuration" : o->error);
}

static void on_reload(void *data, const struct reload_outcome *o)
{
	struct daemon *d = data;
	struct record r;

	if (o->error) {
		on_reload_failed(d, o);
		return;
	}
	record_daemon(&r, "reload");
	record_add_bool(&r, "ok", true);
	record_add_int(&r, "added", (int64_t)o->n_added);
	record_add_int(&r, "removed", (int64_t)o->n_removed);
	record_add_int(&r, "changed", (int64_t)o->n_changed);
	record_add_int(&r, "kept", (int64_t)o->n_kept);
	log_write(d->log, &r);
	diag(DIAG_INFO, "reloaded: %zu added, %zu removed, %zu changed, %zu kept", o->n_added, o->n_removed,
	     o->n_changed, o->n_kept);
}

void daemon_events_init(struct daemon *d)
{
	d->log_listener = (struct listener){
		.on_settled = on_settled,
		.on_report = on_report,
		.on_fault = on_fault,
		.on_dns = on_dns,
		.on_reload = on_reload,
		.data = d,
	};
	events_add(&d->events, &d->log_listener);
}

void daemon_events_start(struct daemon *d, const struct config *c)
{
	struct clock_pair now = clock_pair_now();
	char boot[BOOT_ID_LEN];
	struct record r;

	record_daemon(&r, "start");
	record_add_text(&r, "version", PACKAGE_VERSION);
	record_add_int(&r, "pid", getpid());
	record_add_text(&r, "config", d->command->config_path);
	record_add_int(&r, "targets", (int64_t)c->n_targets);
	record_add_time(&r, "started", d->status.started_ns + now.real_ns - now.mono_ns);
	record_add_text(&r, "boot_id", boot_id_read(boot, BOOT_ID_PATH, getenv("MINIPINGD_BOOT_ID")));
	log_write(d->log, &r);
}

void daemon_events_ready(struct daemon *d)
{
	struct record r;
	double rate = 0;

	for (uint32_t i = 0; i < fleet_size(d->fleet); i++) {
		const struct target *t = fleet_at(d->fleet, i);

		/* A reload that came first may have removed some. */
		if (t && !target_is_parent(t))
			rate += (double)NS_PER_S / (double)t->profile->options.interval_ns;
	}
	record_daemon(&r, "ready");
	record_add_int(&r, "targets", fleet_count(d->fleet));
	record_add_int(&r, "unresolved", (int64_t)dns_unresolved(d->dns));
	record_add_int(&r, "rate", (int64_t)(rate + 0.5));
	record_add_text(&r, "sockets", engine_stats(d->engine).ping ? "ping" : "raw");
	log_write(d->log, &r);
}

void daemon_events_stop(struct daemon *d)
{
	const struct engine_stats *s = &d->status.engine;
	struct record r;

	record_daemon(&r, "stop");
	record_add_text(&r, "signal", d->stop_signal == SIGINT ? "INT" : "TERM");
	record_add_ms(&r, "uptime_ms", d->status.at_ns - d->status.started_ns);
	record_add_int(&r, "probes", (int64_t)s->n_sent);
	record_add_int(&r, "in_flight", s->n_in_flight);
	record_add_int(&r, "foreign", (int64_t)s->n_foreign);
	record_add_int(&r, "corrupt", (int64_t)s->n_corrupt);
	record_add_int(&r, "skipped", (int64_t)s->n_skipped);
	record_add_int(&r, "off_schedule", (int64_t)s->n_off_schedule);
	record_add_int(&r, "delayed", (int64_t)s->n_delayed);
	log_write(d->log, &r);
}
