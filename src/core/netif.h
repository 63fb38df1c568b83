/* netif.h - this host's network interfaces: the link state of those that replies arrive on, from rtnetlink(7), and the
 * indices of names. What was in flight on an interface that went down cannot come back, and says nothing of its target.
 */
#ifndef MINIPING_NETIF_H
#define MINIPING_NETIF_H
#include "core/options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NETIF_MAX 255u /* interfaces remembered */

struct netif;

/* netif_open - where netlink is not to be had, link states are not watched: netif_fd.
 *   ask_fd   any socket of the caller's, who keeps it until after netif_close: for netif_find_cached
 * 0 and *out, or -ENOMEM. */
int netif_open(struct netif **out, int ask_fd);

/* netif_close - NULL allowed. */
void netif_close(struct netif *l);

/* netif_fd - readable when an interface has changed; -1: changes are not watched. */
int netif_fd(const struct netif *l);

/* netif_number - a small number for the interface, 1 .. NETIF_MAX, the same each time; 0: the table is
 * full, or changes are not watched. O(1) for the one asked for last. */
uint8_t netif_number(struct netif *l, uint32_t ifindex);

/* netif_ifindex - the interface of a number that netif_number gave; 0 for number 0. */
uint32_t netif_ifindex(const struct netif *l, uint8_t number);

typedef void netif_on_change(void *data, uint32_t ifindex);

/* netif_read - takes in what has changed until now_ns, and calls on_change for each numbered interface that has
 * gone down, lost its carrier or come back; never blocks. */
void netif_read(struct netif *l, int64_t now_ns, netif_on_change *on_change, void *data);

/* netif_take_in - the same for one datagram, as the kernel sends it: any bytes may be in it, of any alignment. It came
 * between since_ns and now_ns. */
void netif_take_in(struct netif *l, const void *datagram, size_t len, int64_t since_ns, int64_t now_ns,
                   netif_on_change *on_change, void *data);

/* netif_count - how many numbers have been given. */
uint32_t netif_count(const struct netif *l);

/* netif_is_cut - is that interface cut off, by its owner or for want of a carrier? A fault that lasts; one that is
 * gone altogether is none. */
bool netif_is_cut(const struct netif *l, uint8_t number);

/* netif_n_cut - how many are. */
uint32_t netif_n_cut(const struct netif *l);

/* netif_is_off - has its owner put it down? False for number 0. */
bool netif_is_off(const struct netif *l, uint8_t number);

/* netif_was_off - was it certainly down by its owner, or gone, at at_ns, the latest time that it was? Then the routes
 * had gone with it, and what was sent left by another. Into one without a carrier all is sent that the routes say, and
 * is lost without a word. False for number 0. */
bool netif_was_off(const struct netif *l, uint8_t number, int64_t at_ns);

/* netif_find - asks the kernel for the index of an interface by its name or, if there is no such name, number; 0:
 * there is none now. */
uint32_t netif_find(const char *name);

/* netif_find_cached - the same, remembered for a second: an interface may come and go, and gets another index each
 * time. */
uint32_t netif_find_cached(struct netif *l, const char name[SETTING_INTERFACE_LEN], int64_t now_ns);
#endif
