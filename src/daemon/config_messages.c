/* config_messages.c - not through diag(), which holds back what it has said before. */
#include "daemon/config_messages.h"

#include "base/diag.h"
#include "daemon/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void print_lines(enum diag_level level, const struct config_errors *errors, const char *kind)
{
	char text[1024];

	for (size_t i = 0; i < errors->n; i++)
		diag_line(level, config_error_text(&errors->at[i], text, sizeof(text)));
	if (!errors->n_more)
		return;
	snprintf(text, sizeof(text), "%zu more %s", errors->n_more, kind);
	diag_line(level, text);
}

void config_messages_print(const struct config_errors *errors, const struct config *c)
{
	print_lines(DIAG_ERROR, errors, "errors");
	if (c)
		print_lines(DIAG_WARNING, &c->warnings, "warnings");
}

int config_messages_exit_code(const char *what, int err)
{
	/* 78 is for what the next start would find as well. */
	if (err == -EINVAL)
		return COMMAND_EXIT_CONFIG;
	diag(DIAG_ERROR, "%s: %s", what, strerror(-err));
	return COMMAND_EXIT_ERROR;
}
