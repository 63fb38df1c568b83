/* ctl_exit.c - errors quote what came from elsewhere, so all of a line goes through textbuf_terminal. */
#include "ctl/ctl_exit.h"

#include "base/textbuf.h"

#include <stdarg.h>
#include <stdio.h>

enum ctl_exit ctl_complain(enum ctl_exit exit_code, const char *format, ...)
{
	char text[2048], shown[4096];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	(void)fflush(stdout); /* what was printed before it stands before it */
	fprintf(stderr, "minipingctl: %s\n", textbuf_shown(shown, sizeof(shown), text));
	return exit_code;
}
