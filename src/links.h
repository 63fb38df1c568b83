/* links.h - how this host's network interfaces fare, of those that replies have come in by (rtnetlink(7)):
 * what was under way there when one went down cannot come back, and says nothing of its target. */
#ifndef MINIPING_LINKS_H
#define MINIPING_LINKS_H
#include <stdbool.h>
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

/* links_read - takes in what has changed, and calls on_change for each numbered interface that has gone
 * down, lost its carrier or come back; never blocks. */
void links_read(struct links *l, void (*on_change)(void *data, uint32_t ifindex), void *data);

/* links_count - how many numbers have been given. */
uint32_t links_count(const struct links *l);

/* links_lacks_carrier - is that interface up, and yet cut off? What is sent into it is lost without a word. Into one
 * that is down or gone nothing is sent: the routes have gone with it. */
bool links_lacks_carrier(const struct links *l, uint8_t number);
#endif
