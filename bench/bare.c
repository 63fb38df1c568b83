/* bare - the floor that everything else is measured against: sendmmsg of 64 and recvmmsg of 64 with kernel
 * receive stamps, nothing remembered, nothing checked. Prints one JSON object.
 *
 *   bare TARGETS RATE SECONDS [BATCH]     to TARGETS addresses of 127/8, RATE probes a second in all, BATCH at
 *                                         once instead of 64 */
#include "base/checksum.h"
#include "base/clock.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH   64
#define PAYLOAD 56
#define PACKET  (8 + PAYLOAD)

struct bare {
	int                fd;
	uint64_t           n_sent, n_received;
	uint32_t           n_targets, next;
	uint8_t            packets[BATCH][PACKET];
	struct sockaddr_in to[BATCH];
	struct mmsghdr     out[BATCH], in[BATCH];
	struct iovec       out_iov[BATCH], in_iov[BATCH];
	uint8_t            received[BATCH][2048];
	char               control[BATCH][128];
};

static void prepare(struct bare *b)
{
	for (int i = 0; i < BATCH; i++) {
		struct icmphdr h = { .type = ICMP_ECHO, .un.echo.id = htons((uint16_t)getpid()) };

		memcpy(b->packets[i], &h, sizeof(h));
		h.checksum = htons(checksum_fold(checksum_add(0, b->packets[i], PACKET)));
		memcpy(b->packets[i], &h, sizeof(h));
		b->to[i].sin_family = AF_INET;
		b->out_iov[i] = (struct iovec){ b->packets[i], PACKET };
		b->out[i].msg_hdr = (struct msghdr){
			.msg_name = &b->to[i], .msg_namelen = sizeof(b->to[i]),
			.msg_iov = &b->out_iov[i], .msg_iovlen = 1,
		};
		b->in_iov[i] = (struct iovec){ b->received[i], sizeof(b->received[i]) };
	}
}

static void send_batch(struct bare *b, unsigned n)
{
	int r;

	for (unsigned i = 0; i < n; i++) {
		b->to[i].sin_addr.s_addr = htonl(0x7f010000u + b->next + 1);
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
				.msg_iov = &b->in_iov[i], .msg_iovlen = 1,
				.msg_control = b->control[i], .msg_controllen = sizeof(b->control[i]),
			};
		n = recvmmsg(b->fd, b->in, BATCH, MSG_DONTWAIT, NULL);
		b->n_received += n > 0 ? (uint64_t)n : 0;
	} while (n == BATCH);
}

static int open_socket(void)
{
	/* struct icmp_filter stands in linux/icmp.h, which does not go along with netinet/ip_icmp.h. */
	uint32_t replies_only = ~(1u << ICMP_ECHOREPLY);
	int on = 1, room = 64 * 1024 * 1024;
	int fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);

	if (fd < 0 || setsockopt(fd, SOL_RAW, 1, &replies_only, sizeof(replies_only)) ||
	    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on))) {
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
	unsigned batch = argc == 5 ? (unsigned)strtoul(argv[4], NULL, 10) : BATCH;
	static struct bare b;
	double rate, seconds;
	int64_t start;

	if ((argc != 4 && argc != 5) || batch < 1 || batch > BATCH) {
		fprintf(stderr, "usage: bare TARGETS RATE SECONDS [BATCH]\n");
		return 1;
	}
	b.n_targets = (uint32_t)strtoul(argv[1], NULL, 10);
	rate = strtod(argv[2], NULL);
	seconds = strtod(argv[3], NULL);
	b.fd = open_socket();
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
