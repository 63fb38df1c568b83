#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/profile.h"

/* Texts of their own, so that nothing is the same by being at the same place. */
struct made {
	struct profile profile;
	char group[8], key[8], value[8], name[8];
	struct labels *labels;
	struct depends *depends;
	struct dependency dependency;
	struct aka aka;
};

static struct made *make(void)
{
	struct made *m = calloc(1, sizeof(*m));

	assert_non_null(m);
	m->labels = calloc(1, sizeof(*m->labels) + sizeof(m->labels->at[0]));
	m->depends = calloc(1, sizeof(*m->depends) + sizeof(m->depends->at[0]));
	assert_true(m->labels && m->depends);
	strcpy(m->group, "core");
	strcpy(m->key, "site");
	strcpy(m->value, "fra1");
	strcpy(m->name, "gw");
	m->labels->n = 1;
	m->labels->at[0] = (struct label){ m->key, m->value };
	m->dependency.name = m->name;
	m->depends->n = 1;
	m->depends->at[0] = &m->dependency;
	m->aka = (struct aka){ 1, { "old" } };
	m->profile = (struct profile){ options_default(), m->group, m->labels, m->depends, &m->aka, NULL, false };
	return m;
}

static void free_made(struct made *m)
{
	free(m->labels);
	free(m->depends);
	free(m);
}

/* Are two profiles that differ by what change does distinguished, in either order. */
static bool differs(void (*change)(struct made *))
{
	struct made *a = make(), *b = make();
	bool same, same_turned;

	change(b);
	same = profile_same(&a->profile, &b->profile);
	same_turned = profile_same(&b->profile, &a->profile);
	free_made(a);
	free_made(b);
	assert_int_equal(same, same_turned);
	return !same;
}

static void change_nothing(struct made *m)
{
	(void)m;
}

static void change_option(struct made *m)
{
	assert_int_equal(options_set(&m->profile.options, options_find("dscp"), "EF"), 0);
}

static void lease(struct made *m)
{
	m->profile.is_leased = true;
}

static void change_group(struct made *m)
{
	m->group[0] = 'b';
}

static void take_group_away(struct made *m)
{
	m->profile.group = NULL;
}

static void change_label_key(struct made *m)
{
	m->key[0] = 'b';
}

static void change_label_value(struct made *m)
{
	m->value[0] = 'b';
}

static void take_labels_away(struct made *m)
{
	m->profile.labels = NULL;
}

static void change_dependency(struct made *m)
{
	m->name[0] = 'b';
}

static void take_depends_away(struct made *m)
{
	m->profile.depends = NULL;
}

static void change_former_name(struct made *m)
{
	m->aka.at[0] = "older";
}

static void take_former_names_away(struct made *m)
{
	m->profile.aka = NULL;
}

static void change_number_of_dependency(struct made *m)
{
	m->dependency.number = 7;
}

static void profiles_are_the_same_by_their_texts(void **state)
{
	(void)state;
	assert_false(differs(change_nothing));
	assert_true(differs(change_option));
	assert_true(differs(change_group));
	assert_true(differs(lease));
	assert_true(differs(take_group_away));
	assert_true(differs(change_label_key));
	assert_true(differs(change_label_value));
	assert_true(differs(take_labels_away));
	assert_true(differs(change_dependency));
	assert_true(differs(take_depends_away));
	assert_true(differs(change_former_name));
	assert_true(differs(take_former_names_away));
}

static void where_a_dependency_is_in_the_fleet_makes_no_difference(void **state)
{
	(void)state;
	assert_false(differs(change_number_of_dependency));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(profiles_are_the_same_by_their_texts),
		cmocka_unit_test(where_a_dependency_is_in_the_fleet_makes_no_difference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
