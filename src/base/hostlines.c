/* hostlines.c - points into the text: nothing is copied. */
#include "base/hostlines.h"

#include <string.h>

static const char mark[] = "\xef\xbb\xbf";

void hostlines_init(struct hostlines *l, const char *text, size_t len)
{
	size_t mark_len = strlen(mark);
	bool has_mark = len >= mark_len && !memcmp(text, mark, mark_len);

	*l = (struct hostlines){ .next = has_mark ? text + mark_len : text, .end = text + len };
}

bool hostlines_next(struct hostlines *l)
{
	const char *stop;

	if (l->next == l->end)
		return false;
	stop = memchr(l->next, '\n', (size_t)(l->end - l->next));
	l->at = l->next;
	l->line_end = stop ? stop : l->end;
	l->next = stop ? stop + 1 : l->end;
	if (l->line_end > l->at && l->line_end[-1] == '\r')
		l->line_end--;
	l->line++;
	l->column = 1;
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\v' || c == '\f';
}

size_t hostlines_word(struct hostlines *l, bool is_host, const char **word, uint32_t *column)
{
	for (; l->at < l->line_end && is_blank(*l->at); l->at++)
		l->column++;
	*word = l->at;
	*column = l->column;
	for (; l->at < l->line_end && !is_blank(*l->at); l->at++) {
		if (*l->at == '#' && (is_host || l->at == *word)) {
			l->line_end = l->at;
			break;
		}
		l->column += ((unsigned char)*l->at & 0xc0) != 0x80; /* characters, not bytes */
	}
	return (size_t)(l->at - *word);
}
