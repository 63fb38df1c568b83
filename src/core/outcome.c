/* outcome.c - the tables of ICMP errors (RFC 792, RFC 1812, RFC 4443) and of names. */
#include "core/outcome.h"

#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <stddef.h>

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static const char *const unreach4[] = {
	"Network unreachable",
	"Host unreachable",
	"Protocol unreachable",
	"Port unreachable",
	"Fragmentation needed and DF set",
	"Source route failed",
	"Destination network unknown",
	"Destination host unknown",
	"Source host isolated",
	"Communication with destination network administratively prohibited",
	"Communication with destination host administratively prohibited",
	"Destination network unreachable for type of service",
	"Destination host unreachable for type of service",
	"Communication administratively prohibited (firewalled)",
	"Host precedence violation",
	"Precedence cutoff in effect",
};

static const char *const unreach6[] = {
	"No route to destination",
	"Communication administratively prohibited (firewalled)",
	"Beyond scope of source address",
	"Address unreachable",
	"Port unreachable",
	"Source address failed ingress/egress policy",
	"Reject route to destination",
	"Error in Source Routing Header",
	"Headers too long",
};

static const char *const time4[] = { "Time to live exceeded", "Fragment reassembly time exceeded" };
static const char *const time6[] = { "Hop limit exceeded", "Fragment reassembly time exceeded" };

static const char *const param4[] = { "Parameter problem", "Missing a required option", "Bad length" };
static const char *const param6[] = {
	"Erroneous header field",
	"Unrecognized next header type",
	"Unrecognized IPv6 option",
	"First fragment has incomplete header chain",
	"Upper-layer header error",
	"Unrecognized next header type at an intermediate node",
	"Extension header too big",
	"Extension header chain too long",
	"Too many extension headers",
	"Too many options in extension header",
	"Option too big",
};

static const char *const too_big6[] = { "Packet too big" };

static const struct {
	int family;
	uint8_t type;
	enum outcome outcome;
	const char *const *texts;
	size_t n_texts;
} errors[] = {
	{ AF_INET, ICMP_DEST_UNREACH, OUTCOME_UNREACHABLE, unreach4, N_OF(unreach4) },
	{ AF_INET, ICMP_TIME_EXCEEDED, OUTCOME_TTL_EXCEEDED, time4, N_OF(time4) },
	{ AF_INET, ICMP_PARAMETERPROB, OUTCOME_UNREACHABLE, param4, N_OF(param4) },
	{ AF_INET6, ICMP6_DST_UNREACH, OUTCOME_UNREACHABLE, unreach6, N_OF(unreach6) },
	{ AF_INET6, ICMP6_TIME_EXCEEDED, OUTCOME_TTL_EXCEEDED, time6, N_OF(time6) },
	{ AF_INET6, ICMP6_PARAM_PROB, OUTCOME_UNREACHABLE, param6, N_OF(param6) },
	{ AF_INET6, ICMP6_PACKET_TOO_BIG, OUTCOME_TOO_BIG, too_big6, N_OF(too_big6) },
};

const char *outcome_name(enum outcome o)
{
	static const char *const names[OUTCOME_COUNT] = {
		"reply", "timeout", "unreachable", "ttl_exceeded", "too_big", "unknown", "not_sent",
	};

	return names[o];
}

enum outcome outcome_of_error(int family, uint8_t type, uint8_t code)
{
	if (family == AF_INET && type == ICMP_DEST_UNREACH && code == ICMP_FRAG_NEEDED)
		return OUTCOME_TOO_BIG;
	for (size_t i = 0; i < N_OF(errors); i++)
		if (errors[i].family == family && errors[i].type == type)
			return errors[i].outcome;
	return OUTCOME_TIMEOUT;
}

const char *outcome_error_text(int family, uint8_t type, uint8_t code)
{
	for (size_t i = 0; i < N_OF(errors); i++)
		if (errors[i].family == family && errors[i].type == type && code < errors[i].n_texts)
			return errors[i].texts[code];
	return "Unknown reason";
}
