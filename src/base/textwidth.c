/* textwidth.c - mbrtowc(3) and wcwidth(3), character by character. */
#include "base/textwidth.h"

#include <stddef.h>
#include <string.h>
#include <wchar.h>

/* The character at text: its length in bytes and its columns. */
static size_t character(const char *text, int *columns)
{
	wchar_t c;
	mbstate_t state = { 0 };
	size_t len = mbrtowc(&c, text, strlen(text), &state);

	if (len == 0 || len > strlen(text)) { /* no character of the locale */
		*columns = 1;
		return 1;
	}
	*columns = wcwidth(c) < 0 ? 1 : wcwidth(c);
	return len;
}

int textwidth(const char *text)
{
	int width = 0, columns;

	while (*text) {
		if ((unsigned char)*text < 128) {
			width++;
			text++;
			continue;
		}
		text += character(text, &columns);
		width += columns;
	}
	return width;
}

void textwidth_cut(char *text, int width, const char *ellipsis)
{
	int used = 0, columns;
	size_t room = strlen(text);

	if (textwidth(text) <= width)
		return;
	for (size_t at = 0, len; text[at]; at += len, used += columns) {
		len = character(text + at, &columns);
		if (used + columns < width)
			continue;
		/* A character of one byte may stand where the ellipsis of three does not fit. */
		if (width > 0 && at + strlen(ellipsis) <= room)
			strcpy(text + at, ellipsis);
		else
			text[at] = '\0';
		return;
	}
}
