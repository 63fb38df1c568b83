/* cli_note.c - parts, with commas between. */
#include "cli/cli_note.h"

#include "cli/cli_verdict.h"
#include "base/textbuf.h"
#include "core/not_sent.h"

static void add(struct textbuf *t, const char *part)
{
	if (textbuf_len(t))
		textbuf_text(t, ", ");
	textbuf_text(t, part);
}

/* Only those that there are. */
static void add_oddities(struct textbuf *t, const struct miniping_result *r)
{
	const struct {
		const char *name;
		uint64_t n;
	} counts[] = {
		{ "duplicates=", r->duplicates }, { "late=", r->late },       { "errors=", r->errors },
		{ "not sent=", r->send_errors },  { "unknown=", r->unknown }, { "truncated=", r->truncated },
		{ "corrupt=", r->corrupt },       { "foreign=", r->foreign },
	};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		if (!counts[i].n)
			continue;
		add(t, counts[i].name);
		textbuf_int(t, (int64_t)counts[i].n);
	}
}

char *cli_note_oddities(char *buf, const struct miniping_result *r)
{
	struct textbuf t = textbuf_on(buf, CLI_NOTE_LEN - 1);

	add_oddities(&t, r);
	*t.at = '\0';
	return buf;
}

char *cli_note(char *buf, const struct miniping_result *r, const struct miniping_options *o)
{
	struct textbuf t = textbuf_on(buf, CLI_NOTE_LEN - 1);

	if (r->error.status == MINIPING_E_RESOLVE)
		add(&t, "not resolved");
	else if (cli_verdict(r, o) == CLI_NOT_SENT)
		add(&t, not_sent_text(r->error.sys_errno));
	else if (!cli_verdict_finished(r, o))
		add(&t, "not probed to the end");
	if (!r->received && r->errors)
		add(&t, r->error.icmp_text);
	add_oddities(&t, r);
	*t.at = '\0';
	return buf;
}
