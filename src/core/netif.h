/* netif.h - how this host's network interfaces fare, of those that replies have come in by (rtnetlink(7)):
 * what was under way there when one went down cannot come back, and says nothing of its target. */
#ifndef MINIPING_NETIF_H
#define MINIPING_NETIF_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NETIF_MAX 255u                    /* interfaces remembered */

struct netif;

/* netif_open - 0 and *out, or -errno. */
int netif_open(struct netif **out);

/* netif_close - NULL allowed. */
void netif_close(struct netif *l);

/* netif_fd - readable when an interface has changed. */
int netif_fd(const struct netif *l);

/* netif_number - a small number for the interface, 1 .. NETIF_MAX, the same each time; 0: the table is
 * full, or l is NULL. O(1) for the one asked for last. */
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

/* netif_n_cut - how many are; 0 if l is NULL. */
uint32_t netif_n_cut(const struct netif *l);

/* netif_is_off - has its owner put it down? False for number 0. */
bool netif_is_off(const struct netif *l, uint8_t number);

/* netif_was_off - was it certainly down by its owner, or gone, at at_ns, the latest time that it was? Then the routes had gone
 * with it, and what was sent left by another. Into one without a carrier all is sent that the routes say, and is
 * lost without a word. False for number 0. */
bool netif_was_off(const struct netif *l, uint8_t number, int64_t at_ns);
#endif
