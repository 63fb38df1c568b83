#include "sock.h"

#include "clock.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <linux/filter.h>
#include <linux/icmp.h>
#include <linux/sock_diag.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define IP4_HEADER_MAX 60u
#define ICMP_HEADER    8u
#define RECV_MIN       1500u              /* an error quotes at most 576 or 1280 bytes */
#define SEND_CHUNK     32u                /* in one sendmmsg: the fewer, the truer the send times between */
#define SEND_STEP_NS   (10 * NS_PER_US)   /* what sending one packet takes at most, undisturbed */
#define TINY           128u               /* bytes of a packet that no link is too narrow for */
#define CONTROL_OUT    160u
#define CONTROL_IN     256u

struct sock {
	int             fd, family;
	int             send_fd;          /* a raw socket of its own; a ping socket's is fd */
	int             df;               /* what send_fd is set to, as in struct sock_out */
	bool            ping, errors_waiting;
	size_t          send_len, recv_len;       /* bytes for one packet */
	uint8_t        *send_bytes, *recv_bytes;  /* SOCK_BATCH packets each */
	struct mmsghdr  send_msgs[SOCK_BATCH], recv_msgs[SOCK_BATCH];
	struct iovec    send_iov[SOCK_BATCH], recv_iov[SOCK_BATCH];
	struct sockaddr_storage send_to[SOCK_BATCH], recv_from[SOCK_BATCH];
	char            send_control[SOCK_BATCH][CONTROL_OUT] __attribute__((aligned(8)));
	char            recv_control[SOCK_BATCH][CONTROL_IN] __attribute__((aligned(8)));
};

static bool is_ip4(const struct sock *s)
{
	return s->family == AF_INET;
}

static int set_int(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value)) ? -errno : 0;
}

/* Which ICMP types a raw socket is woken for at all; the BPF program then looks at ids. */
static int set_type_filter(const struct sock *s)
{
	if (is_ip4(s)) {
		struct icmp_filter block = { ~(1u << ICMP_ECHOREPLY | 1u << ICMP_DEST_UNREACH |
		                               1u << ICMP_TIME_EXCEEDED | 1u << ICMP_PARAMETERPROB) };

		return setsockopt(s->fd, SOL_RAW, ICMP_FILTER, &block, sizeof(block)) ? -errno : 0;
	}
	struct icmp6_filter pass;

	ICMP6_FILTER_SETBLOCKALL(&pass);
	ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &pass);
	ICMP6_FILTER_SETPASS(ICMP6_DST_UNREACH, &pass);
	ICMP6_FILTER_SETPASS(ICMP6_PACKET_TOO_BIG, &pass);
	ICMP6_FILTER_SETPASS(ICMP6_TIME_EXCEEDED, &pass);
	ICMP6_FILTER_SETPASS(ICMP6_PARAM_PROB, &pass);
	return setsockopt(s->fd, SOL_ICMPV6, ICMP6_FILTER, &pass, sizeof(pass)) ? -errno : 0;
}

/* The kernel lets two ping sockets share an id if both allow reuse, which is their default: another
 * process could bind ours and take our replies. Must come before bind. */
static int bind_ping(const struct sock *s)
{
	struct addr any = { .family = (uint16_t)s->family };
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(&any, &ss);
	int err = set_int(s->fd, SOL_SOCKET, SO_REUSEADDR, 0);

	if (err)
		return err;
	return bind(s->fd, (struct sockaddr *)&ss, len) ? -errno : 0;
}

static int set_options(const struct sock *s)
{
	int err = set_int(s->fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);

	if (!err)
		err = is_ip4(s) ? set_int(s->fd, IPPROTO_IP, IP_PKTINFO, 1)
		                : set_int(s->fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
	if (!err && !is_ip4(s))
		err = set_int(s->fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
	else if (!err && s->ping)
		err = set_int(s->fd, IPPROTO_IP, IP_RECVTTL, 1);
	if (err)
		return err;
	if (!s->ping)
		return set_type_filter(s);
	/* A ping socket hears of ICMP errors only through its error queue. */
	err = is_ip4(s) ? set_int(s->fd, IPPROTO_IP, IP_RECVERR, 1)
	                : set_int(s->fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
	return err ? err : bind_ping(s);
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
		iov[i] = (struct iovec){ new + i * len, len };
	return 0;
}

/* What recvmmsg has written to is made ready for the next. */
static void expect(struct sock *s, size_t i)
{
	s->recv_msgs[i].msg_hdr = (struct msghdr){
		.msg_name = &s->recv_from[i], .msg_namelen = sizeof(s->recv_from[i]),
		.msg_iov = &s->recv_iov[i], .msg_iovlen = 1,
		.msg_control = s->recv_control[i], .msg_controllen = CONTROL_IN,
	};
}

int sock_fit(struct sock *s, uint32_t size_max, int rcvbuf)
{
	size_t len = IP4_HEADER_MAX + ICMP_HEADER + size_max;
	int err;

	/* FORCE needs CAP_NET_ADMIN; without it the kernel gives at most net.core.rmem_max. The kernel
	 * doubles what it is told (socket(7)). */
	if (rcvbuf > sock_rcvbuf(s) && set_int(s->fd, SOL_SOCKET, SO_RCVBUFFORCE, rcvbuf / 2))
		set_int(s->fd, SOL_SOCKET, SO_RCVBUF, rcvbuf / 2);
	err = fit_packets(&s->send_bytes, &s->send_len, s->send_iov, ICMP_HEADER + size_max);
	return err ? err : fit_packets(&s->recv_bytes, &s->recv_len, s->recv_iov, len < RECV_MIN ? RECV_MIN : len);
}

static int new_socket(const struct sock *s)
{
	int fd = socket(s->family, (s->ping ? SOCK_DGRAM : SOCK_RAW) | SOCK_NONBLOCK | SOCK_CLOEXEC,
	                is_ip4(s) ? (int)IPPROTO_ICMP : (int)IPPROTO_ICMPV6);

	return fd < 0 ? -errno : fd;
}

/* Nothing is for fd. By type it is passed over before the kernel makes a copy for it, which would cost as much
 * as receiving does; types from 32 on, which IPv4's filter cannot name, stop at the BPF program. */
static int block_all(const struct sock *s, int fd)
{
	struct sock_filter nothing[] = { BPF_STMT(BPF_RET | BPF_K, 0) };
	struct sock_fprog program = { 1, nothing };
	struct icmp_filter ip4 = { ~0u };
	struct icmp6_filter ip6;

	ICMP6_FILTER_SETBLOCKALL(&ip6);
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)))
		return -errno;
	if (is_ip4(s))
		return setsockopt(fd, SOL_RAW, ICMP_FILTER, &ip4, sizeof(ip4)) ? -errno : 0;
	return setsockopt(fd, SOL_ICMPV6, ICMP6_FILTER, &ip6, sizeof(ip6)) ? -errno : 0;
}

/* Only with IP_RECVERR does a raw socket's send tell that our own queue was full (raw_sendmsg hides
 * ENOBUFS), and such a socket's recv is interrupted by every ICMP error. So a socket that only sends has
 * it, with a filter that lets nothing in; errors of others fill its error queue up to the least receive
 * buffer there is, and are never looked at: raw sends do not report them. */
static int open_sender(struct sock *s)
{
	int err;

	s->send_fd = new_socket(s);
	if (s->send_fd < 0)
		return s->send_fd;
	err = block_all(s, s->send_fd);
	if (!err)
		err = set_int(s->send_fd, SOL_SOCKET, SO_RCVBUF, 1);
	if (err)
		return err;
	return is_ip4(s) ? set_int(s->send_fd, IPPROTO_IP, IP_RECVERR, 1)
	                 : set_int(s->send_fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
}

int sock_open(struct sock **out, int family, bool ping)
{
	struct sock *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		return -ENOMEM;
	s->family = family;
	s->ping = ping;
	s->send_fd = s->df = -1;
	for (size_t i = 0; i < SOCK_BATCH; i++)
		expect(s, i);
	s->fd = new_socket(s);
	err = s->fd < 0 ? s->fd : set_options(s);
	if (ping)
		s->send_fd = s->fd;
	else if (!err)
		err = open_sender(s);
	if (!err)
		err = sock_fit(s, SOCK_HEAD - ICMP_HEADER, 0);
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
	if (s->send_fd >= 0 && s->send_fd != s->fd)
		close(s->send_fd);
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

int sock_family(const struct sock *s)
{
	return s->family;
}

bool sock_is_ping(const struct sock *s)
{
	return s->ping;
}

uint16_t sock_id(const struct sock *s)
{
	struct sockaddr_storage ss = { 0 };
	socklen_t len = sizeof(ss);

	getsockname(s->fd, (struct sockaddr *)&ss, &len);
	/* sin_port and sin6_port stand at the same place. */
	return ntohs(((struct sockaddr_in *)&ss)->sin_port);
}

int sock_rcvbuf(const struct sock *s)
{
	int value = 0;
	socklen_t len = sizeof(value);

	getsockopt(s->fd, SOL_SOCKET, SO_RCVBUF, &value, &len);
	return value;
}

uint32_t sock_drops(const struct sock *s)
{
	uint32_t info[SK_MEMINFO_VARS] = { 0 };
	socklen_t len = sizeof(info);

	getsockopt(s->fd, SOL_SOCKET, SO_MEMINFO, info, &len);
	return info[SK_MEMINFO_DROPS];
}

#define LD_B_ABS(k)     BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (k))
#define LD_H_ABS(k)     BPF_STMT(BPF_LD | BPF_H | BPF_ABS, (k))
#define LD_B_IND(k)     BPF_STMT(BPF_LD | BPF_B | BPF_IND, (k))
#define LD_H_IND(k)     BPF_STMT(BPF_LD | BPF_H | BPF_IND, (k))
#define RET(k)          BPF_STMT(BPF_RET | BPF_K, (k))
#define JEQ(k, t, f)    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (k), (t), (f))
#define JGE(k, t, f)    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (k), (t), (f))
#define PASS            0xffffffffu

/* Errors all pass: where their quote keeps the id takes loops to find (IPv4 options, IPv6 extension
 * headers), and they are few. A load past the packet's end drops it. id − first modulo 65,536 < n. */
int sock_filter(struct sock *s, uint16_t first_id, uint32_t n_ids)
{
	struct sock_filter ip4[] = {
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),   /* X = header length */
		LD_B_IND(0),
		JEQ(ICMP_ECHOREPLY, 0, 4),
		LD_H_IND(4),
		BPF_STMT(BPF_ALU | BPF_SUB | BPF_K, first_id),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xffff),
		JGE(n_ids, 1, 0),
		RET(PASS),
		RET(0),
	};
	struct sock_filter ip6[] = {
		LD_B_ABS(0),
		JEQ(ICMP6_ECHO_REPLY, 0, 4),
		LD_H_ABS(4),
		BPF_STMT(BPF_ALU | BPF_SUB | BPF_K, first_id),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xffff),
		JGE(n_ids, 1, 0),
		RET(PASS),
		RET(0),
	};
	struct sock_fprog program = is_ip4(s) ? (struct sock_fprog){ 9, ip4 } : (struct sock_fprog){ 8, ip6 };

	if (s->ping)
		return 0;
	return setsockopt(s->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) ? -errno : 0;
}

static size_t put_control(struct msghdr *m, size_t at, int level, int type, const void *value, size_t len)
{
	struct cmsghdr *c = (struct cmsghdr *)((char *)m->msg_control + at);

	c->cmsg_level = level;
	c->cmsg_type = type;
	c->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(c), value, len);
	return at + CMSG_SPACE(len);
}

static size_t put_int(struct msghdr *m, size_t at, int level, int type, int value)
{
	return put_control(m, at, level, type, &value, sizeof(value));
}

/* Source address and interface (RFC 3542 6.1, ip(7)). */
static size_t put_source(const struct sock *s, struct msghdr *m, size_t at, const struct sock_out *o)
{
	struct in6_pktinfo ip6 = { .ipi6_ifindex = o->ifindex };
	struct in_pktinfo ip4 = { .ipi_ifindex = (int)o->ifindex };

	if (is_ip4(s)) {
		if (o->source->family == AF_INET)
			memcpy(&ip4.ipi_spec_dst, o->source->bytes, 4);
		return put_control(m, at, IPPROTO_IP, IP_PKTINFO, &ip4, sizeof(ip4));
	}
	if (o->source->family == AF_INET6)
		memcpy(&ip6.ipi6_addr, o->source->bytes, 16);
	return put_control(m, at, IPPROTO_IPV6, IPV6_PKTINFO, &ip6, sizeof(ip6));
}

static void prepare(struct sock *s, size_t i, struct sock_out *o)
{
	struct msghdr *m = &s->send_msgs[i].msg_hdr;
	uint8_t *packet = s->send_iov[i].iov_base;
	bool ip4 = is_ip4(s);
	int level = ip4 ? IPPROTO_IP : IPPROTO_IPV6;
	size_t len = 0;

	m->msg_name = &s->send_to[i];
	m->msg_namelen = addr_to_sockaddr(o->to, &s->send_to[i]);
	/* One piece: a second one costs the kernel more than the copy of a small packet costs us. */
	memcpy(packet, o->head, SOCK_HEAD);
	memcpy(packet + SOCK_HEAD, o->filler, o->filler_len);
	s->send_iov[i].iov_len = SOCK_HEAD + o->filler_len;
	m->msg_iov = &s->send_iov[i];
	m->msg_iovlen = 1;
	m->msg_control = s->send_control[i];
	if (o->dscp >= 0)
		len = put_int(m, len, level, ip4 ? IP_TOS : IPV6_TCLASS, o->dscp << 2);
	if (o->ttl >= 0)
		len = put_int(m, len, level, ip4 ? IP_TTL : IPV6_HOPLIMIT, o->ttl);
	if (o->ifindex || o->source->family == s->family)
		len = put_source(s, m, len, o);
	if (o->mark)
		len = put_int(m, len, SOL_SOCKET, SO_MARK, (int)o->mark);
	m->msg_controllen = len;
	if (!len)
		m->msg_control = NULL;
}

/* n packets left between before and after. Packet i is taken to have left after i even steps, but not
 * long ones: a call that took longer was interrupted, nobody knows where, and an RTT that is too long by
 * our own fault is better than one that is too short to be true. */
static void stamp(struct sock_out *out, size_t n, int64_t before_ns, int64_t after_ns)
{
	int64_t step = (after_ns - before_ns) / (int64_t)n;

	if (step > SEND_STEP_NS)
		step = SEND_STEP_NS;
	for (size_t i = 0; i < n; i++) {
		out[i].error = 0;
		out[i].sent_ns = before_ns + step * (int64_t)i;
	}
}

/* One sendmmsg; the count, or -errno of the first packet. */
static int send_some(struct sock *s, size_t at, size_t n)
{
	int r;

	do
		r = sendmmsg(s->send_fd, s->send_msgs + at, (unsigned)n, 0);
	while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : r;
}

/* Where nobody asked for anything the kernel sets DF, and yet takes an IP id from a table by destination, in
 * case that the path turns out too narrow: 8 % of all that a probe costs. A tiny packet needs none (RFC 6864
 * 4.1: the id of a packet that is never fragmented means nothing). */
static int df_of(const struct sock_out *o, bool all_tiny)
{
	return o->df < 0 && all_tiny ? 1 : o->df;
}

/* A batch of both kinds is left as it is: each change of the socket costs a system call. */
static bool are_tiny(const struct sock *s, const struct sock_out *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (out[i].df < 0 && SOCK_HEAD + out[i].filler_len > TINY)
			return false;
	return is_ip4(s);
}

/* How many packets from out on want the same of the don't-fragment bit; the socket is then set to it. No
 * control data exists for it in IPv4, so a change of it among targets costs a system call. */
static size_t same_df(struct sock *s, const struct sock_out *out, size_t n, bool all_tiny)
{
	static const int ip4[] = { IP_PMTUDISC_WANT, IP_PMTUDISC_DONT, IP_PMTUDISC_PROBE };
	static const int ip6[] = { IPV6_PMTUDISC_WANT, IPV6_PMTUDISC_DONT, IPV6_PMTUDISC_PROBE };
	int df = df_of(&out[0], all_tiny);
	size_t len = 1;

	while (len < n && df_of(&out[len], all_tiny) == df)
		len++;
	if (df == s->df)
		return len;
	s->df = df;
	if (is_ip4(s))
		set_int(s->send_fd, IPPROTO_IP, IP_MTU_DISCOVER, ip4[s->df + 1]);
	else
		set_int(s->send_fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, ip6[s->df + 1]);
	return len;
}

static size_t send_batch(struct sock *s, struct sock_out *out, size_t n)
{
	size_t at = 0, n_sent = 0;
	bool again = s->ping, all_tiny = are_tiny(s, out, n);

	for (size_t i = 0; i < n; i++)
		prepare(s, i, &out[i]);
	while (at < n) {
		size_t len = same_df(s, out + at, n - at < SEND_CHUNK ? n - at : SEND_CHUNK, all_tiny);
		int64_t before = clock_mono_ns();
		int r = send_some(s, at, len);

		if (r > 0) {
			stamp(out + at, (size_t)r, before, clock_mono_ns());
			at += (size_t)r;
			n_sent += (size_t)r;
			again = s->ping;
			continue;
		}
		/* A ping socket's send also fails with the error that an ICMP message left behind for some
		 * other target, once: only a second failure is this packet's own. */
		if (again) {
			again = false;
			continue;
		}
		out[at++].error = -r;
		again = s->ping;
		if (r == -ENOBUFS || r == -EAGAIN)
			while (at < n)
				out[at++].error = -r;
	}
	return n_sent;
}

size_t sock_send(struct sock *s, struct sock_out *out, size_t n)
{
	size_t n_sent = 0;

	for (size_t at = 0; at < n; at += SOCK_BATCH)
		n_sent += send_batch(s, out + at, n - at < SOCK_BATCH ? n - at : SOCK_BATCH);
	return n_sent;
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
	in->from = addr_from_sockaddr(
	        (const struct sockaddr *)(const void *)(CMSG_DATA(c) + sizeof(e)));
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

static void read_message(struct sock_in *in, struct mmsghdr *msg, const uint8_t *data)
{
	struct msghdr *m = &msg->msg_hdr;

	*in = (struct sock_in){ .data = data, .len = msg->msg_len, .ttl = -1, .stamp_real_ns = -1 };
	in->from = addr_from_sockaddr(m->msg_name);
	in->truncated = m->msg_flags & (MSG_TRUNC | MSG_CTRUNC);
	read_control(in, m);
}

static int recv_some(struct sock *s, struct sock_in *in, int flags)
{
	int n;

	do
		n = recvmmsg(s->fd, s->recv_msgs, SOCK_BATCH, MSG_DONTWAIT | flags, NULL);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	for (int i = 0; i < n; i++) {
		read_message(&in[i], &s->recv_msgs[i], s->recv_iov[i].iov_base);
		expect(s, (size_t)i);
	}
	return n;
}

int sock_recv(struct sock *s, struct sock_in in[SOCK_BATCH])
{
	int n;

	if (s->ping && s->errors_waiting) {
		n = recv_some(s, in, MSG_ERRQUEUE);
		if (n > 0)
			return n;
		s->errors_waiting = false;
	}
	/* An ICMP error on a ping socket makes one recv fail with its errno: look at the queue, go on. */
	for (int tries = 0; tries < 2; tries++) {
		int err = recv_some(s, in, 0);

		if (err > 0)
			return err;
		if (!s->ping)
			return 0;
		n = recv_some(s, in, MSG_ERRQUEUE);
		if (n > 0) {
			s->errors_waiting = true;
			return n;
		}
		if (err == -EAGAIN)
			return 0;
	}
	return 0;
}
