/* resolve_answer.c - from c-ares' list of addresses to ours, and the choice between IPv4 and IPv6. */
#include "dns/resolve_answer.h"

#include <ares.h>
#include <stdlib.h>
#include <unistd.h>

const char resolve_no_address[] = "no address that can be probed";
const char resolve_no_memory[] = "out of memory";

static bool is_usable(const struct addr *a, enum family family)
{
	return addr_is_remote(a) && (family == FAMILY_ANY || a->family == (family == FAMILY_IPV6 ? AF_INET6 : AF_INET));
}

/* With the highest bit set it is 0 (RFC 2181 8). */
static int64_t ttl_of(const struct ares_addrinfo_node *node)
{
	return node->ai_ttl < 0 ? 0 : node->ai_ttl;
}

struct addr *resolve_answer_collect(struct resolve_answer *answer, const struct ares_addrinfo *info, enum family family)
{
	struct addr *addrs;
	size_t n = 0;

	for (const struct ares_addrinfo_node *i = info->nodes; i; i = i->ai_next)
		n++;
	addrs = n ? malloc(n * sizeof(*addrs)) : NULL;
	answer->lacks_memory = n && !addrs;
	answer->error = answer->lacks_memory ? resolve_no_memory : resolve_no_address;
	for (const struct ares_addrinfo_node *i = info->nodes; i && addrs; i = i->ai_next) {
		struct addr a = addr_from_sockaddr(i->ai_addr);

		if (!is_usable(&a, family))
			continue;
		if (!answer->n_addrs || ttl_of(i) < answer->ttl_s)
			answer->ttl_s = ttl_of(i);
		addrs[answer->n_addrs++] = a;
	}
	if (answer->n_addrs)
		answer->error = NULL;
	return addrs;
}

/* Connecting a UDP socket looks the route up and sends nothing. */
static bool has_route(const struct addr *a)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(a, &ss);
	int fd = socket(a->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool found = fd >= 0 && !connect(fd, (struct sockaddr *)&ss, len);

	if (fd >= 0)
		close(fd);
	return found;
}

static const struct addr *first_of(const struct resolve_answer *answer, int family)
{
	for (size_t i = 0; i < answer->n_addrs; i++)
		if (answer->addrs[i].family == family)
			return &answer->addrs[i];
	return NULL;
}

const struct addr *resolve_answer_choose(const struct resolve_answer *answer)
{
	const struct addr *ip4 = first_of(answer, AF_INET), *ip6 = first_of(answer, AF_INET6);

	if (!ip4 || !ip6)
		return ip4 ? ip4 : ip6;
	return has_route(ip6) ? ip6 : ip4;
}

unsigned resolve_answer_families(const struct resolve_answer *answer)
{
	bool ip4 = answer->missing_family == AF_INET || first_of(answer, AF_INET);
	bool ip6 = answer->missing_family == AF_INET6 || first_of(answer, AF_INET6);

	return (ip4 ? FAMILY_BIT(FAMILY_IPV4) : 0) | (ip6 ? FAMILY_BIT(FAMILY_IPV6) : 0);
}
