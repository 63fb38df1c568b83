#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "daemon/chores_loop.h"

#include <ev.h>

static struct ev_loop *loop;
static struct chores chores;
static struct chores_loop bound;
static int64_t began_ns[10];
static int n_slices, n_wanted, n_turns;

static bool step(void *data)
{
	(void)data;
	began_ns[n_slices++] = clock_mono_ns();
	return n_slices < n_wanted;
}

static void on_end(struct ev_loop *l, ev_timer *t, int revents)
{
	(void)t, (void)revents;
	ev_break(l, EVBREAK_ALL);
}

static void on_turn(struct ev_loop *l, ev_check *c, int revents)
{
	(void)l, (void)c, (void)revents;
	n_turns++;
}

static void turn_for(double seconds)
{
	ev_timer end;

	ev_timer_init(&end, on_end, seconds, 0);
	ev_now_update(loop);
	ev_timer_start(loop, &end);
	ev_run(loop, 0);
}

static int set_up(void **state)
{
	(void)state;
	loop = ev_loop_new(EVBACKEND_EPOLL | EVFLAG_NOENV);
	chores = (struct chores){ .clock = clock_mono_ns };
	n_slices = n_turns = 0;
	if (loop)
		chores_loop_open(&bound, loop, &chores);
	return loop ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	chores_loop_close(&bound);
	chores_loop_close(&bound);
	ev_loop_destroy(loop);
	return 0;
}

static void slices_come_when_they_are_due_and_no_sooner(void **state)
{
	struct chore c = { .step = step, .every_ns = 5 * NS_PER_MS };

	(void)state;
	n_wanted = 4;
	chores_start(&chores, &c);
	turn_for(1);
	assert_int_equal(n_slices, 4);
	for (int i = 1; i < 4; i++)
		assert_true(began_ns[i] - began_ns[i - 1] >= 5 * NS_PER_MS);
}

static void without_work_the_loop_sleeps(void **state)
{
	struct chore c = { .step = step, .every_ns = NS_PER_MS };
	ev_check check;

	(void)state;
	n_wanted = 1;
	chores_start(&chores, &c);
	turn_for(0.1);
	assert_int_equal(n_slices, 1);
	ev_check_init(&check, on_turn);
	ev_check_start(loop, &check);
	turn_for(0.3);
	ev_check_stop(loop, &check);
	assert_in_range(n_turns, 1, 3);
}

static void work_that_comes_while_the_loop_runs_is_begun(void **state)
{
	struct chore c = { .step = step, .every_ns = NS_PER_MS };

	(void)state;
	n_wanted = 2;
	turn_for(0.05);
	assert_int_equal(n_slices, 0);
	chores_start(&chores, &c);
	turn_for(0.2);
	assert_int_equal(n_slices, 2);
	n_wanted = 3;
	chores_start(&chores, &c);
	turn_for(0.1);
	assert_int_equal(n_slices, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(slices_come_when_they_are_due_and_no_sooner, set_up, tear_down),
		cmocka_unit_test_setup_teardown(without_work_the_loop_sleeps, set_up, tear_down),
		cmocka_unit_test_setup_teardown(work_that_comes_while_the_loop_runs_is_begun, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
