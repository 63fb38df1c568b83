#include "core/netif.h"

#include "base/netlink.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define MESSAGES_LEN 32768u               /* as the kernel fills a dump (netlink(7)) */

enum link_state { LINK_RUNS, LINK_NO_CARRIER, LINK_OFF, LINK_GONE };        /* off: by its owner */

struct listener {
	netif_on_change *on_change;
	void            *data;
	int64_t          since_ns, now_ns;
};

struct netif {
	int      fd;
	uint8_t  n, latest;               /* numbers given; asked for last */
	uint8_t  n_cut;
	uint8_t  state[NETIF_MAX + 1];    /* enum link_state */
	uint32_t ifindex[NETIF_MAX + 1];  /* [0] is nobody's */
	int64_t  read_ns;                 /* what had changed by then is known */
	struct { int64_t from_ns, to_ns; } off[NETIF_MAX + 1];    /* when it was off or gone last; all 0: never */
	char     messages[MESSAGES_LEN];
};

int netif_open(struct netif **out)
{
	struct sockaddr_nl changes = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };
	struct netif *l = calloc(1, sizeof(*l));
	int err = -ENOMEM;

	if (!l)
		return err;
	l->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (l->fd >= 0 && !bind(l->fd, (struct sockaddr *)&changes, sizeof(changes))) {
		*out = l;
		return 0;
	}
	err = -errno;
	netif_close(l);
	return err;
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

static uint8_t find(const struct netif *l, uint32_t ifindex)
{
	uint8_t i = l->n;

	while (i && l->ifindex[i] != ifindex)
		i--;
	return i;
}

uint8_t netif_number(struct netif *l, uint32_t ifindex)
{
	uint8_t number;

	if (!l || !ifindex)
		return 0;
	if (l->ifindex[l->latest] == ifindex)
		return l->latest;
	number = find(l, ifindex);
	if (!number && l->n < NETIF_MAX) {
		number = ++l->n;
		l->ifindex[number] = ifindex;
	}
	l->latest = number;
	return number;
}

uint32_t netif_ifindex(const struct netif *l, uint8_t number)
{
	return l ? l->ifindex[number] : 0;
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
	return l ? l->n_cut : 0;
}

bool netif_is_off(const struct netif *l, uint8_t number)
{
	return l && l->state[number] == LINK_OFF;
}

bool netif_was_off(const struct netif *l, uint8_t number, int64_t at_ns)
{
	return l && at_ns >= l->off[number].from_ns && at_ns < l->off[number].to_ns;
}

/* IFF_RUNNING: it has a carrier, as far as the driver can tell (RFC 2863, netdevice(7)). */
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

static void take_in(struct netif *l, const struct listener *to, struct netlink_part *m)
{
	struct ifinfomsg info;
	enum link_state state;
	uint8_t number;

	if ((m->type != RTM_DELLINK && m->type != RTM_NEWLINK) || !netlink_copy(&m->body, &info, sizeof(info)))
		return;
	/* Also sent, with RTM_DELLINK, for an interface that leaves a bridge and lives on. */
	if (info.ifi_family != AF_UNSPEC)
		return;
	number = find(l, (uint32_t)info.ifi_index);
	state = state_of(m->type, &info);
	if (!number || l->state[number] == state)
		return;
	set_state(l, number, state, to->since_ns, to->now_ns);
	to->on_change(to->data, l->ifindex[number]);
}

void netif_take_in(struct netif *l, const void *datagram, size_t len, int64_t since_ns, int64_t now_ns,
                   netif_on_change *on_change, void *data)
{
	struct listener to = { on_change, data, since_ns, now_ns };
	struct netlink_bytes left = { datagram, len };
	struct netlink_part m;

	while (netlink_message(&left, &m))
		take_in(l, &to, &m);
}

/* Changes were lost for want of buffer: ask how things stand. */
static void ask_all(const struct netif *l)
{
	struct {
		struct nlmsghdr  head;
		struct ifinfomsg info;
	} ask = {
		.head = { .nlmsg_len = sizeof(ask), .nlmsg_type = RTM_GETLINK,
		          .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
	};

	if (send(l->fd, &ask, sizeof(ask), MSG_DONTWAIT) < 0)
		return;           /* a dump is under way: it will tell */
}

void netif_read(struct netif *l, int64_t now_ns, netif_on_change *on_change, void *data)
{
	for (;;) {
		struct sockaddr_nl from = { 0 };
		socklen_t from_len = sizeof(from);
		ssize_t n = recvfrom(l->fd, l->messages, sizeof(l->messages), MSG_DONTWAIT,
		                     (struct sockaddr *)&from, &from_len);

		if (n < 0 && errno == ENOBUFS)
			ask_all(l);
		else if (n < 0 && errno != EINTR)
			break;
		if (n > 0 && !from.nl_pid)        /* the kernel's */
			netif_take_in(l, l->messages, (size_t)n, l->read_ns, now_ns, on_change, data);
	}
	l->read_ns = now_ns;
}
