/* minipingctl - asks and steers a running minipingd. */
#include "ctl/ctl_commands.h"
#include "ctl/ctl_where.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static enum ctl_exit end_output(enum ctl_exit code)
{
	errno = 0;
	if (fflush(stdout) || ferror(stdout))
		return ctl_complain(code ? code : CTL_EXIT_UNREACHABLE, "standard output: %s",
		                    strerror(errno ? errno : EIO));
	return code;
}

static enum ctl_exit run(const struct ctl_command *c, const struct ctl_options *o)
{
	struct ctl_session s = { .options = o, .term = ctl_term_init() };
	struct ctl_where where;
	enum ctl_exit code = ctl_where(&where, o);

	if (code)
		return code;
	s.http = ctl_http_open(&where.http);
	if (!s.http)
		return ctl_complain(CTL_EXIT_UNREACHABLE, "out of memory");
	code = c->run(&s);
	ctl_http_close(s.http);
	return code;
}

int main(int argc, char **argv)
{
	const struct ctl_command *c = NULL;
	struct ctl_options o;
	char error[CTL_ERROR_LEN];
	enum ctl_exit code;

	if (ctl_options_parse(&o, argc, argv, error))
		return ctl_complain(CTL_EXIT_ARGUMENTS, "%s", error);
	if (o.command)
		c = ctl_commands_find(o.command);
	if (ctl_options_given(&o, CTL_VERSION)) {
		puts("minipingctl " PACKAGE_VERSION);
		return end_output(CTL_EXIT_DONE);
	}
	if (ctl_options_given(&o, CTL_HELP)) {
		ctl_commands_usage(c);
		return end_output(CTL_EXIT_DONE);
	}
	if (!o.command)
		return ctl_complain(CTL_EXIT_ARGUMENTS, "expected a command, as status (see minipingctl --help)");
	if (!c)
		return ctl_complain(CTL_EXIT_ARGUMENTS, "unknown command %.100s (see minipingctl --help)", o.command);
	code = ctl_commands_check(c, &o);
	return end_output(code ? code : run(c, &o));
}
