/* history_scan.c - most of the time goes into the first scan of recent minutes, where no row is unpacked; the second
 * one reads only what the candidates are in. */
#include "store/history_scan.h"

#include "base/array.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_S     3600
#define KEPT_ROWS  64u /* of a candidate, before they are merged */
#define TIMES_FROM HISTORY_TIMES_FROM
#define TIMES      HISTORY_TIMES

/* A code's time is exponential in it, so that it is the product of two of these. */
void history_scan_init(struct history_scan *x)
{
	struct history_times *t = &x->times;
	double half = (double)rtt_code_ns(TIMES_FROM + TIMES * (TIMES / 2));

	for (unsigned i = 0; i < TIMES; i++) {
		t->high[i] = i * TIMES > RTT_CODE_MAX - TIMES_FROM
		                     ? 0
		                     : (double)rtt_code_ns((uint16_t)(TIMES_FROM + i * TIMES));
		t->low[i] = (double)rtt_code_ns((uint16_t)(TIMES_FROM + TIMES * (TIMES / 2) + i)) / half;
	}
}

static inline double time_of(const struct history_times *t, uint16_t code)
{
	unsigned above = (unsigned)code - TIMES_FROM;

	return code < TIMES_FROM ? (double)rtt_code_ns(code) : t->high[above / TIMES] * t->low[above % TIMES];
}

static int reserve(struct history_scan *x, uint32_t series)
{
	size_t was = x->n_tallies;
	void *tallies = x->tallies;
	bool ok = array_reserve(&tallies, &x->n_tallies, (size_t)series + 1, sizeof(*x->tallies));

	x->tallies = tallies;
	memset(x->tallies + was, 0, (x->n_tallies - was) * sizeof(*x->tallies));
	return ok ? 0 : -ENOMEM;
}

static inline void tally(struct history_scan *x, struct history_tally *t, const struct rows_glance *g)
{
	t->n_sent += g->n_sent;
	t->n_lost += g->n_lost;
	if (x->by == PAST_BY_LOSS || g->median == RTT_CODE_NONE)
		return;
	t->n_replies += g->n_replies;
	if (x->by == PAST_BY_RTT)
		t->sum += time_of(&x->times, g->median) * g->n_replies;
	else
		t->sum += (time_of(&x->times, g->p90) - time_of(&x->times, g->p10)) * g->n_replies;
}

static int tally_row(struct history_scan *x, uint32_t series, const struct row *r)
{
	uint64_t others = (uint64_t)r->n_lost + r->n_unknown;
	const struct rows_glance g = { .n_sent = r->n_sent,
		                       .n_lost = r->n_lost,
		                       .n_replies = r->n_sent > others ? (uint32_t)(r->n_sent - others) : 0,
		                       .p10 = r->q[ROW_P10],
		                       .median = r->q[ROW_MEDIAN],
		                       .p90 = r->q[ROW_P90] };
	int error = reserve(x, series);

	if (!error)
		tally(x, &x->tallies[series], &g);
	return error;
}

static struct history_candidate *candidate_of(const struct history_scan *x, uint32_t series)
{
	const struct history_candidate wanted = { .series = series };

	return bsearch(&wanted, x->candidates, x->n_candidates, sizeof(wanted), history_by_series);
}

/* A year of hours of all targets would take gigabytes: a batch, and what those before have come to, as row_merge. */
static int keep(struct history_candidate *c, const struct row *r)
{
	if (c->n == KEPT_ROWS) {
		row_merge(&c->rows[0], c->rows, c->n);
		c->n = 1;
	}
	if (!c->rows) {
		c->rows = calloc(KEPT_ROWS, sizeof(*c->rows));
		if (!c->rows)
			return -ENOMEM;
	}
	c->rows[c->n++] = *r;
	return 0;
}

static int take(struct history_scan *x, uint32_t series, const struct row *r)
{
	struct history_candidate *c;

	if (!x->candidates)
		return tally_row(x, series, r);
	c = candidate_of(x, series);
	return c ? keep(c, r) : 0;
}

/* The first candidate of this series or a later one. */
static size_t first_from(const struct history_scan *x, uint32_t series)
{
	size_t low = 0, high = x->n_candidates;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (x->candidates[middle].series < series)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The first scan of recent minutes, which most of the time goes into: no row is unpacked. */
static int glance_at_chunk(struct history_scan *x, uint32_t first, const void *bytes, size_t len)
{
	uint64_t mask[CHUNK_WORDS];
	const unsigned char *slot = history_chunk_mask(TIER_MINUTES, mask, bytes, len);
	int error = reserve(x, first + CHUNK_WORDS * 64);

	if (error || !slot) /* a damaged one is read as an empty one */
		return error;
	for (unsigned w = 0; w < CHUNK_WORDS; w++)
		for (uint64_t left = mask[w]; left; left &= left - 1) {
			struct rows_glance g;

			rows_slot_glance(&g, slot);
			tally(x, &x->tallies[first + w * 64 + (unsigned)__builtin_ctzll(left)], &g);
			slot += ROWS_SLOT_BYTES;
		}
	return 0;
}

/* Recent rows of a tier, a chunk after the other. In the second scan, only those of candidates are unpacked. */
static int scan_chunk(struct history_scan *x, enum history_tier_number tier, uint32_t first, const void *bytes,
                      size_t len)
{
	const unsigned per_chunk = history_tiers[tier].chunk_series;
	struct row row;
	int error = 0;

	if (x->candidates) {
		for (size_t i = first_from(x, first); i < x->n_candidates && !error; i++) {
			struct history_candidate *c = &x->candidates[i];

			if (c->series - first >= per_chunk)
				break;
			if (history_chunk_row(tier, &row, bytes, len, c->series - first))
				error = keep(c, &row);
		}
		return error;
	}
	if (tier == TIER_MINUTES)
		return glance_at_chunk(x, first, bytes, len);
	history_chunk_read(tier, &x->r->chunk, bytes, len);
	for (unsigned i = 0; i < per_chunk && !error; i++)
		if (history_chunk_has(&x->r->chunk, i))
			error = take(x, first + i, &x->r->chunk.rows[i]);
	return error;
}

static int scan_block(struct history_scan *x, enum history_tier_number tier, int64_t id, const void *bytes, size_t len)
{
	const struct history_tier *t = &history_tiers[tier];
	uint32_t series = (uint32_t)(id & 0xffffff);
	struct history_rows *rows = &x->r->rows;
	int error = 0;

	if ((x->candidates && !candidate_of(x, series)) ||
	    rows_block_read(x->r->zstd, rows->row, &rows->mask, bytes, len))
		return 0;
	for (unsigned i = 0; i < t->n_slots && !error; i++) {
		int64_t at_s = (id >> 24) * t->block_s + i * t->slot_s;

		if (rows->mask >> i & 1 && at_s >= x->from_s && at_s < x->to_s)
			error = take(x, series, &rows->row[i]);
	}
	return error;
}

/* The second scan of recent rows: of each slot, the chunks that have candidates. */
static int look_up(struct history_scan *x, enum history_tier_number tier)
{
	const struct history_tier *t = &history_tiers[tier];
	const struct history_extent *e = &x->r->extents[tier];
	int64_t from_s = x->from_s > e->recent_first_s ? x->from_s : e->recent_first_s;
	int64_t to_s = x->to_s < e->recent_end_s ? x->to_s : e->recent_end_s;
	sqlite3_stmt *s = history_read_sql(x->r, tier, READ_RECENT);
	int answer = SQLITE_DONE, error = 0;

	for (int64_t slot = from_s / t->slot_s; slot * t->slot_s < to_s && !error; slot++) {
		uint32_t chunk = UINT32_MAX;

		for (size_t i = 0; i < x->n_candidates && !error; i++) {
			if (x->candidates[i].series / t->chunk_series == chunk)
				continue;
			chunk = x->candidates[i].series / t->chunk_series;
			answer = sqlite3_step(history_sql_bind(s, (int64_t[]){ history_chunk_id(slot, chunk) }, 1));
			if (answer == SQLITE_ROW)
				error = scan_chunk(x, tier, chunk * t->chunk_series, sqlite3_column_blob(s, 0),
				                   (size_t)sqlite3_column_bytes(s, 0));
			else if (answer != SQLITE_DONE)
				error = history_sql_errno(x->r->db);
		}
	}
	sqlite3_reset(s);
	return error;
}

static int scan_table(struct history_scan *x, enum history_tier_number tier, bool is_recent)
{
	const struct history_tier *t = &history_tiers[tier];
	sqlite3_stmt *s = history_read_sql(x->r, tier, is_recent ? READ_RECENT_SCAN : READ_BLOCK_SCAN);
	int64_t unit = is_recent ? t->slot_s : t->block_s, first = x->from_s / unit;
	int64_t end = (x->to_s + unit - 1) / unit;
	int answer = SQLITE_DONE, error = 0;

	if (is_recent && x->candidates)
		return look_up(x, tier);
	if (is_recent)
		history_sql_bind(s, (int64_t[]){ history_chunk_id(first, 0), history_chunk_id(end, 0) }, 2);
	else
		history_sql_bind(s, (int64_t[]){ history_block_id(first, 0), history_block_id(end, 0) }, 2);
	while (!error && (answer = sqlite3_step(s)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(s, 0);
		const void *bytes = sqlite3_column_blob(s, 1);
		size_t len = (size_t)sqlite3_column_bytes(s, 1);

		if (is_recent)
			error = scan_chunk(x, tier, (uint32_t)(id & 0xffff) * t->chunk_series, bytes, len);
		else
			error = scan_block(x, tier, id, bytes, len);
	}
	if (!error && answer != SQLITE_DONE)
		error = history_sql_errno(x->r->db);
	sqlite3_reset(s);
	return error;
}

/* Up to an hour: minutes, recent or, of a time before, from their blocks. Longer: hours, and the minutes that are in
 * none yet. */
int history_scan(struct history_scan *x)
{
	enum history_tier_number tier = x->to_s - x->from_s > HOUR_S + 60 ? TIER_HOURS : TIER_MINUTES;
	int error = scan_table(x, TIER_MINUTES, true);

	if (!error)
		error = scan_table(x, tier, false);
	if (!error && tier == TIER_HOURS)
		error = scan_table(x, tier, true);
	return error;
}

int history_by_series(const void *a, const void *b)
{
	const struct history_candidate *x = a, *y = b;

	return (x->series > y->series) - (x->series < y->series);
}

void history_scan_fini(struct history_scan *x)
{
	for (size_t i = 0; i < x->n_candidates; i++)
		free(x->candidates[i].rows);
	free(x->candidates);
	free(x->tallies);
}
