/* netcheck.c - opens a UDP socket for each question, which sends nothing. */
#include "core/netcheck.h"

#include "core/netif.h"

#include <errno.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Needs no capability, and sends nothing. */
static int open_udp(int family)
{
	return socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

bool netcheck_is_up(const char *interface)
{
	struct ifreq r = { 0 };
	int fd, err;

	if (!if_indextoname(netif_find(interface), r.ifr_name))
		return errno != ENXIO;
	fd = open_udp(AF_INET);
	if (fd < 0)
		return true;
	err = ioctl(fd, SIOCGIFFLAGS, &r) ? errno : 0;
	close(fd);
	return err ? err != ENODEV : r.ifr_flags & IFF_UP;
}

static int bind_to(int fd, const struct addr *source)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(source, &ss);

	return bind(fd, (struct sockaddr *)&ss, len) ? -errno : 0;
}

bool netcheck_is_ours(const struct addr *source)
{
	int fd = open_udp(source->family), err;

	if (fd < 0)
		return true;
	err = bind_to(fd, source);
	close(fd);
	return err != -EADDRNOTAVAIL;
}

bool netcheck_may_mark(void)
{
	int fd = open_udp(AF_INET), err;

	if (fd < 0)
		return true;
	err = setsockopt(fd, SOL_SOCKET, SO_MARK, &(int){ 1 }, sizeof(int)) ? errno : 0;
	close(fd);
	return err != EPERM;
}

/* A socket for what goes to to; -1: none. */
static int open_towards(const struct addr *to, const struct addr *source, uint32_t ifindex)
{
	int fd = open_udp(to->family);

	if (fd >= 0 && ifindex)
		setsockopt(fd, SOL_SOCKET, SO_BINDTOIFINDEX, &(int){ (int)ifindex }, sizeof(int));
	if (fd >= 0 && source->family == to->family)
		bind_to(fd, source);
	return fd;
}

/* Without SO_BROADCAST, EACCES may as well be a prohibit route's. */
bool netcheck_is_broadcast(const struct addr *to, const struct addr *source, uint32_t ifindex)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(to, &ss);
	int fd = to->family == AF_INET ? open_towards(to, source, ifindex) : -1;
	bool is = fd >= 0 && connect(fd, (struct sockaddr *)&ss, len) && errno == EACCES &&
	          !setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &(int){ 1 }, sizeof(int)) &&
	          !connect(fd, (struct sockaddr *)&ss, len);

	if (fd >= 0)
		close(fd);
	return is;
}

uint32_t netcheck_mtu(const struct addr *to, const struct addr *source, uint32_t ifindex)
{
	bool ip4 = to->family == AF_INET;
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(to, &ss), int_len = sizeof(int);
	int fd = open_towards(to, source, ifindex), mtu = 0;

	if (fd < 0)
		return 0;
	if (connect(fd, (struct sockaddr *)&ss, len) ||
	    getsockopt(fd, ip4 ? IPPROTO_IP : IPPROTO_IPV6, ip4 ? IP_MTU : IPV6_MTU, &mtu, &int_len))
		mtu = 0;
	close(fd);
	return mtu > 0 ? (uint32_t)mtu : 0;
}
