#include "fixture.h"
#include "serve/filter.h"

static struct labels *labels;
static struct profile core = { .group = "core" }, edge = { .group = "edge" }, alone = { .group = NULL };
static struct filter filter;

static int init(void **state)
{
	(void)state;
	filter = (struct filter){ .n_groups = 0 };
	labels = malloc(sizeof(*labels) + 2 * sizeof(labels->at[0]));
	if (!labels)
		return -1;
	labels->n = 2;
	labels->at[0] = (struct label){ "role", "db" };
	labels->at[1] = (struct label){ "site", "fra1" };
	core.labels = labels;
	return 0;
}

static int fini(void **state)
{
	(void)state;
	free(labels);
	return 0;
}

static void takes(bool of_core, bool of_edge, bool of_alone)
{
	assert_int_equal(filter_takes(&filter, &core), of_core);
	assert_int_equal(filter_takes(&filter, &core), of_core);
	assert_int_equal(filter_takes(&filter, &edge), of_edge);
	assert_int_equal(filter_takes(&filter, &alone), of_alone);
}

static void an_empty_one_takes_all(void **state)
{
	(void)state;
	takes(true, true, true);
}

static void other_parameters_are_left(void **state)
{
	(void)state;
	assert_int_equal(filter_add(&filter, "limit", "5"), 0);
	assert_int_equal(filter_add(&filter, "label.", "5"), 0);
	assert_int_equal(filter_add(&filter, "labels", "5"), 0);
	takes(true, true, true);
}

static void any_of_the_groups_will_do(void **state)
{
	(void)state;
	assert_int_equal(filter_add(&filter, "group", "edge"), 1);
	takes(false, true, false);
	filter.latest = NULL;
	assert_int_equal(filter_add(&filter, "group", ""), 1);
	takes(false, true, true);
}

static void each_label_must_have_one_of_its_values(void **state)
{
	(void)state;
	assert_int_equal(filter_add(&filter, "label.site", "fra2"), 1);
	takes(false, false, false);
	filter.latest = NULL;
	assert_int_equal(filter_add(&filter, "label.site", "fra1"), 1);
	takes(true, false, false);
	filter.latest = NULL;
	assert_int_equal(filter_add(&filter, "label.role", "web"), 1);
	takes(false, false, false);
}

static void an_empty_value_is_a_label_that_is_not_there(void **state)
{
	(void)state;
	assert_int_equal(filter_add(&filter, "label.site", ""), 1);
	takes(false, true, true);
}

static void too_many_are_refused(void **state)
{
	(void)state;
	for (int i = 0; i < FILTER_MAX; i++) {
		assert_int_equal(filter_add(&filter, "group", "edge"), 1);
		assert_int_equal(filter_add(&filter, "label.site", "fra1"), 1);
	}
	assert_int_equal(filter_add(&filter, "group", "edge"), -E2BIG);
	assert_int_equal(filter_add(&filter, "label.site", "fra1"), -E2BIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_empty_one_takes_all, init, fini),
		cmocka_unit_test_setup_teardown(other_parameters_are_left, init, fini),
		cmocka_unit_test_setup_teardown(any_of_the_groups_will_do, init, fini),
		cmocka_unit_test_setup_teardown(each_label_must_have_one_of_its_values, init, fini),
		cmocka_unit_test_setup_teardown(an_empty_value_is_a_label_that_is_not_there, init, fini),
		cmocka_unit_test_setup_teardown(too_many_are_refused, init, fini),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
