/* sock_filter.c - the classic BPF programs by which the kernel keeps out packets that cannot be ours. */
#include "core/sock_private.h"

#include <assert.h>
#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <string.h>

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static int block_but(const struct sock *s, int fd, uint32_t ip4_types, const struct icmp6_filter *ip6)
{
	struct icmp_filter block = { ~ip4_types };

	if (sock_is_ip4(s))
		return setsockopt(fd, SOL_RAW, ICMP_FILTER, &block, sizeof(block)) ? -errno : 0;
	return setsockopt(fd, SOL_ICMPV6, ICMP6_FILTER, ip6, sizeof(*ip6)) ? -errno : 0;
}

int sock_filter_types(const struct sock *s)
{
	struct icmp6_filter replies, errors;
	int err;

	ICMP6_FILTER_SETBLOCKALL(&replies);
	ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &replies);
	ICMP6_FILTER_SETBLOCKALL(&errors);
	ICMP6_FILTER_SETPASS(ICMP6_DST_UNREACH, &errors);
	ICMP6_FILTER_SETPASS(ICMP6_PACKET_TOO_BIG, &errors);
	ICMP6_FILTER_SETPASS(ICMP6_TIME_EXCEEDED, &errors);
	ICMP6_FILTER_SETPASS(ICMP6_PARAM_PROB, &errors);
	err = block_but(s, s->fd, 1u << ICMP_ECHOREPLY, &replies);
	return err ? err
	           : block_but(s, s->error_fd,
	                       1u << ICMP_DEST_UNREACH | 1u << ICMP_TIME_EXCEEDED | 1u << ICMP_PARAMETERPROB, &errors);
}

static int attach(int fd, const struct sock_program *p)
{
	struct sock_fprog program = { p->n, (struct sock_filter *)(uintptr_t)p->at };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) ? -errno : 0;
}

/* clang-format off */
#define LD_B_ABS(k)     BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (k))
#define LD_H_ABS(k)     BPF_STMT(BPF_LD | BPF_H | BPF_ABS, (k))
#define LD_B_IND(k)     BPF_STMT(BPF_LD | BPF_B | BPF_IND, (k))
#define LD_H_IND(k)     BPF_STMT(BPF_LD | BPF_H | BPF_IND, (k))
#define LDX_HEADER      BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0)            /* X = length of the IPv4 header */
#define SUB(k)          BPF_STMT(BPF_ALU | BPF_SUB | BPF_K, (k))
#define AND(k)          BPF_STMT(BPF_ALU | BPF_AND | BPF_K, (k))
#define LSH(k)          BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, (k))
#define ADD_X           BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0)
#define TAX             BPF_STMT(BPF_MISC | BPF_TAX, 0)
#define RET(k)          BPF_STMT(BPF_RET | BPF_K, (k))
#define JEQ(k, t, f)    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (k), (t), (f))
#define JGE(k, t, f)    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (k), (t), (f))
#define JSET(k, t, f)   BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (k), (t), (f))
#define PASS            0xffffffffu
/* clang-format on */

/* By type a packet is passed over before the kernel makes a copy for it, which would cost as much
 * as receiving does; types from 32 on, which IPv4's filter cannot name, stop at the BPF program. */
int sock_block_all(const struct sock *s, int fd)
{
	struct sock_program nothing = { .n = 1, .at = { RET(0) } };
	struct icmp6_filter ip6;
	int err;

	ICMP6_FILTER_SETBLOCKALL(&ip6);
	err = attach(fd, &nothing);
	return err ? err : block_but(s, fd, 0, &ip6);
}

static void put(struct sock_program *p, const struct sock_filter *at, size_t n)
{
	assert(n <= SOCK_PROGRAM_MAX);
	memcpy(p->at, at, n * sizeof(*at));
	p->n = (unsigned short)n;
}

/* The end of each program, with an id in A: id − first modulo 65,536 < n. */
#define IDS(first, n) SUB(first), AND(0xffff), JGE((n), 1, 0), RET(PASS), RET(0)

void sock_program_replies(struct sock_program *p, int family, uint16_t first_id, uint32_t n_ids)
{
	/* clang-format off */
	const struct sock_filter ip4[] = {
		LDX_HEADER,
		LD_B_IND(0), JEQ(ICMP_ECHOREPLY, 0, 5),
		LD_H_IND(4), IDS(first_id, n_ids),
	};
	/* clang-format on */
	/* clang-format off */
	const struct sock_filter ip6[] = {
		LD_B_ABS(0), JEQ(ICMP6_ECHO_REPLY, 0, 5),
		LD_H_ABS(4), IDS(first_id, n_ids),
	};
	/* clang-format on */

	if (family == AF_INET)
		put(p, ip4, N_OF(ip4));
	else
		put(p, ip6, N_OF(ip6));
}

/* The quote begins 8 bytes into the ICMP message (RFC 792). Its header, options and all, is as long as it says. */
static void put_errors4(struct sock_program *p, uint16_t first_id, uint32_t n_ids)
{
	/* clang-format off */
	const struct sock_filter at[] = {
		LDX_HEADER,
		LD_B_IND(0), JEQ(ICMP_DEST_UNREACH, 2, 0), JEQ(ICMP_TIME_EXCEEDED, 1, 0), JEQ(ICMP_PARAMETERPROB, 0, 16),
		LD_B_IND(8 + 9), JEQ(IPPROTO_ICMP, 0, 14),
		LD_H_IND(8 + 6), JSET(0x1fff, 12, 0),     /* a later fragment has no ICMP header */
		LD_B_IND(8), AND(0x0f), LSH(2), ADD_X, TAX,
		LD_B_IND(8), JEQ(ICMP_ECHO, 0, 5),
		LD_H_IND(8 + 4), IDS(first_id, n_ids),
	};
	/* clang-format on */

	put(p, at, N_OF(at));
}

/* Without extension headers the quoted message begins 40 bytes into the quote. Where it begins behind some takes a loop
 * to find out (RFC 8200 4): such errors pass. */
static void put_errors6(struct sock_program *p, uint16_t first_id, uint32_t n_ids)
{
	/* clang-format off */
	const struct sock_filter at[] = {
		LD_B_ABS(0), JSET(0x80, 14, 0),           /* errors have types below 128 (RFC 4443 2.1) */
		LD_B_ABS(8 + 6), JEQ(IPPROTO_ICMPV6, 5, 0),
		JEQ(IPPROTO_HOPOPTS, 10, 0), JEQ(IPPROTO_ROUTING, 9, 0), JEQ(IPPROTO_FRAGMENT, 8, 0),
		JEQ(IPPROTO_AH, 7, 0), JEQ(IPPROTO_DSTOPTS, 6, 7),
		LD_B_ABS(8 + 40), JEQ(ICMP6_ECHO_REQUEST, 0, 5),
		LD_H_ABS(8 + 40 + 4), IDS(first_id, n_ids),
	};
	/* clang-format on */

	put(p, at, N_OF(at));
}

void sock_program_errors(struct sock_program *p, int family, uint16_t first_id, uint32_t n_ids)
{
	if (family == AF_INET)
		put_errors4(p, first_id, n_ids);
	else
		put_errors6(p, first_id, n_ids);
}

int sock_filter(struct sock *s, uint16_t first_id, uint32_t n_ids)
{
	struct sock_program replies, errors;
	int err;

	if (s->ping)
		return 0;
	sock_program_replies(&replies, s->family, first_id, n_ids);
	sock_program_errors(&errors, s->family, first_id, n_ids);
	err = attach(s->fd, &replies);
	return err ? err : attach(s->error_fd, &errors);
}
