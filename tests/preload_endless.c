/* preload_endless - an LD_PRELOAD library for a process whose receive queue never ends: whatever there is, recvmmsg
 * fills the rest of the batch with copies of the first packet that it saw at this socket, with another payload. */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define FDS        256
#define PACKET_MAX 256

static struct {
	uint8_t bytes[PACKET_MAX];
	size_t len;
	struct sockaddr_storage from;
	socklen_t from_len;
} firsts[FDS];

static void keep(int fd, const struct mmsghdr *m)
{
	const struct msghdr *h = &m->msg_hdr;

	if (firsts[fd].len || m->msg_len > PACKET_MAX || !h->msg_name)
		return;
	memcpy(firsts[fd].bytes, h->msg_iov->iov_base, m->msg_len);
	memcpy(&firsts[fd].from, h->msg_name, h->msg_namelen);
	firsts[fd].from_len = h->msg_namelen;
	firsts[fd].len = m->msg_len;
	firsts[fd].bytes[m->msg_len - 1] ^= 0xff;
}

static void fill(int fd, struct mmsghdr *m)
{
	struct msghdr *h = &m->msg_hdr;

	memcpy(h->msg_iov->iov_base, firsts[fd].bytes, firsts[fd].len);
	memcpy(h->msg_name, &firsts[fd].from, firsts[fd].from_len);
	h->msg_namelen = firsts[fd].from_len;
	h->msg_controllen = 0;
	h->msg_flags = 0;
	m->msg_len = (unsigned)firsts[fd].len;
}

int recvmmsg(int fd, struct mmsghdr *msgs, unsigned len, int flags, struct timespec *timeout)
{
	int n = (int)syscall(SYS_recvmmsg, fd, msgs, len, flags, timeout);

	if (fd < 0 || fd >= FDS)
		return n;
	if (n > 0)
		keep(fd, &msgs[0]);
	if (!firsts[fd].len || (n < 0 && errno != EAGAIN))
		return n;
	for (unsigned i = n > 0 ? (unsigned)n : 0; i < len; i++)
		fill(fd, &msgs[i]);
	return (int)len;
}
