/* daemon.c - the daemon's life from its start to its stop, and what its loop is asked to do by signals and by time. */
#include "daemon/daemon_private.h"

#include "base/diag.h"
#include "daemon/config_messages.h"
#include "daemon/config_report.h"
#include "daemon/privileges.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEAP_STEP         (4 * 1024 * 1024)
#define NAMES_WAIT_S      2              /* for the first answers for names, until it is ready without them */
#define DIAG_STOP_WAIT_NS (NS_PER_S / 2) /* for a standard error that takes nothing */

static const int signals[DAEMON_SIGNALS] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2 };

static void on_signal(struct ev_loop *loop, ev_signal *w, int revents)
{
	struct daemon *d = w->data;

	(void)loop, (void)revents;
	switch (w->signum) {
	case SIGHUP:
		reload_begin(d);
		break;
	case SIGUSR1:
		if (d->log) /* else it is yet to be opened */
			log_reopen(d->log);
		break;
	case SIGUSR2:
		if (d->log)
			daemon_reports_start(d);
		break;
	default:
		d->stop_signal = w->signum;
		ev_break(d->loop, EVBREAK_ALL);
	}
}

static void on_each_second(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct daemon *d = w->data;

	(void)revents;
	log_tend(d->log);
	if (log_abandoned(d->log)) {
		diag(DIAG_ERROR, "the reader of the log is gone: stopping");
		d->log_abandoned = true;
		ev_break(loop, EVBREAK_ALL);
	}
	daemon_send_errors_tend(d);
	daemon_control_tend(d);
	daemon_status_tend(d);
	daemon_state_tend(d);
	notify_tend(&d->notify);
	filewatch_tend(d->targets_files);
	dns_loop_tend(&d->dns_loop);
}

static void get_ready(struct daemon *d)
{
	d->is_ready = true;
	daemon_events_ready(d);
	notify_ready(&d->notify);
}

static void on_before_sleep(struct ev_loop *loop, ev_prepare *w, int revents)
{
	struct daemon *d = w->data;

	(void)loop, (void)revents;
	if (!d->is_ready && !dns_is_asking(d->dns))
		get_ready(d);
	log_flush(d->log);
	daemon_serve_flush(d);
}

static void on_names_wait(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct daemon *d = w->data;

	(void)loop, (void)revents;
	if (!d->is_ready)
		get_ready(d);
}

static void catch_signals(struct daemon *d)
{
	for (size_t i = 0; i < DAEMON_SIGNALS; i++) {
		ev_signal_init(&d->on_signal[i], on_signal, signals[i]);
		d->on_signal[i].data = d;
		ev_signal_start(d->loop, &d->on_signal[i]);
	}
}

static void start_watchers(struct daemon *d)
{
	ev_prepare_init(&d->before_sleep, on_before_sleep);
	ev_timer_init(&d->each_second, on_each_second, 1, 1);
	ev_timer_init(&d->names_wait, on_names_wait, NAMES_WAIT_S, 0);
	d->before_sleep.data = d->each_second.data = d->names_wait.data = d;
	ev_prepare_start(d->loop, &d->before_sleep);
	ev_timer_start(d->loop, &d->each_second);
	ev_timer_start(d->loop, &d->names_wait);
	daemon_status_init(d);
}

static int open_engine(struct daemon *d)
{
	int err = engine_open(&d->engine, d->fleet, &d->events, ENGINE_LANES);

	if (!err)
		err = engine_loop_open(&d->engine_loop, d->loop, d->engine);
	if (err == -EPERM)
		diag(DIAG_ERROR,
		     "no permission to open ICMP sockets: run setcap cap_net_raw+ep on this program, use the "
		     "systemd unit (AmbientCapabilities=CAP_NET_RAW), or let the group in with sysctl "
		     "net.ipv4.ping_group_range");
	else if (err)
		diag(DIAG_ERROR, "cannot open ICMP sockets: %s", strerror(-err));
	else if (engine_stats(d->engine).ping)
		diag(DIAG_WARNING, "no CAP_NET_RAW: using unprivileged ping sockets");
	if (!err && !engine_stats(d->engine).watches_links)
		diag(DIAG_WARNING, "no netlink socket (RestrictAddressFamilies=?): when a network interface goes down, "
		                   "probes in flight there will count as lost");
	return err == -EPERM ? COMMAND_EXIT_PERMISSION : err ? COMMAND_EXIT_ERROR : 0;
}

/* Of something that there may be enough of the next time. */
static bool is_shortage(int err)
{
	return err == -ENOMEM || err == -EMFILE || err == -ENFILE || err == -EAGAIN;
}

/* For each of its addresses that is a target. */
static void on_derived(void *data, uint32_t number)
{
	daemon_state_give(data, number);
	daemon_history_come(data, number);
}

static int open_outputs(struct daemon *d, const struct reload_thread_result *first)
{
	const struct config *c = first->config;
	int err = log_open(&d->log, &c->log);

	if (err)
		return is_shortage(err) ? COMMAND_EXIT_ERROR : COMMAND_EXIT_FILE;
	err = daemon_state_prepare(d, &c->state, first->state_err);
	if (!err)
		err = daemon_history_prepare(d, &c->history, first->history_err, d->reload.thread);
	if (err)
		return is_shortage(err) ? COMMAND_EXIT_ERROR : COMMAND_EXIT_FILE;
	if (daemon_serve_prepare(d, &c->serve))
		return COMMAND_EXIT_ERROR;
	err = dns_open(&d->dns, &(struct dns_parts){ d->fleet, d->engine, &d->events, &d->chores, on_derived, d },
	               d->command->ttl_min_ns);
	if (!err)
		err = dns_loop_open(&d->dns_loop, d->loop, d->dns);
	if (err)
		diag(DIAG_ERROR, "cannot start the resolver: %s", strerror(-err));
	return err ? COMMAND_EXIT_ERROR : 0;
}

static void on_targets_file(void *data)
{
	reload_begin(data);
}

/* libev cannot go on without its descriptors, and would call abort(). */
static void on_loop_error(const char *what)
{
	diag(DIAG_ERROR, "%s: %s", what, strerror(errno));
	diag_stop(DIAG_STOP_WAIT_NS);
	_exit(COMMAND_EXIT_ERROR);
}

/* Nor without memory. */
static void *on_loop_memory(void *at, long len)
{
	void *new = len ? realloc(at, (size_t)len) : NULL;

	if (!len)
		free(at);
	else if (!new)
		on_loop_error("event loop");
	return new;
}

static int open_loop(struct daemon *d)
{
	ev_set_syserr_cb(on_loop_error);
	ev_set_allocator(on_loop_memory);
	d->loop = ev_loop_new(EVBACKEND_EPOLL | EVFLAG_NOENV);
	d->fleet = fleet_new();
	d->targets_files = d->loop ? filewatch_open(d->loop, on_targets_file, d) : NULL;
	if (!d->loop || !d->fleet || !d->targets_files) {
		diag(DIAG_ERROR, "cannot start the event loop: %s", strerror(errno));
		return COMMAND_EXIT_ERROR;
	}
	chores_loop_open(&d->chores_loop, d->loop, &d->chores);
	catch_signals(d);
	reload_init(d);
	/* First, for a target is on the tape before its records are. */
	daemon_history_init(d);
	daemon_events_init(d);
	daemon_reports_init(d);
	daemon_asks_init(d);
	daemon_control_init(d);
	daemon_state_init(d);
	return COMMAND_EXIT_OK;
}

/* As a reload does, but in one go. */
static int enter_targets(struct daemon *d, const struct reload_thread_result *first)
{
	if (reload_room_reserve(d, first)) {
		diag(DIAG_ERROR, "out of memory");
		return COMMAND_EXIT_ERROR;
	}
	reload_commit(d, first);
	if (reload_apply(d)) {
		diag(DIAG_ERROR, "out of memory");
		return COMMAND_EXIT_ERROR;
	}
	daemon_state_entered(d);
	malloc_trim(0);
	return COMMAND_EXIT_OK;
}

/* COMMAND_EXIT_OK also where a signal has ended it (d->stop_signal). */
static int start(struct daemon *d)
{
	const struct reload_thread_result *first;
	int exit_code = open_loop(d), err;

	if (exit_code)
		return exit_code;
	err = reload_first(d, &first);
	if (err)
		return err == -EINTR ? COMMAND_EXIT_OK : config_messages_exit_code("cannot start", err);
	exit_code = open_engine(d);
	if (exit_code)
		return exit_code;
	privileges_reduce(first->needs.n_marked);
	exit_code = open_outputs(d, first);
	if (exit_code)
		return exit_code;
	daemon_events_start(d, first->config);
	return enter_targets(d, first);
}

static void stop(struct daemon *d)
{
	notify_stopping(&d->notify);
	engine_finish(d->engine);
	daemon_history_last(d);
	daemon_state_last(d);
	daemon_send_errors_last(d);
	daemon_reports_last(d);
	daemon_status_update(d);
	daemon_events_stop(d);
}

/* A thread that does not end is left behind, and with it what it uses: then this does not return. */
static void close_all(struct daemon *d, int exit_code)
{
	bool at_rest;

	daemon_control_close(d);
	at_rest = daemon_serve_close(d);
	if (at_rest) /* nobody asks any more; the writer is the last to close the file, and cleans up behind it */
		daemon_past_close(d);
	at_rest = reload_close(d) && at_rest;
	daemon_history_drop(d); /* while the store is there to close what was prepared */
	at_rest = daemon_state_close(d) && at_rest;
	chores_loop_close(&d->chores_loop);
	dns_loop_close(&d->dns_loop);
	dns_close(d->dns);
	filewatch_close(d->targets_files);
	engine_loop_close(&d->engine_loop);
	engine_close(d->engine);
	log_close(d->log, DAEMON_STOP_WAIT_NS);
	diag_stop(DIAG_STOP_WAIT_NS);
	notify_close(&d->notify);
	if (!at_rest)
		_exit(exit_code);
	daemon_send_errors_free(d);
	daemon_asks_close(d);
	daemon_history_close(d);
	daemon_state_free(d);
	histograms_free(d->histograms);
	fleet_free(d->fleet);
	leases_free(&d->leases);
	config_report_unref(d->report);
	config_free(d->config);
	if (d->loop)
		ev_loop_destroy(d->loop);
}

/* Last of all: filling a fleet takes its time. An exit code. */
static int schedule_loop(const struct daemon *d)
{
	int err = 0;

	if (d->command->realtime)
		err = privileges_realtime();
	else
		privileges_short_slices();
	if (err)
		diag(DIAG_ERROR, "--realtime: %s%s", strerror(-err),
		     err == -EPERM ? ": it takes CAP_SYS_NICE, or LimitRTPRIO=1 in the systemd unit" : "");
	return err == -EPERM ? COMMAND_EXIT_PERMISSION : err ? COMMAND_EXIT_ERROR : COMMAND_EXIT_OK;
}

static int run(struct daemon *d)
{
	int exit_code = schedule_loop(d);

	if (exit_code)
		return exit_code;
	if (!dns_is_asking(d->dns))
		get_ready(d);
	start_watchers(d);
	engine_start(d->engine);
	reload_next(d);
	ev_run(d->loop, 0);
	if (d->log_abandoned)
		return COMMAND_EXIT_ERROR;
	stop(d);
	return COMMAND_EXIT_OK;
}

/* One heap for all threads: what one reload frees the next one takes, and the heap of a thread would grow by a system
 * call a page. Without names, the loop itself allocates next to nothing. */
static void share_one_heap(void)
{
	mallopt(M_ARENA_MAX, 1);
	mallopt(M_TOP_PAD, HEAP_STEP);
}

int daemon_run(const struct command *c)
{
	struct daemon d = {
		.command = c,
		.status.started_ns = clock_mono_ns(),
		.chores.clock = clock_mono_ns,
	};
	int exit_code, err;

	signal(SIGPIPE, SIG_IGN);
	err = diag_start();
	if (err) {
		diag(DIAG_ERROR, "cannot start: %s", strerror(-err));
		return COMMAND_EXIT_ERROR;
	}
	share_one_heap();
	notify_open(&d.notify);
	exit_code = start(&d);
	if (!exit_code && !d.stop_signal)
		exit_code = run(&d);
	close_all(&d, exit_code);
	return exit_code;
}
