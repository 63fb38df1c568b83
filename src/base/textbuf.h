/* textbuf.h - bounded text: bytes, numbers, times and escaped strings, appended to the caller's buffer. What does not
 * fit is left out whole, with all that follows it, and the buffer remembers that. Pure: no allocation, no locale. */
#ifndef MINIPING_TEXTBUF_H
#define MINIPING_TEXTBUF_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct textbuf {
	char *begin, *at, *end; /* at: where the next byte goes; end: behind the last that fits */
	bool full;              /* something was left out */
};

/* textbuf_on - an empty text of at most room bytes in buf, without a NUL. */
static inline struct textbuf textbuf_on(char *buf, size_t room)
{
	return (struct textbuf){ buf, buf, buf + room, false };
}

/* textbuf_len - bytes so far. */
static inline size_t textbuf_len(const struct textbuf *t)
{
	return (size_t)(t->at - t->begin);
}

static inline void textbuf_put(struct textbuf *t, const char *bytes, size_t len)
{
	if ((size_t)(t->end - t->at) < len) {
		t->full = true;
		t->end = t->at;
		return;
	}
	memcpy(t->at, bytes, len);
	t->at += len;
}

static inline void textbuf_char(struct textbuf *t, char c)
{
	textbuf_put(t, &c, 1);
}

static inline void textbuf_text(struct textbuf *t, const char *text)
{
	textbuf_put(t, text, strlen(text));
}

/* textbuf_digits - v in decimal digits, with zeros in front up to width of them, 1 .. 20. */
void textbuf_digits(struct textbuf *t, uint64_t v, int width);

void textbuf_int(struct textbuf *t, int64_t v);

/* textbuf_fixed - v divided by 10^decimals (0 .. 18), exactly and without zeros at its end: "0.012", "3". */
void textbuf_fixed(struct textbuf *t, uint64_t v, int decimals);

/* textbuf_ms - ns as milliseconds with six decimals: "12.345678". ns >= 0. */
void textbuf_ms(struct textbuf *t, int64_t ns);

/* textbuf_decimal - v rounded to three decimals, without zeros at its end: "12.5", "0". 0 <= v < 10^12. */
void textbuf_decimal(struct textbuf *t, double v);

/* textbuf_time - CLOCK_REALTIME as RFC 3339 in UTC with microseconds, "2026-01-02T03:04:05.678901Z"; of a clock before
 * 1970 its first moment. */
void textbuf_time(struct textbuf *t, int64_t real_ns);

/* textbuf_json - a JSON string in its quotes (RFC 8259 7). Beside control characters, it escapes by number what a
 * terminal might obey (printable.h); bytes that are no UTF-8 (an interface's name, a path) become U+FFFD each, since a
 * JSON text has nothing else (8.1). */
void textbuf_json(struct textbuf *t, const char *text);

/* textbuf_label - a label's value in the text formats of Prometheus and OpenMetrics, without its quotes: with \\ \" and
 * \n, and U+FFFD for each byte that is no UTF-8. */
void textbuf_label(struct textbuf *t, const char *text);

/* textbuf_logfmt - a value of logfmt: as it is, or, where it is empty or has a space, a quote, "=", a backslash or what
 * is not safe (printable.h), in double quotes with \" \\ and \xNN for each such byte. */
void textbuf_logfmt(struct textbuf *t, const char *text);

/* textbuf_terminal - text for a terminal: safe characters as they are, each other byte as \xNN. */
void textbuf_terminal(struct textbuf *t, const char *text);

/* textbuf_shown - the same as a string in buf, cut between two characters to fit. Returns buf. */
char *textbuf_shown(char *buf, size_t buf_len, const char *text);
#endif
