/* history_db_tend.c - what the file needs from time to time. A fold moves rows and deletes those it has moved in one
 * transaction, so that each row is in one place, whenever the program is killed. */
#include "store/history_db_private.h"

#include "base/clock.h"
#include "base/diag.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define TURN_NS        (2 * NS_PER_MS) /* no further chunk after that */
#define KEPT_BLOCKS    2 /* the running block and the one before it stay recent: the last hour is one scan */
#define LATE_S         600 /* minutes that come late (HISTORY_PENDING_MAX), and an hour that began before the last full one */
#define FOLD_PAGES     3
#define CHECKPOINT_S   60
#define SERIES_SPARE_D 2
#define DAY_S          86400
#define HOURS_A_DAY    24

/* --- folds --- */

/* Reads the chunk's rows of all slots of the block. 0 or -errno. */
static int gather(struct history_db *h, enum history_tier_number tier, int64_t block, uint32_t chunk)
{
	const struct history_tier *t = &history_tiers[tier];

	memset(h->fold.masks, 0, sizeof(h->fold.masks));
	for (unsigned slot = 0; slot < t->n_slots; slot++) {
		int error =
			history_db_chunk_get(h, tier, history_chunk_id(block * t->n_slots + slot, chunk), &h->chunk);

		if (error)
			return error;
		for (unsigned i = 0; i < t->chunk_series; i++)
			if (history_chunk_has(&h->chunk, i)) {
				h->fold.rows[i][slot] = h->chunk.rows[i];
				h->fold.masks[i] |= UINT64_C(1) << slot;
			}
	}
	return 0;
}

/* Rows of the same block that have been folded before are joined: of minutes that were committed late. */
static int join_block(struct history_db *h, enum history_tier_number tier, int64_t id, struct row *rows, uint64_t *mask)
{
	sqlite3_stmt *s = history_sql_bind(history_db_sql(h, tier, SQL_BLOCK_GET), &id, 1);
	int answer = sqlite3_step(s), error = 0;
	uint64_t there = 0;

	if (answer == SQLITE_ROW) {
		const void *bytes = sqlite3_column_blob(s, 0);

		if (rows_block_read(h->zstd, h->fold.block, &there, bytes, (size_t)sqlite3_column_bytes(s, 0))) {
			there = 0;
			history_db_told_damage(h);
		}
	} else if (answer != SQLITE_DONE) {
		error = history_sql_errno(h->db);
	}
	sqlite3_reset(s);
	for (unsigned i = 0; i < history_tiers[tier].n_slots; i++)
		if (there >> i & 1) {
			if (*mask >> i & 1)
				history_row_join(tier, &rows[i], &h->fold.block[i]);
			else
				rows[i] = h->fold.block[i];
		}
	*mask |= there & ((UINT64_C(1) << history_tiers[tier].n_slots) - 1);
	return error;
}

static int put_hours(struct history_db *h)
{
	int64_t id = h->fold.hours_id;

	h->fold.hours_id = -1;
	return id < 0 ? 0 : history_db_chunk_put(h, TIER_HOURS, id, &h->fold.hours);
}

/* The hour that is merged of rows, to the recent ones. */
static int add_hour(struct history_db *h, int64_t hour, uint32_t series, const struct row *rows, uint64_t mask)
{
	const unsigned per_chunk = history_tiers[TIER_HOURS].chunk_series;
	int64_t id = history_chunk_id(hour, series / per_chunk);
	struct row merged;
	unsigned n = 0;
	int error = 0;

	if (id != h->fold.hours_id) {
		error = put_hours(h);
		if (!error)
			error = history_db_chunk_get(h, TIER_HOURS, id, &h->fold.hours);
		if (error)
			return error;
		h->fold.hours_id = id;
	}
	for (unsigned i = 0; i < ROWS_BLOCK_ROWS; i++)
		if (mask >> i & 1)
			h->fold.block[n++] = rows[i];
	row_merge(&merged, h->fold.block, n);
	history_chunk_add(TIER_HOURS, &h->fold.hours, series % per_chunk, &merged);
	return 0;
}

/* It was there on that day. */
static int see(struct history_db *h, uint32_t series, int64_t day)
{
	return history_sql_run(history_sql_bind(h->sql[SQL_SERIES_SEEN], (int64_t[]){ series, day }, 2));
}

static int fold_series(struct history_db *h, enum history_tier_number tier, int64_t block, uint32_t series,
                       struct row *rows, uint64_t mask)
{
	unsigned char bytes[ROWS_BLOCK_MAX];
	int64_t id = history_block_id(block, series);
	int error = join_block(h, tier, id, rows, &mask);
	sqlite3_stmt *s;
	size_t len;

	if (error)
		return error;
	len = rows_block_write(h->zstd, bytes, rows, mask);
	if (!len)
		return -ENOMEM;
	s = history_sql_bind(history_db_sql(h, tier, SQL_BLOCK_PUT), &id, 1);
	sqlite3_bind_blob(s, 2, bytes, (int)len, SQLITE_STATIC);
	error = history_sql_run(s);
	if (error)
		return error;
	if (tier == TIER_HOURS)
		return see(h, series, block);
	error = add_hour(h, block, series, rows, mask);
	/* Where hours go before they are folded, this is all that says so. */
	return error || block % HOURS_A_DAY ? error : see(h, series, block / HOURS_A_DAY);
}

static int fold_chunk(struct history_db *h, enum history_tier_number tier, int64_t block, uint32_t chunk)
{
	const struct history_tier *t = &history_tiers[tier];
	int error = gather(h, tier, block, chunk), n_gone = 0;

	h->fold.hours_id = -1;
	for (unsigned i = 0; i < t->chunk_series && !error; i++)
		if (h->fold.masks[i] && chunk * t->chunk_series + i < SERIES_MAX)
			error = fold_series(h, tier, block, chunk * t->chunk_series + i, h->fold.rows[i],
			                    h->fold.masks[i]);
	if (!error)
		error = put_hours(h);
	for (unsigned slot = 0; slot < t->n_slots && !error; slot++) {
		int64_t id = history_chunk_id(block * t->n_slots + slot, chunk);

		error = history_sql_run(history_sql_bind(history_db_sql(h, tier, SQL_RECENT_DELETE), &id, 1));
		n_gone += error ? 0 : sqlite3_changes(h->db);
	}
	/* What is first in a damaged table need not be found by its id: it would be folded for ever. */
	return error || n_gone ? error : -EBADMSG;
}

/* The oldest recent chunk's block, if it is old enough. False: there is none, or *error. */
static bool next_fold(struct history_db *h, enum history_tier_number tier, int64_t now_s, int64_t *block,
                      uint32_t *chunk, int *error)
{
	const struct history_tier *t = &history_tiers[tier];
	sqlite3_stmt *s = history_sql_bind(history_db_sql(h, tier, SQL_RECENT_FIRST), NULL, 0);
	int64_t id = history_sql_number(s, -1, error);

	if (*error || id < 0)
		return false;
	*block = (id >> 16) / t->n_slots;
	*chunk = (uint32_t)(id & 0xffff);
	return (*block + KEPT_BLOCKS) * t->block_s + LATE_S <= now_s;
}

/* 1: has folded some, 0: nothing is due, or -errno. */
static int fold(struct history_db *h, enum history_tier_number tier, int64_t now_s)
{
	int64_t until_ns = clock_mono_ns() + TURN_NS, block;
	uint32_t chunk;
	int error = 0;

	if (!next_fold(h, tier, now_s, &block, &chunk, &error))
		return error ? history_db_failed(h, error) : 0;
	error = history_db_begin(h);
	if (error)
		return error;
	do
		error = fold_chunk(h, tier, block, chunk);
	while (!error && clock_mono_ns() < until_ns && next_fold(h, tier, now_s, &block, &chunk, &error));
	if (error)
		return history_db_failed(h, error);
	error = history_db_commit(h);
	return error ? error : 1;
}

/* --- what goes --- */

/* Some rows before the one at before. 1: some have gone, 0: there are none, or -errno. */
static int expire(struct history_db *h, enum history_statement s, int64_t before)
{
	int error = history_db_begin(h);

	if (error)
		return error;
	error = history_sql_run(history_sql_bind(h->sql[s], &before, 1));
	if (error)
		return history_db_failed(h, error);
	if (!sqlite3_changes(h->db)) {
		history_sql_run(h->sql[SQL_ROLLBACK]);
		return 0;
	}
	error = history_db_commit(h);
	return error ? error : 1;
}

static int64_t before(int64_t now_s, int64_t keep_ns, int64_t unit_s)
{
	int64_t from_s = now_s - keep_ns / NS_PER_S;

	return from_s > 0 ? from_s / unit_s : 0;
}

static int64_t longer(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int expire_all(struct history_db *h, int64_t now_s)
{
	const struct history_options *o = &h->options;
	int64_t longest = longer(o->keep_minutes_ns, longer(o->keep_hours_ns, o->keep_events_ns));
	const struct {
		enum history_statement s;
		int64_t before;
	} all[] = {
		{ SQL_EXPIRE_DETAIL, history_chunk_id(before(now_s, o->detail_ns, 60), 0) },
		{ SQL_EXPIRE_MINUTES, history_block_id(before(now_s, o->keep_minutes_ns, 3600), 0) },
		{ SQL_EXPIRE_HOURS, history_block_id(before(now_s, o->keep_hours_ns, DAY_S), 0) },
		{ SQL_EXPIRE_RECENT_HOURS, history_chunk_id(before(now_s, o->keep_hours_ns, 3600), 0) },
		{ SQL_EXPIRE_EVENTS, before(now_s, o->keep_events_ns, 1) * NS_PER_S },
		{ SQL_SERIES_EXPIRE, before(now_s, longest, DAY_S) - SERIES_SPARE_D },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		int done = expire(h, all[i].s, all[i].before);

		if (done)
			return done;
	}
	return 0;
}

/* --- size --- */

/* Gives free pages back, n_free of them there are. 1: some have gone, 0: none, or -errno. */
static int vacuum(struct history_db *h, int64_t n_free)
{
	int error = 0;
	int64_t left;

	if (sqlite3_exec(h->db, "PRAGMA incremental_vacuum(128)", NULL, NULL, NULL) != SQLITE_OK)
		return history_db_failed(h, history_sql_errno(h->db));
	left = history_sql_number(h->sql[SQL_FREE_PAGES], 0, &error);
	return error ? history_db_failed(h, error) : left < n_free;
}

/* The finest and oldest first. */
static int coarsen(struct history_db *h)
{
	if (!h->has_told_size)
		diag(DIAG_WARNING,
		     "history %s: max_size is reached: detail goes before its time, then the oldest minutes, then hours",
		     h->path);
	h->has_told_size = true;
	for (enum history_statement s = SQL_EXPIRE; s < SQL_STATEMENTS; s++) {
		int done = expire(h, s, INT64_MAX);

		if (done)
			return done;
	}
	return 0;
}

static int shrink(struct history_db *h)
{
	uint64_t most = h->options.max_size / (uint64_t)h->page_bytes;
	int error = 0;
	int64_t n = history_sql_number(h->sql[SQL_PAGES], 0, &error);
	int64_t n_free = history_sql_number(h->sql[SQL_FREE_PAGES], 0, &error);

	if (error)
		return history_db_failed(h, error);
	/* The rest is for the WAL, of which a fold takes some pages at least, and for what comes before the next turn.
	 */
	most -= most / 4;
	most -= most < FOLD_PAGES ? most : FOLD_PAGES;
	if ((uint64_t)(n - n_free) > most)
		return coarsen(h);
	if (n_free && ((uint64_t)n > most || n_free > n / 4 + 1024))
		return vacuum(h, n_free);
	return 0;
}

/* Copies the WAL back, once for each commit: readers may be in the way. 1: has done so, 0: there is little yet. */
static int copy_wal(struct history_db *h)
{
	if (h->wal_pages < h->wal_pages_max)
		return 0;
	h->wal_pages = 0;
	sqlite3_wal_checkpoint_v2(h->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return 1;
}

/* A WAL that has been copied back is written anew from its start, but is made no shorter while someone reads. */
static void cut_wal(struct history_db *h, int64_t now_s)
{
	struct stat st;

	if (now_s - h->checkpoint_s >= 0 && now_s - h->checkpoint_s < CHECKPOINT_S)
		return;
	h->checkpoint_s = now_s;
	if (!stat(h->wal_path, &st) && (uint64_t)st.st_size > h->options.max_size / 8)
		sqlite3_wal_checkpoint_v2(h->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

bool history_db_tend(struct history_db *h, int64_t now_s)
{
	int done;

	h->find_failed = h->flush_failed = false;
	if (history_db_flush(h))
		return false;
	done = copy_wal(h);
	if (!done)
		done = fold(h, TIER_MINUTES, now_s);
	if (!done)
		done = fold(h, TIER_HOURS, now_s);
	if (!done)
		done = expire_all(h, now_s);
	if (!done)
		done = shrink(h);
	cut_wal(h, now_s);
	return done > 0;
}
