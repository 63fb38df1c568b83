#include "addr.h"

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

static int parse_scoped(struct addr *out, const char *text, const char *percent)
{
	char host[INET6_ADDRSTRLEN];
	size_t len = (size_t)(percent - text);
	uint8_t bytes[16];
	unsigned scope;

	if (len >= sizeof(host))
		return -EINVAL;
	memcpy(host, text, len);
	host[len] = '\0';
	scope = if_nametoindex(percent + 1);
	if (!scope || inet_pton(AF_INET6, host, bytes) != 1)
		return -EINVAL;
	*out = addr_from_bytes(bytes, AF_INET6);
	out->scope = scope;
	return 0;
}

int addr_parse(struct addr *out, const char *text)
{
	const char *percent = strchr(text, '%');
	uint8_t bytes[16];

	if (percent)
		return parse_scoped(out, text, percent);
	if (inet_pton(AF_INET, text, bytes) == 1)
		*out = addr_from_bytes(bytes, AF_INET);
	else if (inet_pton(AF_INET6, text, bytes) == 1)
		*out = addr_from_bytes(bytes, AF_INET6);
	else
		return -EINVAL;
	return 0;
}

char *addr_format(const struct addr *a, char buf[ADDR_STRLEN])
{
	char ifname[IF_NAMESIZE];
	size_t len;

	buf[0] = '\0';
	if (a->family == AF_UNSPEC || !inet_ntop(a->family, a->bytes, buf, INET6_ADDRSTRLEN))
		return buf;
	if (a->scope && if_indextoname(a->scope, ifname)) {
		len = strlen(buf);
		snprintf(buf + len, ADDR_STRLEN - len, "%%%s", ifname);
	}
	return buf;
}

bool addr_equal(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && !memcmp(a->bytes, b->bytes, sizeof(a->bytes)) &&
	       (a->scope == b->scope || !a->scope || !b->scope);
}

bool addr_is_probeable(const struct addr *a)
{
	static const uint8_t none[16];

	switch (a->family) {
	case AF_INET:
		return a->bytes[0] != 0 && (a->bytes[0] & 0xf0) != 0xe0 &&
		       memcmp(a->bytes, "\xff\xff\xff\xff", 4);
	case AF_INET6:
		return a->bytes[0] != 0xff && memcmp(a->bytes, none, sizeof(none));
	default:
		return false;
	}
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
