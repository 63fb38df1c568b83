/* inspect.c - each reads the configuration as a start would, and has a fleet of its own where one is needed: none
 * runs yet. */
#include "daemon/inspect.h"

#include "base/diag.h"
#include "base/textbuf.h"
#include "config/config.h"
#include "daemon/capacity.h"
#include "daemon/command.h"
#include "daemon/config_messages.h"
#include "daemon/hostcheck.h"
#include "daemon/reload_plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What has been printed is there, or the exit code is no success. */
static int end(int err)
{
	if (!err && (fflush(stdout) || ferror(stdout)))
		err = -EIO;
	if (err)
		diag(DIAG_ERROR, "%s", strerror(-err));
	return err ? COMMAND_EXIT_ERROR : COMMAND_EXIT_OK;
}

/* The exit code: 0 and *out, or why there is none, which has been printed. */
static int load(const char *path, const struct config_overrides *overrides, struct config **out)
{
	struct config_errors errors = { .n = 0 };
	int err = config_load(out, path, overrides, &errors);

	config_messages_print(&errors, *out);
	config_errors_fini(&errors);
	return err ? config_messages_exit_code("cannot read the configuration", err) : COMMAND_EXIT_OK;
}

int inspect_check(const struct command *command)
{
	struct config *c;
	size_t n_warnings;
	char warnings[32] = "", path[1024];
	int exit_code = load(command->config_path, &command->overrides, &c);

	if (exit_code)
		return exit_code;
	n_warnings = c->warnings.n + c->warnings.n_more + hostcheck(c);
	if (n_warnings)
		snprintf(warnings, sizeof(warnings), ", %zu warning%s", n_warnings, n_warnings > 1 ? "s" : "");
	textbuf_shown(path, sizeof(path), command->config_path);
	if (c->shard.count > 1)
		printf("%s: %zu of %zu targets are of shard %u of %u, no errors%s\n", path, c->n_targets, c->n_all,
		       c->shard.index, c->shard.count, warnings);
	else
		printf("%s: %zu targets, no errors%s\n", path, c->n_targets, warnings);
	config_free(c);
	return COMMAND_EXIT_OK;
}

int inspect_plan(const struct command *command)
{
	struct config *c;
	struct capacity needs;
	int exit_code = load(command->config_path, NULL, &c);

	if (exit_code)
		return exit_code;
	needs = capacity_make(c);
	capacity_print(stdout, c, &needs);
	config_free(c);
	return COMMAND_EXIT_OK;
}

int inspect_dump(const struct command *command)
{
	struct config *c;
	int err = load(command->config_path, NULL, &c);

	if (err)
		return err;
	err = config_dump(stdout, c);
	config_free(c);
	return end(err);
}

static void on_step(void *data, enum reload_action a, uint32_t number)
{
	(void)data, (void)a, (void)number;
}

static void on_change(void *data, enum reload_action a, const struct target *was, const struct config_target *is)
{
	const char *const *words = data, *name = is ? is->name : was->name;
	char shown[4 * 256 + ADDR_STRLEN]; /* of a name, perhaps with an address */

	printf("%s %s\n", words[a], textbuf_shown(shown, sizeof(shown), name));
}

/* c has no targets[] then: a million are 40 MB. */
static int apply(struct fleet *f, struct config *c)
{
	struct reload_plan *plan;
	int err = reload_plan_make(&plan, f, c);

	if (err)
		return err;
	reload_plan_apply(plan, SIZE_MAX, 0, 0, on_step, NULL);
	reload_plan_free(plan);
	free(config_take_targets(c));
	return 0;
}

static int print_diff(struct fleet *f, const struct config *c)
{
	static const char *words[RELOAD_ACTIONS] = {
		[RELOAD_KEPT] = "kept",   [RELOAD_CHANGED] = "changed", [RELOAD_MOVED] = "moved",
		[RELOAD_ADDED] = "added", [RELOAD_REMOVED] = "removed",
	};
	struct reload_plan *plan;
	int err = reload_plan_make(&plan, f, c);

	if (err)
		return err;
	reload_plan_each(plan, on_change, words);
	printf("%zu added, %zu removed, %zu changed, %zu moved, %zu kept\n", reload_plan_count(plan, RELOAD_ADDED),
	       reload_plan_count(plan, RELOAD_REMOVED), reload_plan_count(plan, RELOAD_CHANGED),
	       reload_plan_count(plan, RELOAD_MOVED), reload_plan_count(plan, RELOAD_KEPT));
	reload_plan_free(plan);
	return 0;
}

int inspect_diff(const struct command *command)
{
	struct config *old = NULL, *c = NULL;
	int failed = load(command->config_path, NULL, &old);
	int new_failed = load(command->diff_path, NULL, &c);
	struct fleet *f = NULL;
	int err = -ENOMEM;

	if (!failed)
		failed = new_failed;
	if (failed)
		goto free_configs;
	f = fleet_new();
	if (!f)
		goto free_configs;
	err = apply(f, old);
	if (!err)
		err = print_diff(f, c);
free_configs:
	fleet_free(f);
	config_free(old);
	config_free(c);
	return failed ? failed : end(err);
}
