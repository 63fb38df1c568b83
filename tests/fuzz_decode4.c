/* fuzz_decode4.c - received IPv4 packets, and ICMPv4 messages without a header. */
#include "core/decode.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void payload_lies_inside(enum decode_kind kind, const struct decoded *d, const uint8_t *data, size_t size)
{
	if (kind == DECODE_OTHER || kind == DECODE_MALFORMED)
		return;
	if (d->payload < data || d->payload > data + size || d->payload_len > (size_t)(data + size - d->payload))
		abort();
	if (d->has_nonce != (d->payload_len >= 8))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct decoded d;
	enum decode_kind kind = decode_ip4(data, size, &d);

	payload_lies_inside(kind, &d, data, size);
	if (kind != DECODE_MALFORMED && (d.ttl < 0 || d.ttl > 255))
		abort();
	kind = decode_icmp4(data, size, &d);
	payload_lies_inside(kind, &d, data, size);
	if (kind == DECODE_CORRUPT || (kind == DECODE_ERROR && d.quoted_to.family != AF_INET))
		abort();
	return 0;
}
