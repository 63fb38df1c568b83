/* pace - watches from outside when a pinger's requests leave: how far each is off the time that its
 * target's name and interval give it (schedule.h), and the longest silence between any two.
 *
 *   pace INTERVAL_MS     of all targets; the first line says that it watches; TERM ends it, and it prints
 *                        one JSON object
 *
 * A packet socket on lo, on whose stamps the pinger's own clock has no say. Works for minipingd alone,
 * whose targets are due at fixed times of the monotonic clock. */
#include "base/clock.h"
#include "core/schedule.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH   256
#define NAP_NS  (10 * NS_PER_MS) /* woken by each packet, it would take the pinger's core from it each time */
#define SNAP    20               /* the IPv4 header */
#define STEP_NS (10 * NS_PER_US)
#define N_STEPS 10000u /* up to 100 ms; the last holds all above */

#ifndef PACKET_IGNORE_OUTGOING /* linux/if_packet.h of 4.20 and later */
#define PACKET_IGNORE_OUTGOING 23
#endif

struct pace {
	int fd;
	int64_t interval_ns, last_ns, silence_ns, off_max_ns;
	uint64_t n, n_off[N_STEPS];
	struct mmsghdr in[BATCH];
	struct iovec iov[BATCH];
	uint8_t bytes[BATCH][SNAP];
	char control[BATCH][64];
};

static volatile sig_atomic_t want_stop;

static void on_term(int signo)
{
	(void)signo;
	want_stop = 1;
}

static void fail(const char *what)
{
	fprintf(stderr, "pace: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int open_socket(void)
{
	/* Whole IPv4 packets come, without the link's header: protocol ICMP, type echo request. */
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 4),
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
		BPF_STMT(BPF_LD | BPF_B | BPF_IND, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 8, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SNAP),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog filter = { sizeof(code) / sizeof(*code), code };
	struct sockaddr_ll lo = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP) };
	int on = 1, room = 256 * 1024 * 1024;
	int fd = socket(AF_PACKET, SOCK_DGRAM, 0);

	lo.sll_ifindex = (int)if_nametoindex("lo");
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) ||
	    bind(fd, (const struct sockaddr *)&lo, sizeof(lo)))
		fail("packet socket");
	return fd;
}

static int64_t stamp_ns(struct msghdr *m)
{
	struct timespec ts = { 0 };

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPNS)
			memcpy(&ts, CMSG_DATA(c), sizeof(ts));
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

static void count(struct pace *p, const uint8_t *ip, int64_t sent_ns)
{
	char name[INET_ADDRSTRLEN];
	int64_t off;
	uint64_t step;

	inet_ntop(AF_INET, ip + 16, name, sizeof(name));
	off = (sent_ns - schedule_phase(name, p->interval_ns)) % p->interval_ns;
	if (off > p->interval_ns / 2)
		off = p->interval_ns - off; /* early */
	step = (uint64_t)(off / STEP_NS);
	p->n_off[step < N_STEPS ? step : N_STEPS - 1]++;
	if (off > p->off_max_ns)
		p->off_max_ns = off;
	if (p->n++ && sent_ns - p->last_ns > p->silence_ns)
		p->silence_ns = sent_ns - p->last_ns;
	p->last_ns = sent_ns;
}

/* Some of what has come; false: nothing. */
static bool receive(struct pace *p)
{
	struct clock_pair now = clock_pair_now();
	int64_t to_mono = now.mono_ns - now.real_ns;
	int n;

	for (int i = 0; i < BATCH; i++) {
		p->iov[i] = (struct iovec){ p->bytes[i], SNAP };
		p->in[i].msg_hdr = (struct msghdr){
			.msg_iov = &p->iov[i],
			.msg_iovlen = 1,
			.msg_control = p->control[i],
			.msg_controllen = sizeof(p->control[i]),
		};
	}
	n = recvmmsg(p->fd, p->in, BATCH, MSG_DONTWAIT, NULL);
	for (int i = 0; i < n; i++)
		if (p->in[i].msg_len >= SNAP)
			count(p, p->bytes[i], stamp_ns(&p->in[i].msg_hdr) + to_mono);
	return n > 0;
}

/* The upper end of the step in which that share of all is reached. */
static double quantile_ms(const struct pace *p, double q)
{
	uint64_t sum = 0;
	unsigned i;

	for (i = 0; i < N_STEPS - 1; i++) {
		sum += p->n_off[i];
		if ((double)sum >= q * (double)p->n)
			break;
	}
	return (double)((i + 1) * STEP_NS) / NS_PER_MS;
}

static unsigned dropped(const struct pace *p)
{
	struct tpacket_stats s = { 0 };
	socklen_t len = sizeof(s);

	getsockopt(p->fd, SOL_PACKET, PACKET_STATISTICS, &s, &len);
	return s.tp_drops;
}

int main(int argc, char **argv)
{
	static struct pace p;
	struct sigaction sa = { .sa_handler = on_term };
	struct timespec nap = { 0, NAP_NS };

	if (argc != 2 || (p.interval_ns = atoll(argv[1]) * NS_PER_MS) <= 0) {
		fputs("usage: pace INTERVAL_MS\n", stderr);
		return 1;
	}
	sigaction(SIGTERM, &sa, NULL);
	p.fd = open_socket();
	puts("watching");
	fflush(stdout);
	while (!want_stop)
		if (!receive(&p))
			nanosleep(&nap, NULL);
	while (receive(&p))
		;
	printf("{\"sent\":%llu,\"off_median_ms\":%.2f,\"off_p99_ms\":%.2f,\"off_max_ms\":%.2f,"
	       "\"silence_max_ms\":%.2f,\"unseen\":%u}\n",
	       (unsigned long long)p.n, quantile_ms(&p, 0.5), quantile_ms(&p, 0.99), (double)p.off_max_ns / NS_PER_MS,
	       (double)p.silence_ns / NS_PER_MS, dropped(&p));
	return p.n ? 0 : 1;
}
