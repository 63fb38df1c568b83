/* history_gather.c - a row is in its block or among the recent ones. It is in both only until the next fold, where
 * minutes have come late, and then the two are joined as that fold will join them. */
#include "store/history_reader_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int history_read_error(int error)
{
	return error == 0 || error == -ENOMEM || error == -ENOENT ? error : -EIO;
}

int history_point_add(struct history_gathering *g, const struct row *row)
{
	if (g->out->n == g->n_out_room) {
		size_t room = g->n_out_room * 2;
		struct past_points *grown = realloc(g->out, sizeof(*grown) + room * sizeof(grown->at[0]));

		if (!grown)
			return -ENOMEM;
		g->out = grown;
		g->n_out_room = room;
	}
	row_point(&g->out->at[g->out->n++], row, g->step * g->step_s);
	return 0;
}

static void extent_of(struct history_reader *r, enum history_tier_number tier, int *error)
{
	const struct history_tier *t = &history_tiers[tier];
	struct history_extent *x = &r->extents[tier];
	int64_t recent = history_sql_number(history_read_sql(r, tier, READ_RECENT_FIRST), -1, error);
	int64_t recent_last = history_sql_number(history_read_sql(r, tier, READ_RECENT_LAST), -1, error);
	int64_t block = history_sql_number(history_read_sql(r, tier, READ_BLOCK_FIRST), -1, error);
	int64_t block_last = history_sql_number(history_read_sql(r, tier, READ_BLOCK_LAST), -1, error);

	x->recent_first_s = recent < 0 ? INT64_MAX : (recent >> 16) * t->slot_s;
	x->recent_end_s = recent_last < 0 ? 0 : ((recent_last >> 16) + 1) * t->slot_s;
	x->block_first_s = block < 0 ? INT64_MAX : (block >> 24) * t->block_s;
	x->block_end_s = block_last < 0 ? 0 : ((block_last >> 24) + 1) * t->block_s;
}

int history_read_begin(struct history_reader *r)
{
	int error = history_sql_run(r->sql[READ_BEGIN]);
	int64_t first;

	if (error)
		return history_read_error(error);
	for (int tier = 0; tier < TIERS; tier++)
		extent_of(r, (enum history_tier_number)tier, &error);
	first = history_sql_number(r->sql[READ_DETAIL_FIRST], -1, &error);
	r->detail_first_s = first < 0 ? INT64_MAX : (first >> 16) * history_tiers[TIER_MINUTES].slot_s;
	if (error)
		history_read_end(r);
	return history_read_error(error);
}

void history_read_end(struct history_reader *r)
{
	history_sql_run(r->sql[READ_END]);
}

static void add(enum history_tier_number tier, struct history_rows *to, unsigned i, const struct row *row)
{
	if (to->mask >> i & 1) {
		history_row_join(tier, &to->row[i], row);
	} else {
		to->row[i] = *row;
		to->mask |= UINT64_C(1) << i;
	}
}

static int gather_block(struct history_reader *r, enum history_tier_number tier, int64_t block, uint32_t series,
                        struct history_rows *to)
{
	int64_t id = history_block_id(block, series);
	sqlite3_stmt *s = history_sql_bind(history_read_sql(r, tier, READ_BLOCK), &id, 1);
	int answer = sqlite3_step(s), error = 0;

	if (answer == SQLITE_ROW) {
		const void *bytes = sqlite3_column_blob(s, 0);

		if (rows_block_read(r->zstd, to->row, &to->mask, bytes, (size_t)sqlite3_column_bytes(s, 0)))
			to->mask = 0;
		to->mask &= (UINT64_C(1) << history_tiers[tier].n_slots) - 1;
	} else if (answer != SQLITE_DONE) {
		error = history_sql_errno(r->db);
	}
	sqlite3_reset(s);
	return error;
}

static int gather_recent(struct history_reader *r, enum history_tier_number tier, int64_t block, uint32_t series,
                         struct history_rows *to)
{
	const struct history_tier *t = &history_tiers[tier];
	const struct history_extent *x = &r->extents[tier];
	sqlite3_stmt *s = history_read_sql(r, tier, READ_RECENT);
	int error = 0;

	for (unsigned i = 0; i < t->n_slots && !error; i++) {
		int64_t slot = block * t->n_slots + i, id = history_chunk_id(slot, series / t->chunk_series);
		struct row row;
		int answer;

		if (slot * t->slot_s < x->recent_first_s || slot * t->slot_s >= x->recent_end_s)
			continue;
		answer = sqlite3_step(history_sql_bind(s, &id, 1));
		if (answer == SQLITE_ROW) {
			const void *bytes = sqlite3_column_blob(s, 0);

			if (history_chunk_row(tier, &row, bytes, (size_t)sqlite3_column_bytes(s, 0),
			                      series % t->chunk_series))
				add(tier, to, i, &row);
		} else if (answer != SQLITE_DONE) {
			error = history_sql_errno(r->db);
		}
	}
	sqlite3_reset(s);
	return error;
}

static int gather_tier(struct history_reader *r, enum history_tier_number tier, int64_t block, uint32_t series,
                       struct history_rows *to)
{
	const struct history_extent *x = &r->extents[tier];
	int64_t at_s = block * history_tiers[tier].block_s;
	int error = 0;

	to->mask = 0;
	if (at_s >= x->block_first_s && at_s < x->block_end_s)
		error = gather_block(r, tier, block, series, to);
	return error ? error : gather_recent(r, tier, block, series, to);
}

/* The minutes of an hour that are in no hour yet: those which are recent. */
static int add_minutes(struct history_reader *r, int64_t hour, uint32_t series, unsigned i)
{
	const struct history_extent *x = &r->extents[TIER_MINUTES];
	struct row rows[ROWS_BLOCK_ROWS + 1];
	unsigned n = 0;
	int error;

	if ((hour + 1) * 3600 <= x->recent_first_s || hour * 3600 >= x->recent_end_s)
		return 0;
	r->minutes.mask = 0;
	error = gather_recent(r, TIER_MINUTES, hour, series, &r->minutes);
	if (error || !r->minutes.mask)
		return error;
	for (unsigned m = 0; m < ROWS_BLOCK_ROWS; m++)
		if (r->minutes.mask >> m & 1)
			rows[n++] = r->minutes.row[m];
	if (r->rows.mask >> i & 1)
		rows[n++] = r->rows.row[i];
	row_merge(&r->rows.row[i], rows, n);
	r->rows.mask |= UINT64_C(1) << i;
	return 0;
}

int history_gather(struct history_reader *r, enum history_tier_number tier, int64_t block, uint32_t series)
{
	int error = gather_tier(r, tier, block, series, &r->rows);

	if (tier == TIER_HOURS)
		for (unsigned i = 0; i < history_tiers[tier].n_slots && !error; i++)
			error = add_minutes(r, block * history_tiers[tier].n_slots + i, series, i);
	return error;
}
