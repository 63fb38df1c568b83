/* history_db_private.h - what the history's writer shares among its files. A call goes down in this list, never up:
 *
 *     history_db_tend.c     what is due: folds, expiry, size
 *     history_db.c          opening; series, rows and events come in
 *     history_db_commit.c   .. and are committed; a transaction's beginning and end */
#ifndef MINIPING_HISTORY_DB_PRIVATE_H
#define MINIPING_HISTORY_DB_PRIVATE_H
#include "store/history_db.h"
#include "store/history_pending.h"
#include "store/history_sql.h"
#include "store/history_tier.h"

enum history_statement {
	SQL_BEGIN,
	SQL_COMMIT,
	SQL_ROLLBACK,
	SQL_SERIES_FIND,
	SQL_SERIES_PUT,
	SQL_SERIES_RENAME,
	SQL_SERIES_SEEN,
	SQL_SERIES_EXPIRE,
	SQL_EVENT_PUT,
	SQL_DETAIL_PUT,
	SQL_PAGES,
	SQL_FREE_PAGES,
	/* Of each tier: of minutes here, of hours SQL_TIER_STATEMENTS behind. */
	SQL_RECENT_GET,
	SQL_RECENT_PUT,
	SQL_RECENT_DELETE,
	SQL_RECENT_FIRST,
	SQL_BLOCK_GET,
	SQL_BLOCK_PUT,
	SQL_TIER_END,
	SQL_TIER_STATEMENTS = SQL_TIER_END - SQL_RECENT_GET,
	/* The 500 oldest of a table that are before a given one; in the order in which max_size takes them. */
	SQL_EXPIRE = SQL_TIER_END + SQL_TIER_STATEMENTS,
	SQL_EXPIRE_DETAIL = SQL_EXPIRE,
	SQL_EXPIRE_MINUTES,
	SQL_EXPIRE_HOURS,
	SQL_EXPIRE_RECENT_HOURS,
	SQL_EXPIRE_EVENTS,
	SQL_EXPIRE_RECENT_MINUTES,
	SQL_STATEMENTS,
};

struct history_fold { /* what a fold of one chunk reads; 1.3 MB */
	struct row rows[CHUNK_SERIES_MAX][ROWS_BLOCK_ROWS];
	uint64_t masks[CHUNK_SERIES_MAX];
	struct row block[ROWS_BLOCK_ROWS]; /* that is in the file already */
	int64_t hours_id;                  /* the chunk of hours that is being filled; -1: none */
	struct history_chunk hours;
};

struct history_db {
	sqlite3 *db;
	sqlite3_stmt *sql[SQL_STATEMENTS];
	struct store_lock *lock;
	char *path, *wal_path;
	struct history_options options;
	struct history_pending pending;
	struct rows_zstd *zstd;
	struct history_chunk chunk; /* scratch */
	struct history_fold fold;
	uint32_t n_series; /* the next number */
	int64_t newest_s;  /* the latest minute that is committed */
	int64_t page_bytes;
	int wal_pages, wal_pages_max; /* since the last commit; as many are copied back */
	int64_t checkpoint_s;         /* when the WAL was last cut short */
	uint64_t n_dropped;           /* pending minutes and events, of which an error has told */
	bool has_told_size, has_told_damage;
	bool is_damaged;                /* something has found it so: the end of a minute says it */
	bool find_failed, flush_failed; /* of series, since the last minute or turn */
	char error[PLACE_WHY];
};

/* history_db_failed - remembers SQLite's words for the latest call, rolls back what is open, and returns error.
 * history_db_begin, history_db_commit - a transaction; 0, or -errno of history_db_failed. */
int history_db_failed(struct history_db *h, int error);
int history_db_begin(struct history_db *h);
int history_db_commit(struct history_db *h);

/* history_db_chunk_get, _put - of a tier's recent rows; a damaged one is read as an empty one, and a diag says so once.
 * 0 or -errno. */
int history_db_chunk_get(struct history_db *h, enum history_tier_number tier, int64_t id, struct history_chunk *out);
int history_db_chunk_put(struct history_db *h, enum history_tier_number tier, int64_t id,
                         const struct history_chunk *c);
void history_db_told_damage(struct history_db *h);

/* history_db_flush - commits what is pending and whole, minute by minute. 0 or -errno, and the rest stays. */
int history_db_flush(struct history_db *h);

static inline sqlite3_stmt *history_db_sql(struct history_db *h, enum history_tier_number tier,
                                           enum history_statement s)
{
	return h->sql[s + (tier == TIER_HOURS ? SQL_TIER_STATEMENTS : 0)];
}
#endif
