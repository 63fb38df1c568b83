/* config_utf8.c - UTF-8 (RFC 3629), and the characters that YAML 1.1 allows. */
#include "config/config_utf8.h"

#include <errno.h>
#include <string.h>

/* libyaml compares each %TAG line with all before it: unbounded, 1 MB of them takes seconds. */
#define MAX_DIRECTIVES 16

struct cursor {
	const uint8_t *at, *end;
	uint32_t line, column;
	uint32_t n_directives;
};

/* The length of the UTF-8 sequence at c (RFC 3629 4) and what it encodes; 0 if it is none. */
static int decode(uint32_t *out, const uint8_t *c, const uint8_t *end)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	int len = *c < 0xc2 ? 0 : *c < 0xe0 ? 2 : *c < 0xf0 ? 3 : *c < 0xf5 ? 4 : 0;
	uint32_t value;

	if (!len || end - c < len)
		return 0;
	value = *c & (0xffu >> (len + 1));
	for (int i = 1; i < len; i++) {
		if ((c[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (c[i] & 0x3fu);
	}
	if (value < least[len] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
		return 0;
	*out = value;
	return len;
}

/* YAML 1.1 5.1, as libyaml's reader has it, so that errors come from here, with a position. */
static bool is_printable(uint32_t c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0x7f) || c == 0x85 ||
	       (c >= 0xa0 && c < 0xfffe && c != 0xfeff) || c >= 0x10000;
}

static bool is_break(const struct cursor *c, uint32_t character)
{
	if (character == '\r')
		return c->at == c->end || *c->at != '\n'; /* of CR LF the LF ends the line */
	return character == '\n' || character == 0x85 || character == 0x2028 || character == 0x2029;
}

static int step(struct cursor *c, uint32_t *character)
{
	int len = 1;

	if (*c->at < 0x80)
		*character = *c->at;
	else
		len = decode(character, c->at, c->end);
	if (!len || !is_printable(*character))
		return -EINVAL;
	c->n_directives += c->column == 1 && *character == '%';
	c->at += len;
	c->column++;
	if (is_break(c, *character)) {
		c->line++;
		c->column = 1;
	}
	return 0;
}

static void report_offence(const struct cursor *c, struct config_at whole, struct config_errors *errors)
{
	struct config_at at = { whole.file, c->line, c->column, whole.number };
	uint32_t character;

	if (*c->at == '\0')
		config_error_add(errors, at, "a NUL byte: the file must be UTF-8 text");
	else if (*c->at < 0x80)
		config_error_add(errors, at, "control character \\x%02X: remove it", *c->at);
	else if (!decode(&character, c->at, c->end))
		config_error_add(errors, at, "byte \\x%02X is not UTF-8: the file must be UTF-8 text", *c->at);
	else
		config_error_add(errors, at, "character U+%04X is not allowed in YAML: remove it", character);
}

int config_utf8_check(struct config_at whole, const char *text, size_t len, struct config_errors *errors)
{
	const uint8_t *bytes = (const uint8_t *)text;
	struct cursor c = { bytes, bytes + len, 1, 1, 0 };
	uint32_t character;

	if (len >= 2 && (!memcmp(text, "\xff\xfe", 2) || !memcmp(text, "\xfe\xff", 2))) {
		config_error_add(errors, (struct config_at){ whole.file, 1, 1, whole.number },
		                 "the file is UTF-16: it must be UTF-8 text");
		return -EINVAL;
	}
	while (c.at < c.end) {
		if (step(&c, &character) < 0) {
			report_offence(&c, whole, errors);
			return -EINVAL;
		}
		if (c.n_directives > MAX_DIRECTIVES) {
			config_error_add(errors, (struct config_at){ whole.file, c.line, c.column - 1, whole.number },
			                 "more than %d lines that begin with \"%%\"", MAX_DIRECTIVES);
			return -EINVAL;
		}
	}
	return 0;
}

bool config_utf8_is_control(const char *text)
{
	const unsigned char *c = (const unsigned char *)text;

	return (*c && *c < 0x20) || *c == 0x7f || (c[0] == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0);
}
