/* libminiping_watch.c - an epoll set, changed only where a place changes. */
#include "lib/libminiping_watch.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

int libminiping_watch_open(struct libminiping_watch *w)
{
	int err = timerfd_open(&w->timer);

	if (err)
		return err;
	for (unsigned i = 0; i < WATCH_PLACES; i++)
		w->fds[i] = -1;
	w->fd = epoll_create1(EPOLL_CLOEXEC);
	err = w->fd < 0 ? -errno : libminiping_watch_set(w, WATCH_TIMER, w->timer.fd);
	if (err)
		libminiping_watch_close(w);
	return err;
}

void libminiping_watch_close(struct libminiping_watch *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
	timerfd_close(&w->timer);
}

int libminiping_watch_set(struct libminiping_watch *w, unsigned place, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u32 = place };

	if (w->fds[place] == fd)
		return 0;
	if (w->fds[place] >= 0)
		epoll_ctl(w->fd, EPOLL_CTL_DEL, w->fds[place], &event);
	w->fds[place] = -1;
	if (fd >= 0 && epoll_ctl(w->fd, EPOLL_CTL_ADD, fd, &event))
		return -errno;
	w->fds[place] = fd;
	return 0;
}

int libminiping_watch_take(struct libminiping_watch *w)
{
	struct epoll_event events[WATCH_PLACES];
	int n = epoll_wait(w->fd, events, WATCH_PLACES, 0), ready = 0;

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	for (int i = 0; i < n; i++)
		ready |= 1 << events[i].data.u32;
	return ready;
}
