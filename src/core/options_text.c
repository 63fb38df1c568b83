#include "core/options.h"

#include "base/parse.h"

#include <stdio.h>
#include <string.h>

static void expects_choice(const struct options_key *key, char *buf, size_t buf_len)
{
	size_t len = 0;

	buf[0] = '\0';
	for (size_t i = 0; key->choices[i] && len < buf_len; i++) {
		const char *before = !i ? "" : key->choices[i + 1] ? ", " : " or ";

		len += (size_t)snprintf(buf + len, buf_len - len, "%s%s", before, key->choices[i]);
	}
}

char *options_expects(const struct options_key *key, char *buf, size_t buf_len)
{
	char min[PARSE_STRLEN], max[PARSE_STRLEN];
	long long low = key->min, high = key->max;

	switch (key->type) {
	case OPTIONS_DURATION:
		snprintf(buf, buf_len, "a duration from %s to %s", parse_duration_text(key->min, min),
		         parse_duration_text(key->max, max));
		break;
	case OPTIONS_COUNT:
	case OPTIONS_TTL:
		snprintf(buf, buf_len, "a whole number from %lld to %lld", low, high);
		break;
	case OPTIONS_MARK:
		snprintf(buf, buf_len, "a number from %lld to %lld, or 0x and hex digits", low, high);
		break;
	case OPTIONS_PERCENT:
		snprintf(buf, buf_len, "a percentage from %lld%% to %lld%%", low, high);
		break;
	case OPTIONS_DSCP:
		snprintf(buf, buf_len,
		         "a number from %lld to %lld, or CS0 to CS7, AF11 to AF43, EF, VA or LE", low, high);
		break;
	case OPTIONS_CHOICE:
		expects_choice(key, buf, buf_len);
		break;
	case OPTIONS_BOOL:
		snprintf(buf, buf_len, "true or false");
		break;
	case OPTIONS_TRISTATE:
		snprintf(buf, buf_len, "yes, no or default");
		break;
	case OPTIONS_ADDR:
		snprintf(buf, buf_len, "an IPv4 or IPv6 address of this host");
		break;
	case OPTIONS_INTERFACE:
		snprintf(buf, buf_len, "the name of an interface: 1 to %d characters",
		         OPTIONS_INTERFACE_LEN - 1);
		break;
	case OPTIONS_PATTERN:
		snprintf(buf, buf_len, "%lld to %lld bytes of two hex digits each, in quotes", low, high);
		break;
	case OPTIONS_WINDOW:
		snprintf(buf, buf_len, "a number of probes from %lld to %lld, or a duration such as 5m", low,
		         high);
		break;
	}
	return buf;
}

static void int_text(const void *place, const struct options_key *key, char buf[OPTIONS_TEXT_LEN])
{
	int value;

	memcpy(&value, place, sizeof(value));
	if (value < 0)
		strcpy(buf, "default");
	else if (key->type == OPTIONS_TRISTATE)
		strcpy(buf, value ? "yes" : "no");
	else if (key->type == OPTIONS_CHOICE)
		snprintf(buf, OPTIONS_TEXT_LEN, "%s", key->choices[value]);
	else
		snprintf(buf, OPTIONS_TEXT_LEN, "%d", value);
}

static void count_text(const void *place, char buf[OPTIONS_TEXT_LEN])
{
	uint32_t value;

	memcpy(&value, place, sizeof(value));
	snprintf(buf, OPTIONS_TEXT_LEN, "%u", value);
}

static void duration_text(const void *place, char buf[OPTIONS_TEXT_LEN])
{
	int64_t value;

	memcpy(&value, place, sizeof(value));
	if (value < 0)
		strcpy(buf, "default");
	else
		parse_duration_text(value, buf);
}

/* A percentage has nine decimals at most (parse.h), and is read back the same from them. */
static void percent_text(const void *place, char buf[OPTIONS_TEXT_LEN])
{
	double value;
	size_t len;

	memcpy(&value, place, sizeof(value));
	if (value < 0) {
		strcpy(buf, "default");
		return;
	}
	len = (size_t)snprintf(buf, OPTIONS_TEXT_LEN, "%.9f", value);
	while (buf[len - 1] == '0')
		len--;
	len -= buf[len - 1] == '.';
	buf[len] = '\0';
}

static void addr_text(const void *place, char buf[OPTIONS_TEXT_LEN])
{
	struct addr a;
	char text[ADDR_STRLEN];

	memcpy(&a, place, sizeof(a));
	snprintf(buf, OPTIONS_TEXT_LEN, "%s", a.family == AF_UNSPEC ? "default" : addr_format(&a, text));
}

static void pattern_text(const struct options *o, char buf[OPTIONS_TEXT_LEN])
{
	strcpy(buf, "default");
	for (uint32_t i = 0; i < o->pattern_len; i++)
		sprintf(buf + 2 * (size_t)i, "%02x", o->pattern[i]);
}

static void window_text(const struct options *o, char buf[OPTIONS_TEXT_LEN])
{
	if (o->window_ns)
		parse_duration_text(o->window_ns, buf);
	else
		count_text(&o->window, buf);
}

char *options_text(const void *base, const struct options_key *key, char buf[OPTIONS_TEXT_LEN])
{
	const char *place = (const char *)base + key->offset;

	switch (key->type) {
	case OPTIONS_DURATION:
		duration_text(place, buf);
		break;
	case OPTIONS_COUNT:
	case OPTIONS_MARK:
		count_text(place, buf);
		break;
	case OPTIONS_PERCENT:
		percent_text(place, buf);
		break;
	case OPTIONS_DSCP:
	case OPTIONS_TTL:
	case OPTIONS_CHOICE:
	case OPTIONS_TRISTATE:
		int_text(place, key, buf);
		break;
	case OPTIONS_BOOL:
		strcpy(buf, *(const bool *)place ? "true" : "false");
		break;
	case OPTIONS_ADDR:
		addr_text(place, buf);
		break;
	case OPTIONS_INTERFACE:
		snprintf(buf, OPTIONS_TEXT_LEN, "%s", *place ? place : "default");
		break;
	case OPTIONS_PATTERN:
		pattern_text(base, buf);
		break;
	case OPTIONS_WINDOW:
		window_text(base, buf);
		break;
	}
	return buf;
}
