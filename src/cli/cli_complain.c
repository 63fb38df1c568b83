/* cli_complain.c - the library's sentences, with what a user of the command line can do. */
#include "cli/cli_complain.h"

#include "cli/cli_verdict.h"
#include "base/textbuf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int cli_complain(int exit_code, const char *format, ...)
{
	char text[1024], shown[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fprintf(stderr, "miniping: %s\n", textbuf_shown(shown, sizeof(shown), text));
	return exit_code;
}

int cli_complain_failed(const struct cli_args *a, const struct miniping_error *e)
{
	char text[512];

	miniping_strerror(e, text, sizeof(text));
	if (e->status == MINIPING_E_PERMISSION)
		strcat(text, " (Or let your group in: sysctl net.ipv4.ping_group_range.)");
	if (e->status != MINIPING_E_ARGUMENT)
		return cli_complain(CLI_EXIT_SYSTEM, "%s", text);
	if (!strcmp(e->option, "max_rate"))
		return cli_complain(CLI_EXIT_ARGUMENTS, "--rate %d: %s", a->options.max_rate, text);
	/* Of the rest of the command line, only where to send from has not been checked to the end. */
	return cli_complain(CLI_EXIT_ARGUMENTS, "--interface %s: %s",
	                    strcmp(e->option, "source") ? a->options.interface : a->options.source, text);
}

int cli_complain_output(int err)
{
	if (err == -ENOMEM)
		return cli_complain(CLI_EXIT_SYSTEM, "out of memory");
	if (err)
		return cli_complain(CLI_EXIT_SYSTEM, "standard output: %s", strerror(-err));
	return CLI_EXIT_ANSWERED;
}
