/* checksum.c - sums 32 bits at a time and folds the carries in at the end (RFC 1071 2). */
#include "base/checksum.h"

#include <arpa/inet.h>
#include <string.h>

static uint16_t fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* Eight bytes at a time, as this machine reads them: the folded sum of words in another byte order is the
 * sum in that order (RFC 1071 2(B)). */
uint64_t checksum_add(uint64_t sum, const uint8_t *bytes, size_t len)
{
	uint64_t native = 0;
	uint32_t words[2];
	size_t i;

	for (i = 0; i + sizeof(words) <= len; i += sizeof(words)) {
		memcpy(words, bytes + i, sizeof(words));
		native += (uint64_t)words[0] + words[1];
	}
	sum += ntohs(fold(native));
	for (; i + 1 < len; i += 2)
		sum += (uint64_t)bytes[i] << 8 | bytes[i + 1];
	if (i < len)
		sum += (uint64_t)bytes[i] << 8;
	return sum;
}

uint16_t checksum_fold(uint64_t sum)
{
	return (uint16_t)~fold(sum);
}
