#include "fixture.h"

#include "base/clock.h"
#include "base/diag.h"
#include "store/history_open.h"
#include "store/history_reader.h"
#include "store/store.h"
#include "store/tape.h"

#include <errno.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SOON   (10 * NS_PER_S) /* far more than is needed, unless something hangs */
#define MINUTE INT64_C(1700000040)
#define MS     NS_PER_MS

static const struct history_options options = {
	.keep_minutes_ns = 3650 * NS_PER_D,
	.keep_hours_ns = 3650 * NS_PER_D,
	.keep_events_ns = 3650 * NS_PER_D,
	.max_size = UINT64_C(1) << 30,
};

static struct store *start(void)
{
	struct store *s = NULL;

	assert_int_equal(store_start(&s), 0);
	return s;
}

static void stop(struct store *s)
{
	assert_true(store_end(s, SOON));
	store_free(s);
}

static void wait_a_little(int64_t until_ns)
{
	assert_true(clock_mono_ns() < until_ns);
	nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

static struct store_block *take(struct store *s, enum store_kind kind)
{
	int64_t until_ns = clock_mono_ns() + SOON;
	struct store_block *b;

	while (!(b = store_take(s, kind)))
		wait_a_little(until_ns);
	return b;
}

/* The history at path from now on; NULL: none. */
static void use(struct store *s, const char *path)
{
	struct store_block *b = take(s, STORE_HISTORY);
	struct store_history_change *c = (void *)b->bytes;

	*c = (struct store_history_change){ .moves = true, .options = options };
	if (path) {
		assert_int_equal(history_open(&c->db, path, &options), 0);
		strcpy(c->file, path);
	}
	store_give(s, b);
}

static void put(struct store_block *b, size_t len)
{
	assert_int_not_equal(len, 0);
	b->len = (uint32_t)len;
}

static void put_time(struct store_block *b, int64_t s)
{
	put(b, tape_write_time(b->bytes, b->len, STORE_BLOCK_BYTES, s * NS_PER_S));
}

static void put_name(struct store_block *b, uint32_t number, const char *name)
{
	put(b, tape_write_name(b->bytes, b->len, STORE_BLOCK_BYTES, number, name, NULL, 0));
}

static void put_replies(struct store_block *b, uint32_t number, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		put(b, tape_write_result(b->bytes, b->len, STORE_BLOCK_BYTES, number, OUTCOME_REPLY, 5 * MS));
}

/* A minute of n replies of number, which is called name (NULL: as before). */
static void give_minute(struct store *s, int64_t at_s, uint32_t number, const char *name, unsigned n)
{
	struct store_block *b = take(s, STORE_TAPE);

	put_time(b, at_s);
	if (name)
		put_name(b, number, name);
	put_replies(b, number, n);
	put_time(b, at_s + 60);
	store_give(s, b);
}

/* Of all that is known of name. */
static uint64_t sent(const char *path, const char *name)
{
	struct history_reader *r;
	struct past_points *p;
	uint64_t n = 0;
	int err;

	assert_int_equal(history_reader_open(&r, path), 0);
	err = history_reader_points(r, name, MINUTE - 3600, MINUTE + 3600, 60, &p);
	history_reader_close(r);
	if (err == -ENOENT)
		return 0;
	assert_int_equal(err, 0);
	for (size_t i = 0; i < p->n; i++)
		n += p->at[i].n_sent;
	free(p);
	return n;
}

static void remove_history(char *path)
{
	char more[PATH_MAX];

	assert_int_equal(unlink(path), 0);
	snprintf(more, sizeof(more), "%s-wal", path);
	unlink(more);
	snprintf(more, sizeof(more), "%s-shm", path);
	unlink(more);
}

static void minutes_go_into_the_file_and_the_last_is_not_lost(void **state)
{
	char *path = fixture_path("a.db");
	struct store *s = start();
	struct store_block *b;

	(void)state;
	use(s, path);
	give_minute(s, MINUTE, 3, "a", 10);
	give_minute(s, MINUTE + 60, 3, NULL, 20);
	b = take(s, STORE_TAPE);
	put_name(b, 70000, "b");
	put_replies(b, 70000, 5);
	put(b, tape_write_event(b->bytes, b->len, STORE_BLOCK_BYTES, MINUTE * NS_PER_S, "b", "{}", 2));
	store_give(s, b);
	stop(s);
	assert_int_equal(sent(path, "a"), 30);
	assert_int_equal(sent(path, "b"), 5);
	remove_history(path);
}

static void status_says_what_is_written(void **state)
{
	char *path = fixture_path("a.db");
	struct store *s = start();
	struct store_history_status st;
	int64_t until_ns = clock_mono_ns() + SOON;

	(void)state;
	store_history_status_of(s, &st);
	assert_false(st.is_on);
	assert_false(store_history_names_wanted(s));
	use(s, path);
	give_minute(s, MINUTE, 0, "a", 1);
	do {
		wait_a_little(until_ns);
		store_history_status_of(s, &st);
	} while (st.newest_s != MINUTE);
	assert_true(st.is_on);
	assert_string_equal(st.file, path);
	assert_string_equal(st.error, "");
	assert_in_range(st.bytes, 4096, 1 << 20);
	assert_true(store_history_names_wanted(s));
	assert_false(store_history_names_wanted(s));
	stop(s);
	remove_history(path);
}

static void a_move_ends_the_minute_and_forgets_the_names(void **state)
{
	char *a = strdup(fixture_path("a.db")), *b = strdup(fixture_path("b.db"));
	struct store *s = start();
	struct store_block *block;

	(void)state;
	use(s, a);
	give_minute(s, MINUTE, 0, "other", 1);
	give_minute(s, MINUTE, 1, "x", 1);
	use(s, b);
	give_minute(s, MINUTE, 0, "x", 7);
	give_minute(s, MINUTE + 60, 1, NULL, 100); /* nobody knows who that is */
	use(s, NULL);
	block = take(s, STORE_TAPE);
	put_time(block, MINUTE + 120);
	put_replies(block, 0, 50);
	store_give(s, block);
	stop(s);
	assert_int_equal(sent(a, "x"), 1);
	assert_int_equal(sent(b, "x"), 7);
	assert_int_equal(sent(b, "other"), 0);
	remove_history(a);
	remove_history(b);
	free(a);
	free(b);
}

static void what_is_dropped_changes_nothing(void **state)
{
	char *path = strdup(fixture_path("a.db")), *other = strdup(fixture_path("b.db"));
	struct store *s = start();
	struct store_history_change *c;
	struct store_block *b;

	(void)state;
	use(s, path);
	b = take(s, STORE_HISTORY);
	c = (void *)b->bytes;
	*c = (struct store_history_change){ .moves = true, .is_dropped = true, .options = options };
	assert_int_equal(history_open(&c->db, other, &options), 0);
	store_give(s, b);
	give_minute(s, MINUTE, 0, "a", 3);
	b = take(s, STORE_HISTORY);
	c = (void *)b->bytes;
	*c = (struct store_history_change){ .options = options };
	store_give(s, b);
	give_minute(s, MINUTE + 60, 0, NULL, 4);
	stop(s);
	assert_int_equal(sent(path, "a"), 7);
	remove_history(path);
	remove_history(other);
	free(path);
	free(other);
}

static void state_and_tape_do_not_take_each_others_blocks(void **state)
{
	static struct store_block *held[STORE_TAPE_BLOCKS];
	struct store *s = start();

	(void)state;
	for (size_t i = 0; i < STORE_TAPE_BLOCKS; i++) {
		held[i] = store_take(s, STORE_TAPE);
		assert_non_null(held[i]);
	}
	assert_null(store_take(s, STORE_TAPE));
	assert_null(store_take(s, STORE_HISTORY));
	for (size_t i = 0; i < STORE_BLOCKS; i++)
		store_give(s, take(s, STORE_STATE));
	for (size_t i = 0; i < STORE_TAPE_BLOCKS; i++)
		store_give(s, held[i]);
	store_give(s, take(s, STORE_TAPE));
	stop(s);
}

static void a_path_is_the_files_or_the_usual_one(void **state)
{
	struct history_options o = { .file = NULL };
	char buf[PLACE_MAX];

	(void)state;
	assert_null(history_open_path(&o, "/lib", buf));
	o.is_wanted = true;
	assert_string_equal(history_open_path(&o, "/lib:/other", buf), "/lib/history.db");
	assert_null(history_open_path(&o, NULL, buf));
	assert_null(history_open_path(&o, "lib", buf));
	o.file = "off";
	assert_null(history_open_path(&o, "/lib", buf));
	o.file = "/x";
	assert_string_equal(history_open_path(&o, "/lib", buf), "/x");
}

/* What has been set aside, into aside; how many there are. */
static int n_aside(const char *path, char aside[PATH_MAX])
{
	char command[PATH_MAX + 64];
	FILE *f;
	int n = 0;

	snprintf(command, sizeof(command), "ls -d '%s'.damaged-*Z 2>/dev/null", path);
	f = popen(command, "r");
	while (fgets(aside, PATH_MAX, f))
		n++;
	pclose(f);
	aside[strcspn(aside, "\n")] = 0;
	return n;
}

static void what_is_no_history_is_set_aside(void **state)
{
	static const char *const what[] = { "not a database at all, but long enough to be looked at, and so on",
		                            "SQLite format 3" };
	char *path = strdup(fixture_path("a.db")), aside[PATH_MAX];
	struct history_db *h;
	struct stat st;

	(void)state;
	for (size_t i = 0; i < sizeof(what) / sizeof(what[0]); i++) {
		fixture_put("a.db", what[i]);
		assert_int_equal(history_open(&h, path, &options), 0);
		history_db_close(h);
		assert_int_equal(n_aside(path, aside), 1);
		assert_int_equal(unlink(aside), 0);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0640);
		remove_history(path);
	}
	free(path);
}

/* All 0xff, which is no page of SQLite's. */
static void damage_page_of(const char *path, const char *what)
{
	unsigned char page[65536];
	sqlite3_stmt *s;
	sqlite3 *db;
	int n, size;
	FILE *f;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT rootpage FROM sqlite_master WHERE tbl_name = ?", -1, &s, NULL),
	                 SQLITE_OK);
	sqlite3_bind_text(s, 1, what, -1, SQLITE_STATIC);
	for (n = 0; sqlite3_step(s) == SQLITE_ROW;)
		n = sqlite3_column_int(s, 0); /* of the table, then of its index */
	sqlite3_finalize(s);
	assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA page_size", -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	size = sqlite3_column_int(s, 0);
	sqlite3_finalize(s);
	sqlite3_close(db);
	assert_true(n > 1 && size <= (int)sizeof(page));
	memset(page, 0xff, sizeof(page));
	f = fopen(path, "r+e");
	assert_non_null(f);
	assert_int_equal(fseek(f, (long)(n - 1) * size, SEEK_SET), 0);
	assert_int_equal(fwrite(page, 1, (size_t)size, f), size);
	assert_int_equal(fclose(f), 0);
}

/* What opening does not look at shows in a commit, and in a fold. */
static void a_file_that_turns_out_to_be_damaged_is_set_aside(void **state)
{
	static const char *const tables[] = { "series", "recent_hours" };
	char *path = strdup(fixture_path("a.db")), aside[PATH_MAX];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct store *s = start();
		int n = 1;

		use(s, path);
		give_minute(s, MINUTE, 0, "a", 3);
		stop(s);
		damage_page_of(path, tables[i]);
		s = start();
		use(s, path);
		for (; !n_aside(path, aside); n++) {
			assert_true(n < 50);
			give_minute(s, MINUTE + 60 * n, 0, "b", 4);
			nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
		}
		give_minute(s, MINUTE + 3000, 0, "b", 5);
		stop(s);
		/* The minutes that met the damage may be lost with it. */
		assert_in_range(sent(path, "b"), 5, 5 + 4 * (unsigned)n);
		assert_int_equal(sent(path, "a"), 0);
		assert_int_equal(unlink(aside), 0);
		remove_history(path);
	}
	free(path);
}

/* There is no room to set it aside, as on a disk that is full: here its directory is away for a while. */
static void where_another_cannot_be_begun_that_is_tried_again(void **state)
{
	char *directory = strdup(fixture_path("d")), *away = strdup(fixture_path("e")),
	     *path = strdup(fixture_path("d/a.db"));
	struct store_history_status status;
	char aside[PATH_MAX], command[PATH_MAX + 16];
	struct store *s = start();
	int n = 1;

	(void)state;
	assert_int_equal(mkdir(directory, 0700), 0);
	use(s, path);
	give_minute(s, MINUTE, 0, "a", 3);
	stop(s);
	damage_page_of(path, "series");
	s = start();
	use(s, path);
	assert_int_equal(rename(directory, away), 0);
	do {
		assert_true(n < 50);
		give_minute(s, MINUTE + 60 * n++, 0, "b", 4);
		nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
		store_history_status_of(s, &status);
	} while (strcmp(status.error, "it cannot be opened") != 0);
	assert_true(status.is_on);
	assert_int_equal(rename(away, directory), 0);
	for (n = 0; status.error[0]; n++) {
		assert_true(n < 600);
		give_minute(s, MINUTE + 3000 + 60 * (n % 2), 0, "b", 5);
		nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
		store_history_status_of(s, &status);
	}
	give_minute(s, MINUTE + 3420, 0, "c", 6);
	stop(s);
	assert_int_equal(sent(path, "c"), 6);
	assert_int_equal(n_aside(path, aside), 1);
	snprintf(command, sizeof(command), "rm -r '%s'", directory);
	assert_int_equal(system(command), 0);
	free(directory);
	free(away);
	free(path);
}

static void what_is_no_file_is_refused_and_left_alone(void **state)
{
	char *path = strdup(fixture_path("a.db"));
	struct history_db *h = NULL;

	(void)state;
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(history_open(&h, path, &options), -EISDIR);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(history_open(&h, path, &options), -EINVAL);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(history_open(&h, fixture_path("none/a.db"), &options), -ENOENT);
	assert_null(h);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(minutes_go_into_the_file_and_the_last_is_not_lost),
		cmocka_unit_test(status_says_what_is_written),
		cmocka_unit_test(a_move_ends_the_minute_and_forgets_the_names),
		cmocka_unit_test(what_is_dropped_changes_nothing),
		cmocka_unit_test(state_and_tape_do_not_take_each_others_blocks),
		cmocka_unit_test(a_path_is_the_files_or_the_usual_one),
		cmocka_unit_test(what_is_no_history_is_set_aside),
		cmocka_unit_test(a_file_that_turns_out_to_be_damaged_is_set_aside),
		cmocka_unit_test(where_another_cannot_be_begun_that_is_tried_again),
		cmocka_unit_test(what_is_no_file_is_refused_and_left_alone),
	};

	/* Which is empty at the end. */
	return cmocka_run_group_tests(tests, fixture_make_dir, fixture_remove_empty_dir);
}
