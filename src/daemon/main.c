/* minipingd - probes a fleet of targets, keeps statistics, logs them. */
#include "base/diag.h"
#include "daemon/command.h"
#include "daemon/daemon.h"
#include "daemon/inspect.h"

#include <fcntl.h>
#include <unistd.h>

/* Else the first files and sockets opened would be taken for standard output and error. */
static void open_standard_fds(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	static int (*const tasks[])(const struct command *c) = {
		[COMMAND_RUN] = daemon_run,    [COMMAND_CHECK] = inspect_check, [COMMAND_PLAN] = inspect_plan,
		[COMMAND_DUMP] = inspect_dump, [COMMAND_DIFF] = inspect_diff,
	};
	struct command c;
	int exit_code;

	open_standard_fds();
	diag_init("minipingd", DIAG_INFO);
	exit_code = command_parse(&c, argc, argv);
	if (exit_code >= 0)
		return exit_code;
	diag_init("minipingd", c.level);
	return tasks[c.task](&c);
}
