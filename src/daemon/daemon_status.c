/* daemon_status.c - the line that "systemctl status" shows. */
#include "daemon/daemon_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVERY_NS        (5 * NS_PER_S)
#define EVERY_TARGET_NS (5 * NS_PER_US) /* counting one takes 45 ns: less than 1 % of the time */
#define SLICE           4096u           /* targets: some 200 µs, where they are in no cache */
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

static void send_line(struct daemon *d)
{
	const struct status *s = &d->status;
	const uint32_t *n = s->n_in_state;
	char text[DAEMON_STATUS_LINE_MAX];
	int len = snprintf(text, sizeof(text),
	                   "%" PRIu32 " targets: %" PRIu32 " up, %" PRIu32 " degraded, %" PRIu32 " down, %" PRIu32
	                   " unknown; %.0f probes/s%s%s",
	                   s->n_targets, n[HEALTH_UP], n[HEALTH_DEGRADED], n[HEALTH_DOWN], n[HEALTH_UNKNOWN],
	                   rounded(s->rate), s->reload_error[0] ? "; the last reload failed: " : "", s->reload_error);

	clean(text, (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1);
	if (strcmp(text, d->status_line) && notify_status(&d->notify, text))
		strcpy(d->status_line, text);
}

void daemon_status_update(struct daemon *d)
{
	struct engine_stats engine = engine_stats(d->engine);

	status_update(&d->status, &engine, clock_mono_ns());
}

static bool count_some(void *data)
{
	struct daemon *d = data;

	if (!status_count_some(&d->status, &d->status_count, d->fleet, SLICE))
		return true;
	daemon_status_update(d);
	send_line(d);
	return false;
}

void daemon_status_init(struct daemon *d)
{
	d->status.at_ns = clock_mono_ns();
	d->status_chore = (struct chore){ .step = count_some, .data = d, .every_ns = SLICE_EVERY_NS };
}

void daemon_status_tend(struct daemon *d)
{
	int64_t every_ns = EVERY_NS + d->status.n_targets * EVERY_TARGET_NS;

	/* The first one soon: an operator may be looking at the service just started. */
	if (notify_is_on(&d->notify) && (!d->status_line[0] || clock_mono_ns() - d->status.at_ns >= every_ns))
		chores_start(&d->chores, &d->status_chore);
}

void daemon_status_reload(struct daemon *d, const char *error)
{
	snprintf(d->status.reload_error, sizeof(d->status.reload_error), "%s", error);
	if (d->status_line[0])
		send_line(d);
}
