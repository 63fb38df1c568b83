/* format.c - a line is written from left to right into bounded text (textbuf.h); one that does not fit is none. */
#include "log/format.h"

#include "base/textbuf.h"

static void put_string(struct textbuf *t, enum log_format format, const char *text)
{
	if (format == LOG_JSON)
		textbuf_json(t, text);
	else
		textbuf_logfmt(t, text);
}

static void put_value(struct textbuf *t, enum log_format format, const struct field *f)
{
	switch (f->type) {
	case FIELD_NONE:
		textbuf_text(t, "null");
		break;
	case FIELD_TEXT:
		put_string(t, format, f->text);
		break;
	case FIELD_INT:
		textbuf_int(t, f->integer);
		break;
	case FIELD_MS:
		textbuf_ms(t, f->integer);
		break;
	case FIELD_PERCENT:
		textbuf_decimal(t, f->number);
		break;
	case FIELD_TIME:
		if (format == LOG_JSON)
			textbuf_char(t, '"');
		textbuf_time(t, f->integer);
		if (format == LOG_JSON)
			textbuf_char(t, '"');
		break;
	case FIELD_BOOL:
		textbuf_text(t, f->integer ? "true" : "false");
		break;
	}
}

static void put_field(struct textbuf *t, enum log_format format, const struct field *f)
{
	if (format == LOG_JSON) {
		textbuf_text(t, ",\"");
		textbuf_text(t, f->key);
		textbuf_text(t, "\":");
	} else if (f->type == FIELD_NONE) {
		return;
	} else {
		textbuf_char(t, ' ');
		textbuf_text(t, f->key);
		textbuf_char(t, '=');
	}
	put_value(t, format, f);
}

static void put_labels(struct textbuf *t, enum log_format format, const struct labels *labels)
{
	size_t n = labels ? labels->n : 0;

	if (format == LOG_JSON)
		textbuf_text(t, ",\"labels\":{");
	for (size_t i = 0; i < n; i++) {
		if (format == LOG_JSON) {
			textbuf_text(t, i ? "," : "");
			textbuf_json(t, labels->at[i].key);
			textbuf_char(t, ':');
		} else {
			textbuf_text(t, " label.");
			textbuf_text(t, labels->at[i].key);
			textbuf_char(t, '=');
		}
		put_string(t, format, labels->at[i].value);
	}
	if (format == LOG_JSON)
		textbuf_char(t, '}');
}

size_t format_fields(char out[FORMAT_LINE_MAX], enum log_format format, const struct record *r, uint64_t fields,
                     int64_t ts_real_ns, uint64_t n)
{
	struct textbuf t = textbuf_on(out, FORMAT_LINE_MAX);
	struct field level = { .key = "level", .type = FIELD_TEXT, .text = record_level_name(r->level) };
	bool json = format == LOG_JSON;

	textbuf_text(&t, json ? "{\"ts\":\"" : "ts=");
	textbuf_time(&t, ts_real_ns);
	textbuf_text(&t, json ? "\",\"v\":1,\"n\":" : " v=1 n=");
	textbuf_digits(&t, n, 1);
	textbuf_text(&t, json ? ",\"kind\":\"" : " kind=");
	textbuf_text(&t, record_kind_name(r->kind));
	if (json)
		textbuf_char(&t, '"');
	for (size_t i = 0; i < r->n_fields; i++) {
		if (fields >> i & 1)
			put_field(&t, format, &r->fields[i]);
	}
	put_field(&t, format, &level);
	if (r->kind != RECORD_DAEMON)
		put_labels(&t, format, r->labels);
	textbuf_text(&t, json ? "}\n" : "\n");
	return t.full ? 0 : textbuf_len(&t);
}

size_t format_line(char out[FORMAT_LINE_MAX], enum log_format format, const struct record *r, int64_t ts_real_ns,
                   uint64_t n)
{
	return format_fields(out, format, r, UINT64_MAX, ts_real_ns, n);
}
