/* filelock.c - two bytes that no file reaches. The lock of the first belongs to the open file, and lasts as long as it:
 * it is what keeps others away. That of the second belongs to the process, so that the kernel can name it; it also goes
 * when the process closes any other descriptor of the file. */
#include "base/filelock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#define LOCK_OF_FILE    ((off_t)1 << 62)
#define LOCK_OF_PROCESS (LOCK_OF_FILE + 1)

static struct flock lock_at(off_t start)
{
	return (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = start, .l_len = 1 };
}

static pid_t find_holder(int fd)
{
	struct flock theirs = lock_at(LOCK_OF_PROCESS);

	return !fcntl(fd, F_GETLK, &theirs) && theirs.l_type != F_UNLCK && theirs.l_pid > 0 ? theirs.l_pid : 0;
}

int filelock_take(int fd, pid_t *holder)
{
	struct flock mine = lock_at(LOCK_OF_FILE);

	*holder = 0;
	if (!fcntl(fd, F_OFD_SETLK, &mine) || (errno != EAGAIN && errno != EACCES))
		return 0;
	*holder = find_holder(fd);
	return -ETXTBSY;
}

void filelock_sign(int fd)
{
	struct flock mine = lock_at(LOCK_OF_PROCESS);

	fcntl(fd, F_SETLK, &mine);
}
