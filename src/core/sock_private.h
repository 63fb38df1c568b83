/* sock_private.h - what the files of struct sock share: sock.c (opening and buffers), sock_filter.c, sock_send.c,
 * sock_recv.c. */
#ifndef MINIPING_SOCK_PRIVATE_H
#define MINIPING_SOCK_PRIVATE_H
#include "core/sock.h"

#include <errno.h>
#include <linux/filter.h>
#include <sys/socket.h>

#define SOCK_CONTROL_OUT 160u
#define SOCK_CONTROL_IN  256u

struct sock_lane {
	int fd;
	int df; /* what it is set to, as in struct sock_out */
};

struct sock {
	int fd; /* the raw socket that receives; of ping sockets, an epoll set of the lanes */
	int family;
	unsigned n_lanes;
	struct sock_lane lanes[SOCK_LANES];
	int error_fd; /* a raw socket of its own for ICMP errors; -1: a ping socket's error queue */
	bool ping;
	uint32_t readable;                /* bit i: ping socket i may have some */
	uint32_t errors_next;             /* bit i: its queues take turns, this one is next */
	size_t send_len, recv_len;        /* bytes for one packet */
	uint8_t *send_bytes, *recv_bytes; /* SOCK_BATCH packets each */
	struct mmsghdr send_msgs[SOCK_BATCH], recv_msgs[SOCK_BATCH];
	struct iovec send_iov[SOCK_BATCH], recv_iov[SOCK_BATCH];
	struct sockaddr_storage send_to[SOCK_BATCH], recv_from[SOCK_BATCH];
	char send_control[SOCK_BATCH][SOCK_CONTROL_OUT] __attribute__((aligned(8)));
	char recv_control[SOCK_BATCH][SOCK_CONTROL_IN] __attribute__((aligned(8)));
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

/* sock_filter_types - of which ICMP types raw sockets receive at all: the one that receives echo replies, the other
 * errors. The BPF programs then look at ids. 0 or -errno. */
int sock_filter_types(const struct sock *s);

#define SOCK_PROGRAM_MAX 24u

struct sock_program { /* classic BPF */
	struct sock_filter at[SOCK_PROGRAM_MAX];
	unsigned short n;
};

/* sock_program_replies, sock_program_errors - what passes an IPv4 packet with its header, or an ICMPv6 message without
 * one, as raw sockets see them: echo replies with our ids; errors that quote an echo request with one of our ids.
 * What these programs cannot judge, behind extension headers of an IPv6 quote, passes; what ends too soon does not.
 * Ids as in sock_filter; n_ids 0: nothing but what cannot be judged. */
void sock_program_replies(struct sock_program *p, int family, uint16_t first_id, uint32_t n_ids);
void sock_program_errors(struct sock_program *p, int family, uint16_t first_id, uint32_t n_ids);

/* sock_block_all - nothing is for fd. 0 or -errno. */
int sock_block_all(const struct sock *s, int fd);

/* sock_read_message - what recvmmsg has filled in: data is its payload, of the control data all that is known is read.
 */
void sock_read_message(struct sock_in *in, struct mmsghdr *msg, const uint8_t *data);

/* sock_expect - place i of the receive batch is made ready for the next recvmmsg. */
void sock_expect(struct sock *s, size_t i);
#endif
