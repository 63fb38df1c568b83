/* api_when.h - a moment as parameters have it. */
#ifndef MINIPING_API_WHEN_H
#define MINIPING_API_WHEN_H
#include <stdint.h>

/* api_when_parse - "2026-01-02T03:04:05Z" (RFC 3339: also with a fraction, which is dropped, and an offset, whose "+"
 * may have become the space that it stands for in a query), "-24h" before now, "now". Seconds since 1970, never less
 * than 0. 0 or -EINVAL. */
int api_when_parse(int64_t *out_s, const char *text, int64_t now_s);
#endif
