/* jsonbuf.c - each value brings the comma and the name before it. */
#include "base/jsonbuf.h"

#include "base/clock.h"

#include <math.h>

static void begin(struct jsonbuf *j, const char *name)
{
	if (j->comma)
		textbuf_char(j->t, ',');
	j->comma = true;
	if (!name)
		return;
	textbuf_char(j->t, '"');
	textbuf_text(j->t, name);
	textbuf_put(j->t, "\":", 2);
}

void jsonbuf_open(struct jsonbuf *j, const char *name, char bracket)
{
	begin(j, name);
	textbuf_char(j->t, bracket);
	j->comma = false;
}

void jsonbuf_close(struct jsonbuf *j, char bracket)
{
	textbuf_char(j->t, bracket);
	j->comma = true;
}

void jsonbuf_raw(struct jsonbuf *j, const char *name, const char *text, size_t len)
{
	begin(j, name);
	textbuf_put(j->t, text, len);
}

void jsonbuf_null(struct jsonbuf *j, const char *name)
{
	jsonbuf_raw(j, name, "null", 4);
}

void jsonbuf_bool(struct jsonbuf *j, const char *name, bool value)
{
	jsonbuf_raw(j, name, value ? "true" : "false", value ? 4 : 5);
}

void jsonbuf_int(struct jsonbuf *j, const char *name, int64_t value)
{
	begin(j, name);
	textbuf_int(j->t, value);
}

void jsonbuf_uint(struct jsonbuf *j, const char *name, uint64_t value)
{
	begin(j, name);
	textbuf_digits(j->t, value, 1);
}

void jsonbuf_text(struct jsonbuf *j, const char *name, const char *text)
{
	if (!text) {
		jsonbuf_null(j, name);
		return;
	}
	begin(j, name);
	textbuf_json(j->t, text);
}

void jsonbuf_named(struct jsonbuf *j, const char *name, const char *text)
{
	begin(j, NULL);
	textbuf_json(j->t, name);
	textbuf_char(j->t, ':');
	j->comma = false;
	jsonbuf_text(j, NULL, text);
}

/* whole, and after it as many parts of 10^width as there are, without zeros at the end. */
static void put_parts(struct jsonbuf *j, uint64_t whole, uint64_t parts, int width)
{
	textbuf_digits(j->t, whole, 1);
	if (!parts)
		return;
	for (; parts % 10 == 0; width--)
		parts /= 10;
	textbuf_char(j->t, '.');
	textbuf_digits(j->t, parts, width);
}

void jsonbuf_seconds(struct jsonbuf *j, const char *name, int64_t ns)
{
	if (ns < 0) {
		jsonbuf_null(j, name);
		return;
	}
	begin(j, name);
	put_parts(j, (uint64_t)(ns / NS_PER_S), (uint64_t)(ns % NS_PER_S), 9);
}

void jsonbuf_decimal(struct jsonbuf *j, const char *name, double value)
{
	uint64_t millionths;

	if (isnan(value)) {
		jsonbuf_null(j, name);
		return;
	}
	begin(j, name);
	millionths = (uint64_t)llround(fabs(value) * 1e6);
	if (value < 0 && millionths)
		textbuf_char(j->t, '-');
	put_parts(j, millionths / 1000000, millionths % 1000000, 6);
}

void jsonbuf_ratio(struct jsonbuf *j, const char *name, double value)
{
	jsonbuf_decimal(j, name, value < 0 ? NAN : value);
}

void jsonbuf_time(struct jsonbuf *j, const char *name, int64_t real_ns)
{
	if (real_ns <= 0) {
		jsonbuf_null(j, name);
		return;
	}
	begin(j, name);
	textbuf_char(j->t, '"');
	textbuf_time(j->t, real_ns);
	textbuf_char(j->t, '"');
}
