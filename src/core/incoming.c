/* incoming.c - each kind of socket hands over something else: a packet, a message, a quote with its control data. */
#include "core/incoming.h"

enum decode_kind incoming_decode(const struct sock *s, const struct sock_in *in, struct decoded *out)
{
	enum decode_kind kind;

	*out = (struct decoded){ .ttl = -1 };
	if (in->truncated)
		return DECODE_MALFORMED;
	if (in->is_error) {
		kind = decode_quote(sock_family(s), in->data, in->len, out);
		out->type = in->type;
		out->code = in->code;
		out->mtu = in->mtu;
		out->quoted_to = in->quoted_to;
		return kind;
	}
	if (sock_family(s) == AF_INET6)
		return decode_icmp6(in->data, in->len, out);
	return sock_is_ping(s) ? decode_icmp4(in->data, in->len, out) : decode_ip4(in->data, in->len, out);
}
