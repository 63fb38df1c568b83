#include "config_read.h"

#include <string.h>

#define NAME_MAX_LEN  253                 /* RFC 1035 2.3.4: 255, less two length bytes */
#define LABEL_MAX_LEN 63

#define DIGITS  "0123456789"
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

static const char *check_dns_label(const char *label, size_t len)
{
	if (!len)
		return "is not a host name: there is nothing between two dots";
	if (len > LABEL_MAX_LEN)
		return "is not a host name: more than 63 characters between two dots";
	if (label[0] == '-' || label[len - 1] == '-')
		return "is not a host name: \"-\" at the edge of a part";
	return NULL;
}

static const char *check_dns_name(const char *host)
{
	size_t len = strlen(host);
	const char *wrong = NULL;

	if (host[strspn(host, LETTERS DIGITS "-_.")])
		return "is not a host name: expected letters, digits, \"-\", \"_\" and \".\"";
	len -= host[len - 1] == '.';          /* the root's dot */
	if (len > NAME_MAX_LEN)
		return "is not a host name: longer than 253 characters";
	for (size_t at = 0, part; !wrong && at <= len; at += part + 1) {
		part = strcspn(host + at, ".");
		wrong = check_dns_label(host + at, part);
		if (host + at + part == host + len)
			break;
	}
	return wrong;
}

const char *config_host_check(const char *host, struct addr *addr)
{
	*addr = (struct addr){ .family = AF_UNSPEC };
	if (addr_parse(addr, host) == 0)
		return addr_is_probeable(addr) ? NULL : "cannot be probed: not the address of one host";
	if (!host[strspn(host, DIGITS ".")])
		return "is not an IPv4 address";
	if (strchr(host, ':') && strchr(host, '%'))
		return "is not an IPv6 address with the name of an interface of this host";
	if (strchr(host, ':'))
		return "is not an IPv6 address";
	return check_dns_name(host);
}

/* The IP version that the options leave; AF_UNSPEC: either. */
static uint16_t wanted_family(const struct options *o)
{
	switch (o->family) {
	case FAMILY_IPV4: return AF_INET;
	case FAMILY_IPV6: return AF_INET6;
	default:          return AF_UNSPEC;
	}
}

static const char *family_name(uint16_t family)
{
	return family == AF_INET ? "IPv4" : "IPv6";
}

bool config_family_check(struct config_reader *r, const struct options *o, const struct config_node *node,
                         uint16_t family)
{
	uint16_t wanted = wanted_family(o), source = o->source.family;
	char quoted[CONFIG_QUOTELEN], from[ADDR_STRLEN];
	struct config_at at = config_node_at(r, node);

	if (source != AF_UNSPEC && family == AF_UNSPEC && wanted != source) {
		config_report(r->errors, at, "\"source\" is %s, but \"family\" is %s here",
		              addr_format(&o->source, from), o->family == FAMILY_BOTH ? "both"
		              : wanted == AF_INET ? "ipv4" : "ipv6");
		return false;
	}
	if (family == AF_UNSPEC || ((wanted == AF_UNSPEC || wanted == family) &&
	                            (source == AF_UNSPEC || source == family)))
		return true;
	config_quote(config_node_follow(node)->text, quoted);
	if (source != AF_UNSPEC && source != family)
		config_report(r->errors, at, "%s is %s, but \"source\" is %s here", quoted, family_name(family),
		              addr_format(&o->source, from));
	else
		config_report(r->errors, at, "%s is an %s address, but \"family\" is %s here", quoted,
			      family_name(family), wanted == AF_INET ? "ipv4" : "ipv6");
	return false;
}
