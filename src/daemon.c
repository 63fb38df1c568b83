#include "daemon.h"

#include "clock.h"
#include "diag.h"
#include "engine.h"
#include "follow.h"
#include "log.h"
#include "plan.h"
#include "reload.h"
#include "schedule.h"
#include "watch.h"

#include <errno.h>
#include <ev.h>
#include <linux/capability.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#ifdef HAVE_SYSTEMD
#include <systemd/sd-daemon.h>
#endif

#define N_OF(a)            (sizeof(a) / sizeof((a)[0]))
#define PING_SOCKET_PROBES 65536.0        /* one id */
#define REPORT_SLICE       256u           /* of a report of everything, a few ms apart */
#define REPORT_SLICE_S     0.005
#define SEND_ERROR_S       10             /* between two records of one errno */
#define ADDING_NS          2000           /* that adding one target may take: what is due meanwhile is late */
#define APPLY_SLICE_NS     (2 * NS_PER_MS)
#define APPLY_STEPS        256u
#define APPLY_EVERY_S      0.004
#define STOP_WAIT_NS       (2 * NS_PER_S)

static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2 };

struct send_errors {                      /* of one errno */
	uint32_t n_untold;
	bool     told;
	int64_t  told_ns;
};

enum reloading { RELOAD_NONE, RELOAD_READING, RELOAD_APPLYING, RELOAD_TIDYING };

struct daemon {
	const struct daemon_options *options;
	struct ev_loop     *loop;
	struct fleet       *fleet;
	struct engine      *engine;
	struct follow      *follow;
	struct watch       *targets_files;
	struct log         *log;
	ev_signal           on_signal[N_OF(signals)];
	ev_prepare          before_sleep;
	ev_timer            each_second, report_slice, apply_slice;
	ev_async            reload_ready;
	struct reload      *reload;
	enum reloading      reloading;
	bool                reload_again; /* asked for while one was under way */
	int64_t             first_ns;     /* no target added by a configuration is due before */
	uint32_t            report_at;    /* of a report of everything: the next target */
	int                 stop_signal;
	int64_t             started_ns;
	struct send_errors  send_errors[134];   /* by errno, which ends at 133 on Linux */
};

/* --- telling --- */

static void notify(const char *state)
{
#ifdef HAVE_SYSTEMD
	sd_notify(0, state);
#else
	(void)state;
#endif
}

/* How systemd tells a reload from a start that came later (sd_notify(3)). */
static void notify_reloading(int64_t now_ns)
{
	char text[80];

	snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)(now_ns / NS_PER_US));
	notify(text);
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
	if (c->state) {
		record_state(&r, t, c);
		log_write(d->log, &r);
	}
}

static void on_report(void *data, uint32_t target)
{
	struct daemon *d = data;
	struct record r;

	record_report(&r, fleet_at(d->fleet, target));
	log_write(d->log, &r);
}

static void on_fault(void *data, const struct blame_fault *f)
{
	struct daemon *d = data;
	struct clock_pair now = clock_pair_now();
	int64_t to_real = now.real_ns - now.mono_ns;
	struct record r;

	record_daemon(&r, "stall");
	record_add_text(&r, "cause", blame_cause_name(f->cause));
	record_add_time(&r, "from", f->from_ns + to_real);
	record_add_time(&r, "to", f->to_ns + to_real);
	record_add_ms(&r, "lasted_ms", f->to_ns - f->from_ns);
	record_add_int(&r, "unknown", (int64_t)f->n_unknown);
	if (f->cause == BLAME_DROPS)
		record_add_int(&r, "packets", (int64_t)f->amount);
	else if (f->cause != BLAME_STALL)
		record_add_ms(&r, "step_ms", (int64_t)f->amount);
	log_write(d->log, &r);
	diag(DIAG_WARNING, "our own host was at fault (%s) for %lld ms: %llu probes unknown",
	     blame_cause_name(f->cause), (long long)((f->to_ns - f->from_ns) / NS_PER_MS),
	     (unsigned long long)f->n_unknown);
}

static void tell_send_errors(struct daemon *d, int error, int64_t now_ns)
{
	struct send_errors *e = &d->send_errors[error];
	struct record r;

	record_daemon(&r, "send_error");
	record_add_text(&r, "error", strerror(error));
	record_add_int(&r, "probes", e->n_untold);
	log_write(d->log, &r);
	diag(DIAG_WARNING, "%u probes could not be sent: %s", e->n_untold, strerror(error));
	*e = (struct send_errors){ .told = true, .told_ns = now_ns };
}

static void on_send_error(void *data, uint32_t target, int error)
{
	struct daemon *d = data;
	struct send_errors *e;

	(void)target;
	if ((size_t)error >= N_OF(d->send_errors))
		return;
	e = &d->send_errors[error];
	e->n_untold++;
	if (!e->told)
		tell_send_errors(d, error, clock_mono_ns());
}

/* The first of its kind is told at once, then a count every SEND_ERROR_S while they go on. */
static void tend_send_errors(struct daemon *d, int64_t now_ns)
{
	for (int i = 0; i < (int)N_OF(d->send_errors); i++) {
		struct send_errors *e = &d->send_errors[i];

		if (!e->told || now_ns - e->told_ns < SEND_ERROR_S * NS_PER_S)
			continue;
		if (e->n_untold)
			tell_send_errors(d, i, now_ns);
		else
			e->told = false;
	}
}

/* --- targets --- */

static void start_target(struct daemon *d, uint32_t number, int64_t now_ns)
{
	const struct target *t = fleet_at(d->fleet, number);
	const struct options *o = &t->profile->options;

	engine_report(d->engine, number,
	              schedule_first(now_ns, schedule_phase(t->name, o->report_ns), o->report_ns));
	if (t->addr.family != AF_UNSPEC)
		engine_add(d->engine, number,
		           schedule_first(now_ns, schedule_phase(t->name, o->interval_ns), o->interval_ns));
}

static uint32_t count_unresolved(const struct daemon *d)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < fleet_size(d->fleet); i++) {
		const struct target *t = fleet_at(d->fleet, i);

		n += t && t->addr.family == AF_UNSPEC;
	}
	return n;
}

static void on_apply(void *data, enum fleet_action a, uint32_t number)
{
	struct daemon *d = data;

	if (a == FLEET_KEPT)
		return;
	follow_target(d->follow, a, number);
	if (a != FLEET_ADDED)
		engine_remove(d->engine, number);
	if (a != FLEET_REMOVED)
		start_target(d, number, d->first_ns);
}

/* --- configuration --- */

static void tell_config_errors(const struct config_errors *errors)
{
	char text[1024];

	/* Not through diag: each error is a line of its own, as compilers print them, none held back. */
	for (size_t i = 0; i < errors->n; i++)
		diag_line(config_error_text(&errors->at[i], text, sizeof(text)));
	if (!errors->n_more)
		return;
	snprintf(text, sizeof(text), "%zu more errors", errors->n_more);
	diag_line(text);
}

static struct engine_load load_of(const struct config *c, double *n_under_way)
{
	struct engine_load load = { .size_max = OPTIONS_SIZE_MIN };

	*n_under_way = 0;
	for (size_t i = 0; i < c->n_targets; i++) {
		const struct options *o = &c->targets[i].profile->options;
		double rate = (double)NS_PER_S / (double)o->interval_ns;

		load.rate += rate;
		*n_under_way += rate * 2 * (double)o->timeout_ns / NS_PER_S;
		if (o->size > load.size_max)
			load.size_max = o->size;
		if (o->timeout_ns > load.timeout_max_ns)
			load.timeout_max_ns = o->timeout_ns;
	}
	return load;
}

static void warn_of_limits(const struct daemon *d, double n_under_way)
{
	struct engine_stats s = engine_stats(d->engine);

	if (s.rcvbuf < s.rcvbuf_wished)
		diag(DIAG_WARNING,
		     "the receive buffer is %d KiB of the %d KiB that this fleet may need: "
		     "raise net.core.rmem_max, or grant CAP_NET_ADMIN",
		     s.rcvbuf / 1024, s.rcvbuf_wished / 1024);
	if (s.ping && n_under_way > PING_SOCKET_PROBES)
		diag(DIAG_WARNING,
		     "this fleet has about %.0f probes under way, and ping sockets carry %.0f: "
		     "grant CAP_NET_RAW",
		     n_under_way, PING_SOCKET_PROBES);
}

static bool log_moves(const struct config_log *a, const struct config_log *b)
{
	return a->to != b->to || a->format != b->format ||
	       (a->to == CONFIG_FILE && strcmp(a->path, b->path));
}

static void tell_reload_failed(struct daemon *d, int err, size_t n_errors)
{
	struct record r;

	record_daemon(&r, "reload");
	record_add_bool(&r, "ok", false);
	record_add_int(&r, "errors", (int64_t)n_errors);
	log_write(d->log, &r);
	diag(DIAG_ERROR, "reload failed (%s): everything stays as it was",
	     n_errors ? "errors in the configuration" : strerror(-err));
	notify("READY=1");
}

static void tell_reloaded(struct daemon *d, const struct fleet_plan *plan)
{
	size_t changed = fleet_plan_count(plan, FLEET_CHANGED) + fleet_plan_count(plan, FLEET_MOVED);
	struct record r;

	record_daemon(&r, "reload");
	record_add_bool(&r, "ok", true);
	record_add_int(&r, "added", (int64_t)fleet_plan_count(plan, FLEET_ADDED));
	record_add_int(&r, "removed", (int64_t)fleet_plan_count(plan, FLEET_REMOVED));
	record_add_int(&r, "changed", (int64_t)changed);
	record_add_int(&r, "kept", (int64_t)fleet_plan_count(plan, FLEET_KEPT));
	log_write(d->log, &r);
	diag(DIAG_INFO, "reloaded: %zu added, %zu removed, %zu changed, %zu kept",
	     fleet_plan_count(plan, FLEET_ADDED), fleet_plan_count(plan, FLEET_REMOVED), changed,
	     fleet_plan_count(plan, FLEET_KEPT));
	notify("READY=1");
}

/* All that can fail before a checked configuration is applied; *c stays the reload's. */
static int make_room(struct daemon *d, struct config *c, const struct fleet_plan *plan)
{
	double n_under_way;
	struct engine_load load = load_of(c, &n_under_way);
	uint32_t n_added = (uint32_t)fleet_plan_count(plan, FLEET_ADDED);
	const struct config *old = fleet_config(d->fleet);
	int err;

	load.n_targets = fleet_size(d->fleet) + n_added;
	d->first_ns = clock_mono_ns() + n_added * ADDING_NS;
	err = engine_fit(d->engine, &load);
	for (size_t i = 0; i < c->n_targets && !err; i++) {
		const struct options *o = &c->targets[i].profile->options;

		if (o->pattern_len)
			err = engine_pattern(d->engine, o->pattern, o->pattern_len);
	}
	engine_limit(d->engine, c->limits.max_rate, c->limits.max_rate_per_prefix);
	if (!err && old && log_moves(&old->log, &c->log)) {
		err = log_switch(d->log, &c->log);
		if (err)
			diag(DIAG_ERROR, "reload: cannot open %s: %s", c->log.path, strerror(-err));
	}
	if (!err)
		warn_of_limits(d, n_under_way);
	return err;
}

/* Reads the configuration for make_room and fleet_apply_some: 0, or -errno with every error told. */
static int read_result(struct daemon *d, struct reload_result *x)
{
	*x = reload_result(d->reload);
	tell_config_errors(x->errors);
	if (!x->err && d->options->log_format >= 0)
		x->config->log.format = (enum config_format)d->options->log_format;
	return x->err;
}

static bool apply_some(struct daemon *d, size_t max)
{
	struct clock_pair now = clock_pair_now();

	return fleet_apply_some(reload_result(d->reload).plan, max, now.mono_ns, now.real_ns, on_apply, d);
}

/* Called on the reload's thread. */
static void on_reload_thread(void *data)
{
	struct daemon *d = data;

	ev_async_send(d->loop, &d->reload_ready);
}

static void begin_reload(struct daemon *d)
{
	int err;

	if (d->reloading != RELOAD_NONE) {
		d->reload_again = true;
		return;
	}
	notify_reloading(clock_mono_ns());
	follow_refresh(d->follow);
	err = reload_begin(&d->reload, d->options->config_path, d->fleet, on_reload_thread, d);
	if (err)
		tell_reload_failed(d, err, 0);
	else
		d->reloading = RELOAD_READING;
}

static void on_targets_file(void *data)
{
	begin_reload(data);
}

/* The main file is reread when its owner says so; lists of targets are often written by programs. */
static void watch_targets_files(struct daemon *d)
{
	const struct config *c = fleet_config(d->fleet);
	const char **paths = calloc(c->n_files, sizeof(*paths));
	size_t n = 0;

	for (size_t i = 0; paths && i < c->n_files; i++)
		if (c->files[i].kind == CONFIG_INPUT_TARGETS)
			paths[n++] = c->files[i].path;
	if ((!paths && c->n_files) || watch_files(d->targets_files, paths, n))
		diag(DIAG_ERROR, "cannot watch files of targets: out of memory");
	free(paths);
}

static void tidy_reload(struct daemon *d)
{
	d->reloading = RELOAD_TIDYING;
	reload_tidy(d->reload);
}

static void on_reload_ready(struct ev_loop *loop, ev_async *w, int revents)
{
	struct daemon *d = w->data;
	struct reload_result x;
	int err;

	(void)revents;
	switch (d->reloading) {
	case RELOAD_READING:
		err = read_result(d, &x);
		if (!err)
			err = make_room(d, x.config, x.plan);
		if (err) {
			tell_reload_failed(d, err, x.errors->n + x.errors->n_more);
			tidy_reload(d);
			break;
		}
		d->reloading = RELOAD_APPLYING;
		ev_timer_start(loop, &d->apply_slice);
		break;
	case RELOAD_TIDYING:
		reload_end(d->reload);
		d->reload = NULL;
		d->reloading = RELOAD_NONE;
		if (d->reload_again) {
			d->reload_again = false;
			begin_reload(d);
		}
		break;
	default:
		break;
	}
}

/* A million targets are swapped in slices, between which the probes go on. */
static void on_apply_slice(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct daemon *d = w->data;
	int64_t until_ns = clock_mono_ns() + APPLY_SLICE_NS;
	bool done;

	(void)revents;
	do
		done = apply_some(d, APPLY_STEPS);
	while (!done && clock_mono_ns() < until_ns);
	if (!done)
		return;
	ev_timer_stop(loop, w);
	watch_targets_files(d);
	tell_reloaded(d, reload_result(d->reload).plan);
	tidy_reload(d);
}

/* --- the loop --- */

static void on_report_slice(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct daemon *d = w->data;

	(void)revents;
	for (uint32_t i = 0; i < REPORT_SLICE && !log_busy(d->log); i++, d->report_at++) {
		if (d->report_at >= fleet_size(d->fleet)) {
			ev_timer_stop(loop, w);
			return;
		}
		if (fleet_at(d->fleet, d->report_at))
			on_report(d, d->report_at);
	}
}

static void on_signal(struct ev_loop *loop, ev_signal *w, int revents)
{
	struct daemon *d = w->data;

	(void)revents;
	switch (w->signum) {
	case SIGHUP:
		begin_reload(d);
		break;
	case SIGUSR1:
		log_reopen(d->log);
		break;
	case SIGUSR2:
		d->report_at = 0;
		ev_timer_start(loop, &d->report_slice);
		break;
	default:
		d->stop_signal = w->signum;
		ev_break(loop, EVBREAK_ALL);
	}
}

static void on_each_second(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct daemon *d = w->data;

	(void)loop, (void)revents;
	log_tend(d->log);
	tend_send_errors(d, clock_mono_ns());
	notify("WATCHDOG=1");
}

static void on_before_sleep(struct ev_loop *loop, ev_prepare *w, int revents)
{
	struct daemon *d = w->data;

	(void)loop, (void)revents;
	log_flush(d->log);
}

static void start_watchers(struct daemon *d)
{
	for (size_t i = 0; i < N_OF(signals); i++) {
		ev_signal_init(&d->on_signal[i], on_signal, signals[i]);
		d->on_signal[i].data = d;
		ev_signal_start(d->loop, &d->on_signal[i]);
	}
	ev_prepare_init(&d->before_sleep, on_before_sleep);
	ev_timer_init(&d->each_second, on_each_second, 1, 1);
	ev_timer_init(&d->report_slice, on_report_slice, REPORT_SLICE_S, REPORT_SLICE_S);
	ev_timer_init(&d->apply_slice, on_apply_slice, 0, APPLY_EVERY_S);
	ev_async_init(&d->reload_ready, on_reload_ready);
	d->reload_ready.data = d->apply_slice.data = d;
	ev_async_start(d->loop, &d->reload_ready);
	d->before_sleep.data = d->each_second.data = d->report_slice.data = d;
	ev_prepare_start(d->loop, &d->before_sleep);
	ev_timer_start(d->loop, &d->each_second);
}

/* --- start and stop --- */

static int open_engine(struct daemon *d)
{
	struct engine_events events = {
		.on_settled = on_settled, .on_send_error = on_send_error, .on_report = on_report,
		.on_fault = on_fault, .data = d,
	};
	int err = engine_open(&d->engine, d->loop, d->fleet, &events);

	if (err == -EPERM)
		diag(DIAG_ERROR,
		     "no permission to open ICMP sockets: run setcap cap_net_raw+ep on this program, use the "
		     "systemd unit (AmbientCapabilities=CAP_NET_RAW), or let the group in with sysctl "
		     "net.ipv4.ping_group_range");
	else if (err)
		diag(DIAG_ERROR, "cannot open ICMP sockets: %s", strerror(-err));
	else if (engine_stats(d->engine).ping)
		diag(DIAG_WARNING, "no CAP_NET_RAW: using unprivileged ping sockets");
	return err == -EPERM ? DAEMON_EXIT_PERMISSION : err ? DAEMON_EXIT_ERROR : 0;
}

/* SO_MARK takes CAP_NET_RAW at each send (sock_cmsg_send in the kernel). */
static bool uses_mark(const struct config *c)
{
	for (size_t i = 0; i < c->n_targets; i++)
		if (c->targets[i].profile->options.mark)
			return true;
	return false;
}

/* The sockets are open: CAP_NET_RAW is not needed any more, and what is not there cannot be abused. */
static void drop_net_raw(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2];
	const uint32_t net_raw = UINT32_C(1) << CAP_NET_RAW;

	if (syscall(SYS_capget, &header, caps) || !(caps[0].permitted & net_raw))
		return;
	caps[0].permitted &= ~net_raw;
	caps[0].effective &= ~net_raw;
	caps[0].inheritable &= ~net_raw;
	if (syscall(SYS_capset, &header, caps))
		diag(DIAG_WARNING, "cannot drop CAP_NET_RAW: %s", strerror(errno));
}

static void tell_start(struct daemon *d, const struct config *c)
{
	struct record r;

	record_daemon(&r, "start");
	record_add_text(&r, "version", PACKAGE_VERSION);
	record_add_int(&r, "pid", getpid());
	record_add_text(&r, "config", d->options->config_path);
	record_add_int(&r, "targets", (int64_t)c->n_targets);
	log_write(d->log, &r);
}

static int open_outputs(struct daemon *d, const struct config *c)
{
	int err = log_open(&d->log, &c->log);

	if (err) {
		diag(DIAG_ERROR, "cannot open the log %s: %s", c->log.path ? c->log.path : "", strerror(-err));
		return DAEMON_EXIT_ERROR;
	}
	err = follow_open(&d->follow, &(struct follow_parts){ d->loop, d->fleet, d->engine, d->log },
	                  d->options->ttl_min_ns);
	if (err)
		diag(DIAG_ERROR, "cannot start the resolver: %s", strerror(-err));
	return err ? DAEMON_EXIT_ERROR : 0;
}

/* libev cannot go on without its descriptors, and would call abort(). */
static void on_loop_error(const char *what)
{
	diag(DIAG_ERROR, "%s: %s", what, strerror(errno));
	_exit(DAEMON_EXIT_ERROR);
}

/* The same way as a reload, but for waiting. */
static int open_all(struct daemon *d)
{
	struct reload_result x;
	int err;

	ev_set_syserr_cb(on_loop_error);
	d->loop = ev_loop_new(EVBACKEND_EPOLL | EVFLAG_NOENV);
	d->fleet = fleet_new();
	d->targets_files = d->loop ? watch_open(d->loop, on_targets_file, d) : NULL;
	if (!d->loop || !d->fleet || !d->targets_files) {
		diag(DIAG_ERROR, "cannot start the event loop: %s", strerror(errno));
		return DAEMON_EXIT_ERROR;
	}
	start_watchers(d);
	if (reload_begin(&d->reload, d->options->config_path, d->fleet, on_reload_thread, d))
		return DAEMON_EXIT_ERROR;
	if (read_result(d, &x))
		return DAEMON_EXIT_CONFIG;
	err = open_engine(d);
	if (err)
		return err;
	if (!uses_mark(x.config))
		drop_net_raw();
	err = open_outputs(d, x.config);
	if (err)
		return err;
	tell_start(d, x.config);
	if (make_room(d, x.config, x.plan)) {
		diag(DIAG_ERROR, "out of memory");
		return DAEMON_EXIT_ERROR;
	}
	apply_some(d, SIZE_MAX);
	reload_end(d->reload);
	d->reload = NULL;
	watch_targets_files(d);
	malloc_trim(0);
	return 0;
}

static void tell_ready(struct daemon *d)
{
	struct record r;
	double rate = 0;

	for (uint32_t i = 0; i < fleet_size(d->fleet); i++)
		rate += (double)NS_PER_S / (double)fleet_at(d->fleet, i)->profile->options.interval_ns;
	record_daemon(&r, "ready");
	record_add_int(&r, "targets", fleet_count(d->fleet));
	record_add_int(&r, "unresolved", count_unresolved(d));
	record_add_int(&r, "rate", (int64_t)(rate + 0.5));
	record_add_text(&r, "sockets", engine_stats(d->engine).ping ? "ping" : "raw");
	log_write(d->log, &r);
	notify("READY=1");
}

/* Lets a busy log catch up; false once it has made no room for STOP_WAIT_NS. */
static bool wait_for_log(struct daemon *d)
{
	int64_t give_up_ns = clock_mono_ns() + STOP_WAIT_NS;

	log_flush(d->log);
	while (log_busy(d->log) && clock_mono_ns() < give_up_ns)
		usleep(1000);
	return !log_busy(d->log);
}

/* A last report of everything, as long as the log takes it. */
static void tell_stop(struct daemon *d)
{
	struct engine_stats s = engine_stats(d->engine);
	bool taken = true;
	struct record r;

	notify("STOPPING=1");
	for (uint32_t i = 0; i < fleet_size(d->fleet); i++) {
		if (taken && log_busy(d->log))
			taken = wait_for_log(d);
		if (fleet_at(d->fleet, i))
			on_report(d, i);
	}
	record_daemon(&r, "stop");
	record_add_text(&r, "signal", d->stop_signal == SIGINT ? "INT" : "TERM");
	record_add_ms(&r, "uptime_ms", clock_mono_ns() - d->started_ns);
	record_add_int(&r, "probes", (int64_t)s.n_sent);
	record_add_int(&r, "in_flight", s.n_under_way);
	record_add_int(&r, "foreign", (int64_t)s.n_foreign);
	record_add_int(&r, "corrupt", (int64_t)s.n_corrupt);
	record_add_int(&r, "skipped", (int64_t)s.n_skipped);
	record_add_int(&r, "off_schedule", (int64_t)s.n_off_schedule);
	record_add_int(&r, "delayed", (int64_t)s.n_delayed);
	log_write(d->log, &r);
}

static void close_all(struct daemon *d)
{
	if (d->reloading == RELOAD_APPLYING)
		apply_some(d, SIZE_MAX);  /* what was begun must end, or two configurations own the fleet */
	reload_end(d->reload);
	follow_close(d->follow);
	watch_close(d->targets_files);
	engine_close(d->engine);
	log_close(d->log, STOP_WAIT_NS);
	fleet_free(d->fleet);
	if (d->loop)
		ev_loop_destroy(d->loop);
}

int daemon_run(const struct daemon_options *o)
{
	struct daemon d = { .options = o, .started_ns = clock_mono_ns() };
	int exit_code;

	signal(SIGPIPE, SIG_IGN);
	exit_code = open_all(&d);
	if (!exit_code) {
		tell_ready(&d);
		engine_start(d.engine);
		ev_run(d.loop, 0);
		tell_stop(&d);
	}
	close_all(&d);
	return exit_code;
}

int daemon_load(const char *path, struct config **out)
{
	struct config_errors errors = { .n = 0 };
	int err = config_load(out, path, &errors);

	tell_config_errors(&errors);
	config_errors_fini(&errors);
	return err ? DAEMON_EXIT_CONFIG : 0;
}

int daemon_check(const struct daemon_options *o)
{
	struct config *c;

	if (daemon_load(o->config_path, &c))
		return DAEMON_EXIT_CONFIG;
	if (c->shard.count > 1)
		printf("%s: %zu of %zu targets are of shard %u of %u, no errors\n", o->config_path,
		       c->n_targets, c->n_all, c->shard.index, c->shard.count);
	else
		printf("%s: %zu targets, no errors\n", o->config_path, c->n_targets);
	config_free(c);
	return DAEMON_EXIT_OK;
}

int daemon_plan(const struct daemon_options *o)
{
	struct config *c;
	struct plan plan;

	if (daemon_load(o->config_path, &c))
		return DAEMON_EXIT_CONFIG;
	plan = plan_make(c);
	plan_print(stdout, c, &plan);
	config_free(c);
	return DAEMON_EXIT_OK;
}
