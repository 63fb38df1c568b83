/* parse.h - one word of text to one checked value: what YAML scalars and command-line arguments share.
 * Pure. Each parser answers 0, -EINVAL (not such a value) or -ERANGE (one, but outside min .. max),
 * and leaves *out untouched on failure. */
#ifndef MINIPING_PARSE_H
#define MINIPING_PARSE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PARSE_STRLEN 32

/* parse_duration - "200ms", "1.5s", "1h30m"; units us ms s m h d, each smaller than the one before it, a
 * fraction only in the last, as in 0.5s, .5s or 1.s; a bare number is seconds. ns. No sign, no exponent, no NaN. Of a
 * fraction nine digits count. */
int parse_duration(int64_t *out, const char *text, int64_t min_ns, int64_t max_ns);

/* parse_age - the same, and "1y": 365 days, whole ones and alone. */
int parse_age(int64_t *out, const char *text, int64_t min_ns, int64_t max_ns);

/* parse_size - bytes: a whole number, with K, M, G or T behind it (in either case) so many times 1024, 1024^2 and so
 * on. */
int parse_size(uint64_t *out, const char *text, uint64_t min, uint64_t max);

/* parse_count - a plain decimal number. */
int parse_count(int64_t *out, const char *text, int64_t min, int64_t max);

/* parse_percent - "5%" or a bare number of percent, 0 .. 100, with an optional fraction. */
int parse_percent(double *out, const char *text);

/* parse_bool - true, false, yes, no, on, off; case is ignored. */
int parse_bool(bool *out, const char *text);

/* parse_dscp - 0 .. 63, or a name of RFC 2474 (CS0-CS7), RFC 2597 (AF11-AF43), RFC 3246 (EF),
 * RFC 5865 (VA, also VOICE-ADMIT), RFC 8622 (LE), or BE/DF for 0; case is ignored. */
int parse_dscp(int *out, const char *text);

/* parse_bits - a decimal number, or 0x and hex digits, of at most 32 bits. */
int parse_bits(uint32_t *out, const char *text);

/* parse_hex - pairs of hex digits to bytes, at least one. Returns how many; -ERANGE: more than room. */
int parse_hex(uint8_t *out, size_t room, const char *text);

/* parse_duration_text - text that parse_duration reads back as ns, in the largest of h m s ms us that
 * gives a whole number ("24h", "1s", "200ms"; below 1us a fraction: "0.5us"). ns >= 0; returns buf. */
char *parse_duration_text(int64_t ns, char buf[PARSE_STRLEN]);

/* parse_age_text, parse_size_text - likewise: "365d", "10G". */
char *parse_age_text(int64_t ns, char buf[PARSE_STRLEN]);
char *parse_size_text(uint64_t bytes, char buf[PARSE_STRLEN]);
#endif
