#include "config/config_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_STEP ((size_t)64 * 1024)

static int grow(char **text, size_t *room)
{
	char *more = realloc(*text, 2 * *room);

	if (!more)
		return -ENOMEM;
	*text = more;
	*room *= 2;
	return 0;
}

static ssize_t read_some(int fd, char *place, size_t room)
{
	ssize_t n;

	do
		n = read(fd, place, room);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/* All that fd has. Not mmap: a file cut short meanwhile would be a SIGBUS. */
static int read_all(int fd, bool is_strict, char **text, size_t *len)
{
	struct stat st;
	size_t room = READ_STEP;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (is_strict && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return -EBADF;                /* a pipe could keep the reader waiting */
	if (S_ISREG(st.st_mode)) {
		if (st.st_size > (off_t)CONFIG_MAX_BYTES)
			return -EFBIG;
		room = (size_t)st.st_size + 1;   /* one more: the end shows without growing */
	}
	*text = malloc(room);
	if (!*text)
		return -ENOMEM;
	do {
		if (*len == room && grow(text, &room) < 0)
			return -ENOMEM;
		n = read_some(fd, *text + *len, room - *len);
		if (n < 0)
			return (int)n;
		*len += (size_t)n;
	} while (n > 0 && *len <= CONFIG_MAX_BYTES);
	return *len > CONFIG_MAX_BYTES ? -EFBIG : 0;
}

bool config_is_want(int error)
{
	return error == ENOMEM || error == EMFILE || error == ENFILE;
}

static void explain(int err, char wrong[CONFIG_WRONGLEN])
{
	if (err == -EISDIR)
		snprintf(wrong, CONFIG_WRONGLEN, "is a directory, not a file");
	else if (err == -EBADF)
		snprintf(wrong, CONFIG_WRONGLEN, "is not a regular file");
	else if (err == -EFBIG)
		snprintf(wrong, CONFIG_WRONGLEN, "too large: more than %zu MiB",
		         CONFIG_MAX_BYTES >> 20);
	else
		snprintf(wrong, CONFIG_WRONGLEN, "cannot read: %s", strerror(-err));
}

int config_slurp(char **text, size_t *len, const char *path, bool is_strict, char wrong[CONFIG_WRONGLEN])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (is_strict ? O_NONBLOCK : 0)), err;

	*text = NULL;
	*len = 0;
	if (fd < 0 && config_is_want(errno))
		return -errno;
	if (fd < 0) {
		snprintf(wrong, CONFIG_WRONGLEN, "cannot open: %s", strerror(errno));
		return -EINVAL;
	}
	err = read_all(fd, is_strict, text, len);
	close(fd);
	if (!err)
		return 0;
	free(*text);
	*text = NULL;
	explain(err, wrong);
	return config_is_want(-err) ? err : -EINVAL;
}
