/* fuzz_quote.c - requests that come back through a ping socket's error queue. */
#include "core/decode.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void quote(int family, const uint8_t *data, size_t size)
{
	struct decoded d = { .type = 3, .code = 1, .mtu = 1400 };
	enum decode_kind kind = decode_quote(family, data, size, &d);

	if (d.type != 3 || d.code != 1 || d.mtu != 1400) /* the caller's */
		abort();
	if (kind == DECODE_OTHER || kind == DECODE_MALFORMED)
		return;
	if (kind != DECODE_ERROR || d.payload != data + 8 || d.payload_len != size - 8)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	quote(AF_INET, data, size);
	quote(AF_INET6, data, size);
	return 0;
}
