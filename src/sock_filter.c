#include "sock_private.h"

#include <linux/filter.h>
#include <linux/icmp.h>
#include <netinet/icmp6.h>

int sock_filter_types(const struct sock *s)
{
	if (sock_is_ip4(s)) {
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

/* By type a packet is passed over before the kernel makes a copy for it, which would cost as much
 * as receiving does; types from 32 on, which IPv4's filter cannot name, stop at the BPF program. */
int sock_block_all(const struct sock *s, int fd)
{
	struct sock_filter nothing[] = { BPF_STMT(BPF_RET | BPF_K, 0) };
	struct sock_fprog program = { 1, nothing };
	struct icmp_filter ip4 = { ~0u };
	struct icmp6_filter ip6;

	ICMP6_FILTER_SETBLOCKALL(&ip6);
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)))
		return -errno;
	if (sock_is_ip4(s))
		return setsockopt(fd, SOL_RAW, ICMP_FILTER, &ip4, sizeof(ip4)) ? -errno : 0;
	return setsockopt(fd, SOL_ICMPV6, ICMP6_FILTER, &ip6, sizeof(ip6)) ? -errno : 0;
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
	struct sock_fprog program = sock_is_ip4(s) ? (struct sock_fprog){ 9, ip4 } : (struct sock_fprog){ 8, ip6 };

	if (s->ping)
		return 0;
	return setsockopt(s->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) ? -errno : 0;
}
