/* daemon_send_errors.c - a bit for each target that is counted, so that none is counted twice in a record. */
#include "daemon/daemon_send_errors.h"

#include "base/diag.h"
#include "core/not_sent.h"
#include "daemon/daemon_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_OF(a)      (sizeof(a) / sizeof((a)[0]))
#define SEND_ERROR_S 10                                /* between two records of one errno */
#define NAME_LEN     ((size_t)SEND_ERRORS_NAMES * 300) /* a name has 253 bytes at most, or that and an address */

/* Is it the first time since the last record that target failed so? Without memory, each time is. */
static bool note_target(struct send_errors *e, uint32_t target)
{
	size_t n_bytes = target / 8 + 1;
	uint8_t bit = (uint8_t)(1u << target % 8);

	if (n_bytes > e->n_seen) {
		uint8_t *seen = realloc(e->seen, 2 * n_bytes);

		if (!seen)
			return true;
		memset(seen + e->n_seen, 0, 2 * n_bytes - e->n_seen);
		e->seen = seen;
		e->n_seen = 2 * n_bytes;
	}
	if (e->seen[target / 8] & bit)
		return false;
	e->seen[target / 8] |= bit;
	return true;
}

/* "a, b, c" of the first ones; some may have been removed since. */
static const char *names_of(const struct daemon *d, const struct send_errors *e, char names[NAME_LEN])
{
	size_t len = 0;

	names[0] = '\0';
	for (uint32_t i = 0; i < e->n_targets && i < SEND_ERRORS_NAMES; i++) {
		const struct target *t = fleet_at(d->fleet, e->first[i]);

		if (t && len < NAME_LEN)
			len += (size_t)snprintf(names + len, NAME_LEN - len, "%s%s", len ? ", " : "", t->name);
	}
	return len ? names : NULL;
}

static void log_count(struct daemon *d, int sys_errno, int64_t now_ns)
{
	struct send_errors *e = &d->send_errors[sys_errno];
	char names[NAME_LEN];
	const char *first = names_of(d, e, names);
	struct record r;

	record_daemon(&r, "send_error");
	r.level = LEVEL_WARNING;
	record_add_text(&r, "error", not_sent_text(sys_errno));
	record_add_int(&r, "probes", e->n_pending);
	record_add_text(&r, "reason", not_sent_name(not_sent_of(sys_errno)));
	record_add_int(&r, "targets", e->n_targets);
	record_add_text(&r, "names", first);
	log_write(d->log, &r);
	diag(DIAG_WARNING, "%u probes of %u targets could not be sent: %s (%s%s)", e->n_pending, e->n_targets,
	     not_sent_text(sys_errno), first ? first : "", e->n_targets > SEND_ERRORS_NAMES ? ", ..." : "");
	free(e->seen);
	*e = (struct send_errors){ .is_logged = true, .logged_ns = now_ns };
}

void daemon_send_errors_count(struct daemon *d, uint32_t target, int sys_errno)
{
	struct send_errors *e;

	if ((size_t)sys_errno >= N_OF(d->send_errors))
		return;
	e = &d->send_errors[sys_errno];
	e->n_pending++;
	if (note_target(e, target)) {
		if (e->n_targets < SEND_ERRORS_NAMES)
			e->first[e->n_targets] = target;
		e->n_targets++;
	}
	if (!e->is_logged)
		log_count(d, sys_errno, clock_mono_ns());
}

void daemon_send_errors_tend(struct daemon *d)
{
	int64_t now_ns = clock_mono_ns();

	for (int i = 0; i < (int)N_OF(d->send_errors); i++) {
		struct send_errors *e = &d->send_errors[i];

		if (!e->is_logged || now_ns - e->logged_ns < SEND_ERROR_S * NS_PER_S)
			continue;
		if (e->n_pending)
			log_count(d, i, now_ns);
		else
			e->is_logged = false;
	}
}

void daemon_send_errors_last(struct daemon *d)
{
	for (int i = 0; i < (int)N_OF(d->send_errors); i++)
		if (d->send_errors[i].n_pending)
			log_count(d, i, clock_mono_ns());
}

void daemon_send_errors_free(struct daemon *d)
{
	for (size_t i = 0; i < N_OF(d->send_errors); i++)
		free(d->send_errors[i].seen);
}
