/* netif.c - link states from rtnetlink(7), and names to indices by ioctl (netdevice(7)). */
#include "core/netif.h"

#include "base/netlink.h"
#include "base/parse.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define MESSAGES_LEN 32768u              /* as the kernel fills a dump (netlink(7)) */
#define NAMES        16u                 /* indices remembered at once, */
#define NAME_AGE_NS  INT64_C(1000000000) /* for so long */

enum link_state { LINK_RUNS, LINK_NO_CARRIER, LINK_OFF, LINK_GONE }; /* off: by its owner */

struct changes { /* and whom they concern */
	netif_on_change *on_change;
	void *data;
	int64_t since_ns, now_ns;
};

struct netif {
	int fd; /* -1: changes cannot be watched */
	int ask_fd;
	struct {
		char name[SETTING_INTERFACE_LEN];
		uint32_t ifindex;
		int64_t asked_ns;
	} names[NAMES];
	uint8_t n, latest; /* numbers given; asked for last */
	uint8_t n_cut;
	uint8_t state[NETIF_MAX + 1];    /* enum link_state */
	uint32_t ifindex[NETIF_MAX + 1]; /* [0]: none */
	int64_t read_ns;                 /* what had changed by then is known */
	struct {
		int64_t from_ns, to_ns;
	} off[NETIF_MAX + 1]; /* when it was off or gone last; all 0: never */
	char messages[MESSAGES_LEN];
};

/* A sandbox may have no netlink. */
static int open_changes(void)
{
	struct sockaddr_nl changes = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd >= 0 && bind(fd, (struct sockaddr *)&changes, sizeof(changes))) {
		close(fd);
		return -1;
	}
	return fd;
}

int netif_open(struct netif **out, int ask_fd)
{
	struct netif *l = calloc(1, sizeof(*l));

	if (!l)
		return -ENOMEM;
	l->ask_fd = ask_fd;
	l->fd = open_changes();
	*out = l;
	return 0;
}

void netif_close(struct netif *l)
{
	if (!l)
		return;
	if (l->fd >= 0)
		close(l->fd);
	free(l);
}

int netif_fd(const struct netif *l)
{
	return l->fd;
}

/* --- link states --- */

static uint8_t number_of(const struct netif *l, uint32_t ifindex)
{
	uint8_t i = l->n;

	while (i && l->ifindex[i] != ifindex)
		i--;
	return i;
}

uint8_t netif_number(struct netif *l, uint32_t ifindex)
{
	uint8_t number;

	if (l->fd < 0 || !ifindex)
		return 0;
	if (l->ifindex[l->latest] == ifindex)
		return l->latest;
	number = number_of(l, ifindex);
	if (!number && l->n < NETIF_MAX) {
		number = ++l->n;
		l->ifindex[number] = ifindex;
	}
	l->latest = number;
	return number;
}

uint32_t netif_ifindex(const struct netif *l, uint8_t number)
{
	return l->ifindex[number];
}

uint32_t netif_count(const struct netif *l)
{
	return l->n;
}

bool netif_is_cut(const struct netif *l, uint8_t number)
{
	return l->state[number] == LINK_NO_CARRIER || l->state[number] == LINK_OFF;
}

uint32_t netif_n_cut(const struct netif *l)
{
	return l->n_cut;
}

bool netif_is_off(const struct netif *l, uint8_t number)
{
	return l->state[number] == LINK_OFF;
}

bool netif_was_off(const struct netif *l, uint8_t number, int64_t at_ns)
{
	return at_ns >= l->off[number].from_ns && at_ns < l->off[number].to_ns;
}

/* IFF_RUNNING: it has a carrier, as far as the driver knows (RFC 2863, netdevice(7)). */
static enum link_state state_of(uint16_t type, const struct ifinfomsg *info)
{
	if (type == RTM_DELLINK)
		return LINK_GONE;
	if (!(info->ifi_flags & IFF_UP))
		return LINK_OFF;
	return info->ifi_flags & IFF_RUNNING ? LINK_RUNS : LINK_NO_CARRIER;
}

static void set_state(struct netif *l, uint8_t number, enum link_state state, int64_t since_ns, int64_t now_ns)
{
	bool was_off = l->state[number] == LINK_OFF || l->state[number] == LINK_GONE;

	l->n_cut -= netif_is_cut(l, number);
	l->state[number] = (uint8_t)state;
	l->n_cut += netif_is_cut(l, number);
	if (state != LINK_OFF && state != LINK_GONE) {
		if (was_off)
			l->off[number].to_ns = since_ns;
	} else if (!was_off) {
		l->off[number].from_ns = now_ns;
		l->off[number].to_ns = INT64_MAX;
	}
}

static void take_in(struct netif *l, const struct changes *to, struct netlink_part *m)
{
	struct ifinfomsg info;
	enum link_state state;
	uint8_t number;

	if ((m->type != RTM_DELLINK && m->type != RTM_NEWLINK) || !netlink_copy(&m->body, &info, sizeof(info)))
		return;
	/* Also sent, with RTM_DELLINK, for an interface that leaves a bridge and lives on. */
	if (info.ifi_family != AF_UNSPEC)
		return;
	number = number_of(l, (uint32_t)info.ifi_index);
	state = state_of(m->type, &info);
	if (!number || l->state[number] == state)
		return;
	set_state(l, number, state, to->since_ns, to->now_ns);
	to->on_change(to->data, l->ifindex[number]);
}

void netif_take_in(struct netif *l, const void *datagram, size_t len, int64_t since_ns, int64_t now_ns,
                   netif_on_change *on_change, void *data)
{
	struct changes to = { on_change, data, since_ns, now_ns };
	struct netlink_bytes left = { datagram, len };
	struct netlink_part m;

	while (netlink_message(&left, &m))
		take_in(l, &to, &m);
}

/* Changes were lost for want of buffer: ask for all states. */
static void ask_all(const struct netif *l)
{
	struct {
		struct nlmsghdr head;
		struct ifinfomsg info;
	} ask = {
		.head = { .nlmsg_len = sizeof(ask),
		          .nlmsg_type = RTM_GETLINK,
		          .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
	};

	if (send(l->fd, &ask, sizeof(ask), MSG_DONTWAIT) < 0)
		return; /* a dump is in progress already */
}

void netif_read(struct netif *l, int64_t now_ns, netif_on_change *on_change, void *data)
{
	while (l->fd >= 0) {
		struct sockaddr_nl from = { 0 };
		socklen_t from_len = sizeof(from);
		ssize_t n = recvfrom(l->fd, l->messages, sizeof(l->messages), MSG_DONTWAIT, (struct sockaddr *)&from,
		                     &from_len);

		if (n < 0 && errno == ENOBUFS)
			ask_all(l);
		else if (n < 0 && errno != EINTR)
			break;
		if (n > 0 && !from.nl_pid) /* the kernel's */
			netif_take_in(l, l->messages, (size_t)n, l->read_ns, now_ns, on_change, data);
	}
	l->read_ns = now_ns;
}

/* --- indices of names --- */

static uint32_t ask(int fd, const char *name)
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

uint32_t netif_find(const char *name)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint32_t ifindex = fd < 0 ? 0 : ask(fd, name);

	if (fd >= 0)
		close(fd);
	return ifindex;
}

/* if_nametoindex() opens a socket each time, and when no descriptor is left says that there is no such interface. */
uint32_t netif_find_cached(struct netif *l, const char name[SETTING_INTERFACE_LEN], int64_t now_ns)
{
	size_t place = 0;

	for (size_t i = 0; i < NAMES; i++) {
		if (!strcmp(l->names[i].name, name)) {
			if (now_ns - l->names[i].asked_ns < NAME_AGE_NS)
				return l->names[i].ifindex;
			place = i;
			break;
		}
		if (l->names[i].asked_ns < l->names[place].asked_ns)
			place = i;
	}
	memcpy(l->names[place].name, name, SETTING_INTERFACE_LEN);
	l->names[place].ifindex = ask(l->ask_fd, name);
	l->names[place].asked_ns = now_ns;
	return l->names[place].ifindex;
}
