#include "fixture.h"

#include "base/filestamp.h"

#include <fcntl.h>
#include <time.h>

static struct filestamp stamp(const char *name)
{
	struct stat st;

	assert_int_equal(stat(fixture_path(name), &st), 0);
	return filestamp_of(&st);
}

static bool is_still(const char *name, struct filestamp before)
{
	struct filestamp now = stamp(name);

	return filestamp_equal(&now, &before);
}

/* The file's time of modification, so that no test depends on the clock of the file system. */
static void set_modified(const char *name, time_t seconds, long ns)
{
	const struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { seconds, ns } };

	assert_int_equal(utimensat(AT_FDCWD, fixture_path(name), times, 0), 0);
}

static void a_file_that_nobody_touches_stays_the_same(void **state)
{
	struct filestamp before;

	(void)state;
	fixture_put("file", "text");
	before = stamp("file");
	assert_true(is_still("file", before));
	assert_int_equal(before.size, 4);
}

static void another_file_of_the_same_name_is_another(void **state)
{
	struct filestamp before;

	(void)state;
	fixture_put("file", "text");
	fixture_put("new", "text");
	before = stamp("file");
	assert_int_equal(rename(fixture_path("new"), fixture_path("file")), 0);
	assert_false(is_still("file", before));
}

static void a_nanosecond_of_modification_is_a_change(void **state)
{
	struct filestamp before;

	(void)state;
	fixture_put("file", "text");
	set_modified("file", 1000, 5);
	before = stamp("file");
	assert_int_equal(before.modified_ns, INT64_C(1000000000005));
	set_modified("file", 1000, 6);
	assert_false(is_still("file", before));
}

/* As tar, rsync and cp -p do it. */
static void a_time_of_modification_that_is_set_back_hides_no_change(void **state)
{
	struct filestamp before;

	(void)state;
	fixture_put("file", "text");
	set_modified("file", 1000, 5);
	before = stamp("file");
	nanosleep(&(struct timespec){ .tv_nsec = 20 * 1000000 },
	          NULL); /* a tick of the kernel's, which stamps the change */
	fixture_put("file", "TEXT");
	set_modified("file", 1000, 5);
	assert_int_equal(stamp("file").modified_ns, before.modified_ns);
	assert_false(is_still("file", before));
}

static void times_before_1970_count_backwards(void **state)
{
	struct stat st = { .st_mtim = { -1, 999999999 } };

	(void)state;
	assert_int_equal(filestamp_of(&st).modified_ns, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file_that_nobody_touches_stays_the_same, fixture_make_dir,
		                                fixture_remove_dir),
		cmocka_unit_test_setup_teardown(another_file_of_the_same_name_is_another, fixture_make_dir,
		                                fixture_remove_dir),
		cmocka_unit_test_setup_teardown(a_nanosecond_of_modification_is_a_change, fixture_make_dir,
		                                fixture_remove_dir),
		cmocka_unit_test_setup_teardown(a_time_of_modification_that_is_set_back_hides_no_change,
		                                fixture_make_dir, fixture_remove_dir),
		cmocka_unit_test(times_before_1970_count_backwards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
