#include "fixture.h"

#include "store/store_lock.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>

static char path[PATH_MAX], lock[PATH_MAX], said[PATH_MAX], why[PLACE_WHY];

static int make_dir(void **state)
{
	int err = fixture_make_dir(state);

	strcpy(path, fixture_path("state"));
	strcpy(lock, fixture_path("state.lock"));
	strcpy(said, fixture_path("said"));
	return err;
}

/* What another process gets, whose words are in a file. */
static int elsewhere(const char *at)
{
	int status;
	pid_t child = fork();

	if (!child) {
		struct store_lock *l;
		int err = store_lock_take(&l, at, why), fd = open(said, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		dprintf(fd, "%s", why);
		_exit(-err);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return -WEXITSTATUS(status);
}

static bool is_there(const char *at)
{
	struct stat st;

	return !lstat(at, &st);
}

static void a_file_is_one_daemons_until_it_is_released(void **state)
{
	char text[512], words[64];
	struct store_lock *l;
	ssize_t n;
	int fd;

	(void)state;
	assert_int_equal(store_lock_take(&l, path, why), 0);
	assert_int_equal(elsewhere(path), -ETXTBSY);
	fd = open(said, O_RDONLY);
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	assert_true(n > 0);
	text[n] = '\0';
	snprintf(words, sizeof(words), "process %d keeps its own there", (int)getpid());
	assert_non_null(strstr(text, words));
	assert_true(is_there(lock));
	store_lock_release(l);
	assert_false(is_there(lock));
	assert_int_equal(elsewhere(path), 0);
	assert_true(is_there(lock)); /* of one that has ended without releasing it, */
	assert_int_equal(store_lock_take(&l, path, why), 0);
	store_lock_release(l);
	assert_false(is_there(lock));
	unlink(said);
}

static void the_same_process_has_it_once_too(void **state)
{
	struct store_lock *l, *other;

	(void)state;
	assert_int_equal(store_lock_take(&l, path, why), 0);
	assert_int_equal(store_lock_take(&other, path, why), -ETXTBSY);
	store_lock_release(l);
	assert_int_equal(store_lock_take(&other, path, why), 0);
	store_lock_release(other);
	store_lock_release(NULL);
}

/* One that somebody has removed does not protect who holds it, and is not removed again. */
static void anothers_lock_is_not_removed(void **state)
{
	struct store_lock *l, *other;

	(void)state;
	assert_int_equal(store_lock_take(&l, path, why), 0);
	assert_int_equal(unlink(lock), 0);
	assert_int_equal(store_lock_take(&other, path, why), 0);
	store_lock_release(l);
	assert_true(is_there(lock));
	store_lock_release(other);
	assert_false(is_there(lock));
}

static void where_none_can_be_made_is_an_error(void **state)
{
	char none[PATH_MAX];
	struct store_lock *l = NULL;

	(void)state;
	snprintf(none, sizeof(none), "%s/none/state", fixture_dir);
	assert_int_equal(elsewhere(none), -ENOENT);
	assert_int_equal(symlink("/dev/null", lock), 0);
	assert_int_equal(store_lock_take(&l, path, why), -ELOOP);
	assert_null(l);
	unlink(lock);
	unlink(said);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_one_daemons_until_it_is_released),
		cmocka_unit_test(the_same_process_has_it_once_too),
		cmocka_unit_test(anothers_lock_is_not_removed),
		cmocka_unit_test(where_none_can_be_made_is_an_error),
	};

	return cmocka_run_group_tests(tests, make_dir, fixture_remove_dir);
}
