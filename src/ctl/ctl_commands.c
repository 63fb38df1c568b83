/* ctl_commands.c - completion and the manual are held against this table by tests/ctl.sh. */
#include "ctl/ctl_commands.h"

#include "ctl/ctl_control.h"
#include "ctl/ctl_events.h"
#include "ctl/ctl_history.h"
#include "ctl/ctl_list.h"
#include "ctl/ctl_show.h"
#include "ctl/ctl_status.h"
#include "ctl/ctl_top.h"

#include <stdio.h>
#include <string.h>

#define BIT(option) (1u << (option))
#define FILTERS     (BIT(CTL_STATE) | BIT(CTL_GROUP) | BIT(CTL_LABEL))
#define ANY         ((size_t)-1)

/* clang-format off */
static const struct ctl_command commands[] = {
	{ "status",    "",                   0, 0,   BIT(CTL_JSON), ctl_status,
	  "the daemon and its targets by state" },
	{ "targets",   "[TEXT]",             0, 1,   FILTERS | BIT(CTL_JSON) | BIT(CTL_CSV) | BIT(CTL_NAMES) | BIT(CTL_SORT) | BIT(CTL_LIMIT), ctl_list_targets,
	  "the targets, or those with TEXT in them" },
	{ "groups",    "",                   0, 0,   FILTERS | BIT(CTL_JSON) | BIT(CTL_CSV) | BIT(CTL_NAMES) | BIT(CTL_LIMIT), ctl_list_groups,
	  "the groups, their targets by state" },
	{ "show",      "NAME",               1, 1,   BIT(CTL_JSON), ctl_show,
	  "all about one target; 1: it is down" },
	{ "history",   "NAME",               1, 1,   BIT(CTL_SINCE) | BIT(CTL_STEP) | BIT(CTL_JSON) | BIT(CTL_CSV), ctl_history,
	  "the past of one target" },
	{ "export",    "",                   0, 0,   BIT(CTL_SINCE) | BIT(CTL_STEP), ctl_history_export,
	  "the past of all targets, as CSV" },
	{ "top",       "[TEXT]",             0, 1,   FILTERS | BIT(CTL_SORT) | BIT(CTL_INTERVAL), ctl_top,
	  "the targets as they are, on a live screen" },
	{ "events",    "",                   0, 0,   BIT(CTL_FOLLOW) | BIT(CTL_KIND) | BIT(CTL_JSON), ctl_events,
	  "what has happened; -f: what happens" },
	{ "ping",      "NAME",               1, 1,   BIT(CTL_COUNT) | BIT(CTL_INTERVAL) | BIT(CTL_JSON), ctl_control_ping,
	  "probe a target now; 1: no reply" },
	{ "check",     "",                   0, 0,   BIT(CTL_JSON), ctl_control_check,
	  "have the daemon read its configuration; 1: it has errors" },
	{ "diff",      "",                   0, 0,   BIT(CTL_JSON), ctl_control_diff,
	  "what a reload would change; 1: something" },
	{ "reload",    "",                   0, 0,   BIT(CTL_JSON), ctl_control_reload,
	  "have it take its configuration; 1: refused" },
	{ "lease",     "HOST [OPTION=VALUE]...", 1, ANY, BIT(CTL_FOR) | BIT(CTL_PAUSE) | BIT(CTL_JSON), ctl_control_lease,
	  "probe HOST for a while" },
	{ "unlease",   "NAME",               1, 1,   BIT(CTL_JSON), ctl_control_unlease,
	  "end a lease before its time" },
	{ "log-level", "LEVEL",              1, 1,   BIT(CTL_JSON), ctl_control_log_level,
	  "error, warning, info or debug, until the daemon ends" },
};
/* clang-format on */
#define N_COMMANDS (sizeof(commands) / sizeof(*commands))

const struct ctl_command *ctl_commands_find(const char *name)
{
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

enum ctl_exit ctl_commands_check(const struct ctl_command *c, const struct ctl_options *o)
{
	for (int i = 0; i < CTL_N_OPTIONS; i++)
		if (o->given & ~(c->options | CTL_EVERY_COMMAND) & BIT(i))
			return ctl_complain(CTL_EXIT_ARGUMENTS, "%s takes no --%s (see minipingctl %s --help)", c->name,
			                    ctl_option_info((enum ctl_option)i)->name, c->name);
	if (o->n_arguments < c->n_min)
		return ctl_complain(CTL_EXIT_ARGUMENTS, "%s: expected %s", c->name, c->arguments);
	if (o->n_arguments > c->n_max)
		return ctl_complain(CTL_EXIT_ARGUMENTS, "%s %.200s: expected %s", c->name, o->arguments[c->n_max],
		                    c->n_max ? "nothing more" : "no argument");
	return CTL_EXIT_DONE;
}

static void print_options(unsigned which)
{
	for (int i = 0; i < CTL_N_OPTIONS; i++) {
		const struct ctl_option_info *x = ctl_option_info((enum ctl_option)i);
		char left[64];

		if (!(which & BIT(i)))
			continue;
		snprintf(left, sizeof(left), "%c%c%s --%s %s", x->letter ? '-' : ' ', x->letter ? x->letter : ' ',
		         x->letter ? "," : " ", x->name, x->value ? x->value : "");
		printf("  %-26s %s\n", left, x->about);
	}
}

void ctl_commands_usage(const struct ctl_command *c)
{
	if (c) {
		printf("usage: minipingctl [OPTION]... %s%s%s\n\n%s\n\n", c->name, *c->arguments ? " " : "",
		       c->arguments, c->about);
		print_options(c->options | CTL_EVERY_COMMAND);
		return;
	}
	puts("usage: minipingctl [OPTION]... COMMAND [ARGUMENT]...\n\nAsks and steers a running minipingd.\n");
	for (size_t i = 0; i < N_COMMANDS; i++) {
		char left[64];

		snprintf(left, sizeof(left), "%s %s", commands[i].name, commands[i].arguments);
		printf("  %-26s %s\n", left, commands[i].about);
	}
	puts("");
	print_options(~0u);
	puts("\nExit code: 0 done, 1 the answer is no, 2 no daemon could be reached, 3 bad arguments. See minipingctl(1).");
}
