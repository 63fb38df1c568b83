/* history_pending.c - plain arrays and a list: a commit takes all of it, in the order in which it came. */
#include "store/history_pending.h"

#include "base/array.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void history_pending_init(struct history_pending *p)
{
	memset(p, 0, sizeof(*p));
	p->events_end = &p->events;
}

void history_pending_fini(struct history_pending *p)
{
	while (p->n_minutes)
		history_pending_drop_minute(p);
	history_pending_drop_events(p);
	history_pending_drop_series(p);
}

static bool reserve_row(struct pending_minute *m)
{
	void *rows = m->rows;
	bool ok = array_reserve(&rows, &m->n_room, m->n + 1, sizeof(*m->rows));

	m->rows = rows;
	return ok;
}

static bool reserve_probes(struct pending_minute *m, size_t n)
{
	void *probes = m->probes;
	bool ok = array_reserve(&probes, &m->probes_room, m->n_probes + n, sizeof(*m->probes));

	m->probes = probes;
	return ok;
}

/* The minute at at_s, which is the last, or a new one; those before it have ended. */
static struct pending_minute *minute_at(struct history_pending *p, int64_t at_s)
{
	struct pending_minute *last = p->n_minutes ? &p->minutes[p->n_minutes - 1] : NULL;

	if (last && !last->has_ended && last->at_s == at_s)
		return last;
	if (last && !last->has_ended)
		history_pending_end(p, last->at_s);
	last = &p->minutes[p->n_minutes++];
	*last = (struct pending_minute){ .at_s = at_s };
	return last;
}

int history_pending_row(struct history_pending *p, int64_t at_s, const struct pending_row *row,
                        const struct detail_probe *probes)
{
	struct pending_minute *m = minute_at(p, at_s);
	struct pending_row *r;

	if (!reserve_row(m))
		return -ENOMEM;
	r = &m->rows[m->n++];
	*r = *row;
	r->probes_at = m->n_probes;
	/* Without them there is the row. */
	if (!r->n_probes || !reserve_probes(m, r->n_probes)) {
		r->n_probes = 0;
		return 0;
	}
	memcpy(m->probes + m->n_probes, probes, r->n_probes * sizeof(*probes));
	m->n_probes += r->n_probes;
	return 0;
}

static int by_series(const void *a, const void *b)
{
	const struct pending_row *x = a, *y = b;

	return (x->series > y->series) - (x->series < y->series);
}

void history_pending_end(struct history_pending *p, int64_t at_s)
{
	struct pending_minute *m = p->n_minutes ? &p->minutes[p->n_minutes - 1] : NULL;
	bool sorted = true;

	if (!m || m->has_ended || m->at_s != at_s)
		return;
	m->has_ended = true;
	for (size_t i = 1; i < m->n && sorted; i++)
		sorted = m->rows[i - 1].series <= m->rows[i].series;
	if (!sorted)
		qsort(m->rows, m->n, sizeof(*m->rows), by_series);
	if (p->n_minutes > PENDING_MINUTES_MAX) {
		history_pending_drop_minute(p);
		p->n_dropped_minutes++;
	}
}

static void drop_event(struct history_pending *p)
{
	struct pending_event *e = p->events;

	p->events = e->next;
	if (!p->events)
		p->events_end = &p->events;
	p->n_events--;
	free(e);
}

int history_pending_event(struct history_pending *p, int64_t real_ns, uint32_t series, const char *line, size_t len)
{
	struct pending_event *e = malloc(sizeof(*e) + len);

	if (!e)
		return -ENOMEM;
	e->next = NULL;
	e->real_ns = real_ns;
	e->series = series;
	e->len = len;
	memcpy(e->line, line, len);
	*p->events_end = e;
	p->events_end = &e->next;
	if (++p->n_events > PENDING_EVENTS_MAX) {
		drop_event(p);
		p->n_dropped_events++;
	}
	return 0;
}

int history_pending_series(struct history_pending *p, uint32_t number, const char *name, size_t len)
{
	char *copy;

	if (p->n_series == PENDING_SERIES_MAX)
		return -ENOSPC;
	copy = malloc(len ? len : 1);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, name, len);
	p->series[p->n_series++] = (struct pending_series){ number, len, copy };
	return 0;
}

uint32_t history_pending_find(const struct history_pending *p, const char *name, size_t len)
{
	for (uint32_t i = 0; i < p->n_series; i++)
		if (p->series[i].len == len && !memcmp(p->series[i].name, name, len))
			return p->series[i].number;
	return UINT32_MAX;
}

void history_pending_drop_minute(struct history_pending *p)
{
	free(p->minutes[0].rows);
	free(p->minutes[0].probes);
	p->n_minutes--;
	memmove(p->minutes, p->minutes + 1, p->n_minutes * sizeof(p->minutes[0]));
}

void history_pending_drop_detail(struct history_pending *p)
{
	for (unsigned i = 0; i < p->n_minutes; i++) {
		struct pending_minute *m = &p->minutes[i];

		if (!m->has_ended)
			continue;
		free(m->probes);
		m->probes = NULL;
		m->n_probes = m->probes_room = 0;
		for (size_t k = 0; k < m->n; k++)
			m->rows[k].n_probes = 0;
	}
}

void history_pending_drop_events(struct history_pending *p)
{
	while (p->events)
		drop_event(p);
}

void history_pending_drop_series(struct history_pending *p)
{
	while (p->n_series)
		free(p->series[--p->n_series].name);
}
