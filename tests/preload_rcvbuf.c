/* preload_rcvbuf - an LD_PRELOAD library for a process that is refused large socket buffers, as one without
 * CAP_NET_ADMIN is on a kernel whose net.core.rmem_max and wmem_max are 212,992, whatever they are on this one. */
#include <errno.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MEM_MAX 212992

int setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	int room = MEM_MAX;

	if (level == SOL_SOCKET && (name == SO_RCVBUFFORCE || name == SO_SNDBUFFORCE)) {
		errno = EPERM;
		return -1;
	}
	if (level == SOL_SOCKET && (name == SO_RCVBUF || name == SO_SNDBUF) && *(const int *)value > room)
		value = &room;
	return (int)syscall(SYS_setsockopt, fd, level, name, value, len);
}
