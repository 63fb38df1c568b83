/* sock.h - the shared ICMP sockets: opening, filter, batched send and receive, kernel stamps.
 * One struct sock serves every target of one IP version: with raw sockets, one that receives replies, one that receives
 * ICMP errors, and some that only send, its lanes (only a socket that sees ICMP errors learns of a full queue of our
 * own). A packet that waits for its neighbour's address, 3 s without an answer, fills the send buffer of its lane and
 * of no other. Functions return 0 or a count, or -errno; none prints. */
#ifndef MINIPING_SOCK_H
#define MINIPING_SOCK_H
#include "base/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SOCK_BATCH 64u /* packets in one sendmmsg or recvmmsg */
#define SOCK_HEAD  16u
#define SOCK_LANES 16u /* sockets that send, at most */

struct sock;

struct sock_out { /* one packet to send */
	const struct addr *to;
	uint8_t head[SOCK_HEAD];
	const uint8_t *filler; /* follows the head; may be shared */
	size_t filler_len;
	size_t filler_period;      /* only so many bytes are there, and come again and again; 0: all are there */
	int dscp, ttl;             /* -1: the kernel's default; go along as control data */
	const struct addr *source; /* likewise; AF_UNSPEC: the kernel chooses */
	uint32_t ifindex;          /* likewise; 0: as the routes say */
	uint32_t mark;             /* likewise (SO_MARK, takes CAP_NET_RAW); 0: none */
	int df;                    /* 1: don't fragment, 0: may be, -1: the kernel's default */
	int64_t sent_ns;           /* out: when it left, monotonic; only if error is 0 */
	int error;                 /* out: 0, or the errno that kept it from being sent; EAGAIN is the lane's
	                            * own buffer that is full, ENOBUFS a queue below it */
};

struct sock_in { /* one packet received; data lives until the next sock_recv */
	const uint8_t *data;
	size_t len;
	struct addr from;
	int ttl;               /* -1: not known (a raw IPv4 packet carries it itself) */
	uint32_t ifindex;      /* that it arrived on; 0: not known */
	int64_t stamp_real_ns; /* the kernel's receive stamp; -1: none */
	bool truncated;        /* longer than anything that can answer us */
	unsigned lane;         /* the ping socket that it came by, or whose request it quotes */
	bool is_error;         /* from a ping socket's error queue: data is the quoted request */
	uint8_t type, code;    /* of the error; from is then its sender */
	uint32_t mtu;
	struct addr quoted_to;
};

/* sock_open - a raw ICMP or ICMPv6 socket, or with ping an unprivileged ping socket. family is AF_INET or
 * AF_INET6.
 *   n_lanes   1 .. SOCK_LANES; there are fewer where descriptors or memory are short. Ping sockets are lanes that
 *             receive, each with an id of its own that the kernel gives it
 * 0 and *out, or -EPERM / -EACCES (no CAP_NET_RAW; ping_group_range), -EAFNOSUPPORT (no such IP
 * version) or another -errno. */
int sock_open(struct sock **out, int family, bool ping, unsigned n_lanes);
void sock_close(struct sock *s);

/* sock_reserve - be ready for packets with size_max payload bytes (at least 8) and ask for a receive buffer of rcvbuf
 * bytes (kernel accounting: about 0.8 KiB a small packet); see sock_rcvbuf for what was granted. Never shrinks. 0 or
 * -ENOMEM (what fitted before still does). */
int sock_reserve(struct sock *s, uint32_t size_max, int rcvbuf);

int sock_family(const struct sock *s);
int sock_fd(const struct sock *s);
int sock_error_fd(const struct sock *s); /* readable when sock_recv_errors has some; -1: a ping socket has none */
bool sock_is_ping(const struct sock *s);

/* sock_lane_fd - the socket that lane 0 sends by: what sock_fd gives is none of a ping socket's. */
int sock_lane_fd(const struct sock *s);

/* sock_allow_broadcast - from now on packets may go to broadcast addresses, which the kernel else refuses with EACCES.
 * 0 or -errno. */
int sock_allow_broadcast(struct sock *s);

/* sock_lanes - how many there are: 1 .. SOCK_LANES. */
unsigned sock_lanes(const struct sock *s);

/* sock_rcvbuf - the receive buffer in force, in bytes of kernel accounting. */
int sock_rcvbuf(const struct sock *s);

/* sock_filter - from now on the kernel hands over only what concerns ids first_id .. first_id + n_ids − 1
 * (modulo 65,536): echo replies, and the errors that quote our requests or may do so. Until it is called, nothing.
 * No-op for ping sockets, which the kernel filters. */
int sock_filter(struct sock *s, uint16_t first_id, uint32_t n_ids);

/* sock_send - sends n packets by a lane, in order, n up to SOCK_BATCH. Fills sent_ns and error of each; a packet that
 * fails does not keep the next ones from being sent, but for EAGAIN: the lane's own buffer is full, for all of them.
 * Returns how many were sent. sent_ns is interpolated between the clock before and after each system call by the
 * packet's place in it. */
size_t sock_send(struct sock *s, unsigned lane, struct sock_out *out, size_t n);

/* sock_recv - up to SOCK_BATCH echo replies, never blocks. Returns the count; 0: the queue is empty. Of a ping socket
 * also errors, whose queue shares the receive buffer: it returns 0 once both are empty. */
int sock_recv(struct sock *s, struct sock_in in[SOCK_BATCH]);

/* sock_recv_errors - the same of the ICMP errors that came to a raw socket, which have a receive buffer of their own.
 */
int sock_recv_errors(struct sock *s, struct sock_in in[SOCK_BATCH]);

/* sock_drops - packets that the kernel has dropped for want of receive buffer since the socket was
 * opened (SO_MEMINFO); errors that came to a raw socket are not among them. */
uint32_t sock_drops(const struct sock *s);
#endif
