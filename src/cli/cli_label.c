/* cli_label.c - textbuf_shown, and the address. */
#include "cli/cli_label.h"

#include "base/textbuf.h"
#include "dns/host.h"

char *cli_label(char *buf, const char *host, const char *addr)
{
	struct textbuf t = textbuf_on(buf, CLI_LABEL_LEN - 1);
	struct host h;

	textbuf_terminal(&t, host);
	if (*addr && host_address(&h, host)) {
		textbuf_text(&t, " (");
		textbuf_text(&t, addr);
		textbuf_char(&t, ')');
	}
	*t.at = '\0';
	return buf;
}
