#include "fixture.h"

#include "fixture_state.h"
#include "store/state_open.h"
#include "store/state_record.h"
#include "store/state_writer.h"

#include <dirent.h>
#include <sys/stat.h>

static const struct hash_secret secret = { 1, 2 };

static void save(const char *path)
{
	static unsigned char bytes[STATE_RECORD_BYTES_MAX];
	struct state_writer *w;
	struct target t;
	char name[32];
	size_t len;

	fixture_state_target(&t, name, 1);
	len = state_record_write(bytes, sizeof(bytes), &t, NULL, STATE_NOW_NS, STATE_NOW_NS);
	target_fini(&t);
	assert_int_equal(state_writer_begin(&w, path, STATE_NOW_NS), 0);
	assert_int_equal(state_writer_add(w, bytes, len), 0);
	assert_int_equal(state_writer_end(w, NULL), 0);
}

/* Files whose names begin with start. */
static unsigned n_files(const char *start)
{
	DIR *d = opendir(fixture_dir);
	unsigned n = 0;

	assert_non_null(d);
	for (struct dirent *e = readdir(d); e; e = readdir(d))
		n += !strncmp(e->d_name, start, strlen(start)) && e->d_name[0] != '.';
	closedir(d);
	return n;
}

static struct state_memory *must_open(const char *path)
{
	struct state_memory *m = NULL;

	assert_int_equal(state_open(&m, path, secret), 0);
	return m;
}

static void the_place_is_the_configurations_or_systemds(void **state)
{
	const struct state_options none = { .every_ns = 1 }, off = { .file = "off" }, file = { .file = "/a/b" };
	char buf[PLACE_MAX], *longest = malloc(PLACE_MAX + 1);

	(void)state;
	assert_non_null(longest);
	assert_null(state_open_path(&none, NULL, buf));
	assert_null(state_open_path(&none, "", buf));
	assert_string_equal(state_open_path(&none, "/var/lib/minipingd", buf), "/var/lib/minipingd/state");
	assert_string_equal(state_open_path(&none, "/var/lib/a:/var/lib/b", buf), "/var/lib/a/state");
	assert_null(state_open_path(&off, "/var/lib/minipingd", buf));
	assert_string_equal(state_open_path(&file, "/var/lib/minipingd", buf), "/a/b");
	memset(longest, '/', PLACE_MAX);
	longest[PLACE_MAX] = '\0';
	assert_null(state_open_path(&none, longest, buf));
	free(longest);
}

static void without_a_file_nothing_is_remembered(void **state)
{
	(void)state;
	assert_null(must_open(fixture_path("none")));
	assert_int_equal(n_files(""), 0);
}

static void a_good_file_is_read_and_stays(void **state)
{
	char *path = fixture_path("good");
	struct state_memory *m;

	(void)state;
	save(path);
	for (int i = 0; i < 2; i++) {
		m = must_open(path);
		assert_non_null(m);
		assert_int_equal(state_memory_count(m), 1);
		state_memory_free(m);
	}
	assert_int_equal(n_files(""), 1);
	assert_int_equal(unlink(path), 0);
}

static void a_damaged_or_foreign_file_is_set_aside(void **state)
{
	static const char *const texts[] = { "", "MPDSTATE", "targets: [127.0.0.1]\n" };
	char command[128];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *path = fixture_path("bad");

		fixture_put("bad", texts[i]);
		assert_null(must_open(path));
		assert_int_equal(access(path, F_OK), -1);
		assert_int_equal(n_files("bad.damaged-2"), 1);
		assert_int_equal(n_files(""), 1);
		snprintf(command, sizeof(command), "rm %s/bad.damaged-*", fixture_dir);
		assert_int_equal(system(command), 0);
	}
}

static void what_is_no_file_is_refused_and_stays(void **state)
{
	struct state_memory *m = NULL;
	char *dir = fixture_path("dir"), *fifo = fixture_path("fifo");

	(void)state;
	assert_int_equal(mkdir(dir, 0700), 0);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(state_open(&m, dir, secret), -EISDIR);
	assert_int_equal(state_open(&m, fifo, secret), -EINVAL);
	assert_int_equal(state_open(&m, fixture_path("none/state"), secret), -ENOENT);
	assert_int_equal(state_open(&m, fixture_path("fifo/state"), secret), -ENOTDIR);
	assert_null(m);
	assert_int_equal(rmdir(dir), 0);
	assert_int_equal(unlink(fifo), 0);
}

static void where_nothing_may_be_written_is_refused(void **state)
{
	struct state_memory *m = NULL;

	(void)state;
	if (access("/proc/sys/kernel", F_OK))
		skip();
	/* Not even root may make a file there. */
	assert_int_not_equal(state_open(&m, "/proc/sys/kernel/state", secret), 0);
	assert_null(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_place_is_the_configurations_or_systemds),
		cmocka_unit_test(without_a_file_nothing_is_remembered),
		cmocka_unit_test(a_good_file_is_read_and_stays),
		cmocka_unit_test(a_damaged_or_foreign_file_is_set_aside),
		cmocka_unit_test(what_is_no_file_is_refused_and_stays),
		cmocka_unit_test(where_nothing_may_be_written_is_refused),
	};

	return cmocka_run_group_tests(tests, fixture_make_dir, fixture_remove_empty_dir);
}
