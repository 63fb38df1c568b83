/* datagram.h - netlink datagrams as the kernel sends them, and as it never would. For the tests of what reads them. */
#ifndef MINIPING_TESTS_DATAGRAM_H
#define MINIPING_TESTS_DATAGRAM_H
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>

struct datagram {
	size_t len;
	unsigned char bytes[4096] __attribute__((aligned(NLMSG_ALIGNTO)));
};

static inline void datagram_bytes(struct datagram *d, const void *bytes, size_t len)
{
	assert_true(d->len + NLMSG_ALIGN(len) <= sizeof(d->bytes));
	memset(d->bytes + d->len, 0, NLMSG_ALIGN(len));
	memcpy(d->bytes + d->len, bytes, len);
	d->len += NLMSG_ALIGN(len);
}

/* A message with its fixed part; what is put behind it until datagram_end is in it. Returns where it begins. */
static inline size_t datagram_message(struct datagram *d, uint16_t type, const void *fixed, size_t len)
{
	struct nlmsghdr h = { .nlmsg_type = type };
	size_t at = d->len;

	datagram_bytes(d, &h, sizeof(h));
	datagram_bytes(d, fixed, len);
	return at;
}

/* The length that is written in the message at `at`. */
static inline void datagram_set_len(struct datagram *d, size_t at, size_t len)
{
	uint32_t len32 = (uint32_t)len;

	memcpy(d->bytes + at, &len32, sizeof(len32));
}

static inline void datagram_end(struct datagram *d, size_t at)
{
	datagram_set_len(d, at, d->len - at);
}

static inline void datagram_attribute(struct datagram *d, uint16_t type, const void *value, size_t len)
{
	struct rtattr a = { .rta_len = (uint16_t)RTA_LENGTH(len), .rta_type = type };

	datagram_bytes(d, &a, sizeof(a));
	datagram_bytes(d, value, len);
}

/* Copied to a block of exactly its size, at an odd address: a sanitizer sees the first byte read past it. */
static inline unsigned char *datagram_exact(const struct datagram *d, unsigned char **block)
{
	*block = malloc(d->len + 1);
	assert_non_null(*block);
	memcpy(*block + 1, d->bytes, d->len);
	return *block + 1;
}
#endif
