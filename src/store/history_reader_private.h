/* history_reader_private.h - what the history's reader shares among its files. A call goes down in this list, never up:
 *
 *     history_reader.c, history_worst.c   points and events of a target; the worst of all
 *     history_detail.c                    points of single probes
 *     history_gather.c, history_scan.c    the rows of a target and a block, wherever they stand; of all targets */
#ifndef MINIPING_HISTORY_READER_PRIVATE_H
#define MINIPING_HISTORY_READER_PRIVATE_H
#include "store/detail_block.h"
#include "store/history_reader.h"
#include "store/history_sql.h"
#include "store/history_tier.h"

enum reader_statement {
	READ_BEGIN,
	READ_END,
	READ_SERIES,
	READ_NAME,
	READ_EVENTS,
	READ_EVENTS_OF,
	READ_DETAIL,
	READ_DETAIL_FIRST,
	/* Of each tier: of minutes here, of hours READ_TIER_STATEMENTS behind. */
	READ_RECENT,
	READ_RECENT_FIRST,
	READ_RECENT_LAST,
	READ_RECENT_SCAN,
	READ_BLOCK,
	READ_BLOCK_FIRST,
	READ_BLOCK_LAST,
	READ_BLOCK_SCAN,
	READ_TIER_END,
	READ_TIER_STATEMENTS = READ_TIER_END - READ_RECENT,
	READ_STATEMENTS = READ_TIER_END + READ_TIER_STATEMENTS,
};

struct history_extent { /* of a tier, in seconds since the epoch; first_s INT64_MAX, end_s 0: there is nothing */
	int64_t recent_first_s, recent_end_s, block_first_s, block_end_s;
};

struct history_rows { /* a block's slots */
	uint64_t mask;
	struct row row[ROWS_BLOCK_ROWS];
};

struct history_reader {
	sqlite3 *db;
	sqlite3_stmt *sql[READ_STATEMENTS];
	struct history_extent extents[TIERS];
	int64_t detail_first_s;            /* INT64_MAX: there is none */
	struct history_rows rows, minutes; /* scratch, as is: */
	struct history_chunk chunk;
	struct rows_zstd *zstd;
};

struct history_gathering { /* of a target's points */
	enum history_tier_number tier;
	int64_t from_s, to_s;    /* as asked */
	int64_t first_s, last_s; /* of these, there may be rows in */
	int64_t step_s, step;    /* the running step's number; -1: none yet */
	struct row *rows;        /* of it */
	size_t n, n_room;
	struct past_points *out;
	size_t n_out_room;
	int64_t minute_s; /* of which the probes are being read: */
	struct detail_probe *probes;
	size_t n_probes, probes_room;
	struct row probe_row; /* of the running step, and its RTTs: */
	uint16_t *codes;
	size_t n_codes, codes_room;
	bool no_detail;
};

/* history_read_begin - all that is read until history_read_end is of one moment; extents are set. 0 or -errno, and
 * then nothing has begun. */
int history_read_begin(struct history_reader *r);
void history_read_end(struct history_reader *r);

/* history_read_error - what of past_ops' errors -errno of SQLite is. */
int history_read_error(int error);

/* history_gather - the rows of a series in a block of a tier to r->rows; of hours, with the minutes that are in none
 * of them yet. What is damaged is left out. 0 or -errno. */
int history_gather(struct history_reader *r, enum history_tier_number tier, int64_t block, uint32_t series);

/* history_point_add - row is the running step's. 0 or -ENOMEM. */
int history_point_add(struct history_gathering *g, const struct row *row);

/* history_detail - the points of g's time, in its steps, of single probes. 0; -ENODATA: of a minute that is known there
 * are none; or -errno. */
int history_detail(struct history_reader *r, struct history_gathering *g, uint32_t series);

static inline sqlite3_stmt *history_read_sql(struct history_reader *r, enum history_tier_number tier,
                                             enum reader_statement s)
{
	return r->sql[s + (tier == TIER_HOURS ? READ_TIER_STATEMENTS : 0)];
}
#endif
