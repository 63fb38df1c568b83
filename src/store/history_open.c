/* history_open.c - what is wrong is said, and a file that cannot be used is kept. */
#include "store/history_open.h"

#include "base/diag.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MODE 0640

const char *history_open_path(const struct history_options *o, const char *directory, char buf[PLACE_MAX])
{
	return place_path(o->file, o->is_wanted, directory, "/history.db", buf);
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
int history_set_aside(const char *path, const char *why)
{
	static const char *const suffixes[] = { "-wal", "-shm" };
	char *aside;
	int err = place_aside(&aside, path, suffixes, sizeof(suffixes) / sizeof(suffixes[0]));

	if (err)
		return refuse(path, NULL, -err);
	diag(DIAG_ERROR, "the history in %s cannot be used: %s; it is now %s, and another is begun", path, why, aside);
	free(aside);
	return 0;
}

static int open_one(struct history_db **out, const char *path, const struct history_options *o, char why[PLACE_WHY])
{
	struct history_options at = *o;
	int err = make(path);

	if (err)
		return err;
	at.file = path;
	err = history_db_open(out, &at, why);
	return err && err != -EBADMSG ? refuse(path, why, -err) : err;
}

int history_open(struct history_db **out, const char *path, const struct history_options *o)
{
	char why[PLACE_WHY];
	int err;

	*out = NULL;
	err = open_one(out, path, o, why);
	if (err != -EBADMSG)
		return err;
	err = history_set_aside(path, why);
	if (!err)
		err = open_one(out, path, o, why);
	return err == -EBADMSG ? refuse(path, why, -err) : err;
}
