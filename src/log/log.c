/* log.c - the sinks that lines go to, and those that they are switched away from, until these are empty. */
#include "log/log.h"

#include "base/clock.h"
#include "base/diag.h"
#include "base/logfile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define OLD_WAIT_NS (2 * NS_PER_S) /* for a place that the log is switched away from */

struct log_sink {
	struct log_options o;
	struct sink *sink;
	uint64_t n;                /* the next line's number − 1 */
	uint64_t n_dropped_before; /* at places that it was switched away from */
	uint64_t n_dropped_logged;
	uint64_t n_written_seen;
	bool stalled; /* half full, and nothing written for a second */
	bool given_up;
	struct sink_counts reported; /* its error and whether that was of a reopen */
};

struct old { /* switched away from, not yet at its end */
	struct sink *sink;
	struct log_sink *heir; /* whose drops its own are; NULL: it has gone */
};

struct log {
	struct log_sink *sinks[LOG_SINKS_MAX];
	size_t n_sinks;
	struct old olds[LOG_SINKS_MAX];
	size_t n_olds;
	uint64_t n_records;
	uint64_t n_gone, n_dropped_gone; /* lines of sinks that have gone */
	struct log_tap *taps;
	char line[FORMAT_LINE_MAX];
};

/* --- opening and closing --- */

static void free_new(struct log_sink **sinks, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (sinks[i])
			sink_close(sinks[i]->sink, 0);
		free(sinks[i]);
	}
}

/* A sink for each place of o but those of which stays says that they are open. 0, or -errno with none. */
static int open_new(struct log_sink *sinks[LOG_SINKS_MAX], const struct log_list *o, struct log_sink *const *stays)
{
	int err = 0;

	memset(sinks, 0, LOG_SINKS_MAX * sizeof(sinks[0]));
	if (log_options_mix(o)) {
		diag(DIAG_ERROR, "cannot open the log: standard output and standard error are the same");
		return -EEXIST;
	}
	for (size_t i = 0; i < o->n && !err; i++) {
		if (stays[i])
			continue;
		sinks[i] = calloc(1, sizeof(*sinks[i]));
		if (!sinks[i]) {
			diag(DIAG_ERROR, "cannot open the log: %s", strerror(ENOMEM));
			err = -ENOMEM;
			break;
		}
		sinks[i]->o = o->at[i];
		err = log_options_open(&sinks[i]->sink, &o->at[i]);
		if (err) {
			free(sinks[i]);
			sinks[i] = NULL;
		}
	}
	if (err)
		free_new(sinks, o->n);
	return err;
}

int log_open(struct log **out, const struct log_list *o)
{
	static struct log_sink *const none[LOG_SINKS_MAX] = { NULL };
	struct log *l = calloc(1, sizeof(*l));
	int err;

	if (!l) {
		diag(DIAG_ERROR, "cannot open the log: %s", strerror(ENOMEM));
		return -ENOMEM;
	}
	err = open_new(l->sinks, o, none);
	if (err) {
		free(l);
		return err;
	}
	l->n_sinks = o->n;
	*out = l;
	return 0;
}

/* Takes the i-th out of those that were switched away from. */
static void close_old(struct log *l, size_t i, int64_t wait_ns)
{
	struct old *old = &l->olds[i];
	uint64_t n_dropped = sink_close(old->sink, wait_ns).n_dropped;

	*(old->heir ? &old->heir->n_dropped_before : &l->n_dropped_gone) += n_dropped;
	*old = l->olds[--l->n_olds];
}

static void close_ended(struct log *l)
{
	for (size_t i = l->n_olds; i-- > 0;) {
		if (sink_ended(l->olds[i].sink))
			close_old(l, i, 0);
	}
}

/* --- switching --- */

/* The sinks of l, taken: one by one they are given a place in the list that follows. */
struct taking {
	struct log_sink *left[LOG_SINKS_MAX];  /* NULL: taken */
	struct log_sink *stays[LOG_SINKS_MAX]; /* by the new list; NULL: to be opened */
	size_t n_opens, n_left;
};

static struct taking match(const struct log *l, const struct log_list *o)
{
	struct taking t = { .n_opens = o->n, .n_left = l->n_sinks };

	memcpy(t.left, l->sinks, sizeof(t.left));
	for (size_t i = 0; i < o->n; i++) {
		for (size_t j = 0; j < l->n_sinks && !t.stays[i]; j++) {
			if (!t.left[j] || strcmp(log_options_place(&t.left[j]->o), log_options_place(&o->at[i])))
				continue;
			t.stays[i] = t.left[j];
			t.left[j] = NULL;
			t.n_opens--;
			t.n_left--;
		}
	}
	return t;
}

static void leave(struct log *l, struct sink *sink, struct log_sink *heir)
{
	sink_end(sink, OLD_WAIT_NS);
	l->olds[l->n_olds++] = (struct old){ sink, heir };
}

/* opened goes on where was ends, whose it takes over. */
static struct log_sink *move(struct log *l, struct log_sink *was, struct log_sink *opened)
{
	leave(l, was->sink, was);
	was->sink = opened->sink;
	was->n_written_seen = 0;
	was->stalled = was->given_up = false;
	was->reported = (struct sink_counts){ .error = 0 };
	free(opened);
	return was;
}

static void go(struct log *l, struct log_sink *s)
{
	leave(l, s->sink, NULL);
	l->n_gone += s->n;
	l->n_dropped_gone += s->n_dropped_before;
	free(s);
}

int log_switch(struct log *l, const struct log_list *o)
{
	struct taking t = match(l, o);
	struct log_sink *opened[LOG_SINKS_MAX];
	size_t j = 0;
	int err;

	close_ended(l); /* first, for one may be where the log is to go again */
	if (l->n_olds && (t.n_opens || t.n_left)) {
		diag(DIAG_ERROR, "the previous log has not yet taken its last lines");
		return -EBUSY;
	}
	err = open_new(opened, o, t.stays);
	if (err)
		return err;
	for (size_t i = 0; i < o->n; i++) {
		while (j < l->n_sinks && !t.left[j])
			j++;
		if (opened[i] && j < l->n_sinks) {
			opened[i] = move(l, t.left[j], opened[i]);
			t.left[j] = NULL;
		}
		if (!opened[i])
			opened[i] = t.stays[i];
	}
	for (; j < l->n_sinks; j++) {
		if (t.left[j])
			go(l, t.left[j]);
	}
	memcpy(l->sinks, opened, sizeof(opened));
	l->n_sinks = o->n;
	for (size_t i = 0; i < o->n; i++)
		l->sinks[i]->o = o->at[i];
	return 0;
}

/* --- writing --- */

static void tap(struct log *l, const struct record *r, int64_t ts_real_ns)
{
	l->n_records++;
	for (const struct log_tap *t = l->taps; t; t = t->next)
		t->on_record(t->data, r, ts_real_ns, l->n_records);
}

static bool push(struct log *l, struct log_sink *s, const struct record *r, int64_t ts_real_ns)
{
	size_t len = format_fields(l->line, s->o.format, r, log_filter_fields(&s->o.filter, r), ts_real_ns, ++s->n);

	return len && sink_push(s->sink, l->line, len);
}

void log_write(struct log *l, const struct record *r)
{
	int64_t ts_real_ns = clock_pair_now().real_ns;

	tap(l, r, ts_real_ns);
	for (size_t i = 0; i < l->n_sinks; i++) {
		if (log_filter_takes(&l->sinks[i]->o.filter, r))
			push(l, l->sinks[i], r, ts_real_ns);
	}
}

void log_flush(struct log *l)
{
	for (size_t i = 0; i < l->n_sinks; i++)
		sink_flush(l->sinks[i]->sink);
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

/* --- what has become of the lines --- */

uint64_t log_lines(const struct log *l)
{
	uint64_t n = l->n_gone;

	for (size_t i = 0; i < l->n_sinks; i++)
		n += l->sinks[i]->n;
	return n;
}

uint64_t log_dropped(struct log *l)
{
	uint64_t n = l->n_dropped_gone;

	for (size_t i = 0; i < l->n_sinks; i++)
		n += l->sinks[i]->n_dropped_before + sink_counts(l->sinks[i]->sink).n_dropped;
	return n;
}

static void report_error(const struct log *l, struct log_sink *s, const struct sink_counts *c, uint64_t dropped)
{
	const struct sink_counts last = s->reported;
	bool one = l->n_sinks == 1;
	const char *between = one ? "" : " ", *place = one ? "" : log_options_place(&s->o);
	char why[LOGFILE_WHY_MAX];

	s->reported = *c;
	if (c->error == last.error && c->reopen_failed == last.reopen_failed)
		return;
	if (c->reopen_failed)
		diag(DIAG_ERROR, "log%s%s: keeping the old file: the new one cannot be opened: %s", between, place,
		     logfile_why(c->error, c->holder, why));
	else if (c->error)
		diag(DIAG_ERROR, "log%s%s: cannot write: %s; lines wait, then are dropped and counted", between, place,
		     strerror(c->error));
	else
		diag(DIAG_WARNING, "log%s%s: writing again; %llu lines dropped since start", between, place,
		     (unsigned long long)dropped);
}

static void tend(struct log *l, struct log_sink *s)
{
	struct sink_counts c = sink_counts(s->sink);
	uint64_t dropped = s->n_dropped_before + c.n_dropped;
	bool half_full = sink_half_full(s->sink);
	int64_t ts_real_ns;
	struct record r;

	s->stalled = half_full && c.n_written == s->n_written_seen;
	s->n_written_seen = c.n_written;
	report_error(l, s, &c, dropped);
	if (dropped == s->n_dropped_logged || half_full)
		return;
	record_daemon(&r, "drop");
	r.level = LEVEL_WARNING;
	record_add_int(&r, "lines", (int64_t)(dropped - s->n_dropped_logged));
	ts_real_ns = clock_pair_now().real_ns;
	tap(l, &r, ts_real_ns);
	if (push(l, s, &r, ts_real_ns))
		s->n_dropped_logged = dropped;
}

void log_tend(struct log *l)
{
	close_ended(l);
	for (size_t i = 0; i < l->n_sinks; i++)
		tend(l, l->sinks[i]);
}

bool log_abandoned(struct log *l)
{
	for (size_t i = 0; i < l->n_sinks; i++) {
		if (!sink_counts(l->sinks[i]->sink).abandoned)
			return false;
	}
	return true;
}

bool log_busy(struct log *l)
{
	const uint32_t reports = UINT32_C(1) << RECORD_REPORT;
	bool room = false, held = false;

	for (size_t i = 0; i < l->n_sinks; i++) {
		const struct log_sink *s = l->sinks[i];

		if (s->given_up || (s->o.filter.kinds && !(s->o.filter.kinds & reports)))
			continue;
		if (!sink_half_full(s->sink))
			room = true;
		else if (s->stalled)
			held = true;
		else
			return true;
	}
	return held && !room;
}

void log_give_up(struct log *l)
{
	for (size_t i = 0; i < l->n_sinks; i++)
		l->sinks[i]->given_up |= sink_half_full(l->sinks[i]->sink);
}

void log_reopen(struct log *l)
{
	for (size_t i = 0; i < l->n_sinks; i++)
		sink_reopen(l->sinks[i]->sink);
}

void log_close(struct log *l, int64_t wait_ns)
{
	uint64_t dropped;

	if (!l)
		return;
	for (size_t i = 0; i < l->n_sinks; i++) { /* all write at once, not one after the other */
		const struct log_sink *s = l->sinks[i];

		sink_end(s->sink, s->given_up || sink_counts(s->sink).abandoned ? 0 : wait_ns);
	}
	while (l->n_olds)
		close_old(l, l->n_olds - 1, wait_ns);
	dropped = l->n_dropped_gone;
	for (size_t i = 0; i < l->n_sinks; i++) {
		dropped += l->sinks[i]->n_dropped_before + sink_close(l->sinks[i]->sink, wait_ns).n_dropped;
		free(l->sinks[i]);
	}
	if (dropped)
		diag(DIAG_WARNING, "log: %llu lines dropped in all", (unsigned long long)dropped);
	free(l);
}
