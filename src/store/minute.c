/* minute.c - results are kept as they come, and sorted by series when the minute ends: one pass, whoever was probed how
 * often. */
#include "store/minute.h"

#include "base/array.h"
#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

#define NO_SERIES   UINT32_MAX
#define MINUTE_S    60
#define STEP_BACK_S 120
#define NO_MINUTE   INT64_MIN

struct tally { /* of one series in the running minute */
	uint32_t n_sent, n_lost, n_unknown, n_not_sent;
	uint32_t n_probes; /* of results, first; then where its probes are to go */
	bool is_incomplete;
};

struct result {
	uint32_t series;
	struct detail_probe probe;
};

struct minute {
	struct minute_ops ops;
	int64_t at_s;   /* its beginning; NO_MINUTE: no time is known yet */
	uint8_t second; /* of it that is running */
	bool is_incomplete;

	uint32_t *series; /* of numbers */
	size_t n_numbers;
	struct tally *tallies; /* of series */
	size_t n_series;

	struct result *results;
	size_t n_results, results_room;
};

struct minute *minute_new(const struct minute_ops *ops)
{
	struct minute *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->ops = *ops;
	m->at_s = NO_MINUTE;
	return m;
}

void minute_free(struct minute *m)
{
	if (!m)
		return;
	free(m->series);
	free(m->tallies);
	free(m->results);
	free(m);
}

/* --- what is called how --- */

static void take_name(struct minute *m, const struct tape_entry *e)
{
	size_t was = m->n_numbers, was_series = m->n_series;
	void *series = m->series, *tallies = m->tallies;
	uint32_t of;
	bool ok = array_reserve(&series, &m->n_numbers, (size_t)e->number + 1, sizeof(*m->series));

	m->series = series;
	if (!ok)
		return;
	memset(m->series + was, 0xff, (m->n_numbers - was) * sizeof(*m->series));
	of = m->ops.series(m->ops.data, e->name, e->name_len, e->text, e->text_len);
	if (of != NO_SERIES) {
		ok = array_reserve(&tallies, &m->n_series, (size_t)of + 1, sizeof(*m->tallies));
		m->tallies = tallies;
		memset(m->tallies + was_series, 0, (m->n_series - was_series) * sizeof(*m->tallies));
	}
	m->series[e->number] = ok ? of : NO_SERIES;
}

/* --- results --- */

static enum detail_kind count(struct tally *t, enum outcome outcome)
{
	if (outcome == OUTCOME_NOT_SENT) {
		t->n_not_sent++;
		return DETAIL_NOT_SENT;
	}
	t->n_sent++;
	if (outcome == OUTCOME_REPLY)
		return DETAIL_REPLY;
	if (outcome == OUTCOME_UNKNOWN) {
		t->n_unknown++;
		return DETAIL_UNKNOWN;
	}
	t->n_lost++;
	return DETAIL_LOST;
}

static void take_result(struct minute *m, const struct tape_entry *e)
{
	uint32_t series = e->number < m->n_numbers ? m->series[e->number] : NO_SERIES;
	void *results = m->results;
	enum detail_kind kind;
	bool has_room;

	if (series == NO_SERIES || m->at_s == NO_MINUTE)
		return;
	kind = count(&m->tallies[series], e->outcome);
	has_room = array_reserve(&results, &m->results_room, m->n_results + 1, sizeof(*m->results));
	m->results = results;
	if (!has_room) {
		m->tallies[series].is_incomplete = true;
		return;
	}
	m->results[m->n_results++] =
		(struct result){ series, { .rtt = e->rtt, .second = m->second, .kind = (uint8_t)kind } };
	m->tallies[series].n_probes++;
}

/* --- the end of a minute --- */

/* From how many results there are to where those of a series begin; how many there are in all. */
static size_t place(struct minute *m)
{
	uint32_t at = 0;

	for (size_t i = 0; i < m->n_series; i++) {
		uint32_t n = m->tallies[i].n_probes;

		m->tallies[i].n_probes = at;
		at += n;
	}
	return at;
}

/* codes: scratch */
static void give_row(struct minute *m, uint32_t series, const struct detail_probe *probes, size_t n, uint16_t *codes)
{
	const struct tally *t = &m->tallies[series];
	struct row r = { .n_sent = t->n_sent,
		         .n_lost = t->n_lost,
		         .n_unknown = t->n_unknown,
		         .n_not_sent = t->n_not_sent,
		         .is_incomplete = t->is_incomplete || m->is_incomplete };
	size_t n_replies = 0;

	if (!t->n_sent && !t->n_not_sent)
		return;
	for (size_t i = 0; i < n; i++)
		if (probes[i].kind == DETAIL_REPLY)
			codes[n_replies++] = probes[i].rtt;
	row_of_codes(&r, codes, n_replies);
	m->ops.on_row(m->ops.data, m->at_s, series, &r, probes, n);
}

/* Without memory for sorting, rows have counts and no RTTs. */
static void give_rows(struct minute *m)
{
	size_t n = place(m);
	struct detail_probe *probes = reallocarray(NULL, n + 1, sizeof(*probes));
	uint16_t *codes = reallocarray(NULL, n + 1, sizeof(*codes)), none = 0;
	bool has_room = probes && codes;
	uint32_t from = 0;

	for (size_t i = 0; has_room && i < m->n_results; i++)
		probes[m->tallies[m->results[i].series].n_probes++] = m->results[i].probe;
	for (size_t i = 0; i < m->n_series; i++) {
		uint32_t to = m->tallies[i].n_probes;

		m->tallies[i].is_incomplete |= !has_room && m->tallies[i].n_sent;
		give_row(m, (uint32_t)i, has_room ? probes + from : NULL, has_room ? to - from : 0,
		         has_room ? codes : &none);
		from = to;
	}
	free(probes);
	free(codes);
}

void minute_flush(struct minute *m)
{
	if (m->at_s == NO_MINUTE)
		return;
	give_rows(m);
	m->ops.on_end(m->ops.data, m->at_s);
	if (m->n_series)
		memset(m->tallies, 0, m->n_series * sizeof(*m->tallies));
	m->n_results = 0;
	m->is_incomplete = false;
	m->at_s = NO_MINUTE;
}

static void take_time(struct minute *m, int64_t real_ns)
{
	int64_t s = real_ns / NS_PER_S;

	/* A larger step back would hold the minute until the clock is there again. */
	if (m->at_s != NO_MINUTE && s >= m->at_s - STEP_BACK_S && s < m->at_s + MINUTE_S) {
		if (s - m->at_s > m->second)
			m->second = (uint8_t)(s - m->at_s);
		return;
	}
	minute_flush(m);
	m->at_s = s - s % MINUTE_S;
	m->second = (uint8_t)(s - m->at_s);
}

/* --- tape --- */

void minute_take(struct minute *m, const unsigned char *tape, size_t len)
{
	struct tape_entry e;
	size_t at = 0;

	while (tape_read(&e, tape, len, &at))
		switch (e.kind) {
		case TAPE_RESULT:
			take_result(m, &e);
			break;
		case TAPE_NAME:
			take_name(m, &e);
			break;
		case TAPE_TIME:
			take_time(m, e.real_ns);
			break;
		case TAPE_LOST:
			m->is_incomplete = true;
			break;
		case TAPE_EVENT:
			m->ops.on_event(m->ops.data, e.real_ns, e.name, e.name_len, e.text, e.text_len);
			break;
		}
}

size_t minute_bytes(const struct minute *m)
{
	return sizeof(*m) + m->n_numbers * sizeof(*m->series) + m->n_series * sizeof(*m->tallies) +
	       m->results_room * sizeof(*m->results);
}
