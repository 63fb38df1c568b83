/* preload_clock - an LD_PRELOAD library that sets CLOCK_REALTIME for one process, as an operator or NTP
 * would: what the process reads of it, and the kernel's stamps of packets received from then on.
 *
 *     PRELOAD_CLOCK="1.5:+3600 3:0 4:-0.01"
 *
 * 1.5 s after the process began its clock is an hour fast, after 3 s right again, and so on. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S  INT64_C(1000000000)
#define STEPS_MAX 64

static struct {
	int64_t from_ns, offset_ns; /* monotonic */
} steps[STEPS_MAX];
static size_t n_steps;
static int64_t real_minus_mono_ns;

/* Never through the C library, whose clock_gettime is ours. */
static int64_t kernel_ns(clockid_t id)
{
	struct timespec ts = { 0 };

	syscall(SYS_clock_gettime, id, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

static int64_t offset_at(int64_t mono_ns)
{
	int64_t offset = 0;

	for (size_t i = 0; i < n_steps && steps[i].from_ns <= mono_ns; i++)
		offset = steps[i].offset_ns;
	return offset;
}

static void __attribute__((constructor)) begin(void)
{
	const char *text = getenv("PRELOAD_CLOCK");
	int64_t now = kernel_ns(CLOCK_MONOTONIC);
	char *end;

	real_minus_mono_ns = kernel_ns(CLOCK_REALTIME) - now;
	while (text && *text && n_steps < STEPS_MAX) {
		steps[n_steps].from_ns = now + (int64_t)(strtod(text, &end) * 1e9);
		if (*end != ':')
			abort();
		steps[n_steps++].offset_ns = (int64_t)(strtod(end + 1, &end) * 1e9);
		text = end + strspn(end, " ");
	}
}

static struct timespec shift(int64_t ns, int64_t offset_ns)
{
	ns += offset_ns;
	return (struct timespec){ ns / NS_PER_S, ns % NS_PER_S };
}

static struct timespec real_now(void)
{
	return shift(kernel_ns(CLOCK_REALTIME), offset_at(kernel_ns(CLOCK_MONOTONIC)));
}

int clock_gettime(clockid_t id, struct timespec *out)
{
	if (id != CLOCK_REALTIME && id != CLOCK_REALTIME_COARSE)
		return (int)syscall(SYS_clock_gettime, id, out);
	*out = real_now();
	return 0;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
	struct timespec now = real_now();

	(void)zone;
	*out = (struct timeval){ now.tv_sec, now.tv_nsec / 1000 };
	return 0;
}

time_t time(time_t *out)
{
	time_t now = real_now().tv_sec;

	if (out)
		*out = now;
	return now;
}

/* A packet's stamp is what the clock showed when it came, not what it shows now. */
static void shift_stamps(struct msghdr *m)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		struct timespec ts;
		int64_t real;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS)
			continue;
		memcpy(&ts, CMSG_DATA(c), sizeof(ts));
		real = ts.tv_sec * NS_PER_S + ts.tv_nsec;
		ts = shift(real, offset_at(real - real_minus_mono_ns));
		memcpy(CMSG_DATA(c), &ts, sizeof(ts));
	}
}

int recvmmsg(int fd, struct mmsghdr *msgs, unsigned max, int flags, struct timespec *timeout)
{
	int n = (int)syscall(SYS_recvmmsg, fd, msgs, max, flags, timeout);

	for (int i = 0; i < n; i++)
		shift_stamps(&msgs[i].msg_hdr);
	return n;
}
