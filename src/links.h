/* links.h - how this host's network interfaces fare, of those that replies have come in by (rtnetlink(7)):
 * what was under way there when one went down cannot come back, and says nothing of its target. */
#ifndef MINIPING_LINKS_H
#define MINIPING_LINKS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINKS_MAX 255u                    /* interfaces remembered */

struct links;

/* links_open - 0 and *out, or -errno. */
int links_open(struct links **out);

/* links_close - NULL allowed. */
void links_close(struct links *l);

/* links_fd - readable when an interface has changed. */
int links_fd(const struct links *l);

/* links_number - a small number for the interface, 1 .. LINKS_MAX, the same each time; 0: the table is
 * full, or l is NULL. O(1) for the one asked for last. */
uint8_t links_number(struct links *l, uint32_t ifindex);

/* links_ifindex - the interface of a number that links_number gave; 0 for number 0. */
uint32_t links_ifindex(const struct links *l, uint8_t number);

typedef void links_on_change(void *data, uint32_t ifindex);

/* links_read - takes in what has changed until now_ns, and calls on_change for each numbered interface that has
 * gone down, lost its carrier or come back; never blocks. */
void links_read(struct links *l, int64_t now_ns, links_on_change *on_change, void *data);

/* links_take_in - the same for one datagram, as the kernel sends it: any bytes may be in it, of any alignment. It came
 * between since_ns and now_ns. */
void links_take_in(struct links *l, const void *datagram, size_t len, int64_t since_ns, int64_t now_ns,
                   links_on_change *on_change, void *data);

/* links_count - how many numbers have been given. */
uint32_t links_count(const struct links *l);

/* links_is_cut - is that interface cut off, by its owner or for want of a carrier? A fault that lasts; one that is
 * gone altogether is none. */
bool links_is_cut(const struct links *l, uint8_t number);

/* links_n_cut - how many are; 0 if l is NULL. */
uint32_t links_n_cut(const struct links *l);

/* links_is_off - has its owner put it down? False for number 0. */
bool links_is_off(const struct links *l, uint8_t number);

/* links_was_off - was it certainly down by its owner, or gone, at at_ns, the latest time that it was? Then the routes had gone
 * with it, and what was sent left by another. Into one without a carrier all is sent that the routes say, and is
 * lost without a word. False for number 0. */
bool links_was_off(const struct links *l, uint8_t number, int64_t at_ns);
#endif
