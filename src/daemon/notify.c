/* notify.c - libsystemd's sd_notify() waits for room in the queue, and has no flag against that; the protocol is a
 * datagram. */
#include "daemon/notify.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_MAX 1024

void notify_open(struct notify *n)
{
	const char *name = getenv("NOTIFY_SOCKET");
	size_t len = name ? strlen(name) : 0;

	*n = (struct notify){ .fd = -1, .to.sun_family = AF_UNIX };
	if (len < 2 || len >= sizeof(n->to.sun_path) || (name[0] != '/' && name[0] != '@'))
		return;
	memcpy(n->to.sun_path, name, len + 1);
	if (name[0] == '@')
		n->to.sun_path[0] = '\0';
	n->to_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + (name[0] == '/'));
	n->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

void notify_close(struct notify *n)
{
	if (n->fd >= 0)
		close(n->fd);
	n->fd = -1;
}

bool notify_is_on(const struct notify *n)
{
	return n->fd >= 0;
}

static bool send_text(const struct notify *n, const char *text)
{
	size_t len = strlen(text);

	return sendto(n->fd, text, len, MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)&n->to, n->to_len) ==
	       (ssize_t)len;
}

/* False: there is some left. */
static bool send_waiting(struct notify *n)
{
	char text[80];

	if (n->reloading) {
		/* How systemd distinguishes a reload from a start that came later. */
		snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%" PRId64, n->reloading_ns / NS_PER_US);
		if (!send_text(n, text))
			return false;
		n->reloading = false;
	}
	if (n->ready && send_text(n, "READY=1"))
		n->ready = false;
	return !n->ready;
}

void notify_reloading(struct notify *n, int64_t now_ns)
{
	if (n->fd < 0)
		return;
	n->reloading = true;
	n->reloading_ns = now_ns;
	n->ready = false; /* the end of an earlier one is of no interest any more */
	send_waiting(n);
}

void notify_ready(struct notify *n)
{
	if (n->fd < 0)
		return;
	n->ready = true;
	send_waiting(n);
}

void notify_stopping(struct notify *n)
{
	if (n->fd < 0)
		return;
	n->reloading = n->ready = false;
	send_text(n, "STOPPING=1");
}

void notify_tend(struct notify *n)
{
	if (n->fd >= 0 && send_waiting(n))
		send_text(n, "WATCHDOG=1");
}

bool notify_status(struct notify *n, const char *text)
{
	char status[TEXT_MAX];

	if (n->fd < 0)
		return true;
	snprintf(status, sizeof(status), "STATUS=%s", text);
	return send_waiting(n) && send_text(n, status);
}
