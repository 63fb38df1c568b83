/* notify.h - reports the daemon's state to systemd, or another supervisor, by the datagrams that sd_notify(3)
 * describes. Never waits: a supervisor that does not read must not keep the loop from probing. What finds no room in
 * its queue is sent again later. */
#ifndef MINIPING_NOTIFY_H
#define MINIPING_NOTIFY_H
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

struct notify {
	int fd; /* -1: there is no supervisor */
	struct sockaddr_un to;
	socklen_t to_len;
	bool reloading, ready; /* not sent yet, and in this order */
	int64_t reloading_ns;
};

/* notify_open - to the socket that the environment names (NOTIFY_SOCKET): a path, or an abstract name after @. In
 * place; without such a socket, the other calls do nothing. */
void notify_open(struct notify *n);
void notify_close(struct notify *n);

/* notify_is_on - there is a supervisor. */
bool notify_is_on(const struct notify *n);

/* A reload has begun at now_ns (monotonic), the daemon is ready (after its start, or a reload), it is about to stop. */
void notify_reloading(struct notify *n, int64_t now_ns);
void notify_ready(struct notify *n);
void notify_stopping(struct notify *n);

/* notify_tend - once a second: for the watchdog, that the loop goes round; and what found no room before. */
void notify_tend(struct notify *n);

/* notify_status - text for people, one line of UTF-8. False: it found no room, and is not sent again. */
bool notify_status(struct notify *n, const char *text);
#endif
