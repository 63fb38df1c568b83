/* svg.c - the words of a picture: see svg.h. */
#include "serve/svg.h"

#include "base/printable.h"

#include <math.h>

/* XML 1.0 has no control characters, not even escaped, nor bytes that are no UTF-8. */
void svg_escaped(struct textbuf *t, const char *text, size_t max)
{
	for (size_t n = 0, len; *text; text += len ? len : 1) {
		len = printable_len(text);
		if (n++ == max) {
			textbuf_text(t, "\u2026");
			return;
		}
		if (!len)
			textbuf_text(t, "\ufffd");
		else if (*text == '&')
			textbuf_text(t, "&amp;");
		else if (*text == '<')
			textbuf_text(t, "&lt;");
		else if (*text == '>')
			textbuf_text(t, "&gt;");
		else if (*text == '"')
			textbuf_text(t, "&quot;");
		else
			textbuf_put(t, text, len);
	}
}

void svg_number(struct textbuf *t, double value)
{
	textbuf_decimal(t, round(value * 10) / 10);
}

void svg_attribute(struct textbuf *t, const char *name, double value)
{
	textbuf_char(t, ' ');
	textbuf_text(t, name);
	textbuf_text(t, "=\"");
	svg_number(t, value);
	textbuf_char(t, '"');
}

void svg_move(struct textbuf *t, char c, double value)
{
	textbuf_char(t, c);
	svg_number(t, value);
}

void svg_text_begin(struct textbuf *t, double x, double y, const char *anchor)
{
	textbuf_text(t, "<text");
	svg_attribute(t, "x", x);
	svg_attribute(t, "y", y);
	textbuf_text(t, " text-anchor=\"");
	textbuf_text(t, anchor);
	textbuf_text(t, "\">");
}

void svg_text_end(struct textbuf *t)
{
	textbuf_text(t, "</text>\n");
}
