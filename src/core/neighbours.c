/* neighbours.c - table sizes by rtnetlink(7), and this host's networks by getifaddrs(3). */
#include "core/neighbours.h"

#include "base/netlink.h"

#include <errno.h>
#include <ifaddrs.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ANSWER_LEN 16384u /* as the kernel fills a dump (netlink(7)); the table itself comes first */

static int ask(int fd, int family)
{
	struct {
		struct nlmsghdr header;
		struct ndtmsg table;
	} request = {
		.header = { .nlmsg_len = sizeof(request),
		            .nlmsg_type = RTM_GETNEIGHTBL,
		            .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.table = { .ndtm_family = (unsigned char)family },
	};

	return send(fd, &request, sizeof(request), 0) < 0 ? -errno : 0;
}

/* True if it is the table; those of single interfaces have no limit. */
static bool read_table(struct netlink_bytes body, struct neighbours_table *out)
{
	struct ndtmsg table;
	struct ndt_config config;
	struct ndt_stats stats;
	struct netlink_part a;
	bool has_limit = false;

	*out = (struct neighbours_table){ 0 };
	if (!netlink_copy(&body, &table, sizeof(table)))
		return false;
	while (netlink_attribute(&body, &a))
		if (a.type == NDTA_THRESH3 && netlink_copy(&a.body, &out->limit, sizeof(out->limit)))
			has_limit = true;
		else if (a.type == NDTA_CONFIG && netlink_copy(&a.body, &config, sizeof(config)))
			out->n = config.ndtc_entries;
		else if (a.type == NDTA_STATS && netlink_copy(&a.body, &stats, sizeof(stats)))
			out->n_refused = stats.ndts_table_fulls;
	return has_limit;
}

int neighbours_read(const void *datagram, size_t len, struct neighbours_table *out)
{
	struct netlink_bytes left = { datagram, len };
	struct netlink_part m;

	while (netlink_message(&left, &m))
		if (m.type == RTM_NEWNEIGHTBL && read_table(m.body, out))
			return 0;
	return -ENOENT;
}

static int read_answer(int fd, struct neighbours_table *out)
{
	char answer[ANSWER_LEN];
	ssize_t n = recv(fd, answer, sizeof(answer), MSG_DONTWAIT);

	return n < 0 ? -errno : neighbours_read(answer, (size_t)n, out);
}

int neighbours_table(int family, struct neighbours_table *out)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int err;

	if (fd < 0)
		return -errno;
	err = ask(fd, family);
	if (!err)
		err = read_answer(fd, out);
	close(fd);
	return err;
}

static unsigned prefix_len(const struct sockaddr *mask)
{
	struct addr a = addr_from_sockaddr(mask);
	unsigned len = 0;

	while (len < 128 && a.bytes[len / 8] >> (7 - len % 8) & 1)
		len++;
	return len;
}

static bool has_neighbours(const struct ifaddrs *i)
{
	return i->ifa_addr && i->ifa_netmask && i->ifa_flags & IFF_UP &&
	       !(i->ifa_flags & (IFF_LOOPBACK | IFF_NOARP | IFF_POINTOPOINT)) &&
	       addr_from_sockaddr(i->ifa_addr).family != AF_UNSPEC;
}

int neighbours_nets(struct neighbours_net **out, size_t *n)
{
	struct ifaddrs *all;
	size_t n_all = 1;

	if (getifaddrs(&all))
		return -errno;
	for (const struct ifaddrs *i = all; i; i = i->ifa_next)
		n_all++;
	*n = 0;
	*out = calloc(n_all, sizeof(**out));
	for (const struct ifaddrs *i = all; i && *out; i = i->ifa_next)
		if (has_neighbours(i))
			(*out)[(*n)++] = (struct neighbours_net){
				addr_from_sockaddr(i->ifa_addr),
				prefix_len(i->ifa_netmask),
			};
	freeifaddrs(all);
	return *out ? 0 : -ENOMEM;
}

static bool is_in(const struct neighbours_net *net, const struct addr *a)
{
	unsigned whole = net->prefix_len / 8, rest = net->prefix_len % 8;

	return a->family == net->addr.family && !memcmp(a->bytes, net->addr.bytes, whole) &&
	       (!rest || !((a->bytes[whole] ^ net->addr.bytes[whole]) >> (8 - rest)));
}

bool neighbours_among(const struct neighbours_net *nets, size_t n, const struct addr *a)
{
	for (size_t i = 0; i < n; i++)
		if (is_in(&nets[i], a))
			return true;
	return false;
}
