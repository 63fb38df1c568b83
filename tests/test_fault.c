#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/fault.h"

static void no_fault_covers_nothing(void **state)
{
	struct faults b = { 0 };
	struct fault f;

	(void)state;
	assert_null(fault_covers(&b, 0, 0, INT64_MAX));
	assert_false(fault_take(&b, INT64_MAX, &f));
}

static void a_fault_covers_the_probes_that_lived_in_it(void **state)
{
	struct faults b = { 0 };

	(void)state;
	fault_note(&b, FAULT_STALL, 0, 100, 200, 0);
	assert_non_null(fault_covers(&b, 0, 120, 130)); /* wholly inside */
	assert_non_null(fault_covers(&b, 0, 50, 250));  /* wholly around */
	assert_non_null(fault_covers(&b, 0, 50, 100));  /* ends as it begins */
	assert_non_null(fault_covers(&b, 0, 200, 300)); /* sent as it ends */
	assert_null(fault_covers(&b, 0, 0, 99));
	assert_null(fault_covers(&b, 0, 201, 300));
}

static void probes_that_became_unknown_are_counted_with_their_fault(void **state)
{
	struct faults b = { 0 };
	struct fault f;

	(void)state;
	fault_note(&b, FAULT_DROPS, 0, 100, 200, 7);
	for (int i = 0; i < 3; i++)
		assert_non_null(fault_covers(&b, 0, 150, 160));
	assert_null(fault_covers(&b, 0, 300, 400));
	assert_true(fault_take(&b, 201, &f));
	assert_int_equal(f.cause, FAULT_DROPS);
	assert_int_equal(f.from_ns, 100);
	assert_int_equal(f.to_ns, 200);
	assert_int_equal(f.amount, 7);
	assert_int_equal(f.n_unknown, 3);
}

static void probes_that_could_not_be_sent_are_counted_with_their_interfaces_latest_fault(void **state)
{
	struct faults b = { 0 };
	struct fault f;

	(void)state;
	fault_note(&b, FAULT_LINK, 5, 100, 200, 0);
	fault_note(&b, FAULT_STALL, 0, 100, 400, 0);
	fault_note(&b, FAULT_LINK, 5, 250, 300, 0);
	fault_count_not_sent(&b, 5, 150);
	fault_count_not_sent(&b, 5, 260);
	fault_count_not_sent(&b, 5, 350); /* not yet noted until then */
	fault_count_not_sent(&b, 6, 260);
	fault_count_not_sent(&b, 5, 99);
	fault_note(&b, FAULT_LINK, 5, 300, 350, 0);
	assert_true(fault_take(&b, 201, &f));
	assert_int_equal(f.n_not_sent, 1);
	assert_true(fault_take(&b, 351, &f));
	assert_int_equal(f.n_not_sent, 2);
	assert_true(fault_take(&b, 401, &f));
	assert_int_equal(f.n_not_sent, 0);
}

/* A probe may have been touched by several faults: one of them counts it. */
static void one_probe_is_counted_once(void **state)
{
	struct faults b = { 0 };
	struct fault f;
	uint64_t n = 0;

	(void)state;
	fault_note(&b, FAULT_STALL, 0, 100, 200, 0);
	fault_note(&b, FAULT_DROPS, 0, 100, 200, 5);
	assert_non_null(fault_covers(&b, 0, 150, 160));
	while (fault_take(&b, 1000, &f))
		n += f.n_unknown;
	assert_int_equal(n, 1);
}

static void a_clock_that_was_set_loses_nothing(void **state)
{
	struct faults b = { 0 };
	struct fault f;

	(void)state;
	fault_note(&b, FAULT_CLOCK, 0, 100, 200, 3600);
	assert_null(fault_covers(&b, 0, 150, 160));
	assert_true(fault_take(&b, 201, &f));
	assert_int_equal(f.n_unknown, 0);
	assert_int_equal(f.amount, 3600);
}

static void overlapping_faults_of_one_cause_become_one(void **state)
{
	struct faults b = { 0 };
	struct fault f;

	(void)state;
	fault_note(&b, FAULT_DROPS, 0, 100, 200, 3);
	fault_note(&b, FAULT_DROPS, 0, 150, 300, 4);
	fault_note(&b, FAULT_DROPS, 0, 300, 310, 5);
	assert_true(fault_take(&b, 1000, &f));
	assert_true(f.from_ns == 100 && f.to_ns == 310 && f.amount == 12);
	assert_false(fault_take(&b, 1000, &f));
}

static void a_fault_inside_another_does_not_shorten_it(void **state)
{
	struct faults b = { 0 };
	struct fault f;

	(void)state;
	fault_note(&b, FAULT_STALL, 0, 100, 300, 0);
	fault_note(&b, FAULT_STALL, 0, 150, 200, 0);
	assert_true(fault_take(&b, 1000, &f));
	assert_true(f.from_ns == 100 && f.to_ns == 300);
}

static void faults_apart_or_of_other_causes_stay_apart(void **state)
{
	struct faults b = { 0 };
	struct fault f;
	unsigned n = 0;

	(void)state;
	fault_note(&b, FAULT_STALL, 0, 100, 200, 0);
	fault_note(&b, FAULT_SUSPEND, 0, 150, 250, 0);
	fault_note(&b, FAULT_STALL, 0, 300, 400, 0);
	assert_null(fault_covers(&b, 0, 260, 290));
	while (fault_take(&b, 1000, &f))
		n++;
	assert_int_equal(n, 3);
}

static void take_waits_until_every_touched_probe_has_ended(void **state)
{
	struct faults b = { 0 };
	struct fault f;

	(void)state;
	fault_note(&b, FAULT_STALL, 0, 100, 200, 0);
	assert_false(fault_take(&b, 200, &f));
	assert_true(fault_take(&b, 201, &f));
	assert_false(fault_take(&b, 201, &f));
	assert_null(fault_covers(&b, 0, 150, 160));
}

static void the_oldest_fault_is_taken_first(void **state)
{
	struct faults b = { 0 };
	struct fault f;

	(void)state;
	fault_note(&b, FAULT_STALL, 0, 100, 200, 0);
	fault_note(&b, FAULT_DROPS, 0, 300, 400, 1);
	fault_note(&b, FAULT_STALL, 0, 500, 600, 0);
	for (int64_t from = 100; from <= 500; from += 200) {
		assert_true(fault_take(&b, 1000, &f));
		assert_int_equal(f.from_ns, from);
	}
}

/* A fault is noted when it is found, which may be after one that began later. */
static void faults_noted_out_of_order_are_taken_by_their_beginning(void **state)
{
	struct faults b = { 0 };
	struct fault f;

	(void)state;
	fault_note(&b, FAULT_STALL, 0, 300, 400, 0);
	fault_note(&b, FAULT_DROPS, 0, 100, 350, 1);
	assert_true(fault_take(&b, 1000, &f));
	assert_int_equal(f.cause, FAULT_DROPS);
}

static void an_earlier_fault_apart_from_the_latest_does_not_cover_the_time_between(void **state)
{
	struct faults b = { 0 };

	(void)state;
	fault_note(&b, FAULT_STALL, 0, 1000, 1100, 0);
	fault_note(&b, FAULT_STALL, 0, 100, 200, 0);
	assert_non_null(fault_covers(&b, 0, 150, 160));
	assert_null(fault_covers(&b, 0, 500, 600));
}

static void more_faults_than_fit_are_merged_and_none_is_forgotten(void **state)
{
	struct faults b = { 0 };
	struct fault f;
	uint64_t amount = 0;
	unsigned n = 0;

	(void)state;
	for (int64_t i = 0; i < 100; i++)
		fault_note(&b, FAULT_DROPS, 0, i * 1000, i * 1000 + 10, 1);
	for (int64_t i = 0; i < 100; i++)
		assert_non_null(fault_covers(&b, 0, i * 1000 + 5, i * 1000 + 6));
	while (fault_take(&b, INT64_MAX, &f)) {
		amount += f.amount;
		n++;
	}
	assert_int_equal(amount, 100);
	assert_int_equal(n, FAULT_MAX);
}

/* The table is full of another cause: what is merged must still excuse the probes it touched. */
static void a_full_table_of_clock_steps_still_excuses_a_stall(void **state)
{
	struct faults b = { 0 };

	(void)state;
	for (int64_t i = 0; i < FAULT_MAX; i++)
		fault_note(&b, FAULT_CLOCK, 0, i * 1000, i * 1000 + 10, 1);
	fault_note(&b, FAULT_STALL, 0, 50000, 51000, 0);
	assert_non_null(fault_covers(&b, 0, 50100, 50200));
}

static void causes_have_the_log_contracts_names(void **state)
{
	(void)state;
	assert_string_equal(fault_cause_name(FAULT_STALL), "loop");
	assert_string_equal(fault_cause_name(FAULT_SUSPEND), "suspend");
	assert_string_equal(fault_cause_name(FAULT_DROPS), "socket_drops");
	assert_string_equal(fault_cause_name(FAULT_CLOCK), "clock");
}

static void a_link_that_went_down_touches_what_comes_in_by_it(void **state)
{
	struct faults b = { 0 };

	(void)state;
	fault_note(&b, FAULT_LINK, 2, 100, 200, 0);
	assert_non_null(fault_covers(&b, 2, 150, 160));
	assert_null(fault_covers(&b, 3, 150, 160));
	assert_null(fault_covers(&b, 0, 150, 160)); /* of what has never answered, nobody knows by which */
}

static void faults_of_two_links_stay_two(void **state)
{
	struct faults b = { 0 };
	struct fault f;

	(void)state;
	fault_note(&b, FAULT_LINK, 2, 100, 200, 0);
	fault_note(&b, FAULT_LINK, 3, 150, 250, 0);
	fault_note(&b, FAULT_LINK, 2, 200, 300, 0);
	assert_true(fault_take(&b, 1000, &f));
	assert_int_equal(f.ifindex, 2);
	assert_int_equal(f.to_ns, 300);
	assert_true(fault_take(&b, 1000, &f));
	assert_int_equal(f.ifindex, 3);
	assert_false(fault_take(&b, 1000, &f));
}

/* No fault is forgotten: the oldest ones are taken together, and then concern every interface. */
static void more_links_than_places_are_taken_together(void **state)
{
	struct faults b = { 0 };

	(void)state;
	for (uint32_t i = 0; i < 2 * FAULT_MAX; i++)
		fault_note(&b, FAULT_LINK, 1 + i, i * 1000, i * 1000 + 10, 0);
	assert_int_equal(b.n, FAULT_MAX);
	for (uint32_t i = 0; i < 2 * FAULT_MAX; i++)
		assert_non_null(fault_covers(&b, 1 + i, i * 1000, i * 1000 + 10));
	assert_null(fault_covers(&b, 1, (2 * FAULT_MAX - 1) * 1000, INT64_MAX));
}

static void a_flood_is_told_of_and_excuses_nothing(void **state)
{
	struct faults b = { 0 };
	struct fault f;

	(void)state;
	fault_note(&b, FAULT_FLOOD, 0, 100, 200, 7);
	assert_false(fault_covers(&b, 0, 120, 130));
	assert_true(fault_take(&b, INT64_MAX, &f));
	assert_true(f.cause == FAULT_FLOOD && f.amount == 7 && f.n_unknown == 0);
	assert_string_equal(fault_cause_name(FAULT_FLOOD), "flood");
}

/* Bursts without end are one record in ten seconds, and none is left out. */
static void a_flood_that_goes_on_is_told_of_every_ten_seconds(void **state)
{
	const int64_t burst = FAULT_FLOOD_NS / 200, end = 5 * FAULT_FLOOD_NS;
	struct faults b = { 0 };
	struct fault f;
	unsigned n_told = 0;
	uint64_t sum = 0;

	(void)state;
	for (int64_t at = 0; at < end; at += burst) {
		fault_note(&b, FAULT_FLOOD, 0, at, at + 1000, 3);
		while (fault_take(&b, at - 2 * burst, &f)) {
			n_told++;
			sum += f.amount;
		}
	}
	assert_true(n_told >= 4 && n_told <= 5);
	while (fault_take(&b, INT64_MAX, &f))
		sum += f.amount;
	assert_int_equal(sum, 3 * (end / burst));
}

static enum fault_cause overflow(uint32_t n_read, uint32_t n_own)
{
	struct fault_overflow o = { .n_read = n_read, .n_own = n_own, .packet_max = 2304, .rcvbuf = 425984 };

	return fault_of_overflow(&o);
}

/* 92 packets of the dearest kind are half the buffer. */
static void only_our_own_replies_make_an_overflow_our_own(void **state)
{
	(void)state;
	assert_int_equal(overflow(500, 500), FAULT_DROPS);
	assert_int_equal(overflow(500, 250), FAULT_DROPS);
	assert_int_equal(overflow(500, 249), FAULT_FLOOD);
	assert_int_equal(overflow(100, 93), FAULT_DROPS);
	assert_int_equal(overflow(100, 92), FAULT_FLOOD); /* they alone could not have filled it */
	assert_int_equal(overflow(100000, 0), FAULT_FLOOD);
	assert_int_equal(overflow(UINT32_MAX, UINT32_MAX), FAULT_DROPS);
}

static void a_buffer_of_which_little_was_read_has_not_overflowed(void **state)
{
	struct fault_overflow o = { .n_read = 92, .packet_max = 2304, .rcvbuf = 425984 };

	(void)state;
	assert_false(fault_may_overflow(&o));
	o.n_read = 93;
	assert_true(fault_may_overflow(&o));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_fault_covers_nothing),
		cmocka_unit_test(a_link_that_went_down_touches_what_comes_in_by_it),
		cmocka_unit_test(faults_of_two_links_stay_two),
		cmocka_unit_test(more_links_than_places_are_taken_together),
		cmocka_unit_test(a_fault_covers_the_probes_that_lived_in_it),
		cmocka_unit_test(probes_that_became_unknown_are_counted_with_their_fault),
		cmocka_unit_test(probes_that_could_not_be_sent_are_counted_with_their_interfaces_latest_fault),
		cmocka_unit_test(one_probe_is_counted_once),
		cmocka_unit_test(a_clock_that_was_set_loses_nothing),
		cmocka_unit_test(overlapping_faults_of_one_cause_become_one),
		cmocka_unit_test(a_fault_inside_another_does_not_shorten_it),
		cmocka_unit_test(faults_apart_or_of_other_causes_stay_apart),
		cmocka_unit_test(take_waits_until_every_touched_probe_has_ended),
		cmocka_unit_test(the_oldest_fault_is_taken_first),
		cmocka_unit_test(faults_noted_out_of_order_are_taken_by_their_beginning),
		cmocka_unit_test(an_earlier_fault_apart_from_the_latest_does_not_cover_the_time_between),
		cmocka_unit_test(more_faults_than_fit_are_merged_and_none_is_forgotten),
		cmocka_unit_test(a_full_table_of_clock_steps_still_excuses_a_stall),
		cmocka_unit_test(a_flood_is_told_of_and_excuses_nothing),
		cmocka_unit_test(a_flood_that_goes_on_is_told_of_every_ten_seconds),
		cmocka_unit_test(only_our_own_replies_make_an_overflow_our_own),
		cmocka_unit_test(a_buffer_of_which_little_was_read_has_not_overflowed),
		cmocka_unit_test(causes_have_the_log_contracts_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
