/* addr.c - parsed by inet_pton(3), which knows no zone, and written as inet_ntop(3) does, but several times faster: the
 * metrics have millions of addresses. And the ranges of RFC 6890 that no host elsewhere
 * has. */
#include "base/addr.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t addr_len(int family)
{
	return family == AF_INET ? 4 : 16;
}

struct addr addr_from_bytes(const uint8_t *bytes, int family)
{
	struct addr a = { .family = (uint16_t)family };

	memcpy(a.bytes, bytes, addr_len(family));
	return a;
}

int addr_parse(struct addr *out, const char *text)
{
	uint8_t bytes[16];

	if (inet_pton(AF_INET, text, bytes) == 1)
		*out = addr_from_bytes(bytes, AF_INET);
	else if (inet_pton(AF_INET6, text, bytes) == 1)
		*out = addr_from_bytes(bytes, AF_INET6);
	else
		return -EINVAL;
	return 0;
}

int addr_parse_scoped(struct addr *out, const char *text)
{
	const char *percent = strchr(text, '%');
	char host[INET6_ADDRSTRLEN] = "";
	struct addr a;

	if (!percent)
		return addr_parse(out, text);
	if ((size_t)(percent - text) < sizeof(host))
		memcpy(host, text, (size_t)(percent - text));
	if (addr_parse(&a, host) < 0 || a.family != AF_INET6)
		return -EINVAL;
	a.scope = if_nametoindex(percent + 1);
	if (!a.scope)
		return -EINVAL;
	*out = a;
	return 0;
}

/* Each of these returns the end of what it has written. */

static char *put_byte(char *at, unsigned v)
{
	if (v >= 100)
		*at++ = (char)('0' + v / 100);
	if (v >= 10)
		*at++ = (char)('0' + v / 10 % 10);
	*at++ = (char)('0' + v % 10);
	return at;
}

static char *put_quad(char *at, const uint8_t bytes[4])
{
	for (int i = 0; i < 4; i++) {
		if (i)
			*at++ = '.';
		at = put_byte(at, bytes[i]);
	}
	return at;
}

static char *put_word(char *at, unsigned v)
{
	static const char hex[] = "0123456789abcdef";
	int shift = v > 0xfff ? 12 : v > 0xff ? 8 : v > 0xf ? 4 : 0;

	for (; shift >= 0; shift -= 4)
		*at++ = hex[v >> shift & 15];
	return at;
}

static unsigned word(const uint8_t bytes[16], int i)
{
	const uint8_t *at = bytes + 2 * (size_t)i;

	return at[0] * 256u + at[1];
}

/* The first of the longest runs of zero words (RFC 5952 4.2): its length, 0 where none has two. */
static int zeros(const uint8_t bytes[16], int *from)
{
	int longest = 1;

	for (int i = 0, n = 0; i < 8; i++) {
		n = word(bytes, i) ? 0 : n + 1;
		if (n > longest) {
			longest = n;
			*from = i + 1 - n;
		}
	}
	return longest > 1 ? longest : 0;
}

static char *put_ip6(char *at, const uint8_t bytes[16])
{
	int from = 8, n = zeros(bytes, &from);
	/* An embedded IPv4 address is written as one: RFC 4291 2.5.5. */
	bool has_quad = !from && (n == 6 || (n == 5 && word(bytes, 5) == 0xffff));
	int end = has_quad ? 6 : 8;

	for (int i = 0; i < end; i++) {
		if (n && i == from) {
			*at++ = ':';
			i += n - 1;
			if (i == 7)
				*at++ = ':';
			continue;
		}
		if (i)
			*at++ = ':';
		at = put_word(at, word(bytes, i));
	}
	if (!has_quad)
		return at;
	*at++ = ':';
	return put_quad(at, bytes + 12);
}

char *addr_format(const struct addr *a, char buf[ADDR_STRLEN])
{
	char ifname[IF_NAMESIZE], *end = buf;

	if (a->family == AF_INET)
		end = put_quad(end, a->bytes);
	else if (a->family == AF_INET6)
		end = put_ip6(end, a->bytes);
	*end = '\0';
	if (a->scope && if_indextoname(a->scope, ifname))
		snprintf(end, ADDR_STRLEN - (size_t)(end - buf), "%%%s", ifname);
	return buf;
}

bool addr_equal(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && !memcmp(a->bytes, b->bytes, sizeof(a->bytes)) &&
	       (a->scope == b->scope || !a->scope || !b->scope);
}

bool addr_is_many(const struct addr *a)
{
	return addr_is_multicast(a) || (a->family == AF_INET && !memcmp(a->bytes, "\xff\xff\xff\xff", 4));
}

bool addr_is_probeable(const struct addr *a)
{
	static const uint8_t none[16];

	switch (a->family) {
	case AF_INET:
		return a->bytes[0] != 0 && !addr_is_many(a);
	case AF_INET6:
		return !addr_is_many(a) && memcmp(a->bytes, none, sizeof(none));
	default:
		return false;
	}
}

bool addr_is_link_local(const struct addr *a)
{
	return a->family == AF_INET6 && a->bytes[0] == 0xfe && (a->bytes[1] & 0xc0) == 0x80;
}

bool addr_is_multicast(const struct addr *a)
{
	return a->family == AF_INET ? (a->bytes[0] & 0xf0) == 0xe0 : a->family == AF_INET6 && a->bytes[0] == 0xff;
}

/* RFC 4291 2.7: the scope is in the low half of the second byte; 1 is the interface's own, 2 link-local. */
bool addr_takes_zone(const struct addr *a)
{
	unsigned scope = a->bytes[1] & 0x0fu;

	return addr_is_link_local(a) || (a->family == AF_INET6 && a->bytes[0] == 0xff && (scope == 1 || scope == 2));
}

static bool has_prefix(const struct addr *a, const uint8_t *prefix, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	return !memcmp(a->bytes, prefix, whole) && (!rest || (a->bytes[whole] ^ prefix[whole]) >> (8 - rest) == 0);
}

bool addr_is_remote(const struct addr *a)
{
	static const struct {
		uint16_t family;
		uint8_t bits, prefix[16];
	} local[] = {
		{ AF_INET, 8, { 127 } },                        /* RFC 1122 3.2.1.3 */
		{ AF_INET, 16, { 169, 254 } },                  /* RFC 3927 */
		{ AF_INET, 4, { 240 } },                        /* RFC 1112 4 */
		{ AF_INET6, 96, { 0 } },                        /* ::1, and RFC 4291 2.5.5.1 */
		{ AF_INET6, 96, { [10] = 0xff, [11] = 0xff } }, /* RFC 4291 2.5.5.2 */
		{ AF_INET6, 64, { 0x01 } },                     /* RFC 6666 */
		{ AF_INET6, 10, { 0xfe, 0x80 } },               /* RFC 4291 2.5.6 */
	};

	for (size_t i = 0; i < sizeof(local) / sizeof(local[0]); i++)
		if (local[i].family == a->family && has_prefix(a, local[i].prefix, local[i].bits))
			return false;
	return addr_is_probeable(a);
}

struct addr addr_from_sockaddr(const struct sockaddr *sa)
{
	struct addr a = { .family = AF_UNSPEC };

	if (sa->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, sa, sizeof(in));
		a = addr_from_bytes((const uint8_t *)&in.sin_addr, AF_INET);
	} else if (sa->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, sa, sizeof(in6));
		a = addr_from_bytes(in6.sin6_addr.s6_addr, AF_INET6);
		a.scope = in6.sin6_scope_id;
	}
	return a;
}

socklen_t addr_to_sockaddr(const struct addr *a, struct sockaddr_storage *ss)
{
	if (a->family == AF_INET) {
		struct sockaddr_in in = { .sin_family = AF_INET };

		memcpy(&in.sin_addr, a->bytes, 4);
		memcpy(ss, &in, sizeof(in));
		return sizeof(in);
	}
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_scope_id = a->scope };

	memcpy(&in6.sin6_addr, a->bytes, 16);
	memcpy(ss, &in6, sizeof(in6));
	return sizeof(in6);
}
