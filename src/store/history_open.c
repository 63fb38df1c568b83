/* history_open.c - what cannot be used is put out of the way, and is never lost. */
#include "store/history_open.h"

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

#define FILE_NAME "/history.db"
#define MODE      0640

const char *history_open_path(const struct history_options *o, const char *directory, char buf[HISTORY_PATH_MAX])
{
	size_t len;

	if (o->file)
		return strcmp(o->file, "off") ? o->file : NULL;
	if (!o->is_wanted || !directory || directory[0] != '/')
		return NULL;
	len = strcspn(directory, ":"); /* systemd names several, if it has made several */
	if (len + sizeof(FILE_NAME) > HISTORY_PATH_MAX)
		return NULL;
	memcpy(buf, directory, len);
	memcpy(buf + len, FILE_NAME, sizeof(FILE_NAME));
	return buf;
}

static int refuse(const char *path, const char *why, int err)
{
	diag(DIAG_ERROR, "cannot keep the history in %s: %s", path, why ? why : strerror(err));
	return -err;
}

/* SQLite would make the file for everybody to read. It is closed while nothing of SQLite's has it open. */
static int make(const char *path)
{
	struct stat st;
	int fd;

	if (!stat(path, &st)) {
		if (S_ISREG(st.st_mode))
			return 0;
		return refuse(path, "it is not a regular file", S_ISDIR(st.st_mode) ? EISDIR : EINVAL);
	}
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, MODE);
	if (fd < 0)
		return errno == EEXIST ? 0 : refuse(path, NULL, errno);
	close(fd);
	return 0;
}

/* What SQLite has beside the file belongs to it, and would be taken for the next one's. */
static int move(const char *path, const char *aside, const char *suffix)
{
	char *from, *to;
	int err = 0;

	if (asprintf(&from, "%s%s", path, suffix) < 0)
		return -ENOMEM;
	if (asprintf(&to, "%s%s", aside, suffix) < 0) {
		free(from);
		return -ENOMEM;
	}
	if (rename(from, to) && (errno != ENOENT || !*suffix))
		err = -errno;
	free(from);
	free(to);
	return err;
}

static int set_aside(const char *path, const char *why)
{
	static const char *const suffixes[] = { "-wal", "-shm", "" };
	time_t now = (time_t)(clock_pair_now().real_ns / NS_PER_S);
	char at[sizeof("20261127T121806Z")], *aside;
	struct tm tm;
	int err = 0;

	strftime(at, sizeof(at), "%Y%m%dT%H%M%SZ", gmtime_r(&now, &tm));
	if (asprintf(&aside, "%s.damaged-%s", path, at) < 0)
		return refuse(path, NULL, ENOMEM);
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]) && !err; i++)
		err = move(path, aside, suffixes[i]);
	if (err)
		refuse(path, NULL, -err);
	else
		diag(DIAG_ERROR, "the history in %s cannot be used: %s; it is now %s, and another is begun", path, why,
		     aside);
	free(aside);
	return err;
}

int history_open(struct history_db **out, const char *path, const struct history_options *o)
{
	struct history_options at = *o;
	char why[160];
	int err = make(path);

	*out = NULL;
	if (err)
		return err;
	at.file = path;
	err = history_db_open(out, &at, why);
	if (err == -EBADMSG) {
		err = set_aside(path, why);
		if (!err)
			err = make(path);
		if (err)
			return err;
		err = history_db_open(out, &at, why);
	}
	return err ? refuse(path, why, -err) : 0;
}
