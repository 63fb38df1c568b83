/* daemon_status.c - what the daemon says of itself: the line that "systemctl status" shows, and a record each minute.
 */
#include "daemon/daemon_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EVERY_NS        (5 * NS_PER_S)
#define EVERY_TARGET_NS (5 * NS_PER_US) /* counting one takes 45 ns: less than 1 % of the time */
#define RECORD_EVERY_NS NS_PER_M
#define SLICE           4096u /* targets: some 200 µs, where they are in no cache */
#define SLICE_EVERY_NS  (2 * NS_PER_MS)

/* Three digits, so that the line does not change with every probe more or less. */
static double rounded(double rate)
{
	double unit = 1;

	while (rate / unit >= 1000)
		unit *= 10;
	return unit * (double)(int64_t)(rate / unit + 0.5);
}

/* systemd takes no status that is not UTF-8, and a line's end for the end of it. */
static void clean(char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			text[i] = ' ';
	/* What has been cut may have been cut within a character. */
	for (size_t i = len; i > 0 && len - i < 4; i--) {
		unsigned char c = (unsigned char)text[i - 1];

		if ((c & 0xc0) == 0x80)
			continue;
		if (c >= 0xc0 && len - i < (c >= 0xf0 ? 3u : c >= 0xe0 ? 2u : 1u))
			text[i - 1] = '\0';
		return;
	}
}

/* Resident memory, bytes; -1: not known. Some 10 µs, whatever the size. */
static int64_t resident(void)
{
	long long pages = -1;
	FILE *f = fopen("/proc/self/statm", "re");
	char line[128];

	if (!f)
		return -1;
	/* The second number. */
	if (fgets(line, sizeof(line), f) && strchr(line, ' '))
		pages = strtoll(strchr(line, ' '), NULL, 10);
	(void)fclose(f); /* it was only read */
	return pages < 0 ? -1 : pages * sysconf(_SC_PAGESIZE);
}

static void send_line(struct daemon *d)
{
	const struct status *s = &d->status;
	const uint32_t *n = s->n_in_state;
	char text[DAEMON_STATUS_LINE_MAX];
	int len = snprintf(text, sizeof(text),
	                   "%" PRIu32 " targets: %" PRIu32 " up, %" PRIu32 " degraded, %" PRIu32 " down, %" PRIu32
	                   " unknown; %.0f probes/s, %.0f late, %.0f skipped; %" PRIu32 " packets, %" PRIu64
	                   " log lines dropped; %.0f MB; configuration %s%s%s",
	                   s->n_targets, n[HEALTH_UP], n[HEALTH_DEGRADED], n[HEALTH_DOWN], n[HEALTH_UNKNOWN],
	                   rounded(s->rate), rounded((double)s->engine.n_off_schedule),
	                   rounded((double)s->engine.n_skipped), s->engine.n_socket_drops, log_dropped(d->log),
	                   rounded((double)resident() / 1e6), d->config->hash,
	                   s->reload_error[0] ? "; the last reload failed: " : "", s->reload_error);

	clean(text, (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1);
	if (strcmp(text, d->status_line) && notify_status(&d->notify, text))
		strcpy(d->status_line, text);
}

/* Rates are those of the time since the record before. */
static void log_record(struct daemon *d)
{
	const struct status *s = &d->status;
	struct status_record *last = &d->status_record;
	int64_t rss_bytes = resident();
	struct record r;

	record_daemon(&r, "status");
	record_add_int(&r, "targets", s->n_targets);
	record_add_int(&r, "up", s->n_in_state[HEALTH_UP]);
	record_add_int(&r, "degraded", s->n_in_state[HEALTH_DEGRADED]);
	record_add_int(&r, "down", s->n_in_state[HEALTH_DOWN]);
	record_add_int(&r, "unknown", s->n_in_state[HEALTH_UNKNOWN]);
	record_add_int(&r, "rate", (int64_t)(status_rate(s, last->n_sent, last->at_ns) + 0.5));
	record_add_int(&r, "probes", (int64_t)s->engine.n_sent);
	record_add_int(&r, "in_flight", s->engine.n_in_flight);
	record_add_int(&r, "off_schedule", (int64_t)s->engine.n_off_schedule);
	record_add_int(&r, "skipped", (int64_t)s->engine.n_skipped);
	record_add_int(&r, "delayed", (int64_t)s->engine.n_delayed);
	record_add_int(&r, "socket_drops", s->engine.n_socket_drops);
	record_add_int(&r, "log_dropped", (int64_t)log_dropped(d->log));
	if (rss_bytes >= 0)
		record_add_int(&r, "rss_bytes", rss_bytes);
	record_add_text(&r, "config_hash", d->config->hash);
	record_add_ms(&r, "uptime_ms", s->at_ns - s->started_ns);
	log_write(d->log, &r);
	*last = (struct status_record){ .at_ns = s->at_ns, .n_sent = s->engine.n_sent };
}

void daemon_status_update(struct daemon *d)
{
	struct engine_stats engine = engine_stats(d->engine);

	status_update(&d->status, &engine, clock_mono_ns());
}

static bool record_is_due(const struct daemon *d)
{
	return clock_mono_ns() - d->status_record.at_ns >= RECORD_EVERY_NS;
}

static bool count_some(void *data)
{
	struct daemon *d = data;

	if (!status_count_some(&d->status, &d->status_count, d->fleet, SLICE))
		return true;
	daemon_status_update(d);
	if (notify_is_on(&d->notify))
		send_line(d);
	if (record_is_due(d))
		log_record(d);
	return false;
}

void daemon_status_init(struct daemon *d)
{
	d->status.at_ns = d->status_record.at_ns = clock_mono_ns();
	d->status_chore = (struct chore){ .step = count_some, .data = d, .every_ns = SLICE_EVERY_NS };
}

void daemon_status_tend(struct daemon *d)
{
	int64_t every_ns = EVERY_NS + d->status.n_targets * EVERY_TARGET_NS;

	/* The first one soon: an operator may be looking at the service just started. */
	bool line_is_due = !d->status_line[0] || clock_mono_ns() - d->status.at_ns >= every_ns;

	if ((notify_is_on(&d->notify) && line_is_due) || record_is_due(d))
		chores_start(&d->chores, &d->status_chore);
}

void daemon_status_reload(struct daemon *d, const char *error)
{
	snprintf(d->status.reload_error, sizeof(d->status.reload_error), "%s", error);
	if (d->status_line[0])
		send_line(d);
}
