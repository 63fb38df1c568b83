/* config_host.c - a host against "family", "source" and "interface". */
#include "config/config_host.h"

#include "config/config_node.h"
#include "config/config_reader.h"

#include <string.h>

#define MAX_HOST 255

/* The IP version that the options leave; AF_UNSPEC: either. */
static uint16_t wanted_family(const struct options *o)
{
	switch (o->family) {
	case FAMILY_IPV4:
		return AF_INET;
	case FAMILY_IPV6:
		return AF_INET6;
	default:
		return AF_UNSPEC;
	}
}

static const char *family_name(uint16_t family)
{
	return family == AF_INET ? "IPv4" : "IPv6";
}

bool config_host_check_family(struct config_reader *r, const struct options *o, const struct config_node *node,
                              uint16_t family)
{
	uint16_t wanted = wanted_family(o), source = o->source.family;
	char quoted[CONFIG_QUOTELEN], from[ADDR_STRLEN];

	if (source != AF_UNSPEC && family == AF_UNSPEC && wanted != source) {
		config_complain(r, node, "\"source\" is %s, but \"family\" is %s here", addr_format(&o->source, from),
		                o->family == FAMILY_BOTH ? "both"
		                : wanted == AF_INET      ? "ipv4"
		                                         : "ipv6");
		return false;
	}
	if (family == AF_UNSPEC ||
	    ((wanted == AF_UNSPEC || wanted == family) && (source == AF_UNSPEC || source == family)))
		return true;
	config_error_quote(config_node_follow(node)->text, quoted);
	if (source != AF_UNSPEC && source != family)
		config_complain(r, node, "%s is %s, but \"source\" is %s here", quoted, family_name(family),
		                addr_format(&o->source, from));
	else
		config_complain(r, node, "%s is an %s address, but \"family\" is %s here", quoted, family_name(family),
		                wanted == AF_INET ? "ipv4" : "ipv6");
	return false;
}

/* A zone is the target's interface. */
static bool check_zone(struct config_reader *r, const char *interface, const struct config_node *node,
                       const struct host *h)
{
	const char *text = config_node_follow(node)->text;
	char quoted[CONFIG_QUOTELEN];

	if (h->zone[0] && interface[0] && strcmp(h->zone, interface)) {
		config_complain(r, node, "%s is of another interface than \"interface\", which is %s here",
		                config_error_quote(text, quoted), interface);
		return false;
	}
	if (addr_is_link_local(&h->addr) && !h->zone[0] && !interface[0])
		config_warn(r, node,
		            "warning: %s is link-local, and cannot be sent to without an interface: "
		            "write it with a zone, such as \"fe80::1%%eth0\"",
		            config_error_quote(text, quoted));
	return true;
}

const char *config_host_read(struct config_reader *r, const struct options *o, const struct config_node *node,
                             struct host *h)
{
	const char *host = config_node_text(r, "host", node, MAX_HOST), *wrong;
	char quoted[CONFIG_QUOTELEN];

	if (!host)
		return NULL;
	wrong = host_parse(h, host);
	if (wrong) {
		config_complain(r, node, "%s %s", config_error_quote(host, quoted), wrong);
		return NULL;
	}
	if (!config_host_check_family(r, o, node, h->addr.family))
		return NULL;
	return check_zone(r, o->interface, node, h) ? host : NULL;
}
