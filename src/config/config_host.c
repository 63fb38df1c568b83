#include "config/config_reader.h"

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
