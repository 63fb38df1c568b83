/* logfile.c - opening never blocks and never follows a link. */
#include "base/logfile.h"

#include "base/filelock.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FLAGS (O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK)

static bool is_regular(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISREG(st.st_mode);
}

bool logfile_is_cut(int fd)
{
	char self[32], last = '\n';
	int flags = fcntl(fd, F_GETFL), reader;
	struct stat st;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || !st.st_size)
		return false;
	if (!(flags & O_APPEND) && lseek(fd, 0, SEEK_CUR) != st.st_size)
		return false;
	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd); /* fd itself is for writing only */
	reader = open(self, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (reader < 0)
		return false;
	if (pread(reader, &last, 1, st.st_size - 1) != 1)
		last = '\n';
	close(reader);
	return last != '\n';
}

/* A file system without locks is no reason to have no log. */
static int lock(int fd, pid_t *holder, bool *is_cut)
{
	int err;

	if (!is_regular(fd))
		return 0;
	err = filelock_take(fd, holder);
	if (err)
		return err;
	*is_cut = logfile_is_cut(fd); /* before it is signed, which closing another descriptor undoes */
	filelock_sign(fd);
	return 0;
}

int logfile_open(const char *path, pid_t *holder, bool *is_cut)
{
	int fd = open(path, FLAGS | O_CREAT, 0640), err = 0;

	*holder = 0;
	*is_cut = false;
	if (fd < 0)
		return -errno;
	/* Not to block was for the opening alone: of a FIFO without a reader, it fails then. */
	if (fcntl(fd, F_SETFL, O_APPEND))
		err = -errno;
	if (!err)
		err = lock(fd, holder, is_cut);
	if (!err)
		return fd;
	close(fd);
	return err;
}

int logfile_reopen(int fd, const char *path, pid_t *holder, bool *is_cut)
{
	struct stat old, new;

	*holder = 0;
	*is_cut = false;
	if (!fstat(fd, &old) && S_ISREG(old.st_mode) && !lstat(path, &new) && old.st_dev == new.st_dev &&
	    old.st_ino == new.st_ino)
		return fd;
	return logfile_open(path, holder, is_cut);
}

/* As opening a file that is not there would end: it takes a directory that can be written to. */
static int check_directory(const char *path)
{
	char dir[PATH_MAX];

	if (strlen(path) >= sizeof(dir))
		return -ENAMETOOLONG;
	strcpy(dir, path);
	return faccessat(AT_FDCWD, dirname(dir), W_OK | X_OK, AT_EACCESS) ? -errno : 0;
}

int logfile_check(const char *path)
{
	struct stat st;
	int fd;

	if (lstat(path, &st))
		return errno == ENOENT ? check_directory(path) : -errno;
	/* Whoever reads a FIFO would see its end once it is closed again. */
	if (!S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode) && !S_ISDIR(st.st_mode))
		return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) ? -errno : 0;
	fd = open(path, FLAGS);
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

char *logfile_why(int err, pid_t holder, char buf[LOGFILE_WHY_MAX])
{
	const char *words = strerror(err < 0 ? -err : err), *advice = "";

	switch (err < 0 ? -err : err) {
	case ETXTBSY:
		if (holder)
			snprintf(buf, LOGFILE_WHY_MAX, "process %d writes to it; each daemon needs a log of its own",
			         (int)holder);
		else
			snprintf(buf, LOGFILE_WHY_MAX,
			         "a daemon writes to it, perhaps this one under another name; "
			         "each needs a log of its own");
		return buf;
	case EACCES:
	case EPERM:
	case EROFS:
		advice = "; the daemon's user must be able to write there, and under systemd it can write to "
			 "/var/log/minipingd only, unless ReadWritePaths= names another directory";
		break;
	case ENOENT:
		advice = "; its directory must exist (systemd-tmpfiles --create makes /var/log/minipingd)";
		break;
	case ELOOP:
		words = "symbolic links are not followed";
		break;
	case ENXIO:
		words = "this FIFO has no reader";
		break;
	default:
		break;
	}
	snprintf(buf, LOGFILE_WHY_MAX, "%s%s", words, advice);
	return buf;
}
