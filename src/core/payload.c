/* payload.c - the shared bytes and their sum, and patterns without either. */
#include "core/payload.h"

#include "base/checksum.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NONCE_LEN 8u /* in front of the filler */

int payload_reserve(struct payload *f, uint32_t len)
{
	uint8_t *bytes = len <= f->len && f->bytes ? f->bytes : realloc(f->bytes, len ? len : 1);

	if (!bytes)
		return -ENOMEM;
	f->bytes = bytes;
	/* Byte i of the whole payload is i modulo 256. */
	for (; f->len < len; f->len++)
		bytes[f->len] = (uint8_t)(f->len + NONCE_LEN);
	return 0;
}

void payload_fini(struct payload *f)
{
	free(f->bytes);
	*f = (struct payload){ .len = 0 };
}

/* Two patterns in a row have an even length, so that each of such pairs begins with a word. */
static uint64_t pattern_sum(const struct options *o, uint32_t len)
{
	uint8_t pair[2 * SETTING_PATTERN_MAX];
	uint32_t pair_len = 2 * o->pattern_len;

	memcpy(pair, o->pattern, o->pattern_len);
	memcpy(pair + o->pattern_len, o->pattern, o->pattern_len);
	return checksum_add(checksum_add(0, pair, pair_len) * (len / pair_len), pair, len % pair_len);
}

uint64_t payload_sum(struct payload *f, const struct options *o, uint32_t len)
{
	if (o->pattern_len)
		return pattern_sum(o, len);
	if (len != f->sum_len) {
		f->sum = checksum_add(0, f->bytes, len);
		f->sum_len = len;
	}
	return f->sum;
}

bool payload_match(const struct payload *f, const struct options *o, const uint8_t *bytes, size_t len)
{
	size_t period = o->pattern_len;

	if (!period)
		return len <= f->len && !memcmp(bytes, f->bytes, len);
	if (len <= period)
		return !memcmp(bytes, o->pattern, len);
	return !memcmp(bytes, o->pattern, period) && !memcmp(bytes + period, bytes, len - period);
}
