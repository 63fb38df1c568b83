/* jsonbuf.h - a JSON text (RFC 8259), appended to a textbuf: names, values and the commas between them. Pure. */
#ifndef MINIPING_JSONBUF_H
#define MINIPING_JSONBUF_H
#include "base/textbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jsonbuf {
	struct textbuf *t;
	bool comma; /* before the next value */
};

static inline struct jsonbuf jsonbuf_on(struct textbuf *t)
{
	return (struct jsonbuf){ .t = t };
}

/* All take the name of the value in the object around it; NULL in an array, or of the outermost. Names are not escaped
 * but by jsonbuf_named. */

/* jsonbuf_open, jsonbuf_close - bracket: one of "{[" and "]}". */
void jsonbuf_open(struct jsonbuf *j, const char *name, char bracket);
void jsonbuf_close(struct jsonbuf *j, char bracket);

void jsonbuf_null(struct jsonbuf *j, const char *name);
void jsonbuf_bool(struct jsonbuf *j, const char *name, bool value);
void jsonbuf_int(struct jsonbuf *j, const char *name, int64_t value);
void jsonbuf_uint(struct jsonbuf *j, const char *name, uint64_t value);

/* jsonbuf_text - as textbuf_json; NULL: null. jsonbuf_named - likewise, with a name that is escaped as well. */
void jsonbuf_text(struct jsonbuf *j, const char *name, const char *text);
void jsonbuf_named(struct jsonbuf *j, const char *name, const char *text);

/* jsonbuf_seconds - of ns, exactly: 0.001234567; < 0: null. */
void jsonbuf_seconds(struct jsonbuf *j, const char *name, int64_t ns);

/* jsonbuf_decimal - with up to six decimals, |value| < 10^12; NaN: null. jsonbuf_ratio - likewise; < 0: null. */
void jsonbuf_decimal(struct jsonbuf *j, const char *name, double value);
void jsonbuf_ratio(struct jsonbuf *j, const char *name, double value);

/* jsonbuf_time - CLOCK_REALTIME as textbuf_time; <= 0: null. */
void jsonbuf_time(struct jsonbuf *j, const char *name, int64_t real_ns);

/* jsonbuf_raw - text is JSON already. */
void jsonbuf_raw(struct jsonbuf *j, const char *name, const char *text, size_t len);
#endif
