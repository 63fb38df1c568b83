/* log.c - the sink that lines go to, and the one that they are switched away from, until it is empty. */
#include "log/log.h"

#include "base/clock.h"
#include "base/diag.h"
#include "log/format.h"
#include "base/logfile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define QUEUE_LEN   ((size_t)4 << 20)
#define OLD_WAIT_NS (2 * NS_PER_S) /* for the place that the log is switched away from */

struct log {
	struct sink *sink;
	struct sink *old; /* switched away from, not yet at its end; else NULL */
	enum log_format format;
	uint64_t n;                /* the next line's number − 1 */
	uint64_t n_dropped_before; /* by sinks that were switched away from */
	uint64_t n_dropped_logged;
	struct log_tap *taps;
	struct sink_counts reported; /* its error and whether that was of a reopen */
	char line[FORMAT_LINE_MAX];
};

int log_options_to(struct log_options *o, const char *text)
{
	if (!strcmp(text, "stdout"))
		o->to = LOG_TO_STDOUT;
	else if (!strcmp(text, "stderr"))
		o->to = LOG_TO_STDERR;
	else if (text[0] == '/')
		o->to = LOG_TO_FILE;
	else
		return -EINVAL;
	o->path = o->to == LOG_TO_FILE ? text : NULL;
	return 0;
}

static int open_sink(struct sink **out, const struct log_options *o)
{
	static const char *const names[] = { [LOG_TO_STDOUT] = "standard output", [LOG_TO_STDERR] = "standard error" };
	pid_t holder = 0;
	struct sink_options s = {
		.path = o->to == LOG_TO_FILE ? o->path : NULL,
		.holder = &holder,
		.fd = o->to == LOG_TO_STDERR ? STDERR_FILENO : STDOUT_FILENO,
		.queue_len = QUEUE_LEN,
	};
	int err = sink_open(out, &s);
	char why[LOGFILE_WHY_MAX];

	if (err)
		diag(DIAG_ERROR, "cannot open the log %s: %s", s.path ? s.path : names[o->to],
		     logfile_why(err, holder, why));
	return err;
}

int log_open(struct log **out, const struct log_options *o)
{
	struct log *l = calloc(1, sizeof(*l));
	int err;

	if (!l) {
		diag(DIAG_ERROR, "cannot open the log: %s", strerror(ENOMEM));
		return -ENOMEM;
	}
	l->format = o->format;
	err = open_sink(&l->sink, o);
	if (err)
		free(l);
	else
		*out = l;
	return err;
}

static bool push(struct log *l, const struct record *r, uint64_t n)
{
	int64_t ts_real_ns = clock_pair_now().real_ns;
	size_t len = format_line(l->line, l->format, r, ts_real_ns, n);

	for (const struct log_tap *t = l->taps; t; t = t->next)
		t->on_record(t->data, r, ts_real_ns, n);
	return len && sink_push(l->sink, l->line, len);
}

void log_write(struct log *l, const struct record *r)
{
	push(l, r, ++l->n);
}

static void close_old(struct log *l, int64_t wait_ns)
{
	if (l->old)
		l->n_dropped_before += sink_close(l->old, wait_ns).n_dropped;
	l->old = NULL;
}

void log_format(struct log *l, enum log_format format)
{
	l->format = format;
}

int log_switch(struct log *l, const struct log_options *o)
{
	struct sink *sink;
	int err;

	if (l->old && !sink_ended(l->old)) {
		diag(DIAG_ERROR, "the previous log has not yet taken its last lines");
		return -EBUSY;
	}
	close_old(l, 0); /* first, for it may be where the log is to go again */
	err = open_sink(&sink, o);
	if (err)
		return err;
	l->old = l->sink;
	sink_end(l->old, OLD_WAIT_NS);
	l->sink = sink;
	return 0;
}

void log_flush(struct log *l)
{
	sink_flush(l->sink);
}

uint64_t log_lines(const struct log *l)
{
	return l->n;
}

void log_tap(struct log *l, struct log_tap *t)
{
	t->next = l->taps;
	l->taps = t;
}

void log_untap(struct log *l, const struct log_tap *t)
{
	struct log_tap **at = &l->taps;

	while (*at && *at != t)
		at = &(*at)->next;
	if (*at)
		*at = t->next;
}

uint64_t log_dropped(struct log *l)
{
	return l->n_dropped_before + sink_counts(l->sink).n_dropped;
}

static void report_error(struct log *l, const struct sink_counts *c, uint64_t dropped)
{
	const struct sink_counts last = l->reported;
	char why[LOGFILE_WHY_MAX];

	l->reported = *c;
	if (c->error == last.error && c->reopen_failed == last.reopen_failed)
		return;
	if (c->reopen_failed)
		diag(DIAG_ERROR, "log: keeping the old file: the new one cannot be opened: %s",
		     logfile_why(c->error, c->holder, why));
	else if (c->error)
		diag(DIAG_ERROR, "log: cannot write: %s; lines wait, then are dropped and counted", strerror(c->error));
	else
		diag(DIAG_WARNING, "log: writing again; %llu lines dropped since start", (unsigned long long)dropped);
}

void log_tend(struct log *l)
{
	struct sink_counts c = sink_counts(l->sink);
	uint64_t dropped;
	struct record r;

	if (l->old && sink_ended(l->old))
		close_old(l, 0);
	dropped = l->n_dropped_before + c.n_dropped;
	report_error(l, &c, dropped);
	if (dropped == l->n_dropped_logged || sink_half_full(l->sink))
		return;
	record_daemon(&r, "drop");
	r.level = LEVEL_WARNING;
	record_add_int(&r, "lines", (int64_t)(dropped - l->n_dropped_logged));
	if (push(l, &r, ++l->n))
		l->n_dropped_logged = dropped;
}

bool log_abandoned(struct log *l)
{
	return sink_counts(l->sink).abandoned;
}

bool log_busy(struct log *l)
{
	return sink_half_full(l->sink);
}

void log_reopen(struct log *l)
{
	sink_reopen(l->sink);
}

void log_close(struct log *l, int64_t wait_ns)
{
	uint64_t dropped;

	if (!l)
		return;
	sink_end(l->sink, wait_ns); /* both write at once, not one after the other */
	close_old(l, wait_ns);
	dropped = l->n_dropped_before + sink_close(l->sink, wait_ns).n_dropped;
	if (dropped)
		diag(DIAG_WARNING, "log: %llu lines dropped in all", (unsigned long long)dropped);
	free(l);
}
