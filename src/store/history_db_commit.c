/* history_db_commit.c - a minute's rows, and all that is pending with them, go into the file in one transaction; what
 * cannot go stays pending. */
#include "store/history_db_private.h"

#include "base/diag.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int history_db_failed(struct history_db *h, int error)
{
	const char *words = sqlite3_errmsg(h->db);

	if (sqlite3_errcode(h->db) == SQLITE_OK || sqlite3_errcode(h->db) == SQLITE_DONE)
		words = error == -ENOMEM ? "there is no memory for it" : "it is damaged";
	snprintf(h->error, sizeof(h->error), "%s", words);
	h->is_damaged |= error == -EBADMSG;
	/* After some errors SQLite has rolled back by itself. */
	if (!sqlite3_get_autocommit(h->db))
		history_sql_run(h->sql[SQL_ROLLBACK]);
	return error;
}

int history_db_begin(struct history_db *h)
{
	int error = history_sql_run(h->sql[SQL_BEGIN]);

	return error ? history_db_failed(h, error) : 0;
}

int history_db_commit(struct history_db *h)
{
	int error = history_sql_run(h->sql[SQL_COMMIT]);

	if (error)
		return history_db_failed(h, error);
	h->error[0] = 0;
	return 0;
}

void history_db_told_damage(struct history_db *h)
{
	if (!h->has_told_damage)
		diag(DIAG_WARNING, "history %s: some of it is damaged, and left out", h->path);
	h->has_told_damage = true;
}

int history_db_chunk_get(struct history_db *h, enum history_tier_number tier, int64_t id, struct history_chunk *out)
{
	sqlite3_stmt *s = history_sql_bind(history_db_sql(h, tier, SQL_RECENT_GET), &id, 1);
	int answer = sqlite3_step(s), error = 0;

	memset(out->mask, 0, sizeof(out->mask));
	if (answer == SQLITE_ROW) {
		const void *bytes = sqlite3_column_blob(s, 0);

		if (history_chunk_read(tier, out, bytes, (size_t)sqlite3_column_bytes(s, 0)))
			history_db_told_damage(h);
	} else if (answer != SQLITE_DONE) {
		error = history_sql_errno(h->db);
	}
	sqlite3_reset(s);
	return error;
}

int history_db_chunk_put(struct history_db *h, enum history_tier_number tier, int64_t id, const struct history_chunk *c)
{
	unsigned char bytes[CHUNK_BYTES_MAX];
	size_t len = history_chunk_write(tier, bytes, c);
	sqlite3_stmt *s = history_sql_bind(history_db_sql(h, tier, SQL_RECENT_PUT), &id, 1);

	sqlite3_bind_blob(s, 2, bytes, (int)len, SQLITE_STATIC);
	return history_sql_run(s);
}

static int put_series(struct history_db *h)
{
	const struct history_pending *p = &h->pending;
	int error = 0;

	for (uint32_t i = 0; i < p->n_series && !error; i++) {
		const struct pending_series *series = &p->series[i];
		sqlite3_stmt *s = history_sql_bind(h->sql[SQL_SERIES_PUT], (int64_t[]){ series->number }, 1);

		sqlite3_bind_text(s, 2, series->name, (int)series->len, SQLITE_STATIC);
		error = history_sql_run(s);
	}
	return error;
}

static int put_events(struct history_db *h)
{
	int error = 0;

	for (const struct pending_event *e = h->pending.events; e && !error; e = e->next) {
		sqlite3_stmt *s = history_sql_bind(h->sql[SQL_EVENT_PUT], (int64_t[]){ e->real_ns, e->series }, 2);

		if (e->series == UINT32_MAX)
			sqlite3_bind_null(s, 2);
		sqlite3_bind_text(s, 3, e->line, (int)e->len, SQLITE_STATIC);
		error = history_sql_run(s);
	}
	return error;
}

static int put_rows(struct history_db *h, const struct pending_minute *m)
{
	const unsigned per_chunk = history_tiers[TIER_MINUTES].chunk_series;
	int64_t slot = m->at_s / history_tiers[TIER_MINUTES].slot_s;
	int error = 0;

	for (size_t i = 0; i < m->n && !error;) {
		uint32_t chunk = m->rows[i].series / per_chunk;
		int64_t id = history_chunk_id(slot, chunk);

		/* It is there already where the program was started anew in this minute, or the clock set back. */
		error = history_db_chunk_get(h, TIER_MINUTES, id, &h->chunk);
		for (; i < m->n && m->rows[i].series / per_chunk == chunk; i++)
			history_chunk_add(TIER_MINUTES, &h->chunk, m->rows[i].series % per_chunk, &m->rows[i].row);
		if (!error)
			error = history_db_chunk_put(h, TIER_MINUTES, id, &h->chunk);
	}
	return error;
}

/* The rows from first that are of one chunk; how many. NULL for block: out of memory. */
static size_t detail_of(const struct pending_minute *m, size_t first, unsigned char **block, size_t *len)
{
	struct detail_series all[DETAIL_CHUNK_SERIES];
	uint32_t chunk = m->rows[first].series / DETAIL_CHUNK_SERIES;
	size_t n = 0, i = first;

	for (; i < m->n && m->rows[i].series / DETAIL_CHUNK_SERIES == chunk && n < DETAIL_CHUNK_SERIES; i++)
		all[n++] = (struct detail_series){ m->rows[i].series, m->probes + m->rows[i].probes_at,
			                           m->rows[i].n_probes };
	*block = detail_block_write(all, n, len);
	return i - first;
}

/* Behind that of the same minute that is there. */
static int put_detail(struct history_db *h, const struct pending_minute *m)
{
	int64_t slot = m->at_s / history_tiers[TIER_MINUTES].slot_s;
	int error = 0;

	for (size_t i = 0; m->n_probes && i < m->n && !error;) {
		int64_t id = history_chunk_id(slot, m->rows[i].series / DETAIL_CHUNK_SERIES);
		sqlite3_stmt *s = history_sql_bind(h->sql[SQL_DETAIL_PUT], &id, 1);
		unsigned char *block;
		size_t len = 0;

		i += detail_of(m, i, &block, &len);
		if (!block)
			return -ENOMEM;
		sqlite3_bind_blob(s, 2, block, (int)len, free);
		error = history_sql_run(s);
		sqlite3_bind_null(s, 2);
	}
	return error;
}

/* All that is pending but for the minutes, with m, unless it is NULL. */
static int put_all(struct history_db *h, const struct pending_minute *m)
{
	int error = history_db_begin(h);

	if (error)
		return error;
	error = put_series(h);
	if (!error)
		error = put_events(h);
	if (!error && m)
		error = put_rows(h, m);
	if (!error && m)
		error = put_detail(h, m);
	if (error)
		return history_db_failed(h, error);
	error = history_db_commit(h);
	if (error)
		return error;
	history_pending_drop_series(&h->pending);
	history_pending_drop_events(&h->pending);
	return 0;
}

int history_db_flush(struct history_db *h)
{
	struct history_pending *p = &h->pending;
	uint64_t n_dropped;
	int error = 0;

	while (!error && p->n_minutes && p->minutes[0].has_ended) {
		int64_t at_s = p->minutes[0].at_s;

		error = put_all(h, &p->minutes[0]);
		if (error) {
			if (p->n_minutes > PENDING_DETAIL_MAX)
				history_pending_drop_detail(p);
			break;
		}
		history_pending_drop_minute(p);
		if (at_s > h->newest_s)
			h->newest_s = at_s;
	}
	if (!error && (p->n_events || p->n_series))
		error = put_all(h, NULL);
	n_dropped = p->n_dropped_minutes + p->n_dropped_events;
	if (!error && n_dropped > h->n_dropped) {
		diag(DIAG_WARNING,
		     "history %s: %llu minutes and %llu events could not be kept until it was written again", h->path,
		     (unsigned long long)p->n_dropped_minutes, (unsigned long long)p->n_dropped_events);
		h->n_dropped = n_dropped;
	}
	return error;
}
