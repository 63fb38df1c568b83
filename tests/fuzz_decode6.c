/* fuzz_decode6.c - received ICMPv6 messages. */
#include "core/decode.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct decoded d;
	enum decode_kind kind = decode_icmp6(data, size, &d);

	if (kind == DECODE_CORRUPT) /* the kernel has checked the checksum */
		abort();
	if (kind == DECODE_OTHER || kind == DECODE_MALFORMED)
		return 0;
	if (d.payload < data || d.payload > data + size || d.payload_len > (size_t)(data + size - d.payload))
		abort();
	if (d.has_nonce != (d.payload_len >= 8) || d.ttl != -1)
		abort();
	if (kind == DECODE_ERROR && d.quoted_to.family != AF_INET6)
		abort();
	return 0;
}
