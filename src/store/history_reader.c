/* history_reader.c - a target's points and events. Minutes answer where they are kept of all the time that is asked
 * for, single probes where steps below a minute are asked for and those are kept, and hours where minutes are not. */
#include "store/history_reader_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BUSY_MS       1000
#define DETAIL_MOST_S INT64_C(10800) /* of one answer: each minute is a block of many targets */

#define TIER_TEXTS(recent, blocks)                                                                                \
	"SELECT rows FROM " recent " WHERE id = ?", "SELECT min(id) FROM " recent, "SELECT max(id) FROM " recent, \
		"SELECT id, rows FROM " recent " WHERE id >= ? AND id < ? ORDER BY id",                           \
		"SELECT rows FROM " blocks " WHERE id = ?", "SELECT min(id) FROM " blocks,                        \
		"SELECT max(id) FROM " blocks, "SELECT id, rows FROM " blocks " WHERE id >= ? AND id < ? ORDER BY id"

static const char *const texts[] = {
	[READ_BEGIN] = "BEGIN",
	[READ_END] = "COMMIT",
	[READ_SERIES] = "SELECT id FROM series WHERE name = ?",
	[READ_NAME] = "SELECT name FROM series WHERE id = ?",
	[READ_EVENTS] = "SELECT at_ns, line FROM events WHERE at_ns >= ? AND at_ns < ?"
			" ORDER BY at_ns DESC, id DESC LIMIT ?",
	[READ_EVENTS_OF] = "SELECT at_ns, line FROM events WHERE at_ns >= ? AND at_ns < ? AND series = ?4"
			   " ORDER BY at_ns DESC, id DESC LIMIT ?3",
	[READ_DETAIL] = "SELECT probes FROM detail WHERE id = ?",
	[READ_DETAIL_FIRST] = "SELECT min(id) FROM detail",
	[READ_RECENT] = TIER_TEXTS("recent_minutes", "minutes"),
	[READ_TIER_END] = TIER_TEXTS("recent_hours", "hours"),
};
_Static_assert(sizeof(texts) / sizeof(texts[0]) == READ_STATEMENTS, "a statement has no text");

int history_reader_open(struct history_reader **out, const char *path)
{
	struct history_reader *r = calloc(1, sizeof(*r));
	char why[PLACE_WHY];
	int error;

	if (!r)
		return -ENOMEM;
	r->zstd = rows_zstd_new();
	error = r->zstd ? 0 : -ENOMEM;
	if (!error)
		error = history_sql_open(&r->db, path, 0, why);
	if (!error)
		error = history_sql_prepare(r->db, r->sql, texts, READ_STATEMENTS);
	if (error) {
		history_reader_close(r);
		return error;
	}
	sqlite3_busy_timeout(r->db, BUSY_MS);
	*out = r;
	return 0;
}

void history_reader_close(struct history_reader *r)
{
	if (!r)
		return;
	history_sql_finalize(r->sql, READ_STATEMENTS);
	sqlite3_close(r->db);
	rows_zstd_free(r->zstd);
	free(r);
}

/* The number of the series called name to *out; 0, -ENOENT or another -errno. */
static int find(struct history_reader *r, const char *name, uint32_t *out)
{
	sqlite3_stmt *s = r->sql[READ_SERIES];
	int64_t number;
	int error = 0;

	sqlite3_reset(s);
	sqlite3_bind_text(s, 1, name, -1, SQLITE_STATIC);
	number = history_sql_number(s, -1, &error);
	sqlite3_bind_null(s, 1);
	if (error)
		return error;
	if (number < 0 || number >= SERIES_MAX)
		return -ENOENT;
	*out = (uint32_t)number;
	return 0;
}

/* --- points --- */

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t up(int64_t value, int64_t unit)
{
	return (value + unit - 1) / unit * unit;
}

/* Minutes are known of all time from then on; the oldest hour of them may be half gone already. */
static int64_t minutes_since(const struct history_reader *r)
{
	const struct history_extent *minutes = &r->extents[TIER_MINUTES], *hours = &r->extents[TIER_HOURS];
	int64_t first_s = least(minutes->block_first_s, minutes->recent_first_s);

	if (first_s == INT64_MAX || least(hours->block_first_s, hours->recent_first_s) >= first_s)
		return first_s;
	return minutes->block_first_s <= minutes->recent_first_s ? first_s + 3600 : first_s / 3600 * 3600;
}

/* The step, its tier and the time in which there may be rows. */
static void plan(const struct history_reader *r, struct history_gathering *g, int64_t step_s)
{
	/* What people read well, in ascending order. */
	static const int64_t steps[] = { 60,   120,   300,   600,   900,   1800,   3600,
		                         7200, 10800, 21600, 43200, 86400, 604800, 2592000 };
	const struct history_extent *minutes = &r->extents[TIER_MINUTES], *hours = &r->extents[TIER_HOURS];
	int64_t oldest_s = least(least(minutes->block_first_s, minutes->recent_first_s),
	                         least(hours->block_first_s, hours->recent_first_s));
	int64_t unit = 60, fits;

	g->first_s = most(g->from_s, oldest_s);
	g->last_s = least(g->to_s, most(most(minutes->block_end_s, minutes->recent_end_s),
	                                most(hours->block_end_s, hours->recent_end_s)));
	if (g->first_s >= g->last_s)
		g->last_s = g->first_s = g->from_s;
	if (oldest_s != INT64_MAX && g->first_s < minutes_since(r))
		unit = 3600;
	else if (step_s && step_s < 60 && !g->no_detail && g->last_s - g->first_s <= DETAIL_MOST_S &&
	         g->first_s - g->first_s % 60 >= r->detail_first_s)
		unit = 1;
	/* One step more than that may be begun and ended within the time. */
	fits = up((g->last_s - g->first_s) / (PAST_POINTS_MAX - 1) + 1, unit);
	if (!step_s) {
		size_t i = 0;

		while (i < sizeof(steps) / sizeof(steps[0]) && steps[i] < fits)
			i++;
		step_s = i < sizeof(steps) / sizeof(steps[0]) ? steps[i] : fits;
	}
	g->step_s = most(up(most(step_s, 1), unit), fits);
	g->step_s = g->step_s < 60 ? g->step_s : up(g->step_s, 60);
	g->tier = g->step_s % 3600 ? TIER_MINUTES : TIER_HOURS;
	g->from_s -= g->from_s % g->step_s;
	g->to_s = up(g->to_s, g->step_s);
	g->first_s -= g->first_s % g->step_s;
	g->last_s = up(g->last_s, g->step_s);
}

static int emit(struct history_gathering *g)
{
	struct row merged;

	if (!g->n)
		return 0;
	row_merge(&merged, g->rows, g->n);
	g->n = 0;
	return history_point_add(g, &merged);
}

static int take(struct history_gathering *g, int64_t at_s, const struct row *row)
{
	int error = 0;

	if (at_s / g->step_s != g->step)
		error = emit(g);
	g->step = at_s / g->step_s;
	if (!error && g->n == g->n_room) {
		size_t room = g->n_room ? g->n_room * 2 : 64;
		struct row *grown = reallocarray(g->rows, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		g->rows = grown;
		g->n_room = room;
	}
	if (!error)
		g->rows[g->n++] = *row;
	return error;
}

static int gather_all(struct history_reader *r, struct history_gathering *g, uint32_t series)
{
	const struct history_tier *t = &history_tiers[g->tier];
	int error = 0;

	for (int64_t block = g->first_s / t->block_s; block * t->block_s < g->last_s && !error; block++) {
		error = history_gather(r, g->tier, block, series);
		for (unsigned i = 0; i < t->n_slots && !error; i++) {
			int64_t at_s = block * t->block_s + i * t->slot_s;

			if (r->rows.mask >> i & 1 && at_s >= g->first_s && at_s < g->last_s)
				error = take(g, at_s, &r->rows.row[i]);
		}
	}
	return error ? error : emit(g);
}

static int gather_points(struct history_reader *r, struct history_gathering *g, uint32_t series, int64_t step_s)
{
	int64_t from_s = g->from_s, to_s = g->to_s;
	int error;

	plan(r, g, step_s);
	if (g->step_s % 60 == 0)
		return gather_all(r, g, series);
	error = history_detail(r, g, series);
	if (error != -ENODATA)
		return error;
	g->out->n = 0;
	g->step = -1;
	g->from_s = from_s;
	g->to_s = to_s;
	g->no_detail = true;
	plan(r, g, step_s);
	return gather_all(r, g, series);
}

int history_reader_points(struct history_reader *r, const char *name, int64_t from_s, int64_t to_s, int64_t step_s,
                          struct past_points **out)
{
	struct history_gathering g = { .from_s = most(from_s, 0), .to_s = most(to_s, 0), .step = -1, .n_out_room = 64 };
	uint32_t series;
	int error;

	/* Beyond the year 9999 there is nothing, and no sum overflows. */
	g.from_s = least(g.from_s, INT64_C(253402300800));
	g.to_s = most(g.from_s, least(g.to_s, INT64_C(253402300800)));
	step_s = least(most(step_s, 0), INT64_C(253402300800));
	g.out = malloc(sizeof(*g.out) + g.n_out_room * sizeof(g.out->at[0]));
	if (!g.out)
		return -ENOMEM;
	g.out->n = 0;
	error = history_read_begin(r);
	if (error)
		goto free_out;
	error = find(r, name, &series);
	if (!error)
		error = gather_points(r, &g, series, step_s);
	history_read_end(r);
	free(g.rows);
	free(g.probes);
	free(g.codes);
	if (error)
		goto free_out;
	g.out->from_s = g.from_s;
	g.out->to_s = g.to_s;
	g.out->step_s = g.step_s;
	*out = g.out;
	return 0;
free_out:
	free(g.out);
	return history_read_error(error);
}

/* --- events --- */

int history_reader_events(struct history_reader *r, const char *name, int64_t from_s, int64_t to_s, size_t limit,
                          void (*on)(void *to, const struct past_event *e), void *to)
{
	const int64_t ns_per_s = INT64_C(1000000000), most_s = INT64_MAX / ns_per_s;
	int64_t v[4] = { least(most(from_s, 0), most_s) * ns_per_s, least(most(to_s, 0), most_s) * ns_per_s,
		         (int64_t)least((int64_t)(limit & INT64_MAX), INT32_MAX), 0 };
	sqlite3_stmt *s = r->sql[name ? READ_EVENTS_OF : READ_EVENTS];
	uint32_t series;
	int answer, error = history_read_begin(r);

	if (error)
		return error;
	if (name) {
		error = find(r, name, &series);
		v[3] = error ? 0 : series;
	}
	if (!error) {
		history_sql_bind(s, v, name ? 4 : 3);
		while ((answer = sqlite3_step(s)) == SQLITE_ROW) {
			const char *line = (const char *)sqlite3_column_text(s, 1);
			struct past_event e = { sqlite3_column_int64(s, 0), line ? line : "",
				                (size_t)sqlite3_column_bytes(s, 1) };

			on(to, &e);
		}
		if (answer != SQLITE_DONE)
			error = history_sql_errno(r->db);
		sqlite3_reset(s);
	}
	history_read_end(r);
	return history_read_error(error);
}
