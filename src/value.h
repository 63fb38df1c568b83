/* value.h - one word of text to one checked value: what YAML scalars and command-line arguments share.
 * Pure. Each parser answers 0, -EINVAL (not such a value) or -ERANGE (one, but outside min .. max),
 * and leaves *out untouched on failure. */
#ifndef MINIPING_VALUE_H
#define MINIPING_VALUE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VALUE_STRLEN 32

/* value_duration - "200ms", "1.5s", "1h30m"; units us ms s m h d, each smaller than the one before it, a
 * fraction only in the last; a bare number is seconds. ns. No sign, no exponent, no NaN. Of a fraction nine
 * digits count. */
int value_duration(int64_t *out, const char *text, int64_t min_ns, int64_t max_ns);

/* value_count - a plain decimal number. */
int value_count(int64_t *out, const char *text, int64_t min, int64_t max);

/* value_number - a plain decimal number with an optional fraction ("12", "0.5"). */
int value_number(double *out, const char *text, double min, double max);

/* value_percent - "5%" or a bare number of percent, 0 .. 100. */
int value_percent(double *out, const char *text);

/* value_bool - true, false, yes, no, on, off; case is ignored. */
int value_bool(bool *out, const char *text);

/* value_dscp - 0 .. 63, or a name of RFC 2474 (CS0-CS7), RFC 2597 (AF11-AF43), RFC 3246 (EF),
 * RFC 5865 (VA, also VOICE-ADMIT), RFC 8622 (LE), or BE/DF for 0; case is ignored. */
int value_dscp(int *out, const char *text);

/* value_bits - a decimal number, or 0x and hex digits, of at most 32 bits. */
int value_bits(uint32_t *out, const char *text);

/* value_hex - pairs of hex digits to bytes, at least one. Returns how many; -ERANGE: more than room. */
int value_hex(uint8_t *out, size_t room, const char *text);

/* value_duration_text - text that value_duration reads back as ns, in the largest of h m s ms us that
 * gives a whole number ("24h", "1s", "200ms"; below 1us a fraction: "0.5us"). ns >= 0; returns buf. */
char *value_duration_text(int64_t ns, char buf[VALUE_STRLEN]);
#endif
