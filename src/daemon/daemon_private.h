/* daemon_private.h - what the files of the daemon share: its parts, and what each file does with them. Grouped by file;
 * reload.h, daemon_state.h, daemon_history.h and daemon_send_errors.h have the larger ones. */
#ifndef MINIPING_DAEMON_PRIVATE_H
#define MINIPING_DAEMON_PRIVATE_H
#include "base/clock.h"
#include "core/events.h"
#include "core/histograms.h"
#include "core/status.h"
#include "daemon/chores_loop.h"
#include "daemon/command.h"
#include "daemon/daemon.h"
#include "daemon/daemon_asks.h"
#include "daemon/daemon_control.h"
#include "daemon/daemon_history.h"
#include "daemon/daemon_send_errors.h"
#include "daemon/daemon_serve.h"
#include "daemon/daemon_state.h"
#include "daemon/dns_loop.h"
#include "daemon/engine_loop.h"
#include "daemon/filewatch.h"
#include "daemon/leases.h"
#include "daemon/notify.h"
#include "daemon/reload.h"
#include "daemon/reload_room.h"
#include "log/log.h"
#include "serve/http_options.h"

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DAEMON_SIGNALS         5
#define DAEMON_STOP_WAIT_NS    (2 * NS_PER_S) /* for a log that takes nothing */
#define DAEMON_STATUS_LINE_MAX 512

struct daemon {
	const struct command *command;

	/* Its parts */
	struct ev_loop *loop;
	struct chores chores;
	struct chores_loop chores_loop;
	struct notify notify;
	struct config *config;        /* in force; NULL before the first */
	struct config_report *report; /* of it, and of the latest reload */
	struct fleet *fleet;
	struct events events;
	struct engine *engine;
	struct engine_loop engine_loop;
	struct log *log;
	struct dns *dns;
	struct dns_loop dns_loop;
	struct filewatch *targets_files;

	/* daemon.c: start, loop, stop */
	ev_signal on_signal[DAEMON_SIGNALS];
	ev_prepare before_sleep;
	ev_timer each_second, names_wait;
	bool is_ready;   /* and has said so */
	int stop_signal; /* 0: none yet */
	bool log_abandoned;

	/* reload.c */
	struct reload reload;

	/* reload_room.c */
	struct reload_room room;

	/* daemon_events.c */
	struct listener log_listener;

	/* daemon_reports.c */
	struct chore report_all;
	uint32_t report_at; /* of a report of every target: the next one */

	/* daemon_status.c */
	struct status status;
	struct status_count status_count;
	struct chore status_chore;
	struct status_record { /* the latest */
		int64_t at_ns;
		uint64_t n_sent;
	} status_record;
	char status_line[DAEMON_STATUS_LINE_MAX]; /* the latest that was sent; "": none yet */

	/* daemon_serve.c */
	struct daemon_serve *served; /* NULL: nothing is, or has ever been */

	/* daemon_state.c */
	struct daemon_state state;

	/* daemon_history.c */
	struct daemon_history history;

	/* daemon_asks.c */
	ev_async asked;
	struct daemon_asks asks;

	/* daemon_control.c */
	struct daemon_control control;
	struct leases leases;

	/* daemon_histograms.c */
	struct listener histograms_listener;
	struct histograms *histograms;      /* NULL: nothing has ever been served */
	struct histograms *histograms_next; /* prepared, not yet in use; NULL: none */

	/* daemon_send_errors.c */
	struct send_errors send_errors[SEND_ERRORS_ERRNOS];
};

/* --- daemon_events.c: events to records of the log --- */

/* daemon_events_init - the log hears all events from now on. */
void daemon_events_init(struct daemon *d);

/* daemon_events_start, _ready, _stop - their records. */
void daemon_events_start(struct daemon *d, const struct config *c);
void daemon_events_ready(struct daemon *d);
void daemon_events_stop(struct daemon *d);

/* --- daemon_reports.c: a report of every target --- */

/* daemon_reports_start - from the first target on, in slices; daemon_reports_last - in one go, as long as the log takes
 * it. */
void daemon_reports_init(struct daemon *d);
void daemon_reports_start(struct daemon *d);
void daemon_reports_last(struct daemon *d);

/* --- daemon_histograms.c: RTTs for the metrics --- */

/* daemon_histograms_prepare - room to count RTTs in o's buckets. 0; -ENOMEM. Then one of: daemon_histograms_use - they
 * are counted there; what has been counted stays, unless the buckets have changed: then d->histograms is another, and a
 * copy of it in progress gets -ESTALE; daemon_histograms_drop - all stays as it was. */
int daemon_histograms_prepare(struct daemon *d, const struct metrics_options *o);
void daemon_histograms_use(struct daemon *d);
void daemon_histograms_drop(struct daemon *d);

/* --- daemon_status.c: the daemon's own figures, in the line that systemd shows and in a record each minute --- */

void daemon_status_init(struct daemon *d);

/* daemon_status_update - d->status as of now, but for the count of targets. */
void daemon_status_update(struct daemon *d);

/* daemon_status_tend - once a second: counts the targets, for the record each minute, and for the line every 5 seconds,
 * of a million targets every 10. They are counted in slices of 200 µs or so. */
void daemon_status_tend(struct daemon *d);

/* daemon_status_reload - after each reload: renews the line at once.
 *   error   "": it succeeded */
void daemon_status_reload(struct daemon *d, const char *error);
#endif
