/* parse.c - in integers: what is read back is what was written, whatever the locale. */
#include "base/parse.h"

#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define GIGA UINT64_C(1000000000)

struct decimal {
	uint64_t whole; /* saturates: far outside any range that is asked for */
	uint64_t billionths;
};

static const struct {
	const char *name;
	int64_t ns;
} units[] = {
	{ "h", NS_PER_H },   { "m", NS_PER_M }, { "s", NS_PER_S }, { "ms", NS_PER_MS },
	{ "us", NS_PER_US }, { "d", NS_PER_D }, { "", NS_PER_S },
};
#define N_PRINTED_UNITS 5 /* "24h" is what a reader expects where 1d would be shorter */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *scan_whole(uint64_t *out, const char *text)
{
	uint64_t value = 0;

	if (!is_digit(*text))
		return NULL;
	for (; is_digit(*text); text++) {
		uint64_t digit = (uint64_t)(*text - '0');

		value = value > (UINT64_MAX - digit) / 10 ? UINT64_MAX : value * 10 + digit;
	}
	*out = value;
	return text;
}

static const char *scan_decimal(struct decimal *d, const char *text)
{
	uint64_t digit_worth = GIGA / 10;

	bool has_whole = is_digit(*text);

	d->whole = d->billionths = 0;
	if (has_whole)
		text = scan_whole(&d->whole, text);
	if (*text != '.')
		return has_whole ? text : NULL;
	if (!is_digit(*++text) && !has_whole)
		return NULL;
	for (; is_digit(*text); text++, digit_worth /= 10)
		d->billionths += (uint64_t)(*text - '0') * digit_worth;
	return text;
}

/* The unit at text, the longest that fits; *rest is behind it. */
static bool unit_find(int64_t *ns, const char **rest, const char *text)
{
	size_t best = 0;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		size_t len = strlen(units[i].name);

		if (len < best || strncmp(units[i].name, text, len))
			continue;
		best = len;
		*ns = units[i].ns;
	}
	*rest = text + best;
	return best || !*text;
}

/* -ERANGE: more than fits. */
static int decimal_ns(int64_t *out, const struct decimal *d, int64_t unit_ns)
{
	uint64_t unit = (uint64_t)unit_ns;
	/* A unit is below 10^9 ns or a multiple of it: one of the two terms is 0, and none overflows. */
	uint64_t fraction = unit / GIGA * d->billionths + unit % GIGA * d->billionths / GIGA;

	if (d->whole > ((uint64_t)INT64_MAX - fraction) / unit)
		return -ERANGE;
	*out = (int64_t)(d->whole * unit + fraction);
	return 0;
}

int parse_duration(int64_t *out, const char *text, int64_t min_ns, int64_t max_ns)
{
	int64_t sum_ns = 0, unit_ns = 0, before_ns = INT64_MAX, part_ns = 0;
	bool overflows = false;

	/* Each unit is smaller than the one before it; only a number that stands alone needs none. */
	for (const char *at = text; at == text || *at; before_ns = unit_ns) {
		bool is_first = at == text;
		struct decimal d;
		const char *unit = scan_decimal(&d, at);

		if (!unit || !unit_find(&unit_ns, &at, unit) || unit_ns >= before_ns || (!is_first && at == unit) ||
		    (*at && d.billionths))
			return -EINVAL;
		overflows |= decimal_ns(&part_ns, &d, unit_ns) < 0 || part_ns > INT64_MAX - sum_ns;
		sum_ns += overflows ? 0 : part_ns;
	}
	if (overflows || sum_ns < min_ns || sum_ns > max_ns)
		return -ERANGE;
	*out = sum_ns;
	return 0;
}

int parse_age(int64_t *out, const char *text, int64_t min_ns, int64_t max_ns)
{
	struct decimal years = { .billionths = 0 };
	const char *rest = scan_whole(&years.whole, text);
	int64_t ns = 0;

	if (!rest || strcmp(rest, "y"))
		return parse_duration(out, text, min_ns, max_ns);
	years.whole = years.whole > UINT64_MAX / 365 ? UINT64_MAX : years.whole * 365;
	if (decimal_ns(&ns, &years, NS_PER_D) || ns < min_ns || ns > max_ns)
		return -ERANGE;
	*out = ns;
	return 0;
}

int parse_size(uint64_t *out, const char *text, uint64_t min, uint64_t max)
{
	static const char letters[] = "KkMmGgTt";
	uint64_t value;
	const char *rest = scan_whole(&value, text), *letter;
	unsigned shift = 0;

	if (!rest || (*rest && rest[1]))
		return -EINVAL;
	if (*rest) {
		letter = strchr(letters, *rest);
		if (!letter)
			return -EINVAL;
		shift = 10 * (1 + (unsigned)(letter - letters) / 2);
	}
	if (value > UINT64_MAX >> shift || value << shift < min || value << shift > max)
		return -ERANGE;
	*out = value << shift;
	return 0;
}

int parse_count(int64_t *out, const char *text, int64_t min, int64_t max)
{
	uint64_t value;
	const char *rest = scan_whole(&value, text);

	if (!rest || *rest)
		return -EINVAL;
	if (value > INT64_MAX || (int64_t)value < min || (int64_t)value > max)
		return -ERANGE;
	*out = (int64_t)value;
	return 0;
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int parse_bits(uint32_t *out, const char *text)
{
	uint64_t value = 0;
	int64_t number;
	int err;

	if (text[0] != '0' || (text[1] != 'x' && text[1] != 'X')) {
		err = parse_count(&number, text, 0, UINT32_MAX);
		if (!err)
			*out = (uint32_t)number;
		return err;
	}
	text += 2;
	if (!*text)
		return -EINVAL;
	for (; *text; text++) {
		if (hex_digit(*text) < 0)
			return -EINVAL;
		if (value <= UINT32_MAX)
			value = value << 4 | (uint64_t)hex_digit(*text);
	}
	if (value > UINT32_MAX)
		return -ERANGE;
	*out = (uint32_t)value;
	return 0;
}

int parse_hex(uint8_t *out, size_t room, const char *text)
{
	size_t len = strlen(text);

	if (!len || len % 2)
		return -EINVAL;
	for (size_t i = 0; i < len; i++) {
		if (hex_digit(text[i]) < 0)
			return -EINVAL;
	}
	if (len / 2 > room)
		return -ERANGE;
	for (size_t i = 0; i < len / 2; i++)
		out[i] = (uint8_t)(hex_digit(text[2 * i]) << 4 | hex_digit(text[2 * i + 1]));
	return (int)(len / 2);
}

int parse_percent(double *out, const char *text)
{
	struct decimal d;
	double value;
	const char *rest = scan_decimal(&d, text);

	if (!rest || (*rest && strcmp(rest, "%")))
		return -EINVAL;
	/* Not strtod: the locale must not decide what a point is. */
	value = ((double)d.whole * 1e9 + (double)d.billionths) / 1e9;
	if (value > 100)
		return -ERANGE;
	*out = value;
	return 0;
}

int parse_bool(bool *out, const char *text)
{
	static const char *const words[][2] = {
		{ "false", "true" },
		{ "no", "yes" },
		{ "off", "on" },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		for (int truth = 0; truth < 2; truth++) {
			if (!strcasecmp(words[i][truth], text)) {
				*out = truth;
				return 0;
			}
		}
	}
	return -EINVAL;
}

static int dscp_of_class(const char *text)
{
	bool is_cs = !strncasecmp(text, "cs", 2), is_af = !strncasecmp(text, "af", 2);

	if (is_cs && text[2] >= '0' && text[2] <= '7' && !text[3])
		return 8 * (text[2] - '0');
	if (is_af && text[2] >= '1' && text[2] <= '4' && text[3] >= '1' && text[3] <= '3' && !text[4])
		return 8 * (text[2] - '0') + 2 * (text[3] - '0'); /* RFC 2597 6 */
	return -1;
}

int parse_dscp(int *out, const char *text)
{
	static const struct {
		const char *name;
		int dscp;
	} names[] = {
		{ "BE", 0 }, { "DF", 0 }, { "LE", 1 }, { "VA", 44 }, { "VOICE-ADMIT", 44 }, { "EF", 46 },
	};
	int64_t number;
	int dscp = dscp_of_class(text), err;

	for (size_t i = 0; dscp < 0 && i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcasecmp(names[i].name, text))
			dscp = names[i].dscp;
	}
	if (dscp < 0) {
		err = parse_count(&number, text, 0, 63);
		if (err)
			return err;
		dscp = (int)number;
	}
	*out = dscp;
	return 0;
}

char *parse_duration_text(int64_t ns, char buf[PARSE_STRLEN])
{
	int64_t us = ns / NS_PER_US;
	int fraction = (int)(ns % NS_PER_US), digits = 3;

	if (fraction) {
		for (; fraction % 10 == 0; fraction /= 10)
			digits--;
		snprintf(buf, PARSE_STRLEN, "%lld.%0*dus", (long long)us, digits, fraction);
		return buf;
	}
	snprintf(buf, PARSE_STRLEN, "0s");
	for (size_t i = 0; ns && i < N_PRINTED_UNITS; i++) {
		if (ns % units[i].ns == 0) {
			snprintf(buf, PARSE_STRLEN, "%lld%s", (long long)(ns / units[i].ns), units[i].name);
			break;
		}
	}
	return buf;
}

char *parse_age_text(int64_t ns, char buf[PARSE_STRLEN])
{
	if (!ns || ns % NS_PER_D)
		return parse_duration_text(ns, buf);
	snprintf(buf, PARSE_STRLEN, "%lldd", (long long)(ns / NS_PER_D));
	return buf;
}

char *parse_size_text(uint64_t bytes, char buf[PARSE_STRLEN])
{
	static const char letters[] = "KMGT";
	size_t n = 0;

	while (n < sizeof(letters) - 1 && bytes && bytes % 1024 == 0) {
		bytes /= 1024;
		n++;
	}
	snprintf(buf, PARSE_STRLEN, "%llu%.*s", (unsigned long long)bytes, n ? 1 : 0, letters + (n ? n - 1 : 0));
	return buf;
}
