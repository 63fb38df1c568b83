/* sock.c - opens the sockets and sets their options and buffers. */
#include "core/sock_private.h"

#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#define IP4_HEADER_MAX 60u
#define ICMP_HEADER    8u
#define RECV_MIN       1500u             /* an error quotes at most 576 or 1280 bytes */
#define SNDBUF         (4 * 1024 * 1024) /* of a lane: some 20,000 small packets that wait (SOCK_LANES of them, twice) */

/* The kernel lets two ping sockets share an id if both allow reuse, which is their default: another
 * process could bind ours and take our replies. Must come before bind. */
static int bind_ping(const struct sock *s, int fd)
{
	struct addr any = { .family = (uint16_t)s->family };
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(&any, &ss);
	int err = sock_set_int(fd, SOL_SOCKET, SO_REUSEADDR, 0);

	if (err)
		return err;
	return bind(fd, (struct sockaddr *)&ss, len) ? -errno : 0;
}

static int set_options(const struct sock *s, int fd)
{
	int err = sock_set_int(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);

	if (!err)
		err = sock_is_ip4(s) ? sock_set_int(fd, IPPROTO_IP, IP_PKTINFO, 1)
		                     : sock_set_int(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
	if (!err && !sock_is_ip4(s))
		err = sock_set_int(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
	else if (!err && s->ping)
		err = sock_set_int(fd, IPPROTO_IP, IP_RECVTTL, 1);
	if (err || !s->ping)
		return err;
	/* A ping socket hears of ICMP errors only through its error queue. */
	err = sock_is_ip4(s) ? sock_set_int(fd, IPPROTO_IP, IP_RECVERR, 1)
	                     : sock_set_int(fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
	return err ? err : bind_ping(s, fd);
}

/* Room for SOCK_BATCH packets of len bytes each, unless there is. */
static int fit_packets(uint8_t **bytes, size_t *len_now, struct iovec iov[SOCK_BATCH], size_t len)
{
	uint8_t *new;

	if (len <= *len_now)
		return 0;
	new = realloc(*bytes, SOCK_BATCH * len);
	if (!new)
		return -ENOMEM;
	*bytes = new;
	*len_now = len;
	for (size_t i = 0; i < SOCK_BATCH; i++)
		iov[i] = (struct iovec){ new + i *len, len };
	return 0;
}

/* FORCE needs CAP_NET_ADMIN; without it the kernel gives at most net.core.rmem_max. The kernel doubles what it is given
 * (socket(7)). */
static void ask_for_room(int fd, int rcvbuf)
{
	if (sock_set_int(fd, SOL_SOCKET, SO_RCVBUFFORCE, rcvbuf / 2))
		sock_set_int(fd, SOL_SOCKET, SO_RCVBUF, rcvbuf / 2);
}

int sock_reserve(struct sock *s, uint32_t size_max, int rcvbuf)
{
	size_t len = IP4_HEADER_MAX + ICMP_HEADER + size_max;
	int err;

	if (rcvbuf > sock_rcvbuf(s)) {
		for (unsigned i = 0; s->ping && i < s->n_lanes; i++)
			ask_for_room(s->lanes[i].fd, rcvbuf);
		if (!s->ping) {
			ask_for_room(s->fd, rcvbuf);
			ask_for_room(s->error_fd, rcvbuf);
		}
	}
	err = fit_packets(&s->send_bytes, &s->send_len, s->send_iov, ICMP_HEADER + size_max);
	return err ? err : fit_packets(&s->recv_bytes, &s->recv_len, s->recv_iov, len < RECV_MIN ? RECV_MIN : len);
}

static int new_socket(const struct sock *s)
{
	int fd = socket(s->family, (s->ping ? SOCK_DGRAM : SOCK_RAW) | SOCK_NONBLOCK | SOCK_CLOEXEC,
	                sock_is_ip4(s) ? (int)IPPROTO_ICMP : (int)IPPROTO_ICMPV6);

	return fd < 0 ? -errno : fd;
}

/* As large as permitted: without CAP_NET_ADMIN the kernel gives at most net.core.wmem_max. It doubles what it is
 * given (socket(7)). */
static void grow_sndbuf(int fd)
{
	if (sock_set_int(fd, SOL_SOCKET, SO_SNDBUFFORCE, SNDBUF))
		sock_set_int(fd, SOL_SOCKET, SO_SNDBUF, SNDBUF);
}

/* For each ICMP packet that comes in the kernel looks at every raw socket on its list, 16 senders among them. What is
 * dissolved from its peer, though it never had one, leaves the list (__udp_disconnect) and sends all the same. Where
 * that fails it costs some time, no more. */
static void take_off_list(int fd)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };

	if (connect(fd, &none, sizeof(none)))
		return;
}

/* Only with IP_RECVERR does a raw socket's send report that our own queue was full (raw_sendmsg hides
 * ENOBUFS), and such a socket's recv is interrupted by every ICMP error. So a socket that only sends has
 * it, with a filter that lets nothing in. Errors about others find no socket that is off the list; were it on it, they
 * would fill its error queue up to the least receive buffer, and never be looked at: raw sends do not report them. */
static int set_sender(const struct sock *s, int fd)
{
	int err = sock_block_all(s, fd);

	if (!err)
		err = sock_set_int(fd, SOL_SOCKET, SO_RCVBUF, 1);
	if (!err)
		err = sock_is_ip4(s) ? sock_set_int(fd, IPPROTO_IP, IP_RECVERR, 1)
		                     : sock_set_int(fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
	if (!err)
		take_off_list(fd);
	return err;
}

/* A ping socket receives what is sent by it, since the kernel gives each an id of its own: s->fd says which have some.
 */
static int set_ping(const struct sock *s, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u32 = s->n_lanes };
	int err = set_options(s, fd);

	if (!err && epoll_ctl(s->fd, EPOLL_CTL_ADD, fd, &event))
		err = -errno;
	return err;
}

static int open_lane(struct sock *s, struct sock_lane *lane)
{
	int err;

	*lane = (struct sock_lane){ .fd = new_socket(s), .df = -1 };
	if (lane->fd < 0)
		return lane->fd;
	err = s->ping ? set_ping(s, lane->fd) : set_sender(s, lane->fd);
	if (err)
		close(lane->fd);
	else
		grow_sndbuf(lane->fd);
	return err;
}

/* One lane will do, if it must. */
static int open_lanes(struct sock *s, unsigned n)
{
	int err = 0;

	while (s->n_lanes < n && !err) {
		err = open_lane(s, &s->lanes[s->n_lanes]);
		s->n_lanes += !err;
	}
	return s->n_lanes ? 0 : err;
}

/* Anyone can send ICMP errors: what they push out of a receive buffer must not be a reply. */
static int open_errors(struct sock *s)
{
	int err;

	s->error_fd = new_socket(s);
	if (s->error_fd < 0)
		return s->error_fd;
	err = sock_filter_types(s);
	return err ? err : sock_filter(s, 0, 0);
}

static int open_ping(struct sock *s)
{
	s->fd = epoll_create1(EPOLL_CLOEXEC);
	return s->fd < 0 ? -errno : 0;
}

static int open_raw(struct sock *s)
{
	int err;

	s->fd = new_socket(s);
	err = s->fd < 0 ? s->fd : set_options(s, s->fd);
	return err ? err : open_errors(s);
}

int sock_open(struct sock **out, int family, bool ping, unsigned n_lanes)
{
	struct sock *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		return -ENOMEM;
	s->family = family;
	s->ping = ping;
	s->fd = s->error_fd = -1;
	for (size_t i = 0; i < SOCK_BATCH; i++)
		sock_expect(s, i);
	err = ping ? open_ping(s) : open_raw(s);
	if (!err)
		err = open_lanes(s, n_lanes);
	if (!err)
		err = sock_reserve(s, SOCK_HEAD - ICMP_HEADER, 0);
	if (err)
		sock_close(s);
	else
		*out = s;
	return err;
}

void sock_close(struct sock *s)
{
	if (!s)
		return;
	for (unsigned i = 0; i < s->n_lanes; i++)
		close(s->lanes[i].fd);
	if (s->error_fd >= 0)
		close(s->error_fd);
	if (s->fd >= 0)
		close(s->fd);
	free(s->send_bytes);
	free(s->recv_bytes);
	free(s);
}

int sock_fd(const struct sock *s)
{
	return s->fd;
}

int sock_lane_fd(const struct sock *s)
{
	return s->lanes[0].fd;
}

int sock_allow_broadcast(struct sock *s)
{
	int err = 0;

	for (unsigned i = 0; i < s->n_lanes && !err; i++)
		err = sock_set_int(s->lanes[i].fd, SOL_SOCKET, SO_BROADCAST, 1);
	return err;
}

int sock_error_fd(const struct sock *s)
{
	return s->error_fd;
}

int sock_family(const struct sock *s)
{
	return s->family;
}

bool sock_is_ping(const struct sock *s)
{
	return s->ping;
}

unsigned sock_lanes(const struct sock *s)
{
	return s->n_lanes;
}

int sock_rcvbuf(const struct sock *s)
{
	int value = 0;
	socklen_t len = sizeof(value);

	getsockopt(s->ping ? s->lanes[0].fd : s->fd, SOL_SOCKET, SO_RCVBUF, &value, &len);
	return value;
}

static uint32_t drops(int fd)
{
	uint32_t info[SK_MEMINFO_VARS] = { 0 };
	socklen_t len = sizeof(info);

	getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &len);
	return info[SK_MEMINFO_DROPS];
}

uint32_t sock_drops(const struct sock *s)
{
	uint32_t n = s->ping ? 0 : drops(s->fd);

	for (unsigned i = 0; s->ping && i < s->n_lanes; i++)
		n += drops(s->lanes[i].fd);
	return n;
}
