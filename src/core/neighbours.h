/* neighbours.h - the kernel's tables of neighbours on the links of this host (ARP, neighbour discovery): how much they
 * hold, how much is in them, and who would be. One table for each IP version serves the whole machine, whatever its
 * network namespaces; one that is full takes no new neighbour until an old one has been given up, 3 s if it does not
 * answer (arp(7), rtnetlink(7) RTM_GETNEIGHTBL). */
#ifndef MINIPING_NEIGHBOURS_H
#define MINIPING_NEIGHBOURS_H
#include "base/addr.h"

#include <stddef.h>

struct neighbours_table {
	uint32_t limit;     /* gc_thresh3 */
	uint32_t n;         /* entries of all kinds; those that are permanent are not held against limit */
	uint64_t n_refused; /* new entries that were, since the machine's start */
};

/* neighbours_table - of AF_INET or AF_INET6. Never waits. 0 or -errno: no netlink socket. */
int neighbours_table(int family, struct neighbours_table *out);

/* neighbours_read - from one datagram of the kernel's answer: any bytes may be in it. 0, or -ENOENT: there is no table
 * with a limit in it, and *out holds nothing. */
int neighbours_read(const void *datagram, size_t len, struct neighbours_table *out);

struct neighbours_net { /* addresses that are neighbours */
	struct addr addr;
	unsigned prefix_len;
};

/* neighbours_nets - those of the interfaces that are up and have neighbours (neither loopback nor tunnels).
 * The caller frees *out. 0 or -errno. */
int neighbours_nets(struct neighbours_net **out, size_t *n);

/* neighbours_among - is a in one of them? O(n). */
bool neighbours_among(const struct neighbours_net *nets, size_t n, const struct addr *a);
#endif
