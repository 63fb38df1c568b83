#include "core/ifindex.h"

#include "base/parse.h"

#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define REMEMBER_NS NS_PER_S

/* if_nametoindex() opens a socket for it, and when no descriptor is left says that there is no such interface. */
static uint32_t find(int fd, const char *name)
{
	struct ifreq r = { 0 };
	int64_t number;

	strncpy(r.ifr_name, name, sizeof(r.ifr_name) - 1);
	if (!ioctl(fd, SIOCGIFINDEX, &r))
		return (uint32_t)r.ifr_ifindex;
	if (parse_count(&number, name, 1, INT32_MAX))
		return 0;
	r.ifr_ifindex = (int)number;
	return ioctl(fd, SIOCGIFNAME, &r) ? 0 : (uint32_t)number;
}

uint32_t ifindex_find(const char *name)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint32_t index = fd < 0 ? 0 : find(fd, name);

	if (fd >= 0)
		close(fd);
	return index;
}

uint32_t ifindex_of(struct ifindex *x, const char name[SETTING_INTERFACE_LEN], int64_t now_ns)
{
	size_t place = 0;

	for (size_t i = 0; i < IFINDEX_NAMES; i++) {
		if (!strcmp(x->at[i].name, name)) {
			if (now_ns - x->at[i].looked_up_ns < REMEMBER_NS)
				return x->at[i].index;
			place = i;
			break;
		}
		if (x->at[i].looked_up_ns < x->at[place].looked_up_ns)
			place = i;
	}
	memcpy(x->at[place].name, name, SETTING_INTERFACE_LEN);
	x->at[place].index = find(x->fd, name);
	x->at[place].looked_up_ns = now_ns;
	return x->at[place].index;
}
