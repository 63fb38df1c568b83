/* timerfd.h - a descriptor that becomes readable at a point in time, to the precision of the clock. What a loop that
 * waits for descriptors can offer itself is coarser: libev waits in whole milliseconds, and the kernel ends poll(2) and
 * epoll_wait(2) up to a thousandth of their timeout late. */
#ifndef MINIPING_TIMERFD_H
#define MINIPING_TIMERFD_H
#include <stdint.h>

#define TIMERFD_NEVER INT64_MAX

struct timerfd {
	int fd;        /* -1: not open */
	int64_t at_ns; /* as set last */
};

/* timerfd_open - set to TIMERFD_NEVER. 0 or -errno (then *t is not open). */
int timerfd_open(struct timerfd *t);
void timerfd_close(struct timerfd *t);

/* timerfd_set - t->fd is readable from at_ns (CLOCK_MONOTONIC) on, and not before; the descriptor need not be read. One
 * system call, none if it is set so already. */
void timerfd_set(struct timerfd *t, int64_t at_ns);
#endif
