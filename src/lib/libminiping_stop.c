/* libminiping_stop.c - an eventfd: readable for ever once it has been written. */
#include "lib/libminiping_stop.h"

#include "lib/miniping.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct miniping_stop {
	int fd;
};

struct miniping_stop *miniping_stop_new(void)
{
	struct miniping_stop *stop = malloc(sizeof(*stop));

	if (!stop)
		return NULL;
	stop->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (stop->fd < 0) {
		free(stop);
		return NULL;
	}
	return stop;
}

void miniping_stop_now(struct miniping_stop *stop)
{
	const uint64_t one = 1;
	int saved = errno;

	/* Fails only if it has been written some 2^64 times. */
	if (write(stop->fd, &one, sizeof(one)) < 0)
		errno = saved;
}

void miniping_stop_free(struct miniping_stop *stop)
{
	if (!stop)
		return;
	close(stop->fd);
	free(stop);
}

int libminiping_stop_fd(const struct miniping_stop *stop)
{
	return stop ? stop->fd : -1;
}

bool libminiping_stop_came(const struct miniping_stop *stop)
{
	struct pollfd p = { .fd = libminiping_stop_fd(stop), .events = POLLIN };

	return stop && poll(&p, 1, 0) > 0;
}
