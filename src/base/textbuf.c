/* textbuf.c - every piece is made complete, then copied if there is room for it. */
#include "base/textbuf.h"

#include "base/clock.h"
#include "base/printable.h"

#include <math.h>

/* --- numbers --- */

#define DIGITS_MAX 20

/* v's digits, with zeros in front up to width of them, to end at end. Returns where they begin. */
static char *put_digits(char *end, uint64_t v, int width)
{
	char *at = end;

	do {
		*--at = (char)('0' + v % 10);
		v /= 10;
	} while (v || end - at < width);
	return at;
}

void textbuf_digits(struct textbuf *t, uint64_t v, int width)
{
	char digits[DIGITS_MAX], *end = digits + sizeof(digits), *at = put_digits(end, v, width);

	textbuf_put(t, at, (size_t)(end - at));
}

void textbuf_int(struct textbuf *t, int64_t v)
{
	if (v < 0)
		textbuf_char(t, '-');
	textbuf_digits(t, v < 0 ? -(uint64_t)v : (uint64_t)v, 1);
}

void textbuf_fixed(struct textbuf *t, uint64_t v, int decimals)
{
	char digits[1 + DIGITS_MAX], *end = digits + sizeof(digits), *at, *point;

	while (decimals && v % 10 == 0) {
		v /= 10;
		decimals--;
	}
	at = put_digits(end, v, decimals + 1);
	if (decimals) {
		point = end - decimals;
		memmove(at - 1, at, (size_t)(point - at));
		at--;
		point[-1] = '.';
	}
	textbuf_put(t, at, (size_t)(end - at));
}

void textbuf_ms(struct textbuf *t, int64_t ns)
{
	textbuf_digits(t, (uint64_t)(ns / NS_PER_MS), 1);
	textbuf_char(t, '.');
	textbuf_digits(t, (uint64_t)(ns % NS_PER_MS), 6);
}

void textbuf_decimal(struct textbuf *t, double v)
{
	uint64_t thousandths = (uint64_t)llround(v * 1000);
	uint64_t fraction = thousandths % 1000;
	int width = 3;

	textbuf_digits(t, thousandths / 1000, 1);
	if (!fraction)
		return;
	while (fraction % 10 == 0) {
		fraction /= 10;
		width--;
	}
	textbuf_char(t, '.');
	textbuf_digits(t, fraction, width);
}

/* --- times --- */

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
static void put_date(struct textbuf *t, int day)
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
	textbuf_digits(t, (uint64_t)year, 4);
	textbuf_char(t, '-');
	textbuf_digits(t, (uint64_t)month + 1, 2);
	textbuf_char(t, '-');
	textbuf_digits(t, (uint64_t)day + 1, 2);
}

void textbuf_time(struct textbuf *t, int64_t real_ns)
{
	uint64_t ns = real_ns > 0 ? (uint64_t)real_ns : 0, s = ns / NS_PER_S;

	put_date(t, (int)(s / 86400));
	textbuf_char(t, 'T');
	textbuf_digits(t, s / 3600 % 24, 2);
	textbuf_char(t, ':');
	textbuf_digits(t, s / 60 % 60, 2);
	textbuf_char(t, ':');
	textbuf_digits(t, s % 60, 2);
	textbuf_char(t, '.');
	textbuf_digits(t, ns % NS_PER_S / 1000, 6);
	textbuf_char(t, 'Z');
}

/* --- escapes --- */

static bool is_control(unsigned char c)
{
	return c < 0x20 || c == 0x7f;
}

/* Whole or not at all. */
static void put_hex(struct textbuf *t, char letter, uint32_t value, int digits)
{
	static const char hex[] = "0123456789abcdef";
	char escape[2 + 4] = { '\\', letter };

	for (int i = 0; i < digits; i++)
		escape[2 + i] = hex[value >> 4 * (digits - 1 - i) & 15];
	textbuf_put(t, escape, 2 + (size_t)digits);
}

/* The character or byte at text where it is no plain ASCII. Returns the bytes dealt with. */
static size_t put_wide(struct textbuf *t, const char *text)
{
	size_t len = printable_len(text);

	if (len)
		textbuf_put(t, text, len);
	else
		put_hex(t, 'x', (unsigned char)*text, 2);
	return len ? len : 1;
}

/* The same in JSON. What is not safe is in the basic plane (printable_is_safe). */
static size_t put_wide_json(struct textbuf *t, const char *text)
{
	uint32_t character;
	size_t len = printable_decode(&character, text);

	if (!len)
		textbuf_text(t, "\xef\xbf\xbd");
	else if (printable_is_safe(character))
		textbuf_put(t, text, len);
	else
		put_hex(t, 'u', character, 4);
	return len ? len : 1;
}

static void put_quoted(struct textbuf *t, const char *text, size_t (*wide)(struct textbuf *t, const char *text))
{
	textbuf_char(t, '"');
	for (size_t len; *text; text += len) {
		unsigned char c = (unsigned char)*text;

		len = 1;
		if (c >= 0x80 || is_control(c)) {
			len = wide(t, text);
			continue;
		}
		if (c == '"' || c == '\\')
			textbuf_char(t, '\\');
		textbuf_char(t, (char)c);
	}
	textbuf_char(t, '"');
}

void textbuf_json(struct textbuf *t, const char *text)
{
	put_quoted(t, text, put_wide_json);
}

/* The text up to what a label's value must escape, or replace. */
static size_t plain_len(const char *text)
{
	size_t len = 0;

	while (text[len] && (unsigned char)text[len] < 0x80 && text[len] != '"' && text[len] != '\\' &&
	       text[len] != '\n')
		len++;
	return len;
}

/* What is not plain. Returns the bytes dealt with. */
static size_t put_unplain(struct textbuf *t, const char *text)
{
	uint32_t character;
	size_t len = printable_decode(&character, text);

	if (!len)
		textbuf_text(t, "\xef\xbf\xbd");
	else if (len > 1)
		textbuf_put(t, text, len);
	else if (*text == '\n')
		textbuf_text(t, "\\n");
	else
		textbuf_put(t, (char[]){ '\\', *text }, 2);
	return len ? len : 1;
}

void textbuf_label(struct textbuf *t, const char *text)
{
	for (size_t len = plain_len(text); text[len]; len = plain_len(text)) {
		textbuf_put(t, text, len);
		text += len;
		text += put_unplain(t, text);
	}
	textbuf_text(t, text);
}

static bool needs_quotes(const char *text)
{
	if (!*text)
		return true;
	for (size_t len; *text; text += len) {
		unsigned char c = (unsigned char)*text;

		len = c < 0x80 ? !is_control(c) : printable_len(text);
		if (!len || c == ' ' || c == '"' || c == '=' || c == '\\')
			return true;
	}
	return false;
}

void textbuf_logfmt(struct textbuf *t, const char *text)
{
	if (needs_quotes(text))
		put_quoted(t, text, put_wide);
	else
		textbuf_text(t, text);
}

void textbuf_terminal(struct textbuf *t, const char *text)
{
	while (*text && !t->full)
		text += put_wide(t, text);
}

char *textbuf_shown(char *buf, size_t buf_len, const char *text)
{
	struct textbuf t = textbuf_on(buf, buf_len - 1);

	textbuf_terminal(&t, text);
	*t.at = '\0';
	return buf;
}
