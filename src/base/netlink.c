/* netlink.c - the macros of netlink(7) trust the lengths that they read; these do not. */
#include "base/netlink.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void skip(struct netlink_bytes *bytes, size_t len)
{
	len = least(len, bytes->len);
	bytes->at += len;
	bytes->len -= len;
}

/* The part at the begin of bytes: len bytes in all. */
static bool take(struct netlink_bytes *bytes, size_t header_len, size_t len, struct netlink_part *part)
{
	if (len < header_len || len > bytes->len)
		return false;
	part->body = (struct netlink_bytes){ bytes->at + header_len, len - header_len };
	skip(bytes, NLMSG_ALIGN(len));
	return true;
}

bool netlink_message(struct netlink_bytes *datagram, struct netlink_part *message)
{
	struct nlmsghdr header;

	if (datagram->len < sizeof(header))
		return false;
	memcpy(&header, datagram->at, sizeof(header));
	message->type = header.nlmsg_type;
	return take(datagram, sizeof(header), header.nlmsg_len, message);
}

bool netlink_attribute(struct netlink_bytes *body, struct netlink_part *attribute)
{
	struct rtattr header;

	if (body->len < sizeof(header))
		return false;
	memcpy(&header, body->at, sizeof(header));
	attribute->type = header.rta_type;
	return take(body, sizeof(header), header.rta_len, attribute);
}

bool netlink_copy(struct netlink_bytes *body, void *out, size_t size)
{
	if (body->len < size)
		return false;
	memcpy(out, body->at, size);
	skip(body, NLMSG_ALIGN(size));
	return true;
}
