#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/timerfd.h"

#include <poll.h>

static struct timerfd timer;

static int open_timer(void **state)
{
	(void)state;
	return timerfd_open(&timer);
}

static int close_timer(void **state)
{
	(void)state;
	timerfd_close(&timer);
	assert_int_equal(timer.fd, -1);
	return 0;
}

static int is_readable(int wait_ms)
{
	struct pollfd p = { .fd = timer.fd, .events = POLLIN };

	return poll(&p, 1, wait_ms);
}

static void a_new_one_is_never_readable(void **state)
{
	(void)state;
	assert_int_equal(is_readable(10), 0);
	assert_int_equal(timer.at_ns, TIMERFD_NEVER);
}

static void it_is_readable_at_its_time_and_not_before(void **state)
{
	int64_t at_ns = clock_mono_ns() + 20 * NS_PER_MS;

	(void)state;
	timerfd_set(&timer, at_ns);
	assert_int_equal(is_readable(2000), 1);
	assert_true(clock_mono_ns() >= at_ns);
}

static void a_time_that_is_past_comes_at_once(void **state)
{
	const int64_t past[] = { clock_mono_ns(), 1, 0, -1 };

	(void)state;
	for (size_t i = 0; i < sizeof(past) / sizeof(past[0]); i++) {
		timerfd_set(&timer, past[i]);
		assert_int_equal(is_readable(2000), 1);
		timerfd_set(&timer, TIMERFD_NEVER);
		assert_int_equal(is_readable(0), 0);
	}
}

static void another_time_takes_the_place_of_the_one_before(void **state)
{
	(void)state;
	timerfd_set(&timer, 1);
	timerfd_set(&timer, clock_mono_ns() + NS_PER_H);
	assert_int_equal(is_readable(0), 0);
	timerfd_set(&timer, 1);
	assert_int_equal(is_readable(2000), 1);
	timerfd_set(&timer, 1);
	assert_int_equal(is_readable(0), 1);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, open_timer, close_timer)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_one_is_never_readable),
		TEST(it_is_readable_at_its_time_and_not_before),
		TEST(a_time_that_is_past_comes_at_once),
		TEST(another_time_takes_the_place_of_the_one_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
