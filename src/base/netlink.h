/* netlink.h - walks through the kernel's netlink messages: the messages of a datagram, the fixed part of one, its
 * attributes. Each is bytes until it is known to be whole, and is then copied: nothing is read past what was received,
 * whatever lengths are written in it (netlink(7), rtnetlink(7)). Pure: no I/O, no clock. */
#ifndef MINIPING_NETLINK_H
#define MINIPING_NETLINK_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct netlink_bytes { /* not yet read */
	const unsigned char *at;
	size_t len;
};

struct netlink_part {              /* a message, or an attribute */
	uint16_t type;             /* RTM_..., or as its message defines */
	struct netlink_bytes body; /* what follows the header, without padding */
};

/* netlink_message - takes the next message of a datagram. False at the end, and where one is shorter than its header or
 * longer than what is left; what follows it cannot be read then. Padding may lack at the end. */
bool netlink_message(struct netlink_bytes *datagram, struct netlink_part *message);

/* netlink_attribute - takes the next attribute of what is left of a message; as netlink_message. */
bool netlink_attribute(struct netlink_bytes *body, struct netlink_part *attribute);

/* netlink_copy - takes the fixed part of a message, and its padding, or the value of an attribute. False if it is
 * shorter than size; then *out and *body are untouched. */
bool netlink_copy(struct netlink_bytes *body, void *out, size_t size);
#endif
