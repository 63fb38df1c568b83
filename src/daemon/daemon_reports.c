/* daemon_reports.c - a report of every target at once: on SIGUSR2, and a last one at the stop. Each is emitted as
 * if it were due. */
#include "daemon/daemon_private.h"

#include <unistd.h>

#define SLICE    64u /* targets: some 300 µs */
#define EVERY_NS (2 * NS_PER_MS)

static bool report_some(void *data)
{
	struct daemon *d = data;

	for (uint32_t i = 0; i < SLICE && !log_busy(d->log); i++, d->report_at++) {
		if (d->report_at >= fleet_size(d->fleet))
			return false;
		if (fleet_at(d->fleet, d->report_at))
			engine_report(d->engine, d->report_at);
	}
	return true;
}

void daemon_reports_init(struct daemon *d)
{
	d->report_all = (struct chore){ .step = report_some, .data = d, .every_ns = EVERY_NS };
}

void daemon_reports_start(struct daemon *d)
{
	d->report_at = 0;
	chores_start(&d->chores, &d->report_all);
}

/* Lets a busy log catch up, for DAEMON_STOP_WAIT_NS once. */
static void wait_for_log(struct daemon *d)
{
	int64_t give_up_ns = clock_mono_ns() + DAEMON_STOP_WAIT_NS;

	log_flush(d->log);
	while (log_busy(d->log) && clock_mono_ns() < give_up_ns)
		usleep(1000);
	if (log_busy(d->log))
		log_give_up(d->log);
}

void daemon_reports_last(struct daemon *d)
{
	for (uint32_t i = 0; i < fleet_size(d->fleet); i++) {
		if (log_busy(d->log))
			wait_for_log(d);
		if (fleet_at(d->fleet, i))
			engine_report(d->engine, i);
	}
}
