/* store_lock.c - whoever releases a lock removes its file first. One that another has opened before that is locked in
 * vain, which shows in that it is not at its path any more. */
#include "store/store_lock.h"

#include "base/filelock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct store_lock {
	int fd;
	char *path;
};

static void explain(char why[PLACE_WHY], int err, pid_t holder)
{
	if (err != -ETXTBSY)
		snprintf(why, PLACE_WHY, "its lock: %s", strerror(-err));
	else if (holder)
		snprintf(why, PLACE_WHY, "process %d keeps its own there; each daemon needs a file of its own",
		         (int)holder);
	else
		snprintf(
			why, PLACE_WHY,
			"a daemon keeps its own there, perhaps this one under another name; each needs a file of its own");
}

static bool is_at(int fd, const char *path)
{
	struct stat open_one, there;

	return !fstat(fd, &open_one) && !lstat(path, &there) && open_one.st_dev == there.st_dev &&
	       open_one.st_ino == there.st_ino;
}

/* The descriptor, or -errno. */
static int open_locked(const char *path, pid_t *holder)
{
	for (;;) {
		int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0640), err;

		*holder = 0;
		if (fd < 0)
			return -errno;
		err = filelock_take(fd, holder);
		if (!err && is_at(fd, path)) {
			filelock_sign(fd);
			return fd;
		}
		close(fd);
		if (err)
			return err;
	}
}

int store_lock_take(struct store_lock **out, const char *path, char why[PLACE_WHY])
{
	struct store_lock *l = calloc(1, sizeof(*l));
	pid_t holder = 0;
	int err = -ENOMEM;

	if (l && asprintf(&l->path, "%s.lock", path) < 0)
		l->path = NULL;
	if (l && l->path) {
		l->fd = open_locked(l->path, &holder);
		err = l->fd < 0 ? l->fd : 0;
	}
	if (!err) {
		*out = l;
		return 0;
	}
	explain(why, err, holder);
	if (l)
		free(l->path);
	free(l);
	return err;
}

void store_lock_release(struct store_lock *l)
{
	if (!l)
		return;
	if (is_at(l->fd, l->path))
		unlink(l->path);
	close(l->fd);
	free(l->path);
	free(l);
}
