/* state_open.c - what is wrong is said before anything is saved, and a file that cannot be used is kept. */
#include "store/state_open.h"

#include "base/diag.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *state_open_path(const struct state_options *o, const char *directory, char buf[PLACE_MAX])
{
	return place_path(o->file, true, directory, "/state", buf);
}

static int refuse(const char *path, const char *why, int err)
{
	diag(DIAG_ERROR, "cannot keep the state in %s: %s", path, why ? why : strerror(err));
	return -err;
}

/* Its directory, where a save is first written. */
static int check_directory(const char *path)
{
	size_t len = (size_t)(strrchr(path, '/') - path);
	char *directory = strndup(path, len ? len : 1);
	int err = 0;

	if (!directory)
		return refuse(path, NULL, ENOMEM);
	if (faccessat(AT_FDCWD, directory, W_OK | X_OK, AT_EACCESS)) {
		err = errno;
		diag(DIAG_ERROR, "cannot keep the state in %s: %s: %s", path, directory, strerror(err));
	}
	free(directory);
	return -err;
}

int state_open_check(const char *path)
{
	struct stat st;

	if (!stat(path, &st)) {
		/* Nothing but a file is ever moved out of the way. */
		if (!S_ISREG(st.st_mode))
			return refuse(path, "it is not a regular file", S_ISDIR(st.st_mode) ? EISDIR : EINVAL);
		if (faccessat(AT_FDCWD, path, R_OK, AT_EACCESS))
			return refuse(path, NULL, errno);
	} else if (errno != ENOENT) {
		return refuse(path, NULL, errno);
	}
	return check_directory(path);
}

int state_open_lock(struct store_lock **out, const char *path)
{
	char why[PLACE_WHY];
	int err = store_lock_take(out, path, why);

	return err ? refuse(path, why, -err) : 0;
}

static int set_aside(const char *path, const char *why)
{
	char *aside;
	int err = place_aside(&aside, path, NULL, 0);

	if (err)
		return refuse(path, NULL, -err);
	diag(DIAG_ERROR, "the state in %s cannot be used: %s; it is now %s, and the start goes on without it", path,
	     why, aside);
	free(aside);
	return 0;
}

int state_open(struct state_memory **out, const char *path, struct hash_secret secret)
{
	char why[PLACE_WHY];
	int err = state_open_check(path);

	*out = NULL;
	if (err)
		return err;
	err = state_memory_read(out, path, secret, why);
	if (err == -EBADMSG)
		return set_aside(path, why);
	return err && err != -ENOENT ? refuse(path, NULL, -err) : 0;
}
