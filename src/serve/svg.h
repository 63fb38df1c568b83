/* svg.h - elements of an SVG picture, appended to a textbuf. Pure. */
#ifndef MINIPING_SVG_H
#define MINIPING_SVG_H
#include "base/textbuf.h"

/* svg_escaped - text, of any bytes, at most max characters of it; U+FFFD stands for what XML cannot have or what would
 * not show as itself (printable.h). */
void svg_escaped(struct textbuf *t, const char *text, size_t max);

/* Values are px, >= 0, and written to a tenth. */
void svg_number(struct textbuf *t, double value);

/* svg_attribute - name="value", a space in front. */
void svg_attribute(struct textbuf *t, const char *name, double value);

/* svg_move - of a path: c is M, H or V, or the space between two coordinates. */
void svg_move(struct textbuf *t, char c, double value);

/* svg_text_begin, svg_text_end - words at (x, y); anchor: start, middle or end. */
void svg_text_begin(struct textbuf *t, double x, double y, const char *anchor);
void svg_text_end(struct textbuf *t);
#endif
