/* state_lock.c - whoever releases a lock removes its file first. One that another has opened before that is locked in
 * vain, which shows in that it is not at its path any more. */
#include "store/state_lock.h"

#include "base/diag.h"
#include "base/filelock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct state_lock {
	int fd;
	char *path;
};

static void tell(const char *path, int err, pid_t holder)
{
	if (err != -ETXTBSY)
		diag(DIAG_ERROR, "cannot keep the state in %s: its lock: %s", path, strerror(-err));
	else if (holder)
		diag(DIAG_ERROR,
		     "cannot keep the state in %s: process %d keeps its own there; each daemon needs a file of its own",
		     path, (int)holder);
	else
		diag(DIAG_ERROR,
		     "cannot keep the state in %s: a daemon keeps its own there, perhaps this one under another name; "
		     "each needs a file of its own",
		     path);
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

int state_lock_try(struct state_lock **out, const char *path, pid_t *holder)
{
	struct state_lock *l = calloc(1, sizeof(*l));
	int err = -ENOMEM;

	*holder = 0;
	if (l && asprintf(&l->path, "%s.lock", path) < 0)
		l->path = NULL;
	if (l && l->path) {
		l->fd = open_locked(l->path, holder);
		err = l->fd < 0 ? l->fd : 0;
	}
	if (!err) {
		*out = l;
		return 0;
	}
	if (l)
		free(l->path);
	free(l);
	return err;
}

int state_lock_take(struct state_lock **out, const char *path)
{
	pid_t holder;
	int err = state_lock_try(out, path, &holder);

	if (err)
		tell(path, err, holder);
	return err;
}

void state_lock_release(struct state_lock *l)
{
	if (!l)
		return;
	if (is_at(l->fd, l->path))
		unlink(l->path);
	close(l->fd);
	free(l->path);
	free(l);
}
