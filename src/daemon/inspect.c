#include "daemon/inspect.h"

#include "config/config.h"
#include "daemon/daemon.h"
#include "daemon/reload_plan.h"
#include "base/diag.h"
#include "base/textbuf.h"

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
	return err ? DAEMON_EXIT_ERROR : DAEMON_EXIT_OK;
}

int inspect_dump(const struct daemon_options *o)
{
	struct config *c;
	int err = daemon_load(o->config_path, NULL, &c);

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

static void on_change(void *data, enum reload_action a, const char *name)
{
	const char *const *words = data;
	char shown[4 * 256 + ADDR_STRLEN];    /* of a name, perhaps with an address */

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
	printf("%zu added, %zu removed, %zu changed, %zu moved, %zu kept\n",
	       reload_plan_count(plan, RELOAD_ADDED), reload_plan_count(plan, RELOAD_REMOVED),
	       reload_plan_count(plan, RELOAD_CHANGED), reload_plan_count(plan, RELOAD_MOVED),
	       reload_plan_count(plan, RELOAD_KEPT));
	reload_plan_free(plan);
	return 0;
}

int inspect_diff(const struct daemon_options *o)
{
	struct config *old = NULL, *c = NULL;
	int failed = daemon_load(o->config_path, NULL, &old), new_failed = daemon_load(o->diff_path, NULL, &c);
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
