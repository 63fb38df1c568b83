/* fixture.h - cmocka, with what it wants before it, and for tests that read and write files a directory that is
 * theirs alone. */
#ifndef MINIPING_TESTS_FIXTURE_H
#define MINIPING_TESTS_FIXTURE_H
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char fixture_dir[32];

/* fixture_make_dir - a set-up: fixture_dir is a new directory. */
static inline int fixture_make_dir(void **state)
{
	(void)state;
	snprintf(fixture_dir, sizeof(fixture_dir), "/tmp/minipingd-test-XXXXXX");
	return mkdtemp(fixture_dir) ? 0 : -1;
}

/* fixture_remove_dir - a tear-down: removes it and what is in it. */
static inline int fixture_remove_dir(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", fixture_dir);
	return system(command);
}

/* fixture_remove_empty_dir - a tear-down for tests that are to leave nothing behind: fails if there is something. */
static inline int fixture_remove_empty_dir(void **state)
{
	(void)state;
	return rmdir(fixture_dir);
}

/* fixture_path - of a file in the directory; good until the fourth call after this. */
static inline char *fixture_path(const char *name)
{
	static char paths[4][PATH_MAX];
	static unsigned n;
	char *path = paths[n++ % 4];

	snprintf(path, PATH_MAX, "%s/%s", fixture_dir, name);
	return path;
}

/* fixture_put - a file in the directory that holds text. */
static inline void fixture_put(const char *name, const char *text)
{
	FILE *f = fopen(fixture_path(name), "we");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}
#endif
