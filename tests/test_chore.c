#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/chore.h"

enum { N_RUN_MAX = 100 };

static int64_t now_ns;

static int64_t made_up_clock(void)
{
	return now_ns;
}

struct work {
	struct chore chore;
	int left;        /* steps */
	int64_t step_ns; /* what a step takes */
	char name;
	struct chore *starts; /* by the last step; NULL: none */
};

static struct chores all;
static char run[N_RUN_MAX + 1]; /* which chores' steps ran, by name */
static size_t n_run;

static bool do_step(void *data)
{
	struct work *w = data;

	assert_true(n_run < N_RUN_MAX);
	run[n_run++] = w->name;
	run[n_run] = '\0';
	now_ns += w->step_ns;
	if (--w->left > 0)
		return true;
	if (w->starts)
		chores_start(&all, w->starts);
	return false;
}

static struct work *work(struct work *w, char name, int steps, int64_t step_ns, int64_t budget_ns, int64_t every_ns)
{
	*w = (struct work){
		.chore = { .step = do_step, .data = w, .budget_ns = budget_ns, .every_ns = every_ns },
		.left = steps,
		.step_ns = step_ns,
		.name = name,
	};
	return w;
}

/* Which steps a turn runs at this moment. */
static const char *turn(void)
{
	n_run = 0;
	run[0] = '\0';
	chores_turn(&all, now_ns);
	return run;
}

static int set_up(void **state)
{
	(void)state;
	now_ns = 1000 * NS_PER_S;
	all = (struct chores){ .clock = made_up_clock };
	return 0;
}

static void without_work_nothing_is_due(void **state)
{
	(void)state;
	assert_true(chores_next_ns(&all) == INT64_MAX);
	assert_string_equal(turn(), "");
}

static void a_slice_ends_with_the_step_that_uses_its_budget_up(void **state)
{
	struct work a;
	int64_t start_ns = now_ns;

	(void)state;
	chores_start(&all, &work(&a, 'a', 10, 200 * NS_PER_US, 500 * NS_PER_US, 2 * NS_PER_MS)->chore);
	assert_true(chores_next_ns(&all) == start_ns);
	assert_string_equal(turn(), "aaa");
	assert_true(now_ns == start_ns + 600 * NS_PER_US);
}

static void slices_begin_as_far_apart_as_asked_for(void **state)
{
	struct work a;
	int64_t start_ns = now_ns;

	(void)state;
	chores_start(&all, &work(&a, 'a', 3, 100 * NS_PER_US, 0, 2 * NS_PER_MS)->chore);
	assert_string_equal(turn(), "a");
	assert_true(chores_next_ns(&all) == start_ns + 2 * NS_PER_MS);
	now_ns = start_ns + 2 * NS_PER_MS - 1;
	assert_string_equal(turn(), "");
	now_ns = start_ns + 2 * NS_PER_MS;
	assert_string_equal(turn(), "a");
	/* A late one puts the others off, and is not made up for. */
	now_ns = start_ns + 9 * NS_PER_MS;
	assert_string_equal(turn(), "a");
	assert_true(chores_next_ns(&all) == INT64_MAX);
}

static void a_chore_that_is_done_can_start_again_and_one_that_is_not_goes_on(void **state)
{
	struct work a;
	int64_t start_ns = now_ns;

	(void)state;
	chores_start(&all, &work(&a, 'a', 2, NS_PER_US, 0, 2 * NS_PER_MS)->chore);
	assert_string_equal(turn(), "a");
	chores_start(&all, &a.chore);
	assert_true(chores_next_ns(&all) == start_ns + 2 * NS_PER_MS);
	now_ns += 2 * NS_PER_MS;
	assert_string_equal(turn(), "a");
	a.left = 1;
	chores_start(&all, &a.chore);
	assert_string_equal(turn(), "a");
	assert_true(chores_next_ns(&all) == INT64_MAX);
}

static void all_chores_of_a_turn_share_the_stall_budget(void **state)
{
	struct work a, b, c;
	int64_t start_ns = now_ns;

	(void)state;
	chores_start(&all, &work(&a, 'a', 100, NS_PER_MS, NS_PER_S, 4 * NS_PER_MS)->chore);
	now_ns++;
	chores_start(&all, &work(&b, 'b', 100, 10, 0, 4 * NS_PER_MS)->chore);
	now_ns++;
	chores_start(&all, &work(&c, 'c', 100, 10, 0, 4 * NS_PER_MS)->chore);
	/* The longest overdue has it all, whatever its own budget is; the others are due at once. */
	assert_string_equal(turn(), "aa");
	assert_true(chores_next_ns(&all) == start_ns + 1);
	assert_string_equal(turn(), "bc");
	/* Nobody waits for ever, however busy the first one is. */
	now_ns += NS_PER_S;
	for (int i = 0; i < 3; i++)
		turn();
	assert_true(a.left < 98 && b.left < 99 && c.left < 99);
}

static void a_step_that_takes_long_ends_its_turn(void **state)
{
	struct work a, b;

	(void)state;
	chores_start(&all, &work(&a, 'a', 9, 50 * NS_PER_MS, 0, NS_PER_MS)->chore);
	now_ns++;
	chores_start(&all, &work(&b, 'b', 9, 10, 0, NS_PER_MS)->chore);
	assert_string_equal(turn(), "a");
	assert_string_equal(turn(), "ba");
}

static void the_last_step_of_one_may_start_another(void **state)
{
	struct work a, b;

	(void)state;
	work(&a, 'a', 1, 10, 0, NS_PER_MS)->starts = &work(&b, 'b', 2, 10, 0, NS_PER_MS)->chore;
	chores_start(&all, &a.chore);
	assert_string_equal(turn(), "a");
	assert_true(chores_next_ns(&all) == now_ns);
	assert_string_equal(turn(), "b");
	now_ns += NS_PER_MS;
	assert_string_equal(turn(), "b");
	assert_true(chores_next_ns(&all) == INT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(without_work_nothing_is_due, set_up),
		cmocka_unit_test_setup(a_slice_ends_with_the_step_that_uses_its_budget_up, set_up),
		cmocka_unit_test_setup(slices_begin_as_far_apart_as_asked_for, set_up),
		cmocka_unit_test_setup(a_chore_that_is_done_can_start_again_and_one_that_is_not_goes_on, set_up),
		cmocka_unit_test_setup(all_chores_of_a_turn_share_the_stall_budget, set_up),
		cmocka_unit_test_setup(a_step_that_takes_long_ends_its_turn, set_up),
		cmocka_unit_test_setup(the_last_step_of_one_may_start_another, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
