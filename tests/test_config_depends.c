/* depends_on: who depends on whom, once defaults, group and target have been put together. */
#include "fixture_config.h"

#include <time.h>

static struct config_errors errors;

/* What name depends on, a space between two. */
static const char *depends(const struct config *c, const char *name)
{
	static char text[1000];
	const struct depends *d = NULL;
	size_t i = 0;

	while (i < c->n_targets && strcmp(c->targets[i].name, name))
		i++;
	if (i == c->n_targets)
		fail_msg("no target %s", name);
	d = c->targets[i].profile->depends;
	text[0] = '\0';
	for (size_t k = 0; d && k < d->n; k++)
		sprintf(text + strlen(text), "%s%s", k ? " " : "", d->at[k]->name);
	return text;
}

static void depend(const struct config *c, const char *name, const char *expected)
{
	assert_string_equal(depends(c, name), expected);
}

static void the_nearest_list_wins_as_a_whole(void **state)
{
	struct config *c =
		fixture_config("defaults: {depends_on: [a, b]}\n"
	                       "groups:\n"
	                       "  - {name: g, targets: [192.0.2.1, {host: 192.0.2.2, depends_on: c}]}\n"
	                       "  - {name: h, depends_on: [c, a], targets: [192.0.2.3]}\n"
	                       "  - {name: i, depends_on: [], targets: [{host: a}, {host: b}, {host: c}]}\n"
	                       "targets: [192.0.2.4, {host: 192.0.2.5, depends_on: []}, {range: 192.0.2.8/31}]\n");

	(void)state;
	depend(c, "192.0.2.1", "a b");
	depend(c, "192.0.2.2", "c");
	depend(c, "192.0.2.3", "c a");
	depend(c, "192.0.2.4", "a b");
	depend(c, "192.0.2.5", "");
	depend(c, "192.0.2.8", "a b");
	depend(c, "a", "");
	assert_int_equal(c->n_dependencies, 3);
	config_free(c);
}

static void who_inherits_its_own_name_depends_on_nobody_of_that_list(void **state)
{
	struct config *c =
		fixture_config("groups:\n"
	                       "  - {name: g, depends_on: gw, targets: [{host: 192.0.2.1, name: gw}, 192.0.2.2]}\n"
	                       "  - {name: h, depends_on: [gw, 192.0.2.9], targets: [{range: 192.0.2.8/31}]}\n");

	(void)state;
	depend(c, "gw", "");
	depend(c, "192.0.2.2", "gw");
	depend(c, "192.0.2.8", "gw 192.0.2.9");
	depend(c, "192.0.2.9", "");
	config_free(c);
	c = fixture_config("defaults: {depends_on: [gw1, gw2]}\ntargets: [gw1, gw2, 192.0.2.1]\n");
	depend(c, "gw1", "");
	depend(c, "gw2", "");
	depend(c, "192.0.2.1", "gw1 gw2");
	config_free(c);
}

static void names_of_both_versions_and_of_ranges_can_be_depended_on(void **state)
{
	struct config *c = fixture_config("targets:\n"
	                                  "  - {host: gw, family: both}\n"
	                                  "  - {range: 2001:db8::/126}\n"
	                                  "  - {host: a, depends_on: [gw/6, \"2001:db8::1\"]}\n");

	(void)state;
	depend(c, "a", "gw/6 2001:db8::1");
	config_free(c);
}

static void eight_names_are_not_too_many(void **state)
{
	struct config *c =
		fixture_config("targets: [a, b, c, d, e, f, g, h, {host: z, depends_on: [h, g, f, e, d, c, b, a]}]");

	(void)state;
	depend(c, "z", "h g f e d c b a");
	config_free(c);
}

static void who_says_the_same_shares_one_profile(void **state)
{
	struct config *c = fixture_config("targets: [gw, {host: a, depends_on: gw}, {host: b, depends_on: [gw]}, c]");

	(void)state;
	assert_ptr_equal(c->targets[1].profile, c->targets[2].profile);
	assert_ptr_not_equal(c->targets[1].profile, c->targets[3].profile);
	assert_ptr_equal(c->targets[0].profile, c->targets[3].profile);
	config_free(c);
}

static void many_ways_to_one_target_are_no_cycle(void **state)
{
	struct config *c = fixture_config("targets:\n"
	                                  "  - {host: a, depends_on: [b, c]}\n"
	                                  "  - {host: b, depends_on: [d, c]}\n"
	                                  "  - {host: c, depends_on: [d]}\n"
	                                  "  - d\n");

	(void)state;
	depend(c, "b", "d c");
	config_free(c);
}

static char *dump(const struct config *c)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	assert_int_equal(config_dump(f, c), 0);
	fclose(f);
	return text;
}

static void a_dump_reads_back_as_the_same_dependencies(void **state)
{
	struct config *c = fixture_config("defaults: {depends_on: gw}\n"
	                                  "groups:\n"
	                                  "  - {name: g, targets: [gw, a, {host: b, depends_on: []}]}\n"
	                                  "  - {name: h, depends_on: [a, gw], targets: [d, e]}\n"
	                                  "targets: [f, {host: g, depends_on: [b, a]}]\n"),
		      *again;
	char *text = dump(c);
	char expected[1000];

	(void)state;
	again = fixture_config(text);
	assert_int_equal(again->n_targets, c->n_targets);
	for (size_t i = 0; i < c->n_targets; i++) {
		snprintf(expected, sizeof(expected), "%s", depends(c, c->targets[i].name));
		depend(again, c->targets[i].name, expected);
	}
	config_free(again);
	config_free(c);
	free(text);
}

#define SHARDED                                                                             \
	"targets: [{host: a, depends_on: [b, c, d, e]}, {host: b, depends_on: [c, d, e]}, " \
	"{host: c, depends_on: [d, e]}, {host: d, depends_on: e}, e]\n"

static void another_shards_target_is_named_but_not_dumped(void **state)
{
	size_t n_kept = 0;

	(void)state;
	for (int i = 0; i < 3; i++) {
		char text[400], *dumped;
		struct config *c, *again;

		sprintf(text, "shard: {count: 3, index: %d}\n" SHARDED, i);
		c = fixture_config(text);
		n_kept += c->n_targets;
		for (const struct dependency *d = c->dependencies; d; d = d->next) {
			size_t k = 0;

			while (k < c->n_targets && strcmp(c->targets[k].name, d->name))
				k++;
			assert_int_equal(d->elsewhere, k == c->n_targets);
		}
		dumped = dump(c);
		again = fixture_config(dumped);
		assert_int_equal(again->n_targets, c->n_targets);
		config_free(again);
		config_free(c);
		free(dumped);
	}
	assert_int_equal(n_kept, 5);
}

/* Each target depends on the next, and the last one on *end. */
static int chain(int n, const char *end, struct config **c)
{
	char *text = malloc((size_t)n * 60 + 100), *at = text;
	clock_t begin = clock();
	int err;

	assert_non_null(text);
	at += sprintf(at, "targets:\n- {host: end}\n");
	for (int i = 0; i < n; i++) {
		if (i == n - 1)
			at += sprintf(at, "- {host: h%d, depends_on: %s}\n", i, end);
		else
			at += sprintf(at, "- {host: h%d, depends_on: [h%d, end]}\n", i, i + 1);
	}
	err = config_parse(c, "x.yaml", text, (size_t)(at - text), &errors);
	free(text);
	/* The budget is 250 ms a megabyte; anything quadratic takes minutes. */
	assert_true(clock() - begin < 10 * CLOCKS_PER_SEC);
	return err;
}

static void a_chain_may_be_as_long_as_the_file(void **state)
{
	struct config *c;

	(void)state;
	assert_int_equal(chain(100000, "end", &c), 0);
	depend(c, "h7", "h8 end");
	config_free(c);
}

static void a_cycle_may_be_as_long_as_the_file(void **state)
{
	struct config *c;

	(void)state;
	assert_int_equal(chain(100000, "h0", &c), -EINVAL);
	assert_int_equal(errors.n, 1);
	assert_int_equal(errors.at[0].line, 4); /* h1 is the first that is named */
	assert_string_equal(errors.at[0].message,
	                    "\"h1\" depends on itself: \"h1\" -> ... -> \"h99995\" -> \"h99996\" -> \"h99997\" -> "
	                    "\"h99998\" -> \"h99999\" -> \"h0\" -> \"h1\"");
	config_errors_fini(&errors);
}

static void unknown_names_by_the_thousand_cost_little(void **state)
{
	char *text = malloc(4u * 1024 * 1024), *at = text;
	clock_t begin = clock();
	struct config *c;

	(void)state;
	assert_non_null(text);
	at += sprintf(at, "targets:\n");
	for (int i = 0; i < 20000; i++)
		at += sprintf(at, "- {host: h%d, depends_on: [x%d, y%d, h%d, z%d]}\n", i, i, i, i / 2 + 30000, i);
	assert_int_equal(config_parse(&c, "x.yaml", text, (size_t)(at - text), &errors), -EINVAL);
	assert_true(clock() - begin < 10 * CLOCKS_PER_SEC);
	assert_int_equal(errors.n + errors.n_more, 70000);
	config_errors_fini(&errors);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_nearest_list_wins_as_a_whole),
		cmocka_unit_test(who_inherits_its_own_name_depends_on_nobody_of_that_list),
		cmocka_unit_test(names_of_both_versions_and_of_ranges_can_be_depended_on),
		cmocka_unit_test(eight_names_are_not_too_many),
		cmocka_unit_test(who_says_the_same_shares_one_profile),
		cmocka_unit_test(many_ways_to_one_target_are_no_cycle),
		cmocka_unit_test(a_dump_reads_back_as_the_same_dependencies),
		cmocka_unit_test(another_shards_target_is_named_but_not_dumped),
		cmocka_unit_test(a_chain_may_be_as_long_as_the_file),
		cmocka_unit_test(a_cycle_may_be_as_long_as_the_file),
		cmocka_unit_test(unknown_names_by_the_thousand_cost_little),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
