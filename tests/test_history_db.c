#include "fixture_history.h"
#include "random.h"

#include "base/diag.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* Numbers at both sides of the borders of chunks, of minutes (100) and of hours (70). */
static const uint32_t some[] = { 0, 69, 70, 99, 100, 205 };
#define N_SOME (sizeof(some) / sizeof(some[0]))

static void put_some(int64_t at_s)
{
	for (size_t i = 0; i < N_SOME; i++)
		put(at_s, some[i], row_of(60, some[i] % 7, (int64_t)(some[i] + 1) * NS_PER_MS, 0));
	end(at_s);
}

static void minutes_become_blocks_and_hours_and_days_and_none_is_lost_or_doubled(void **state)
{
	static const int64_t steps[] = { 60, 300, H, D };
	char name[16];

	(void)state;
	make_series(206);
	for (int64_t at_s = DAY0; at_s < DAY0 + 4 * D + 90 * 60; at_s += 60)
		put_some(at_s);
	assert_true(ask("SELECT count(*) FROM recent_minutes") <= 3 * 120);
	assert_true(ask("SELECT count(*) FROM recent_hours") <= 4 * 48);
	assert_int_equal(ask("SELECT count(*) FROM minutes"), N_SOME * 96);
	assert_int_equal(ask("SELECT count(*) FROM hours"), N_SOME * 3);
	for (size_t i = 0; i < N_SOME; i++)
		for (size_t s = 0; s < sizeof(steps) / sizeof(steps[0]); s++) {
			struct past_points *p;

			snprintf(name, sizeof(name), "t%u", some[i]);
			p = points(name, DAY0, DAY0 + 4 * D, steps[s]);
			assert_int_equal(p->step_s, steps[s]);
			assert_int_equal(p->n, 4 * D / steps[s]);
			for (size_t k = 0; k < p->n; k++) {
				assert_int_equal(p->at[k].at_s, DAY0 + (int64_t)k * steps[s]);
				assert_int_equal(p->at[k].n_sent, steps[s]);
				assert_int_equal(p->at[k].n_lost, some[i] % 7 * steps[s] / 60);
				assert_true(llabs(p->at[k].median_ns - (int64_t)(some[i] + 1) * NS_PER_MS) < 300000);
			}
			free(p);
			assert_int_equal(sent(name, DAY0, DAY0 + 5 * D, steps[s]), 4 * D + 90 * 60);
		}
}

static void a_minute_that_is_cut_in_two_by_a_restart_counts_once(void **state)
{
	(void)state;
	make_series(1);
	put(DAY0, 0, row_of(20, 1, NS_PER_MS, 0));
	end(DAY0);
	history_close();
	history_open();
	assert_int_equal(history_db_newest_s(history), DAY0);
	make_series(1);
	put(DAY0, 0, row_of(30, 2, NS_PER_MS, 0));
	end(DAY0);
	assert_int_equal(sent("t0", DAY0, DAY0 + 60, 60), 50);
	tend(DAY0 + 3 * H);
	assert_int_equal(sent("t0", DAY0, DAY0 + 60, 60), 50);
	assert_int_equal(sent("t0", DAY0, DAY0 + H, H), 50);
}

/* Pending ones are committed late, and a clock may be set back. */
static void minutes_of_an_hour_that_has_been_folded_join_it(void **state)
{
	(void)state;
	make_series(2);
	put(DAY0, 0, row_of(60, 0, NS_PER_MS, 0));
	put(DAY0, 1, row_of(60, 0, NS_PER_MS, 0));
	end(DAY0);
	tend(DAY0 + 2 * H + 600);
	assert_int_equal(ask("SELECT count(*) FROM recent_minutes"), 0);
	put(DAY0 + 60, 0, row_of(60, 60, 0, 0));
	put(DAY0, 1, row_of(7, 0, NS_PER_MS, 0));
	assert_int_equal(history_db_end_minute(history, DAY0), 0);
	assert_int_equal(history_db_row(history, DAY0 + 60, 0, &(struct row){ .n_sent = 1 }, NULL, 0), 0);
	assert_int_equal(history_db_end_minute(history, DAY0 + 60), 0);
	for (int folded = 0; folded < 2; folded++) {
		assert_int_equal(sent("t0", DAY0, DAY0 + H, 60), 121);
		assert_int_equal(sent("t0", DAY0, DAY0 + H, H), 121);
		assert_int_equal(sent("t1", DAY0, DAY0 + H, 60), 67);
		assert_int_equal(sent("t1", DAY0, DAY0 + H, H), 67);
		tend(DAY0 + 2 * H + 600);
		assert_int_equal(ask("SELECT count(*) FROM recent_minutes"), 0);
	}
	tend(DAY0 + 3 * D);
	assert_int_equal(ask("SELECT count(*) FROM recent_hours"), 0);
	assert_int_equal(sent("t0", DAY0, DAY0 + D, D), 121);
}

/* By another connection. */
static void run(const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(fixture_path("history.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

/* Of the minute at at_s: a probe a second, of which every tenth is lost, and at the 7th second one is not sent. */
static void put_probes(int64_t at_s, uint32_t number)
{
	struct row r = row_of(60, 6, 2 * NS_PER_MS, 0);
	struct detail_probe probes[61];

	for (unsigned i = 0; i < 60; i++)
		probes[i] = (struct detail_probe){ .rtt = i % 10 == 3 ? RTT_CODE_NONE : rtt_code((i + 1) * NS_PER_MS),
			                           .second = (uint8_t)i,
			                           .kind = i % 10 == 3 ? DETAIL_LOST : DETAIL_REPLY };
	memmove(probes + 8, probes + 7, 53 * sizeof(*probes));
	probes[7] = (struct detail_probe){ RTT_CODE_NONE, 7, DETAIL_NOT_SENT };
	r.n_not_sent = 1;
	assert_int_equal(history_db_row(history, at_s, number, &r, probes, 61), 0);
}

static void steps_below_a_minute_are_of_single_probes(void **state)
{
	struct past_points *p;

	(void)state;
	options.detail_ns = NS_PER_D;
	history_db_options(history, &options);
	make_series(300); /* of several chunks */
	for (int m = 0; m < 3; m++) {
		for (uint32_t i = 0; i < 300; i += 7)
			put_probes(DAY0 + 60 * m, i);
		end(DAY0 + 60 * m);
	}
	p = points("t294", DAY0, DAY0 + 180, 1);
	assert_int_equal(p->step_s, 1);
	assert_int_equal(p->n, 180);
	for (unsigned i = 0; i < 180; i++) {
		const struct past_point *x = &p->at[i];

		assert_int_equal(x->at_s, DAY0 + i);
		assert_int_equal(x->n_sent, 1);
		assert_int_equal(x->n_lost, i % 10 == 3);
		assert_int_equal(x->n_not_sent, i % 60 == 7);
		assert_false(x->is_incomplete);
		if (i % 10 == 3)
			assert_int_equal(x->median_ns, -1);
		else
			assert_int_equal(x->median_ns, rtt_code_ns(rtt_code((i % 60 + 1) * NS_PER_MS)));
	}
	free(p);
	/* Steps that begin in one minute and end in the next, and a time that begins and ends within one. */
	p = points("t7", DAY0 + 50, DAY0 + 131, 7);
	assert_int_equal(p->step_s, 7);
	assert_int_equal(p->from_s % 7, 0);
	assert_int_equal(sent("t7", DAY0 + 50, DAY0 + 131, 7), p->to_s - p->from_s);
	assert_int_equal(p->at[1].n_sent, 7);
	free(p);
	assert_int_equal(sent("t7", DAY0, DAY0 + 180, 60), 180);
	/* Without probes in one of its minutes, what there is of all: rows. */
	put(DAY0 + 180, 7, row_of(60, 0, NS_PER_MS, 0));
	end(DAY0 + 180);
	p = points("t7", DAY0, DAY0 + 240, 1);
	assert_int_equal(p->step_s, 60);
	assert_int_equal(p->n, 4);
	free(p);
	/* The same minute again, as after a restart within it. */
	put_probes(DAY0 + 120, 14);
	end(DAY0 + 120);
	p = points("t14", DAY0 + 120, DAY0 + 180, 1);
	assert_int_equal(p->step_s, 1);
	assert_int_equal(p->n, 60);
	assert_int_equal(p->at[0].n_sent, 2);
	free(p);
	/* It goes when its time has come, or when it is not wanted any more. */
	tend(DAY0 + D + 60);
	assert_int_equal(ask("SELECT count(*) FROM detail"), 3 + 3);
	tend(DAY0 + D + 120);
	assert_int_equal(ask("SELECT count(*) FROM detail"), 3);
	options.detail_ns = 0;
	history_db_options(history, &options);
	tend(DAY0 + D + 120);
	assert_int_equal(ask("SELECT count(*) FROM detail"), 0);
}

static void a_step_of_many_probes_is_exact(void **state)
{
	struct detail_probe probes[600];
	struct row r = row_of(600, 0, NS_PER_MS, 0);
	struct past_points *p;

	(void)state;
	options.detail_ns = NS_PER_D;
	history_db_options(history, &options);
	make_series(1);
	for (unsigned i = 0; i < 600; i++)
		probes[i] = (struct detail_probe){ rtt_code((i * 7 % 600 + 1) * NS_PER_MS),
			                           (uint8_t)(i * 7 % 600 / 300 * 30), DETAIL_REPLY };
	assert_int_equal(history_db_row(history, DAY0, 0, &r, probes, 600), 0);
	end(DAY0);
	assert_int_equal(sent("t0", DAY0, DAY0 + 60, 59), 600);
	p = points("t0", DAY0 + 30, DAY0 + 60, 30);
	assert_int_equal(p->at[0].n_sent, 300);
	assert_int_equal(p->at[0].p90_ns, rtt_code_ns(rtt_code(570 * NS_PER_MS)));
	free(p);
}

/* Each minute of it would be a block of all its neighbours. */
static void a_long_time_is_answered_by_minutes(void **state)
{
	struct past_points *p;

	(void)state;
	options.detail_ns = NS_PER_D;
	history_db_options(history, &options);
	make_series(1);
	for (int64_t m = 0; m < 240; m += 60) {
		put_probes(DAY0 + 60 * m, 0);
		end(DAY0 + 60 * m);
	}
	p = points("t0", DAY0, DAY0 + 3 * H, 59);
	assert_int_equal(p->step_s, 59);
	free(p);
	p = points("t0", DAY0, DAY0 + 3 * H + 120, 59);
	assert_int_equal(p->step_s, 60);
	free(p);
}

static void damaged_detail_is_answered_by_minutes(void **state)
{
	struct past_points *p;

	(void)state;
	options.detail_ns = NS_PER_D;
	history_db_options(history, &options);
	make_series(1);
	put_probes(DAY0, 0);
	end(DAY0);
	for (int kind = 0; kind < 3; kind++) {
		/* Each upon the one before. */
		static const char *const damages[] = {
			"UPDATE detail SET probes = CAST(substr(probes, 1, length(probes) - 1) AS BLOB)",
			"UPDATE detail SET probes = zeroblob(length(probes))",
			"UPDATE detail SET probes = x''",
		};

		run(damages[kind]);
		p = points("t0", DAY0, DAY0 + 60, 1);
		assert_int_equal(p->step_s, 60);
		assert_int_equal(p->at[0].n_sent, 60);
		free(p);
	}
}

static void a_file_of_before_detail_is_taken(void **state)
{
	(void)state;
	make_series(1);
	put(DAY0, 0, row_of(60, 0, NS_PER_MS, 0));
	end(DAY0);
	run("DROP TABLE detail");
	history_close();
	options.detail_ns = NS_PER_D;
	history_open();
	put_probes(DAY0 + 60, 0);
	end(DAY0 + 60);
	assert_int_equal(sent("t0", DAY0, DAY0 + 120, 60), 120);
	assert_int_equal(sent("t0", DAY0 + 60, DAY0 + 120, 1), 60);
}

static void each_kind_is_kept_as_long_as_keep_says(void **state)
{
	struct past_points *p;

	(void)state;
	options.keep_minutes_ns = 2 * NS_PER_D;
	options.keep_hours_ns = 5 * NS_PER_D;
	options.keep_events_ns = 3 * NS_PER_D;
	history_db_options(history, &options);
	make_series(1);
	for (int64_t at_s = DAY0; at_s < DAY0 + 9 * D; at_s += 600) {
		put(at_s, 0, row_of(10, 0, NS_PER_MS, 0));
		assert_int_equal(history_db_event(history, at_s * NS_PER_S, "t0", 2, "{}", 2), 0);
		end(at_s);
	}
	tend(DAY0 + 9 * D);
	assert_int_equal(ask("SELECT min(id) >> 24 FROM minutes"), (DAY0 + 7 * D) / H);
	assert_int_equal(ask("SELECT min(id) >> 24 FROM hours"), (DAY0 + 4 * D) / D);
	assert_in_range(ask("SELECT min(at_ns) / 1000000000 FROM events"), DAY0 + 6 * D - 600, DAY0 + 6 * D);
	/* Of a time of which there are no minutes any more, no answer is finer than an hour. */
	p = points("t0", DAY0, DAY0 + 9 * D, 60);
	assert_int_equal(p->step_s, H);
	assert_int_equal(p->n, 5 * 24);
	free(p);
	p = points("t0", DAY0 + 7 * D + H, DAY0 + 9 * D, 60);
	assert_int_equal(p->step_s, 60);
	assert_int_equal(p->n, 47 * 6);
	free(p);
	/* A target that has gone is forgotten with its last hour; the last number stays, so that none is given twice.
	 */
	assert_int_equal(series("t1"), 1);
	tend(DAY0 + 9 * D);
	tend(DAY0 + 30 * D);
	assert_int_equal(ask("SELECT count(*) FROM hours"), 0);
	assert_int_equal(ask("SELECT count(*) FROM series"), 1);
	assert_int_equal(ask("SELECT id FROM series"), 1);
}

/* Hours that go before they are folded say nothing of who is there. */
static void a_target_that_is_probed_keeps_its_name(void **state)
{
	int64_t at_s = DAY0;

	(void)state;
	make_series(2); /* the last would stay in any case */
	for (; at_s < DAY0 + 5 * D; at_s += H / 2) {
		put(at_s, 0, row_of(60, 0, NS_PER_MS, 0));
		end(at_s);
	}
	options.keep_hours_ns = options.keep_events_ns = options.keep_minutes_ns = NS_PER_D;
	history_db_options(history, &options);
	for (; at_s < DAY0 + 15 * D; at_s += H / 2) {
		put(at_s, 0, row_of(60, 0, NS_PER_MS, 0));
		end(at_s);
	}
	assert_true(sent("t0", at_s - 4 * H, at_s, 60) >= 7 * 60);
	/* And what is kept of one that is gone can be found by its name as long. */
	options.keep_minutes_ns = 30 * NS_PER_D;
	history_db_options(history, &options);
	tend(at_s + 10 * D);
	assert_true(sent("t0", at_s - 4 * H, at_s, 60) >= 7 * 60);
}

static int n_lines_with(const char *file, const char *text)
{
	char line[512];
	FILE *f = fopen(fixture_path(file), "re");
	int n = 0;

	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		n += strstr(line, text) != NULL;
	fclose(f);
	return n;
}

static void beyond_max_size_the_oldest_minutes_go_then_hours_and_it_says_so_once(void **state)
{
	int told = open(fixture_path("told"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600), kept = dup(STDERR_FILENO);
	uint64_t random = 3;
	struct past_points *p;

	(void)state;
	diag_init("test", DIAG_WARNING);
	dup2(told, STDERR_FILENO);
	history_close();
	assert_int_equal(unlink(options.file), 0);
	options.max_size = 1 << 20;
	history_open();
	make_series(50);
	for (int64_t at_s = DAY0; at_s < DAY0 + 3 * D; at_s += 60) {
		for (uint32_t i = 0; i < 50; i++)
			put(at_s, i, row_of(60, 0, (int64_t)random_below(&random, NS_PER_S), 0));
		end(at_s);
		assert_true(history_db_bytes(history) <= options.max_size);
	}
	dup2(kept, STDERR_FILENO);
	close(kept);
	close(told);
	assert_int_equal(n_lines_with("told", "max_size"), 1);
	/* The last hours are there to the minute, and all time by hours. */
	p = points("t7", DAY0 + 3 * D - 2 * H, DAY0 + 3 * D, 60);
	assert_int_equal(p->step_s, 60);
	assert_int_equal(p->n, 120);
	free(p);
	p = points("t7", DAY0, DAY0 + 3 * D, H);
	assert_int_equal(p->n, 72);
	for (size_t i = 0; i < p->n; i++)
		assert_int_equal(p->at[i].n_sent, H);
	free(p);
	assert_true(ask("SELECT min(id) >> 24 FROM minutes") > DAY0 / H + 24);
	/* No minutes are left to go: */
	options.max_size = 256 << 10;
	history_db_options(history, &options);
	tend(DAY0 + 3 * D);
	assert_int_equal(ask("SELECT count(*) FROM minutes"), 0);
}

static void a_target_that_is_renamed_keeps_its_past(void **state)
{
	static const char aka[] = "nobody\0old";

	(void)state;
	make_series(1);
	assert_int_equal(series("old"), 1);
	put(DAY0, 1, row_of(60, 0, NS_PER_MS, 0));
	end(DAY0);
	assert_int_equal(history_db_series(history, "new", 3, aka, sizeof(aka)), 1);
	assert_int_equal(series("new"), 1);
	put(DAY0 + 60, 1, row_of(60, 0, NS_PER_MS, 0));
	end(DAY0 + 60);
	assert_int_equal(sent("new", DAY0, DAY0 + H, 60), 120);
	/* The former name is free, and one that both have is not taken from the other. */
	assert_int_equal(series("old"), 2);
	assert_int_equal(history_db_series(history, "new", 3, aka, sizeof(aka)), 1);
	/* A name is a value wherever it goes, and never a part of a statement. */
	assert_int_equal(series("x'); DROP TABLE series; --"), 3);
	end(DAY0 + 120);
	assert_int_equal(ask("SELECT count(*) FROM series"), 4);
	/* One that has not been committed yet can be renamed as well. */
	assert_int_equal(series("young"), 4);
	assert_int_equal(history_db_series(history, "older", 5, "young", 6), 4);
	assert_int_equal(series("older"), 4);
}

static int open_fails(void)
{
	struct history_db *h = NULL;
	int error = history_db_open(&h, &options, why);

	assert_null(h);
	assert_true(error < 0);
	assert_true(strlen(why) > 0);
	return error;
}

static void overwrite(const char *name, long at, const void *bytes, size_t len)
{
	FILE *f = fopen(fixture_path(name), "r+e");

	assert_non_null(f);
	assert_int_equal(fseek(f, at, SEEK_SET), 0);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static void a_file_that_is_damaged_foreign_or_newer_is_refused_and_stays(void **state)
{
	(void)state;
	make_series(206);
	put_some(DAY0);
	history_close();
	options.file = fixture_path("history.db");
	run("UPDATE meta SET value = 2");
	assert_int_equal(open_fails(), -EBADMSG);
	assert_non_null(strstr(why, "version is 2"));
	run("DELETE FROM meta");
	assert_int_equal(open_fails(), -EBADMSG);
	run("INSERT INTO meta VALUES('version', 1); DROP TABLE hours");
	assert_int_equal(open_fails(), -EBADMSG);
	run("PRAGMA application_id = 7");
	assert_int_equal(open_fails(), -EBADMSG);
	assert_non_null(strstr(why, "another program"));
	assert_int_equal(ask("SELECT count(*) FROM meta"), 1);
	overwrite("history.db", 3, "damaged", 7);
	assert_int_equal(open_fails(), -EBADMSG);
	fixture_put("history.db", "a text that somebody needs\n");
	assert_int_equal(open_fails(), -EBADMSG);
	assert_int_equal(n_lines_with("history.db", "a text that somebody needs"), 1);
	options.file = fixture_path("no/such/directory");
	assert_int_equal(open_fails(), -ENOENT);
}

static void a_file_that_is_cut_short_is_refused(void **state)
{
	struct stat st;

	(void)state;
	make_series(206);
	for (int64_t at_s = DAY0; at_s < DAY0 + H; at_s += 60)
		put_some(at_s);
	history_close();
	options.file = fixture_path("history.db");
	assert_int_equal(stat(options.file, &st), 0);
	assert_int_equal(truncate(options.file, st.st_size / 2 / 4096 * 4096), 0);
	assert_int_equal(open_fails(), -EBADMSG);
}

/* Whatever is in the file: no crash, no endless loop, and an error is one of those that are named. */
static void bytes_that_have_changed_in_it_never_harm_the_program(void **state)
{
	static unsigned char whole[1 << 20];
	uint64_t random = 11;
	size_t len;
	FILE *f;

	(void)state;
	make_series(206);
	for (int64_t at_s = DAY0; at_s < DAY0 + 3 * H; at_s += 600)
		put_some(at_s);
	history_close();
	f = fopen(fixture_path("history.db"), "re");
	len = fread(whole, 1, sizeof(whole), f);
	fclose(f);
	assert_true(len > 0 && len < sizeof(whole));
	for (int round = 0; round < 300; round++) {
		struct history_reader *r;
		struct past_points *p = NULL;

		f = fopen(fixture_path("history.db"), "we");
		fwrite(whole, 1, len, f);
		fclose(f);
		for (int n = 0; n < 3; n++) {
			unsigned char byte = (unsigned char)random_next(&random);

			overwrite("history.db", (long)random_below(&random, round % 2 ? len : 4096), &byte, 1);
		}
		options.file = fixture_path("history.db");
		if (!history_db_open(&history, &options, why)) {
			struct row row = row_of(1, 0, NS_PER_MS, 0);

			history_db_row(history, DAY0 + 3 * H, series("t0"), &row, NULL, 0);
			history_db_end_minute(history, DAY0 + 3 * H);
			for (int n = 0; n < 1000 && history_db_tend(history, DAY0 + 9 * H); n++)
				assert_int_not_equal(n, 999);
			if (!history_reader_open(&r, fixture_path("history.db"))) {
				int error = history_reader_points(r, "t100", DAY0, DAY0 + D, 60, &p);

				assert_true(error == 0 || error == -EIO || error == -ENOENT);
				free(p);
				history_reader_close(r);
			}
			history_close();
		}
		unlink(fixture_path("history.db-wal"));
		unlink(fixture_path("history.db-shm"));
	}
}

/* A process that holds the file locked until it is told; returns its pid. */
static pid_t lock_elsewhere(int to_parent[2], int to_child[2])
{
	pid_t pid;
	char byte;

	assert_int_equal(pipe(to_parent), 0);
	assert_int_equal(pipe(to_child), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		sqlite3 *db;

		if (sqlite3_open(fixture_path("history.db"), &db) ||
		    sqlite3_exec(db, "BEGIN IMMEDIATE; UPDATE meta SET value = 1", NULL, NULL, NULL) ||
		    write(to_parent[1], "x", 1) != 1 || read(to_child[0], &byte, 1) != 1)
			_exit(1);
		sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
		sqlite3_close(db);
		_exit(0);
	}
	assert_int_equal(read(to_parent[0], &byte, 1), 1);
	return pid;
}

static void release(pid_t pid, int to_parent[2], int to_child[2])
{
	int status;

	assert_int_equal(write(to_child[1], "x", 1), 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	for (int i = 0; i < 2; i++) {
		close(to_parent[i]);
		close(to_child[i]);
	}
}

static void while_another_process_has_it_locked_minutes_wait_and_the_oldest_go_after_ten(void **state)
{
	int to_parent[2], to_child[2];
	pid_t pid;

	(void)state;
	make_series(206);
	put_some(DAY0);
	pid = lock_elsewhere(to_parent, to_child);
	for (int i = 1; i <= HISTORY_PENDING_MAX + 2; i++) {
		put(DAY0 + 60 * i, 0, row_of(60, 0, NS_PER_MS, 0));
		assert_int_equal(history_db_event(history, (DAY0 + 60 * i) * NS_PER_S, "t0", 2, "{}", 2), 0);
		assert_int_equal(history_db_end_minute(history, DAY0 + 60 * i), -EBUSY);
		assert_true(strlen(history_db_error(history)) > 0);
	}
	assert_int_equal(series("made meanwhile"), 206);
	assert_int_equal(history_db_newest_s(history), DAY0);
	release(pid, to_parent, to_child);
	tend(DAY0 + 60 * 13);
	assert_int_equal(history_db_newest_s(history), DAY0 + 60 * (HISTORY_PENDING_MAX + 2));
	assert_int_equal(sent("t0", DAY0, DAY0 + H, 60), 60 * (1 + HISTORY_PENDING_MAX));
	assert_int_equal(sent("t0", DAY0 + 60, DAY0 + 180, 60), 0);
	assert_int_equal(ask("SELECT count(*) FROM events"), HISTORY_PENDING_MAX + 2);
	assert_int_equal(ask("SELECT id FROM series WHERE name = 'made meanwhile'"), 206);
}

static void on_a_full_disk_it_says_so_and_commits_what_waited_when_there_is_room(void **state)
{
	struct rlimit before, small;
	int64_t at_s = DAY0;
	int error = 0, n_failed = 0;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	make_series(206);
	put_some(at_s);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = 512 << 10; /* no file grows beyond that */
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	while (n_failed < HISTORY_PENDING_MAX - 1) {
		assert_true(at_s < DAY0 + D);
		at_s += 60;
		for (uint32_t i = 0; i < 206; i++)
			put(at_s, i, row_of(60, 0, NS_PER_MS, 0));
		error = history_db_end_minute(history, at_s);
		assert_true(error == 0 || error == -EFBIG || error == -ENOSPC || error == -EIO);
		assert_true((error != 0) == (history_db_error(history)[0] != 0));
		n_failed = error ? n_failed + 1 : 0;
	}
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	tend(at_s + 60);
	assert_int_equal(sent("t205", DAY0, at_s + 60, 60), at_s + 60 - DAY0);
	assert_int_equal(sent("t1", DAY0, at_s + 60, 60), at_s - DAY0);
}

/* --- two writers --- */

static void a_file_has_one_writer_and_the_second_is_told_who(void **state)
{
	struct history_db *second;
	char expected[80], answer[160] = "";
	int to_parent[2], status;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(to_parent), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		int error = history_db_open(&second, &options, why);

		_exit(write(to_parent[1], why, sizeof(why)) == sizeof(why) && error == -ETXTBSY ? 0 : 1);
	}
	assert_int_equal(read(to_parent[0], answer, sizeof(answer)), sizeof(answer));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(to_parent[0]);
	close(to_parent[1]);
	snprintf(expected, sizeof(expected), "process %d keeps its own there; each daemon needs a file of its own",
	         (int)getpid());
	assert_string_equal(answer, expected);
	assert_int_equal(history_db_open(&second, &options, why), -ETXTBSY);
	/* The first is not disturbed; readers are not kept away, nor is a writer that comes after it. */
	make_series(1);
	put(DAY0, 0, row_of(60, 0, NS_PER_MS, 0));
	end(DAY0);
	assert_int_equal(sent("t0", DAY0, DAY0 + 60, 60), 60);
	history_close();
	assert_int_equal(access(fixture_path("history.db.lock"), F_OK), -1);
	history_open();
}

/* --- kill -9 --- */

#define N_KILLED 1000u

/* Fills hour after hour, and says each minute that is committed, and when a fold begins. */
static void fill_until_killed(int to, int64_t from_s)
{
	history_open();
	for (int64_t at_s = from_s;; at_s += 60) {
		for (uint32_t i = 0; i < N_KILLED; i++) {
			struct row r = row_of(60, 0, NS_PER_MS, 0);

			if (history_db_row(history, at_s, i, &r, NULL, 0))
				_exit(1);
		}
		if (history_db_end_minute(history, at_s) || write(to, &at_s, sizeof(at_s)) != sizeof(at_s))
			_exit(1);
		if ((at_s + 60) % H == 600) { /* minutes that come late are waited for */
			int64_t folds = -1;

			if (write(to, &folds, sizeof(folds)) != sizeof(folds))
				_exit(1);
		}
		while (history_db_tend(history, at_s + 60))
			;
	}
}

/* Kills such a process after some time, in every second round while it folds. Returns the last minute that it said. */
static int64_t killed(int64_t from_s, bool in_fold, uint64_t *random)
{
	int64_t said, last = from_s - 60;
	int to_parent[2], status, folds = 0;
	pid_t pid;

	assert_int_equal(pipe(to_parent), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		close(to_parent[0]);
		fill_until_killed(to_parent[1], from_s);
	}
	close(to_parent[1]);
	while (!folds && read(to_parent[0], &said, sizeof(said)) == sizeof(said)) {
		folds += said < 0;
		last = said < 0 ? last : said;
		if (!in_fold && !random_below(random, 40))
			break;
	}
	usleep((useconds_t)random_below(random, in_fold ? 40000 : 3000));
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	while (read(to_parent[0], &said, sizeof(said)) == sizeof(said))
		last = said < 0 ? last : said;
	close(to_parent[0]);
	return last;
}

static void killed_at_any_time_it_loses_a_minute_at_most_and_counts_none_twice(void **state)
{
	int64_t from_s = DAY0;
	uint64_t random = (uint64_t)getpid();
	int n_half_folded = 0;

	(void)state;
	make_series(N_KILLED);
	end(DAY0 - 60);
	history_close();
	for (int round = 0; round < 24; round++) {
		int64_t last = killed(from_s, round % 2, &random), newest;
		static const char *const names[] = { "t0", "t99", "t100", "t550", "t999" };

		history_open();
		newest = history_db_newest_s(history);
		assert_true(newest == last || newest == last + 60);
		/* Some of the chunks of one hour have been folded, some not. */
		n_half_folded += ask("SELECT count(*) FROM (SELECT id >> 24 FROM minutes INTERSECT"
		                     " SELECT (id >> 16) / 60 FROM recent_minutes)") > 0;
		for (size_t i = 0; i < 5; i++) {
			assert_int_equal(sent(names[i], DAY0, newest + 60, 60), newest + 60 - DAY0);
			assert_int_equal(sent(names[i], DAY0, newest + H, H), newest + 60 - DAY0);
		}
		history_close();
		assert_int_equal(ask("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"), 0);
		from_s = newest + 60;
	}
	print_message("killed between two chunks of a fold: %d of 24\n", n_half_folded);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, history_setup, history_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(minutes_become_blocks_and_hours_and_days_and_none_is_lost_or_doubled),
		TEST(a_minute_that_is_cut_in_two_by_a_restart_counts_once),
		TEST(minutes_of_an_hour_that_has_been_folded_join_it),
		TEST(steps_below_a_minute_are_of_single_probes),
		TEST(a_step_of_many_probes_is_exact),
		TEST(a_long_time_is_answered_by_minutes),
		TEST(damaged_detail_is_answered_by_minutes),
		TEST(a_file_of_before_detail_is_taken),
		TEST(each_kind_is_kept_as_long_as_keep_says),
		TEST(a_target_that_is_probed_keeps_its_name),
		TEST(beyond_max_size_the_oldest_minutes_go_then_hours_and_it_says_so_once),
		TEST(a_target_that_is_renamed_keeps_its_past),
		TEST(a_file_that_is_damaged_foreign_or_newer_is_refused_and_stays),
		TEST(a_file_that_is_cut_short_is_refused),
		TEST(bytes_that_have_changed_in_it_never_harm_the_program),
		TEST(while_another_process_has_it_locked_minutes_wait_and_the_oldest_go_after_ten),
		TEST(on_a_full_disk_it_says_so_and_commits_what_waited_when_there_is_room),
		TEST(a_file_has_one_writer_and_the_second_is_told_who),
		TEST(killed_at_any_time_it_loses_a_minute_at_most_and_counts_none_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
