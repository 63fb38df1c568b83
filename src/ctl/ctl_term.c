/* ctl_term.c - the locale says what characters there are and how wide they are. */
#include "ctl/ctl_term.h"

#include "base/textbuf.h"
#include "base/textwidth.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct ctl_term ctl_term_init(void)
{
	const char *name = getenv("TERM"), *no_colour = getenv("NO_COLOR");
	struct ctl_term t = { .columns = 80 };
	struct winsize size;

	(void)setlocale(LC_CTYPE, ""); /* a locale that is not there: ASCII */
	t.has_utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	t.is_terminal = isatty(STDOUT_FILENO);
	t.has_colour = t.is_terminal && !(no_colour && *no_colour) && name && strcmp(name, "dumb") != 0;
	if (t.is_terminal && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col)
		t.columns = size.ws_col;
	return t;
}

/* Where bytes are not UTF-8, a terminal may obey some of those above 127. */
static void put_ascii(struct textbuf *to, const char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;
		char code[4] = { '\\', 'x', digits[byte >> 4], digits[byte & 15] };

		if (byte < 128)
			textbuf_char(to, *text);
		else
			textbuf_put(to, code, sizeof(code));
	}
}

char *ctl_term_shown(const struct ctl_term *t, char *buf, size_t buf_len, const char *text)
{
	char safe[4096];
	struct textbuf to = textbuf_on(buf, buf_len - 1);

	if (t->has_utf8)
		return textbuf_shown(buf, buf_len, text);
	put_ascii(&to, textbuf_shown(safe, sizeof(safe), text));
	*to.at = '\0';
	return buf;
}

int ctl_term_width(const char *text)
{
	return textwidth(text);
}

void ctl_term_cut(const struct ctl_term *t, char *text, int width)
{
	textwidth_cut(text, width, t->has_utf8 ? "\u2026" : "~");
}

const char *ctl_term_colour(const struct ctl_term *t, enum ctl_colour c)
{
	static const char *const codes[] = {
		[CTL_PLAIN] = "\033[0m",  [CTL_BOLD] = "\033[1m",    [CTL_DIM] = "\033[2m",      [CTL_RED] = "\033[31m",
		[CTL_GREEN] = "\033[32m", [CTL_YELLOW] = "\033[33m", [CTL_MAGENTA] = "\033[35m",
	};

	return t->has_colour ? codes[c] : "";
}

enum ctl_colour ctl_term_state(const char *state)
{
	if (!strcmp(state, "down"))
		return CTL_RED;
	if (!strcmp(state, "degraded"))
		return CTL_YELLOW;
	if (!strcmp(state, "up"))
		return CTL_GREEN;
	return CTL_MAGENTA;
}
