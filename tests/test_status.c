#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "core/fleet.h"
#include "core/status.h"

enum { N = 1000 };

static const struct profile plain = { .options = { .window = 2 } };
static const struct profile all = { .options = { .window = 2, .addresses = ADDRESSES_ALL } };

static uint32_t add(struct fleet *f, const struct profile *p, sa_family_t family, enum health_state state)
{
	uint32_t number = fleet_add(f, "t", "t", &(struct addr){ .family = family }, p, 0);

	assert_int_not_equal(number, FLEET_NONE);
	fleet_at(f, number)->health.state = (uint8_t)state;
	return number;
}

/* As many calls as there are parts of max numbers. */
static void count_all(struct status *s, const struct fleet *f, uint32_t max)
{
	struct status_count c = { .at = 0 };

	for (uint32_t left = fleet_size(f); left > max; left -= max)
		assert_false(status_count_some(s, &c, f, max));
	assert_true(status_count_some(s, &c, f, max));
}

static void counts_are(const struct status *s, uint32_t unknown, uint32_t up, uint32_t degraded, uint32_t down)
{
	assert_int_equal(s->n_in_state[HEALTH_UNKNOWN], unknown);
	assert_int_equal(s->n_in_state[HEALTH_UP], up);
	assert_int_equal(s->n_in_state[HEALTH_DEGRADED], degraded);
	assert_int_equal(s->n_in_state[HEALTH_DOWN], down);
	assert_int_equal(s->n_targets, unknown + up + degraded + down);
}

static void targets_are_counted_by_state_in_parts_of_any_size(void **state)
{
	static const uint32_t sizes[] = { 1, 7, 100, N - 1, N, N + 1, UINT32_MAX };
	struct fleet *f = fleet_new();

	(void)state;
	for (unsigned i = 0; i < N; i++)
		add(f, &plain, AF_INET,
		    i < 10   ? HEALTH_DOWN
		    : i < 30 ? HEALTH_DEGRADED
		    : i < 60 ? HEALTH_UNKNOWN
		             : HEALTH_UP);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct status s = { .n_targets = 0 };

		count_all(&s, f, sizes[i]);
		counts_are(&s, 30, N - 60, 20, 10);
	}
	fleet_free(f);
}

static void the_latest_whole_count_stays_until_the_next_one_is_through(void **state)
{
	struct fleet *f = fleet_new();
	struct status s = { .n_targets = 0 };
	struct status_count c = { .at = 0 };

	(void)state;
	for (unsigned i = 0; i < N; i++)
		add(f, &plain, AF_INET, HEALTH_UP);
	count_all(&s, f, N);
	for (uint32_t i = 0; i < N; i++)
		fleet_at(f, i)->health.state = HEALTH_DOWN;
	assert_false(status_count_some(&s, &c, f, N / 2));
	counts_are(&s, 0, N, 0, 0);
	assert_true(status_count_some(&s, &c, f, N / 2));
	counts_are(&s, 0, 0, 0, N);
	fleet_free(f);
}

static void a_name_that_stands_for_its_addresses_is_no_target_and_one_that_is_not_resolved_is(void **state)
{
	struct fleet *f = fleet_new();
	struct status s = { .n_targets = 0 };
	uint32_t parent;

	(void)state;
	add(f, &plain, AF_UNSPEC, HEALTH_UNKNOWN);
	parent = add(f, &all, AF_UNSPEC, HEALTH_UNKNOWN);
	for (uint8_t i = 1; i < 4; i++)
		fleet_derive(f, parent, &(struct addr){ .family = AF_INET, .bytes = { 127, 0, 0, i } }, 0, 0);
	count_all(&s, f, 100);
	counts_are(&s, 4, 0, 0, 0);
	fleet_retire(f, parent + 1);
	count_all(&s, f, 100);
	counts_are(&s, 3, 0, 0, 0);
	fleet_free(f);
}

static void an_empty_fleet_comes_to_an_end(void **state)
{
	struct fleet *f = fleet_new();
	struct status s = { .n_targets = 0 };

	(void)state;
	count_all(&s, f, 1);
	counts_are(&s, 0, 0, 0, 0);
	fleet_free(f);
}

static void targets_that_come_and_go_between_two_parts_are_counted_at_most_once(void **state)
{
	struct fleet *f = fleet_new();
	struct status s = { .n_targets = 0 };
	struct status_count c = { .at = 0 };

	(void)state;
	for (unsigned i = 0; i < N; i++)
		add(f, &plain, AF_INET, HEALTH_UP);
	assert_false(status_count_some(&s, &c, f, N / 2));
	fleet_retire(f, 0);     /* counted already */
	fleet_retire(f, N - 1); /* not yet */
	add(f, &plain, AF_INET, HEALTH_DOWN);
	add(f, &plain, AF_INET, HEALTH_DOWN);
	add(f, &plain, AF_INET, HEALTH_DOWN);
	while (!status_count_some(&s, &c, f, 10))
		;
	assert_in_range(s.n_targets, N - 1, N + 2);
	assert_in_range(s.n_in_state[HEALTH_UP], N - 2, N);
	/* One on which nothing comes and goes is exact again. */
	count_all(&s, f, 10);
	counts_are(&s, 0, N - 2, 0, 3);
	fleet_free(f);
}

static void the_rate_is_that_since_the_update_before(void **state)
{
	struct status s = { .started_ns = NS_PER_S, .at_ns = 2 * NS_PER_S };

	(void)state;
	status_update(&s, &(struct engine_stats){ .n_sent = 500 }, 4 * NS_PER_S);
	assert_true(s.rate == 250);
	assert_true(s.at_ns == 4 * NS_PER_S && s.started_ns == NS_PER_S);
	status_update(&s, &(struct engine_stats){ .n_sent = 501, .n_skipped = 7 }, 14 * NS_PER_S);
	assert_true(s.rate > 0.0999 && s.rate < 0.1001);
	assert_int_equal(s.engine.n_sent, 501);
	assert_int_equal(s.engine.n_skipped, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(targets_are_counted_by_state_in_parts_of_any_size),
		cmocka_unit_test(the_latest_whole_count_stays_until_the_next_one_is_through),
		cmocka_unit_test(a_name_that_stands_for_its_addresses_is_no_target_and_one_that_is_not_resolved_is),
		cmocka_unit_test(an_empty_fleet_comes_to_an_end),
		cmocka_unit_test(targets_that_come_and_go_between_two_parts_are_counted_at_most_once),
		cmocka_unit_test(the_rate_is_that_since_the_update_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
