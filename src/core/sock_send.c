/* sock_send.c - sends batches, with each packet's options as control data, and dates each packet. */
#include "core/sock_private.h"

#include "base/clock.h"

#include <linux/sock_diag.h>
#include <netinet/ip.h>
#include <string.h>

#define SEND_CHUNK   32u              /* in one sendmmsg: the fewer, the truer the send times between */
#define SEND_STEP_NS (10 * NS_PER_US) /* what sending one packet takes at most, undisturbed */
/* A ping socket's send also fails with the error that an ICMP message about some other packet left behind, and takes it
 * away; under a flood of such messages the next may be there by the second try. What fails each time is the
 * packet's own fault: each try takes a few microseconds. */
#define PING_TRIES 16u
#define TINY       128u /* bytes of a packet that hardly any link is too narrow for */

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

	if (sock_is_ip4(s)) {
		if (o->source->family == AF_INET)
			memcpy(&ip4.ipi_spec_dst, o->source->bytes, 4);
		return put_control(m, at, IPPROTO_IP, IP_PKTINFO, &ip4, sizeof(ip4));
	}
	if (o->source->family == AF_INET6)
		memcpy(&ip6.ipi6_addr, o->source->bytes, 16);
	return put_control(m, at, IPPROTO_IPV6, IPV6_PKTINFO, &ip6, sizeof(ip6));
}

static void put_filler(uint8_t *to, const struct sock_out *o)
{
	size_t done = o->filler_period && o->filler_period < o->filler_len ? o->filler_period : o->filler_len, n;

	memcpy(to, o->filler, done);
	for (; done < o->filler_len; done += n) {
		n = done < o->filler_len - done ? done : o->filler_len - done;
		memcpy(to + done, to, n); /* whole periods, and twice as many each time */
	}
}

static void prepare(struct sock *s, size_t i, struct sock_out *o)
{
	struct msghdr *m = &s->send_msgs[i].msg_hdr;
	uint8_t *packet = s->send_iov[i].iov_base;
	bool ip4 = sock_is_ip4(s);
	int level = ip4 ? IPPROTO_IP : IPPROTO_IPV6;
	size_t len = 0;

	m->msg_name = &s->send_to[i];
	m->msg_namelen = addr_to_sockaddr(o->to, &s->send_to[i]);
	/* One piece: a second one costs the kernel more than the copy of a small packet costs us. */
	memcpy(packet, o->head, SOCK_HEAD);
	put_filler(packet + SOCK_HEAD, o);
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
 * long ones: a call that took longer was interrupted at an unknown place, and an RTT that is too long by
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
static int send_some(struct sock *s, const struct sock_lane *lane, size_t at, size_t n)
{
	int r;

	do
		r = sendmmsg(lane->fd, s->send_msgs + at, (unsigned)n, 0);
	while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : r;
}

/* What kept a packet from being sent. Of a raw socket, ENOBUFS may be its own buffer, of which it may use twice as much
 * as is set (__ip_append_data in the kernel), or a queue below: an interface's, or the neighbour table. */
static int reason(const struct sock_lane *lane, int err)
{
	uint32_t info[SK_MEMINFO_VARS] = { 0 };
	socklen_t len = sizeof(info);

	if (err != ENOBUFS || getsockopt(lane->fd, SOL_SOCKET, SO_MEMINFO, info, &len))
		return err;
	/* Some may have left since. */
	return info[SK_MEMINFO_WMEM_ALLOC] > info[SK_MEMINFO_SNDBUF] / 2 * 3 ? EAGAIN : ENOBUFS;
}

/* By default the kernel sets DF, and yet takes an IP id from a table by destination, in
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
	return sock_is_ip4(s);
}

/* How many packets from out on want the same of the don't-fragment bit; the socket is then set to it. No
 * control data exists for it in IPv4, so a change of it among targets costs a system call. */
static size_t same_df(const struct sock *s, struct sock_lane *lane, const struct sock_out *out, size_t n, bool all_tiny)
{
	static const int ip4[] = { IP_PMTUDISC_WANT, IP_PMTUDISC_DONT, IP_PMTUDISC_PROBE };
	static const int ip6[] = { IPV6_PMTUDISC_WANT, IPV6_PMTUDISC_DONT, IPV6_PMTUDISC_PROBE };
	int df = df_of(&out[0], all_tiny);
	size_t len = 1;

	while (len < n && df_of(&out[len], all_tiny) == df)
		len++;
	if (df == lane->df)
		return len;
	lane->df = df;
	if (sock_is_ip4(s))
		sock_set_int(lane->fd, IPPROTO_IP, IP_MTU_DISCOVER, ip4[lane->df + 1]);
	else
		sock_set_int(lane->fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, ip6[lane->df + 1]);
	return len;
}

size_t sock_send(struct sock *s, unsigned lane_no, struct sock_out *out, size_t n)
{
	struct sock_lane *lane = &s->lanes[lane_no];
	size_t at = 0, n_sent = 0;
	unsigned tries = 0;
	bool all_tiny = are_tiny(s, out, n);

	for (size_t i = 0; i < n; i++)
		prepare(s, i, &out[i]);
	while (at < n) {
		size_t len = same_df(s, lane, out + at, n - at < SEND_CHUNK ? n - at : SEND_CHUNK, all_tiny);
		int64_t before = clock_mono_ns();
		int r = send_some(s, lane, at, len);

		if (r > 0) {
			stamp(out + at, (size_t)r, before, clock_mono_ns());
			at += (size_t)r;
			n_sent += (size_t)r;
			tries = 0;
			continue;
		}
		if (s->ping && r != -EAGAIN && ++tries < PING_TRIES)
			continue;
		/* A link may be as narrow as 68 bytes (RFC 791 3.2): what has to be in pieces there, may be. */
		if (r == -EMSGSIZE && all_tiny && out[at].df < 0) {
			all_tiny = false;
			tries = 0;
			continue;
		}
		out[at].error = reason(lane, -r);
		tries = 0;
		if (out[at++].error == EAGAIN)
			while (at < n)
				out[at++].error = EAGAIN;
	}
	return n_sent;
}
