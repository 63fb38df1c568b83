/* ctl_commands.h - the commands of minipingctl in one table: what they take, what they run, and the text of --help. */
#ifndef MINIPING_CTL_COMMANDS_H
#define MINIPING_CTL_COMMANDS_H
#include "ctl/ctl_exit.h"
#include "ctl/ctl_options.h"
#include "ctl/ctl_session.h"

struct ctl_command {
	const char *name, *arguments; /* arguments: "NAME"; "": none */
	size_t n_min, n_max;
	unsigned options; /* bits 1 << enum ctl_option, beside CTL_EVERY_COMMAND */
	enum ctl_exit (*run)(struct ctl_session *s);
	const char *about;
};

/* ctl_commands_find - the command of that name; NULL: none. */
const struct ctl_command *ctl_commands_find(const char *name);

/* ctl_commands_check - arguments and options are the command's; else it complains and returns CTL_EXIT_ARGUMENTS. */
enum ctl_exit ctl_commands_check(const struct ctl_command *c, const struct ctl_options *o);

/* ctl_commands_usage - of all commands; of c alone. */
void ctl_commands_usage(const struct ctl_command *c);
#endif
