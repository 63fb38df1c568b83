#include "log/format.h"

#include "base/clock.h"
#include "base/printable.h"

#include <math.h>
#include <string.h>

/* Appends to a buffer; past its end it only remembers that it was full. */
struct out {
	char *at, *end;
	bool  full;
};

static void put(struct out *o, const char *bytes, size_t len)
{
	if ((size_t)(o->end - o->at) < len) {
		o->full = true;
		return;
	}
	memcpy(o->at, bytes, len);
	o->at += len;
}

static void put_char(struct out *o, char c)
{
	put(o, &c, 1);
}

static void put_text(struct out *o, const char *text)
{
	put(o, text, strlen(text));
}

/* Decimal digits of v, at least width of them. */
static void put_digits(struct out *o, uint64_t v, int width)
{
	char digits[20];
	int at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v || (int)sizeof(digits) - at < width);
	put(o, digits + at, sizeof(digits) - (size_t)at);
}

static void put_int(struct out *o, int64_t v)
{
	if (v < 0)
		put_char(o, '-');
	put_digits(o, v < 0 ? -(uint64_t)v : (uint64_t)v, 1);
}

static void put_ms(struct out *o, int64_t ns)
{
	put_digits(o, (uint64_t)(ns / NS_PER_MS), 1);
	put_char(o, '.');
	put_digits(o, (uint64_t)(ns % NS_PER_MS), 6);
}

/* Up to three decimals, without trailing zeros. */
static void put_percent(struct out *o, double v)
{
	uint64_t thousandths = (uint64_t)llround(v * 1000);
	uint64_t fraction = thousandths % 1000;
	int width = 3;

	put_digits(o, thousandths / 1000, 1);
	if (!fraction)
		return;
	while (fraction % 10 == 0) {
		fraction /= 10;
		width--;
	}
	put_char(o, '.');
	put_digits(o, fraction, width);
}

static int leap_days_before(int year)
{
	year--;
	return year / 4 - year / 100 + year / 400;
}

static int days_before(int year)
{
	return 365 * (year - 1970) + leap_days_before(year) - leap_days_before(1970);
}

/* The calendar day of a day number (0: 1970-01-01). gmtime_r would read the time zone's file. */
static void put_date(struct out *o, int day)
{
	static const int month_days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int year = 1970 + day / 366, month = 0, leap;

	while (days_before(year + 1) <= day)
		year++;
	day -= days_before(year);
	leap = days_before(year + 1) - days_before(year) == 366;
	while (day >= month_days[month] + (month == 1 && leap)) {
		day -= month_days[month] + (month == 1 && leap);
		month++;
	}
	put_digits(o, (uint64_t)year, 4);
	put_char(o, '-');
	put_digits(o, (uint64_t)month + 1, 2);
	put_char(o, '-');
	put_digits(o, (uint64_t)day + 1, 2);
}

/* RFC 3339 in UTC with microseconds. A clock before 1970 is told as 1970. */
static void put_time(struct out *o, int64_t real_ns)
{
	uint64_t ns = real_ns > 0 ? (uint64_t)real_ns : 0, s = ns / NS_PER_S;

	put_date(o, (int)(s / 86400));
	put_char(o, 'T');
	put_digits(o, s / 3600 % 24, 2);
	put_char(o, ':');
	put_digits(o, s / 60 % 60, 2);
	put_char(o, ':');
	put_digits(o, s % 60, 2);
	put_char(o, '.');
	put_digits(o, ns % NS_PER_S / 1000, 6);
	put_char(o, 'Z');
}

static bool is_control(unsigned char c)
{
	return c < 0x20 || c == 0x7f;
}

static void put_hex(struct out *o, const char *prefix, uint32_t value, int digits)
{
	static const char hex[] = "0123456789abcdef";

	put_text(o, prefix);
	while (digits--)
		put_char(o, hex[value >> 4 * digits & 15]);
}

/* What is no ASCII: safe characters as they are. In JSON the others by number, and U+FFFD for bytes that are no
 * UTF-8 (an interface's name, a path): a JSON text has nothing else (RFC 8259 8.1). Returns the bytes dealt with. */
static size_t put_wide(struct out *o, const char *text, bool json)
{
	uint32_t character;
	size_t len = printable_decode(&character, text);

	if (len && printable_is_safe(character))
		put(o, text, len);
	else if (!json)
		put_hex(o, "\\x", (unsigned char)*text, 2);
	else if (len)
		put_hex(o, "\\u", character, 4);
	else
		put_text(o, "\xef\xbf\xbd");
	return len && (json || printable_is_safe(character)) ? len : 1;
}

static void put_escaped(struct out *o, const char *text, bool json)
{
	size_t len;

	for (; *text; text += len) {
		unsigned char c = (unsigned char)*text;

		len = 1;
		if (c >= 0x80) {
			len = put_wide(o, text, json);
		} else if (is_control(c)) {
			put_hex(o, json ? "\\u" : "\\x", c, json ? 4 : 2);
		} else {
			if (c == '"' || c == '\\')
				put_char(o, '\\');
			put_char(o, (char)c);
		}
	}
}

static void put_quoted(struct out *o, const char *text, bool json)
{
	put_char(o, '"');
	put_escaped(o, text, json);
	put_char(o, '"');
}

static bool needs_quotes(const char *text)
{
	if (!*text)
		return true;
	for (size_t len; *text; text += len) {
		len = (unsigned char)*text < 0x80 ? !is_control((unsigned char)*text) : printable_len(text);
		if (!len || strchr(" \"=\\", *text))
			return true;
	}
	return false;
}

static void put_string(struct out *o, enum log_format format, const char *text)
{
	if (format == LOG_JSON)
		put_quoted(o, text, true);
	else if (needs_quotes(text))
		put_quoted(o, text, false);
	else
		put_text(o, text);
}

static void put_value(struct out *o, enum log_format format, const struct field *f)
{
	switch (f->type) {
	case FIELD_NONE:
		put_text(o, "null");
		break;
	case FIELD_TEXT:
		put_string(o, format, f->text);
		break;
	case FIELD_INT:
		put_int(o, f->integer);
		break;
	case FIELD_MS:
		put_ms(o, f->integer);
		break;
	case FIELD_PERCENT:
		put_percent(o, f->number);
		break;
	case FIELD_TIME:
		if (format == LOG_JSON)
			put_char(o, '"');
		put_time(o, f->integer);
		if (format == LOG_JSON)
			put_char(o, '"');
		break;
	case FIELD_BOOL:
		put_text(o, f->integer ? "true" : "false");
		break;
	}
}

static void put_field(struct out *o, enum log_format format, const struct field *f)
{
	if (format == LOG_JSON) {
		put_text(o, ",\"");
		put_text(o, f->key);
		put_text(o, "\":");
	} else if (f->type == FIELD_NONE) {
		return;
	} else {
		put_char(o, ' ');
		put_text(o, f->key);
		put_char(o, '=');
	}
	put_value(o, format, f);
}

static void put_labels(struct out *o, enum log_format format, const struct labels *labels)
{
	size_t n = labels ? labels->n : 0;

	if (format == LOG_JSON)
		put_text(o, ",\"labels\":{");
	for (size_t i = 0; i < n; i++) {
		if (format == LOG_JSON) {
			put_text(o, i ? "," : "");
			put_quoted(o, labels->at[i].key, true);
			put_char(o, ':');
		} else {
			put_text(o, " label.");
			put_text(o, labels->at[i].key);
			put_char(o, '=');
		}
		put_string(o, format, labels->at[i].value);
	}
	if (format == LOG_JSON)
		put_char(o, '}');
}

size_t format_line(char out[FORMAT_LINE_MAX], enum log_format format, const struct record *r,
                   int64_t ts_real_ns, uint64_t n)
{
	struct out o = { out, out + FORMAT_LINE_MAX, false };
	bool json = format == LOG_JSON;

	put_text(&o, json ? "{\"ts\":\"" : "ts=");
	put_time(&o, ts_real_ns);
	put_text(&o, json ? "\",\"v\":1,\"n\":" : " v=1 n=");
	put_digits(&o, n, 1);
	put_text(&o, json ? ",\"kind\":\"" : " kind=");
	put_text(&o, record_kind_name(r->kind));
	if (json)
		put_char(&o, '"');
	for (size_t i = 0; i < r->n_fields; i++)
		put_field(&o, format, &r->fields[i]);
	if (r->kind != RECORD_DAEMON)
		put_labels(&o, format, r->labels);
	put_text(&o, json ? "}\n" : "\n");
	return o.full ? 0 : (size_t)(o.at - out);
}
