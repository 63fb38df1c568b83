/* config_error.c - keeps errors sorted by file and line. */
#include "config/config_error.h"

#include "base/printable.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QUOTE_MAX 60

static bool is_before(const struct config_at *a, const struct config_error *b)
{
	if (a->number != b->number)
		return a->number < b->number;
	return a->line != b->line ? a->line < b->line : a->column < b->column;
}

static void error_fini(struct config_error *e)
{
	free(e->file);
	free(e->message);
}

bool config_error_would_drop(const struct config_errors *errors, struct config_at at)
{
	return errors->n == CONFIG_MAX_ERRORS && !is_before(&at, &errors->at[CONFIG_MAX_ERRORS - 1]);
}

/* A value that aliases or merge keys bring in several times is wrong only once. */
static bool is_known(const struct config_errors *errors, const struct config_error *e)
{
	for (size_t i = errors->n; i-- > 0;) {
		const struct config_error *known = &errors->at[i];

		if (known->number == e->number && known->line == e->line && known->column == e->column &&
		    !strcmp(known->message, e->message))
			return true;
	}
	return false;
}

void config_error_add_args(struct config_errors *errors, struct config_at at, const char *format, va_list args)
{
	struct config_error e = { .line = at.line, .column = at.column, .number = at.number };
	bool is_full = errors->n == CONFIG_MAX_ERRORS;
	size_t i = is_full ? CONFIG_MAX_ERRORS - 1 : errors->n;

	if (config_error_would_drop(errors, at)) {
		errors->n_more++;
		return;
	}
	if (vasprintf(&e.message, format, args) < 0)
		e.message = NULL;
	e.file = strdup(at.file);
	if (!e.file || !e.message) {
		error_fini(&e);
		errors->n_more++;
		return;
	}
	if (is_known(errors, &e)) {
		error_fini(&e);
		return;
	}
	errors->n_more += is_full;
	if (is_full)
		error_fini(&errors->at[i]);
	else
		errors->n++;
	for (; i > 0 && is_before(&at, &errors->at[i - 1]); i--)
		errors->at[i] = errors->at[i - 1];
	errors->at[i] = e;
}

void config_error_add(struct config_errors *errors, struct config_at at, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	config_error_add_args(errors, at, format, args);
	va_end(args);
}

static size_t quoted_len(const char *text)
{
	size_t len = strnlen(text, QUOTE_MAX + 1);

	if (len > QUOTE_MAX) {
		len = QUOTE_MAX;
		while (len && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--; /* never cut a character in two */
	}
	return len;
}

char *config_error_quote(const char *text, char buf[CONFIG_QUOTELEN])
{
	size_t len = quoted_len(text);
	char *at = buf;

	*at++ = '"';
	for (size_t i = 0, n; i < len; i += n ? n : 1) {
		n = printable_len(text + i);
		if (n)
			at = mempcpy(at, text + i, n);
		else
			at += sprintf(at, "\\x%02X", (unsigned char)text[i]);
	}
	memcpy(at, text[len] ? "...\"" : "\"", text[len] ? 5 : 2);
	return buf;
}

char *config_error_text(const struct config_error *e, char *buf, size_t buf_len)
{
	if (e->line)
		snprintf(buf, buf_len, "%s:%u:%u: %s", e->file, e->line, e->column, e->message);
	else
		snprintf(buf, buf_len, "%s: %s", e->file, e->message);
	return buf;
}
