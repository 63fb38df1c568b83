/* bare - the floor that everything else is measured against: sendmmsg of 64 and recvmmsg of 64 with kernel
 * receive stamps, nothing remembered, nothing checked. Prints one JSON object.
 *
 *   bare [-6] TARGETS RATE SECONDS [BATCH]     to TARGETS addresses of 127/8 (-6: of fd00:7f::/112), RATE probes
 *                                              a second in all, BATCH at once instead of 64 */
#include "base/checksum.h"
#include "base/clock.h"

#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH   64
#define PAYLOAD 56
#define PACKET  (8 + PAYLOAD)

union to {
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

struct bare {
	int fd;
	bool is_6;
	uint64_t n_sent, n_received;
	uint32_t n_targets, next;
	uint8_t packets[BATCH][PACKET];
	union to to[BATCH];
	struct mmsghdr out[BATCH], in[BATCH];
	struct iovec out_iov[BATCH], in_iov[BATCH];
	uint8_t received[BATCH][2048];
	char control[BATCH][128];
};

/* The two headers are alike; of ICMPv6 the kernel fills in the checksum. */
static void prepare_packet(struct bare *b, uint8_t packet[PACKET])
{
	struct icmphdr h = { .type = b->is_6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO,
		             .un.echo.id = htons((uint16_t)getpid()) };

	memcpy(packet, &h, sizeof(h));
	if (b->is_6)
		return;
	h.checksum = htons(checksum_fold(checksum_add(0, packet, PACKET)));
	memcpy(packet, &h, sizeof(h));
}

static void prepare_address(const struct bare *b, union to *to)
{
	if (!b->is_6)
		to->v4.sin_family = AF_INET;
	else
		to->v6 = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_addr.s6_addr = { 0xfd, 0, 0, 0x7f } };
}

static void prepare(struct bare *b)
{
	for (int i = 0; i < BATCH; i++) {
		prepare_packet(b, b->packets[i]);
		prepare_address(b, &b->to[i]);
		b->out_iov[i] = (struct iovec){ b->packets[i], PACKET };
		b->out[i].msg_hdr = (struct msghdr){
			.msg_name = &b->to[i],
			.msg_namelen = b->is_6 ? sizeof(b->to[i].v6) : sizeof(b->to[i].v4),
			.msg_iov = &b->out_iov[i],
			.msg_iovlen = 1,
		};
		b->in_iov[i] = (struct iovec){ b->received[i], sizeof(b->received[i]) };
	}
}

static void send_batch(struct bare *b, unsigned n)
{
	int r;

	for (unsigned i = 0; i < n; i++) {
		uint32_t v4 = htonl(0x7f010000u + b->next + 1);
		uint16_t v6 = htons((uint16_t)(b->next + 1));

		if (b->is_6)
			memcpy(&b->to[i].v6.sin6_addr.s6_addr[14], &v6, sizeof(v6));
		else
			b->to[i].v4.sin_addr.s_addr = v4;
		b->next = (b->next + 1) % b->n_targets;
	}
	r = sendmmsg(b->fd, b->out, n, 0);
	b->n_sent += r > 0 ? (uint64_t)r : 0;
}

static void receive(struct bare *b)
{
	int n;

	do {
		for (int i = 0; i < BATCH; i++)
			b->in[i].msg_hdr = (struct msghdr){
				.msg_iov = &b->in_iov[i],
				.msg_iovlen = 1,
				.msg_control = b->control[i],
				.msg_controllen = sizeof(b->control[i]),
			};
		n = recvmmsg(b->fd, b->in, BATCH, MSG_DONTWAIT, NULL);
		b->n_received += n > 0 ? (uint64_t)n : 0;
	} while (n == BATCH);
}

static int set_filter(int fd, bool is_6)
{
	/* struct icmp_filter stands in linux/icmp.h, which does not go along with netinet/ip_icmp.h. */
	uint32_t replies_only = ~(1u << ICMP_ECHOREPLY);
	struct icmp6_filter replies6_only;

	ICMP6_FILTER_SETBLOCKALL(&replies6_only);
	ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &replies6_only);
	return is_6 ? setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &replies6_only, sizeof(replies6_only))
	            : setsockopt(fd, SOL_RAW, 1, &replies_only, sizeof(replies_only));
}

static int open_socket(bool is_6)
{
	int on = 1, room = 64 * 1024 * 1024;
	int fd = is_6 ? socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6) : socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);

	if (fd < 0 || set_filter(fd, is_6) || setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on))) {
		perror("bare: raw socket");
		exit(1);
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	return fd;
}

static double cpu_s(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv)
{
	static struct bare b;
	double rate, seconds;
	unsigned batch;
	int64_t start;

	b.is_6 = argc > 1 && !strcmp(argv[1], "-6");
	argc -= b.is_6;
	argv += b.is_6;
	batch = argc == 5 ? (unsigned)strtoul(argv[4], NULL, 10) : BATCH;
	if ((argc != 4 && argc != 5) || batch < 1 || batch > BATCH) {
		fprintf(stderr, "usage: bare [-6] TARGETS RATE SECONDS [BATCH]\n");
		return 1;
	}
	b.n_targets = (uint32_t)strtoul(argv[1], NULL, 10);
	rate = strtod(argv[2], NULL);
	seconds = strtod(argv[3], NULL);
	b.fd = open_socket(b.is_6);
	prepare(&b);
	start = clock_mono_ns();
	for (;;) {
		double elapsed = (double)(clock_mono_ns() - start) / NS_PER_S;
		uint64_t due = (uint64_t)(elapsed * rate);
		struct pollfd p = { .fd = b.fd, .events = POLLIN };

		if (elapsed >= seconds)
			break;
		if (due >= b.n_sent + batch)
			send_batch(&b, batch);
		else
			poll(&p, 1, 1 + (int)(((double)(b.n_sent + batch) / rate - elapsed) * 1000));
		receive(&b);
	}
	poll(NULL, 0, 100);
	receive(&b);
	printf("{\"sent\":%llu,\"received\":%llu,\"cpu_s\":%.6f}\n", (unsigned long long)b.n_sent,
	       (unsigned long long)b.n_received, cpu_s());
	return 0;
}
