/* When the first packets to hosts leave, also where their names are answered late. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "lib/libminiping_pace.h"

#include <stdlib.h>

#define STARTED (1000 * NS_PER_S)
#define SPREAD  NS_PER_MS
#define N       1000
#define LIMIT   64u

static struct addr elsewhere, neighbour;

static int init(void **state)
{
	(void)state;
	return addr_parse(&elsewhere, "192.0.2.1") || addr_parse(&neighbour, "10.1.2.3");
}

static struct libminiping_pace pace(void)
{
	return (struct libminiping_pace){ .started_ns = STARTED, .spread_ns = SPREAD };
}

static void what_is_known_in_time_has_its_place(void **state)
{
	struct libminiping_pace p = pace();

	(void)state;
	for (size_t i = 0; i < N; i++)
		assert_int_equal(libminiping_pace_first_ns(&p, i, &elsewhere, STARTED), STARTED + (int64_t)i * SPREAD);
	/* Also in another order. */
	p = pace();
	for (size_t i = N; i-- > 0;)
		assert_int_equal(libminiping_pace_first_ns(&p, i, &elsewhere, STARTED), STARTED + (int64_t)i * SPREAD);
}

static void names_that_are_all_answered_late_are_spread_from_then_on(void **state)
{
	const int64_t late = STARTED + 30 * NS_PER_S;
	struct libminiping_pace p = pace();

	(void)state;
	for (size_t i = 0; i < N; i++)
		assert_int_equal(libminiping_pace_first_ns(&p, i, &elsewhere, late), late + (int64_t)i * SPREAD);
	/* And those that come between, and much later. */
	assert_int_equal(libminiping_pace_first_ns(&p, 3, &elsewhere, late + 5 * SPREAD), late + N * SPREAD);
	assert_int_equal(libminiping_pace_first_ns(&p, 4, &elsewhere, late + NS_PER_H), late + NS_PER_H);
}

static void a_late_name_comes_behind_what_has_its_place_already(void **state)
{
	struct libminiping_pace p = pace();
	int64_t first, before = STARTED + (N - 1) * SPREAD;

	(void)state;
	for (size_t i = N / 2; i < N; i++)
		libminiping_pace_first_ns(&p, i, &elsewhere, STARTED);
	for (size_t i = 1; i < N / 2; i++) {
		first = libminiping_pace_first_ns(&p, i, &elsewhere, STARTED + N / 2 * SPREAD);
		assert_int_equal(first, before + SPREAD);
		before = first;
	}
}

static void late_neighbours_come_no_faster_than_their_table_takes_them(void **state)
{
	const int64_t late = STARTED + 30 * NS_PER_S, step = 4 * NS_PER_S / LIMIT;
	struct neighbours_net net = { .prefix_len = 8 };
	struct libminiping_pace p = pace();
	int64_t first, before = 0;

	(void)state;
	assert_int_equal(addr_parse(&net.addr, "10.0.0.0"), 0);
	p.nets = &net;
	p.n_nets = 1;
	p.tables[0].limit = LIMIT;
	for (size_t i = 0; i < N; i++) {
		first = libminiping_pace_first_ns(&p, i, &neighbour, late);
		if (i < LIMIT / 2)
			assert_int_equal(first, late + (int64_t)i * SPREAD);
		else if (i > LIMIT / 2)
			assert_int_equal(first, before + step);
		before = first;
	}
	/* Nothing else waits for them. */
	assert_true(libminiping_pace_first_ns(&p, N, &elsewhere, late) < before);
}

static void neighbours_in_time_are_as_the_table_takes_them(void **state)
{
	const int64_t step = 4 * NS_PER_S / LIMIT;
	struct neighbours_net net = { .prefix_len = 8 };
	struct libminiping_pace p = pace();

	(void)state;
	assert_int_equal(addr_parse(&net.addr, "10.0.0.0"), 0);
	p.nets = &net;
	p.n_nets = 1;
	p.tables[0].limit = LIMIT;
	for (size_t i = 0; i < N; i++) {
		int64_t first = libminiping_pace_first_ns(&p, i, &neighbour, STARTED);
		int64_t waits = ((int64_t)i + 1 - LIMIT / 2) * step;

		assert_int_equal(first, STARTED + (i < LIMIT / 2 ? (int64_t)i * SPREAD : waits));
	}
}

#define T(test) cmocka_unit_test_setup(test, init)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_is_known_in_time_has_its_place),
		T(names_that_are_all_answered_late_are_spread_from_then_on),
		T(a_late_name_comes_behind_what_has_its_place_already),
		T(late_neighbours_come_no_faster_than_their_table_takes_them),
		T(neighbours_in_time_are_as_the_table_takes_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
