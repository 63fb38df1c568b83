/* fixture_history.h - a history file of the test's own, filled minute by minute at times that the test chooses, and
 * what a reader finds in it. */
#ifndef MINIPING_TESTS_FIXTURE_HISTORY_H
#define MINIPING_TESTS_FIXTURE_HISTORY_H
#include "fixture.h"

#include "base/clock.h"
#include "store/history_db.h"
#include "store/history_reader.h"

#include <sqlite3.h>

#define DAY0 (INT64_C(19675) * 86400) /* in 2023 */
#define H    3600
#define D    86400

static struct history_options options;
static struct history_db *history;
static char why[160];

static inline void history_open(void)
{
	options.file = fixture_path("history.db");
	assert_int_equal(history_db_open(&history, &options, why), 0);
}

static inline int history_setup(void **state)
{
	options = (struct history_options){ .keep_minutes_ns = 7 * NS_PER_D,
		                            .keep_hours_ns = 365 * NS_PER_D,
		                            .keep_events_ns = 365 * NS_PER_D,
		                            .max_size = UINT64_C(10) << 30 };
	if (fixture_make_dir(state))
		return -1;
	history_open();
	return 0;
}

static inline void history_close(void)
{
	history_db_close(history);
	history = NULL;
}

static inline int history_teardown(void **state)
{
	history_close();
	return fixture_remove_dir(state);
}

static inline uint32_t series(const char *name)
{
	return history_db_series(history, name, strlen(name), NULL, 0);
}

/* Numbers 0 .. n of series called t0, t1 .. */
static inline void make_series(uint32_t n)
{
	char name[16];

	for (uint32_t i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "t%u", i);
		assert_int_equal(series(name), i);
	}
}

/* Of n_sent probes n_lost are lost, and the others take rtt_ns each; rtt_spread_ns more at p90 and above. */
static inline struct row row_of(uint32_t n_sent, uint32_t n_lost, int64_t rtt_ns, int64_t rtt_spread_ns)
{
	struct row r = { .n_sent = n_sent, .n_lost = n_lost };

	for (int q = 0; q < ROW_POINTS; q++)
		r.q[q] = n_sent > n_lost ? rtt_code(rtt_ns + (q >= ROW_P90 ? rtt_spread_ns : 0)) : RTT_CODE_NONE;
	return r;
}

static inline void put(int64_t at_s, uint32_t number, struct row r)
{
	assert_int_equal(history_db_row(history, at_s, number, &r, NULL, 0), 0);
}

static inline void tend(int64_t now_s)
{
	int n = 0;

	while (history_db_tend(history, now_s))
		assert_true(++n < 100000);
	assert_string_equal(history_db_error(history), "");
}

/* The minute at at_s ends, and what is due then is done. */
static inline void end(int64_t at_s)
{
	assert_int_equal(history_db_end_minute(history, at_s), 0);
	tend(at_s + 60);
}

/* What a reader that comes now finds; free() it. */
static inline struct past_points *points(const char *name, int64_t from_s, int64_t to_s, int64_t step_s)
{
	struct history_reader *r;
	struct past_points *p;

	assert_int_equal(history_reader_open(&r, fixture_path("history.db")), 0);
	assert_int_equal(history_reader_points(r, name, from_s, to_s, step_s, &p), 0);
	history_reader_close(r);
	return p;
}

static inline uint64_t sent(const char *name, int64_t from_s, int64_t to_s, int64_t step_s)
{
	struct past_points *p = points(name, from_s, to_s, step_s);
	uint64_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += p->at[i].n_sent;
	free(p);
	return n;
}

/* A number, by a connection of the test's own. */
static inline int64_t ask(const char *sql)
{
	sqlite3 *db;
	sqlite3_stmt *s;
	int64_t n;

	assert_int_equal(sqlite3_open(fixture_path("history.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	n = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	sqlite3_close(db);
	return n;
}
#endif
