/* fixture_config.h - a configuration from its text, for tests of what takes one. */
#ifndef MINIPING_TESTS_FIXTURE_CONFIG_H
#define MINIPING_TESTS_FIXTURE_CONFIG_H
#include "config/config.h"
#include "fixture.h"

/* fixture_config - the test fails with the first error if there is one. */
static inline struct config *fixture_config(const char *yaml)
{
	struct config_errors errors;
	struct config *c;
	char why[1024];

	if (config_parse(&c, "test.yaml", yaml, strlen(yaml), &errors))
		fail_msg("%s", errors.n ? config_error_text(&errors.at[0], why, sizeof(why)) : "no memory");
	config_errors_fini(&errors);
	return c;
}

/* fixture_target - the test fails if there is none of that name. */
static inline const struct config_target *fixture_target(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->n_targets; i++)
		if (!strcmp(c->targets[i].name, name))
			return &c->targets[i];
	fail_msg("no target %s", name);
	return NULL;
}
#endif
