/* sock_private.h - what the files of struct sock share: sock.c (opening and buffers), sock_filter.c, sock_send.c,
 * sock_recv.c. */
#ifndef MINIPING_SOCK_PRIVATE_H
#define MINIPING_SOCK_PRIVATE_H
#include "sock.h"

#include <errno.h>
#include <sys/socket.h>

#define SOCK_CONTROL_OUT 160u
#define SOCK_CONTROL_IN  256u

struct sock_lane {
	int             fd;               /* a raw socket of its own; a ping socket's is that which receives */
	int             df;               /* what it is set to, as in struct sock_out */
};

struct sock {
	int             fd, family;
	unsigned        n_lanes;
	struct sock_lane lanes[SOCK_LANES];
	bool            ping, errors_waiting;
	size_t          send_len, recv_len;       /* bytes for one packet */
	uint8_t        *send_bytes, *recv_bytes;  /* SOCK_BATCH packets each */
	struct mmsghdr  send_msgs[SOCK_BATCH], recv_msgs[SOCK_BATCH];
	struct iovec    send_iov[SOCK_BATCH], recv_iov[SOCK_BATCH];
	struct sockaddr_storage send_to[SOCK_BATCH], recv_from[SOCK_BATCH];
	char            send_control[SOCK_BATCH][SOCK_CONTROL_OUT] __attribute__((aligned(8)));
	char            recv_control[SOCK_BATCH][SOCK_CONTROL_IN] __attribute__((aligned(8)));
};

static inline bool sock_is_ip4(const struct sock *s)
{
	return s->family == AF_INET;
}

/* sock_set_int - an option that is an int. 0 or -errno. */
static inline int sock_set_int(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value)) ? -errno : 0;
}

/* sock_filter_types - of which ICMP types a raw socket receives at all; the BPF program then looks at ids. 0 or -errno. */
int sock_filter_types(const struct sock *s);

/* sock_block_all - nothing is for fd. 0 or -errno. */
int sock_block_all(const struct sock *s, int fd);

/* sock_expect - place i of the receive batch is made ready for the next recvmmsg. */
void sock_expect(struct sock *s, size_t i);
#endif
