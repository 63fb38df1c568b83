#include "fixture.h"

#include "base/clock.h"
#include "base/thread.h"

#include <semaphore.h>
#include <signal.h>

static sem_t go;

static void *wait_for_go(void *data)
{
	sem_wait(data);
	return NULL;
}

static void *blocked_signals(void *data)
{
	pthread_sigmask(SIG_SETMASK, NULL, data);
	return NULL;
}

/* The loop handles signals: a thread that took one would leave it asleep. */
static void a_thread_takes_no_signal_and_its_starter_still_does(void **state)
{
	sigset_t there, before, after;
	pthread_t thread;

	(void)state;
	sigemptyset(&there);
	pthread_sigmask(SIG_SETMASK, NULL, &before);
	assert_int_equal(thread_start(&thread, blocked_signals, &there), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	pthread_sigmask(SIG_SETMASK, NULL, &after);
	assert_int_equal(sigismember(&there, SIGHUP), 1);
	assert_int_equal(sigismember(&there, SIGTERM), 1);
	assert_int_equal(sigismember(&before, SIGTERM), 0);
	assert_int_equal(sigismember(&after, SIGTERM), 0);
}

static void a_thread_that_runs_on_is_waited_for_no_longer_than_asked(void **state)
{
	int64_t before = clock_mono_ns();
	pthread_t thread;

	(void)state;
	assert_int_equal(sem_init(&go, 0, 0), 0);
	assert_int_equal(thread_start(&thread, wait_for_go, &go), 0);
	assert_false(thread_join_by(thread, before + 20 * NS_PER_MS));
	assert_true(clock_mono_ns() - before >= 20 * NS_PER_MS);
	sem_post(&go);
	assert_true(thread_join_by(thread, clock_mono_ns() + 10 * NS_PER_S));
	sem_destroy(&go);
}

static void a_thread_that_has_ended_is_joined_even_if_the_time_is_over(void **state)
{
	pthread_t thread;
	bool joined = false;

	(void)state;
	assert_int_equal(sem_init(&go, 0, 1), 0);
	assert_int_equal(thread_start(&thread, wait_for_go, &go), 0);
	for (int64_t until = clock_mono_ns() + 10 * NS_PER_S; !joined && clock_mono_ns() < until;)
		joined = thread_join_by(thread, 0);
	assert_true(joined);
	sem_destroy(&go);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thread_takes_no_signal_and_its_starter_still_does),
		cmocka_unit_test(a_thread_that_runs_on_is_waited_for_no_longer_than_asked),
		cmocka_unit_test(a_thread_that_has_ended_is_joined_even_if_the_time_is_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
