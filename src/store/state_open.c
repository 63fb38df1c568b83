/* state_open.c - what cannot be used is put out of the way before anything is saved, and is never lost. */
#include "store/state_open.h"

#include "base/clock.h"
#include "base/diag.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FILE_NAME "/state"
#define TIME_LEN  sizeof("20261127T121806Z")

const char *state_open_path(const struct state_options *o, const char *directory, char buf[STATE_PATH_MAX])
{
	size_t len;

	if (o->file)
		return strcmp(o->file, "off") ? o->file : NULL;
	if (!directory || directory[0] != '/')
		return NULL;
	len = strcspn(directory, ":"); /* systemd names several, if it has made several */
	if (len + sizeof(FILE_NAME) > STATE_PATH_MAX)
		return NULL;
	memcpy(buf, directory, len);
	memcpy(buf + len, FILE_NAME, sizeof(FILE_NAME));
	return buf;
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

static int set_aside(const char *path, const char *why)
{
	time_t now = (time_t)(clock_pair_now().real_ns / NS_PER_S);
	char at[TIME_LEN], *aside;
	struct tm tm;
	int err = 0;

	strftime(at, sizeof(at), "%Y%m%dT%H%M%SZ", gmtime_r(&now, &tm));
	if (asprintf(&aside, "%s.damaged-%s", path, at) < 0)
		return refuse(path, NULL, ENOMEM);
	if (rename(path, aside))
		err = refuse(path, NULL, errno);
	else
		diag(DIAG_ERROR, "the state in %s cannot be used: %s; it is now %s, and the start goes on without it",
		     path, why, aside);
	free(aside);
	return err;
}

int state_open(struct state_memory **out, const char *path, struct hash_secret secret)
{
	char why[STATE_WHY_MAX];
	int err = state_open_check(path);

	*out = NULL;
	if (err)
		return err;
	err = state_memory_read(out, path, secret, why);
	if (err == -EBADMSG)
		return set_aside(path, why);
	return err && err != -ENOENT ? refuse(path, NULL, -err) : 0;
}
