/* daemon_private.h - what the daemon's files share: daemon.c (start, loop, stop), reload.c,
 * daemon_send_errors.c, daemon_events.c. */
#ifndef MINIPING_DAEMON_PRIVATE_H
#define MINIPING_DAEMON_PRIVATE_H
#include "core/status.h"
#include "base/clock.h"
#include "daemon/chores_loop.h"
#include "daemon/command.h"
#include "daemon/daemon.h"
#include "daemon/engine_loop.h"
#include "core/events.h"
#include "daemon/dns_loop.h"
#include "log/log.h"
#include "daemon/reload.h"
#include "daemon/filewatch.h"
#include "daemon/notify.h"

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DAEMON_SIGNALS      5
#define DAEMON_STOP_WAIT_NS (2 * NS_PER_S)   /* for a log that takes nothing */

#define DAEMON_SEND_ERROR_NAMES 3u

struct send_errors {                      /* of one errno, since the latest record of it */
	uint32_t n_pending, n_targets;
	uint32_t first[DAEMON_SEND_ERROR_NAMES];  /* targets, as many as there are */
	size_t   n_seen;
	uint8_t *seen;                    /* a bit for each target that is counted, n_seen bytes; NULL: none */
	bool     is_logged;               /* and since when: logged_ns */
	int64_t  logged_ns;
};

#define STATUS_LINE_MAX 512

struct status_line {                      /* of daemon_status.c */
	struct chore        chore;
	struct status_count count;
	char                sent[STATUS_LINE_MAX];   /* the latest; "": none yet */
};

struct daemon {
	const struct command *command;
	struct ev_loop     *loop;
	struct fleet       *fleet;
	struct events       events;
	struct listener     log_listener;
	struct engine      *engine;
	struct engine_loop  engine_loop;
	struct dns         *dns;
	struct dns_loop     dns_loop;
	struct filewatch       *targets_files;
	struct log         *log;
	ev_signal           on_signal[DAEMON_SIGNALS];
	ev_prepare          before_sleep;
	ev_timer            each_second, names_wait;
	struct config      *config;       /* in force; NULL before the first */
	struct reload       reload;
	struct chores       chores;
	struct chores_loop  chores_loop;
	struct chore        report_all;
	uint32_t            report_at;    /* of a report of everything: the next target */
	bool                is_ready;     /* and has told so */
	int                 stop_signal;
	bool                log_stuck;    /* it has been waited for, in vain */
	bool                log_abandoned;
	struct notify       notify;
	struct status       status;
	struct status_line  status_line;
	struct send_errors  send_errors[134];   /* by errno, which ends at 133 on Linux */
};

/* daemon_events_init - the log hears all events from now on. */
void daemon_events_init(struct daemon *d);

/* daemon_reports_start - a report of every target, from the first one on, in slices; daemon_reports_last - the same in one
 * go, as long as the log takes it. */
void daemon_reports_init(struct daemon *d);
void daemon_reports_start(struct daemon *d);
void daemon_reports_last(struct daemon *d);

/* daemon_events_start, _ready, _stop - their records. */
void daemon_events_start(struct daemon *d, const struct config *c);
void daemon_events_ready(struct daemon *d);
void daemon_events_stop(struct daemon *d);

/* daemon_send_errors_count - a probe of target could not be sent: logged at once, if it is the first of its errno. */
void daemon_send_errors_count(struct daemon *d, uint32_t target, int sys_errno);

/* daemon_send_errors_tend - once a second: logs what has been counted for some seconds. */
void daemon_send_errors_tend(struct daemon *d);

/* daemon_send_errors_last - at the stop: logs what is left. */
void daemon_send_errors_last(struct daemon *d);
void daemon_send_errors_free(struct daemon *d);

/* daemon_status_init - of d->status, and of the line that systemd shows of it. */
void daemon_status_init(struct daemon *d);

/* daemon_status_update - d->status as of now, but for the count of targets. */
void daemon_status_update(struct daemon *d);

/* daemon_status_tend - once a second: counts the targets and renews the line every 5 seconds, of a million targets every
 * 10. They are counted in slices of 200 µs or so. */
void daemon_status_tend(struct daemon *d);

/* daemon_status_reload - after each reload: renews the line at once.
 *   error   "": it succeeded */
void daemon_status_reload(struct daemon *d, const char *error);
#endif
