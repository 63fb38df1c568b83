/* history_db.c - the writer's connection, and what comes in: series, rows and events wait in memory until the minute
 * ends. */
#include "store/history_db_private.h"
#include "store/store_lock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define BUSY_MS       100 /* so long an open file is waited for; what is pending is tried again later */
#define WAL_BYTES_MAX (UINT64_C(4) << 20)
#define WAL_PAGES_MIN 4

/* A scan of all targets takes a system call for each page, and blocks of an hour fill long pages better. A small file
 * cannot afford a long page for each table. */
#define PAGE_BYTES       16384
#define PAGE_BYTES_SMALL 4096
#define SMALL_BYTES      (UINT64_C(64) << 20)

#define EXPIRE(table) "DELETE FROM " table " WHERE id IN (SELECT id FROM " table " WHERE id < ? ORDER BY id LIMIT 500)"
#define TIER_TEXTS(recent, blocks)                                                                              \
	"SELECT rows FROM " recent " WHERE id = ?", "INSERT OR REPLACE INTO " recent "(id, rows) VALUES(?, ?)", \
		"DELETE FROM " recent " WHERE id = ?", "SELECT min(id) FROM " recent,                           \
		"SELECT rows FROM " blocks " WHERE id = ?", "INSERT OR REPLACE INTO " blocks "(id, rows) VALUES(?, ?)"

static const char *const texts[] = {
	[SQL_BEGIN] = "BEGIN IMMEDIATE",
	[SQL_COMMIT] = "COMMIT",
	[SQL_ROLLBACK] = "ROLLBACK",
	[SQL_SERIES_FIND] = "SELECT id FROM series WHERE name = ?",
	[SQL_SERIES_PUT] = "INSERT INTO series(id, name) VALUES(?, ?)",
	[SQL_SERIES_RENAME] = "UPDATE series SET name = ?2 WHERE id = ?1",
	[SQL_SERIES_SEEN] = "UPDATE series SET seen = max(?2, coalesce(seen, 0)) WHERE id = ?1",
	/* The last one stays: the next number is behind it, and no number is given twice. */
	[SQL_SERIES_EXPIRE] = "DELETE FROM series WHERE seen < ? AND id < (SELECT max(id) FROM series)",
	[SQL_EVENT_PUT] = "INSERT INTO events(at_ns, series, line) VALUES(?, ?, ?)",
	[SQL_DETAIL_PUT] = "INSERT INTO detail(id, probes) VALUES(?, ?)"
			   " ON CONFLICT(id) DO UPDATE SET probes = CAST(probes || excluded.probes AS BLOB)",
	[SQL_PAGES] = "PRAGMA page_count",
	[SQL_FREE_PAGES] = "PRAGMA freelist_count",
	[SQL_RECENT_GET] = TIER_TEXTS("recent_minutes", "minutes"),
	[SQL_TIER_END] = TIER_TEXTS("recent_hours", "hours"),
	[SQL_EXPIRE_DETAIL] = EXPIRE("detail"),
	[SQL_EXPIRE_MINUTES] = EXPIRE("minutes"),
	[SQL_EXPIRE_HOURS] = EXPIRE("hours"),
	[SQL_EXPIRE_RECENT_HOURS] = EXPIRE("recent_hours"),
	[SQL_EXPIRE_EVENTS] = "DELETE FROM events WHERE id IN"
			      " (SELECT id FROM events WHERE at_ns < ? ORDER BY at_ns LIMIT 500)",
	[SQL_EXPIRE_RECENT_MINUTES] = EXPIRE("recent_minutes"),
};
_Static_assert(PENDING_MINUTES_MAX == HISTORY_PENDING_MAX, "the header says another number");
_Static_assert(sizeof(texts) / sizeof(texts[0]) == SQL_STATEMENTS, "a statement has no text");

static int number_of(struct history_db *h, const char *text, int64_t *out)
{
	sqlite3_stmt *s;
	int error = history_sql_prepare(h->db, &s, &text, 1);

	if (error)
		return error;
	*out = history_sql_number(s, -1, &error);
	history_sql_finalize(&s, 1);
	return error;
}

/* Where it goes on: the next series, the latest minute. */
static int load(struct history_db *h)
{
	int64_t series, recent, block;
	int error = number_of(h, "SELECT max(id) FROM series", &series);

	if (!error)
		error = number_of(h, "SELECT max(id) FROM recent_minutes", &recent);
	if (!error)
		error = number_of(h, "SELECT max(id) FROM minutes", &block);
	if (error)
		return error;
	if (series >= SERIES_MAX || series < -1)
		return -EBADMSG;
	h->n_series = (uint32_t)(series + 1);
	h->newest_s = 0;
	if (recent >= 0)
		h->newest_s = (recent >> 16) * history_tiers[TIER_MINUTES].slot_s;
	if (block >= 0 && (block >> 24) * history_tiers[TIER_MINUTES].block_s > h->newest_s)
		h->newest_s = (block >> 24) * history_tiers[TIER_MINUTES].block_s;
	return 0;
}

static int on_commit(void *data, sqlite3 *db, const char *schema, int n_pages)
{
	struct history_db *h = data;

	(void)db, (void)schema;
	h->wal_pages = n_pages;
	return SQLITE_OK;
}

void history_db_options(struct history_db *h, const struct history_options *o)
{
	uint64_t page_bytes = (uint64_t)h->page_bytes, pages = o->max_size / 8;
	char text[64];

	h->options = *o;
	h->options.file = h->path;
	h->has_told_size = false;
	pages = (pages < WAL_BYTES_MAX ? pages : WAL_BYTES_MAX) / page_bytes;
	pages = pages < WAL_PAGES_MIN ? WAL_PAGES_MIN : pages;
	h->wal_pages_max = (int)pages;
	/* A pragma takes no bound parameter; the number is ours. */
	snprintf(text, sizeof(text), "PRAGMA journal_size_limit = %llu", (unsigned long long)pages * page_bytes);
	sqlite3_exec(h->db, text, NULL, NULL, NULL);
}

int history_db_open(struct history_db **out, const struct history_options *o, char why[PLACE_WHY])
{
	struct history_db *h = calloc(1, sizeof(*h));
	int error = -ENOMEM;

	snprintf(why, PLACE_WHY, "there is no memory for it");
	if (!h)
		return error;
	history_pending_init(&h->pending);
	h->path = strdup(o->file);
	h->zstd = rows_zstd_new();
	if (!h->path || !h->zstd || asprintf(&h->wal_path, "%s-wal", o->file) < 0) {
		h->wal_path = NULL;
		goto close;
	}
	error = store_lock_take(&h->lock, h->path, why);
	if (error)
		goto close;
	error = history_sql_open(&h->db, o->file, o->max_size < SMALL_BYTES ? PAGE_BYTES_SMALL : PAGE_BYTES, why);
	if (error)
		goto close;
	error = history_sql_prepare(h->db, h->sql, texts, SQL_STATEMENTS);
	if (!error && sqlite3_exec(h->db, "PRAGMA synchronous = NORMAL", NULL, NULL, NULL) != SQLITE_OK)
		error = history_sql_errno(h->db);
	if (!error)
		error = number_of(h, "PRAGMA page_size", &h->page_bytes);
	if (!error)
		error = load(h);
	if (error) {
		snprintf(why, PLACE_WHY, "%s",
		         sqlite3_errcode(h->db) == SQLITE_OK ? "its numbers are out of range" : sqlite3_errmsg(h->db));
		goto close;
	}
	sqlite3_busy_timeout(h->db, BUSY_MS);
	/* In place of SQLite's own, within a commit: copying the WAL back is a step by itself. */
	sqlite3_wal_hook(h->db, on_commit, h);
	history_db_options(h, o);
	why[0] = 0;
	*out = h;
	return 0;
close:
	history_db_close(h);
	return error;
}

void history_db_close(struct history_db *h)
{
	if (!h)
		return;
	history_sql_finalize(h->sql, SQL_STATEMENTS);
	sqlite3_close(h->db);
	store_lock_release(h->lock);
	history_pending_fini(&h->pending);
	rows_zstd_free(h->zstd);
	free(h->wal_path);
	free(h->path);
	free(h);
}

/* The series in the file called name; UINT32_MAX: none, or *error. */
static uint32_t find(struct history_db *h, const char *name, size_t len, int *error)
{
	sqlite3_stmt *s = h->sql[SQL_SERIES_FIND];
	int64_t number;

	sqlite3_reset(s);
	sqlite3_bind_text(s, 1, name, (int)len, SQLITE_STATIC);
	number = history_sql_number(s, -1, error);
	if (*error)
		history_db_failed(h, *error);
	return number < 0 || number >= SERIES_MAX ? UINT32_MAX : (uint32_t)number;
}

/* The series that has one of the former names, by its new name; UINT32_MAX: none, or *error. */
static uint32_t rename_one(struct history_db *h, const char *name, size_t len, const char *aka, size_t aka_len,
                           int *error)
{
	uint32_t number = UINT32_MAX;
	sqlite3_stmt *s;

	/* Those that are only pending are found in the file from then on. */
	if (h->pending.n_series)
		*error = history_db_flush(h);
	for (size_t at = 0; at < aka_len && !*error && number == UINT32_MAX;) {
		size_t one = strnlen(aka + at, aka_len - at);

		number = find(h, aka + at, one, error);
		at += one + 1;
	}
	if (number == UINT32_MAX || *error)
		return UINT32_MAX;
	s = history_sql_bind(h->sql[SQL_SERIES_RENAME], (int64_t[]){ number }, 1);
	sqlite3_bind_text(s, 2, name, (int)len, SQLITE_STATIC);
	*error = history_sql_run(s);
	if (*error)
		history_db_failed(h, *error);
	return *error ? UINT32_MAX : number;
}

uint32_t history_db_series(struct history_db *h, const char *name, size_t name_len, const char *aka, size_t aka_len)
{
	struct history_pending *p = &h->pending;
	uint32_t number = history_pending_find(p, name, name_len);
	int error = 0;

	/* What has failed is not tried again for each of a million names: whoever has it locked is waited for. */
	if (number != UINT32_MAX || h->find_failed)
		return number;
	number = find(h, name, name_len, &error);
	if (number == UINT32_MAX && !error && aka_len)
		number = rename_one(h, name, name_len, aka, aka_len, &error);
	h->find_failed = error;
	if (number != UINT32_MAX || error)
		return number;
	if (p->n_series == PENDING_SERIES_MAX && !h->flush_failed)
		h->flush_failed = history_db_flush(h);
	if (h->n_series == SERIES_MAX || history_pending_series(p, h->n_series, name, name_len))
		return UINT32_MAX;
	return h->n_series++;
}

int history_db_row(struct history_db *h, int64_t at_s, uint32_t series, const struct row *r,
                   const struct detail_probe *probes, size_t n_probes)
{
	struct pending_row row = { .row = *r,
		                   .series = series,
		                   .n_probes = h->options.detail_ns ? (uint32_t)n_probes : 0 };

	if (series >= h->n_series || at_s < 0)
		return -EINVAL;
	return history_pending_row(&h->pending, at_s, &row, probes);
}

int history_db_end_minute(struct history_db *h, int64_t at_s)
{
	int error;

	h->find_failed = h->flush_failed = false;
	history_pending_end(&h->pending, at_s);
	error = history_db_flush(h);
	return !error && h->is_damaged ? -EBADMSG : error;
}

int history_db_event(struct history_db *h, int64_t real_ns, const char *name, size_t name_len, const char *line,
                     size_t len)
{
	uint32_t series = name_len ? history_db_series(h, name, name_len, NULL, 0) : UINT32_MAX;

	return history_pending_event(&h->pending, real_ns, series, line, len);
}

const char *history_db_error(const struct history_db *h)
{
	return h->error;
}

uint64_t history_db_bytes(const struct history_db *h)
{
	struct stat st;
	uint64_t bytes = stat(h->path, &st) ? 0 : (uint64_t)st.st_size;

	return bytes + (stat(h->wal_path, &st) ? 0 : (uint64_t)st.st_size);
}

int64_t history_db_newest_s(const struct history_db *h)
{
	return h->newest_s;
}
