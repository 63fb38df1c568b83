/* netcheck.h - what can be sent from here, asked of the kernel: some system calls each, so of a probe only after its
 * send has failed with an errno that leaves it open. */
#ifndef MINIPING_NETCHECK_H
#define MINIPING_NETCHECK_H
#include "base/addr.h"

#include <stdbool.h>
#include <stdint.h>

/* netcheck_is_up - is there an interface of that name, and has its owner put it up? True where that cannot be asked. */
bool netcheck_is_up(const char *interface);

/* netcheck_is_ours - may this host send from that address? True where that cannot be asked. */
bool netcheck_is_ours(const struct addr *source);

/* netcheck_may_mark - has this process the capability (CAP_NET_RAW or CAP_NET_ADMIN) that a firewall mark takes? True
 * where that cannot be asked. */
bool netcheck_may_mark(void);

/* netcheck_is_broadcast - do the routes make to a broadcast address? As netcheck_mtu; false where that cannot be asked.
 */
bool netcheck_is_broadcast(const struct addr *to, const struct addr *source, uint32_t ifindex);

/* netcheck_mtu - the largest packet, IP header and all, that leaves this host towards to; 0: not known.
 *   source    AF_UNSPEC: the kernel chooses
 *   ifindex   0: as the routes say */
uint32_t netcheck_mtu(const struct addr *to, const struct addr *source, uint32_t ifindex);
#endif
