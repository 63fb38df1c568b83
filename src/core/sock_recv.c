/* sock_recv.c - receives batches, with the kernel's time stamps and what else the control data says; counts drops. */
#include "core/sock_private.h"

#include "base/clock.h"

#include <linux/errqueue.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

void sock_expect(struct sock *s, size_t i)
{
	s->recv_msgs[i].msg_hdr = (struct msghdr){
		.msg_name = &s->recv_from[i],
		.msg_namelen = sizeof(s->recv_from[i]),
		.msg_iov = &s->recv_iov[i],
		.msg_iovlen = 1,
		.msg_control = s->recv_control[i],
		.msg_controllen = SOCK_CONTROL_IN,
	};
}

static void read_error(struct sock_in *in, const struct cmsghdr *c)
{
	struct sock_extended_err e;

	memcpy(&e, CMSG_DATA(c), sizeof(e));
	if (e.ee_origin != SO_EE_ORIGIN_ICMP && e.ee_origin != SO_EE_ORIGIN_ICMP6)
		return;
	in->is_error = true;
	in->type = e.ee_type;
	in->code = e.ee_code;
	in->mtu = e.ee_info;
	in->quoted_to = in->from;
	in->from = addr_from_sockaddr((const struct sockaddr *)(const void *)(CMSG_DATA(c) + sizeof(e)));
}

static void read_control(struct sock_in *in, struct msghdr *m)
{
	struct in6_pktinfo ip6;
	struct in_pktinfo ip4;
	struct timespec ts;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
			memcpy(&ts, CMSG_DATA(c), sizeof(ts));
			in->stamp_real_ns = (int64_t)ts.tv_sec * NS_PER_S + ts.tv_nsec;
		} else if ((c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TTL) ||
		           (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_HOPLIMIT)) {
			memcpy(&in->ttl, CMSG_DATA(c), sizeof(in->ttl));
		} else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			memcpy(&ip4, CMSG_DATA(c), sizeof(ip4));
			in->ifindex = (uint32_t)ip4.ipi_ifindex;
		} else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
			memcpy(&ip6, CMSG_DATA(c), sizeof(ip6));
			in->ifindex = ip6.ipi6_ifindex;
		} else if ((c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) ||
		           (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR)) {
			read_error(in, c);
		}
	}
}

void sock_read_message(struct sock_in *in, struct mmsghdr *msg, const uint8_t *data)
{
	struct msghdr *m = &msg->msg_hdr;

	*in = (struct sock_in){ .data = data, .len = msg->msg_len, .ttl = -1, .stamp_real_ns = -1 };
	in->from = addr_from_sockaddr(m->msg_name);
	in->truncated = m->msg_flags & (MSG_TRUNC | MSG_CTRUNC);
	read_control(in, m);
}

static int recv_some(struct sock *s, int fd, struct sock_in *in, int flags)
{
	int n;

	do
		n = recvmmsg(fd, s->recv_msgs, SOCK_BATCH, MSG_DONTWAIT | flags, NULL);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	for (int i = 0; i < n; i++) {
		sock_read_message(&in[i], &s->recv_msgs[i], s->recv_iov[i].iov_base);
		sock_expect(s, (size_t)i);
	}
	return n;
}

/* The two queues take turns, so that errors, which anyone can send, keep no reply waiting. An ICMP error makes one recv
 * fail, too, with its errno: empty is only what says EAGAIN, both of them in a row. */
static int recv_lane(struct sock *s, unsigned lane, struct sock_in in[SOCK_BATCH])
{
	uint32_t bit = UINT32_C(1) << lane;
	int n_empty = 0;

	for (int looks = 0; looks < 4 && n_empty < 2; looks++) {
		int n = recv_some(s, s->lanes[lane].fd, in, s->errors_next & bit ? MSG_ERRQUEUE : 0);

		s->errors_next ^= bit;
		for (int i = 0; i < n; i++)
			in[i].lane = lane;
		if (n > 0)
			return n;
		n_empty = n == -EAGAIN ? n_empty + 1 : 0;
	}
	return 0;
}

static uint32_t look(const struct sock *s)
{
	struct epoll_event events[SOCK_LANES];
	int n = epoll_wait(s->fd, events, SOCK_LANES, 0);
	uint32_t readable = 0;

	for (int i = 0; i < n; i++)
		readable |= UINT32_C(1) << events[i].data.u32;
	return readable;
}

/* Each that had some at the last look has its turn before the next look; one that has none after that is empty. */
static int recv_ping(struct sock *s, struct sock_in in[SOCK_BATCH])
{
	for (int looks = 0; looks < 2; looks++) {
		while (s->readable) {
			unsigned lane = (unsigned)__builtin_ctz(s->readable);
			int n = recv_lane(s, lane, in);

			s->readable &= s->readable - 1;
			if (n > 0)
				return n;
		}
		if (looks == 0)
			s->readable = look(s);
	}
	return 0;
}

int sock_recv(struct sock *s, struct sock_in in[SOCK_BATCH])
{
	int n = s->ping ? recv_ping(s, in) : recv_some(s, s->fd, in, 0);

	return n > 0 ? n : 0;
}

int sock_recv_errors(struct sock *s, struct sock_in in[SOCK_BATCH])
{
	int n = s->ping ? 0 : recv_some(s, s->error_fd, in, 0);

	return n > 0 ? n : 0;
}
