#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "random.h"
#include "core/target.h"

#include <errno.h>

/* The arithmetic of target.h: 480 bytes of RSS for a target with a window of 60, at a million of them. */
_Static_assert(sizeof(struct target) == 144, "a target has outgrown its budget");
_Static_assert(offsetof(struct target, counters) == 64, "what each probe needs are the first 64 bytes");

static struct profile profile;
static struct addr addr;
static struct target target;

static int init(void **state)
{
	(void)state;
	profile = (struct profile){ .options = options_default() };
	profile.options.window = 10;
	profile.options.fall = 2;
	profile.options.rise = 2;
	assert_int_equal(addr_parse(&addr, "192.0.2.1"), 0);
	return target_init(&target, "gw", "192.0.2.1", &addr, &profile, 1234);
}

static int fini(void **state)
{
	(void)state;
	target_fini(&target);
	return 0;
}

static struct target_change settle(enum outcome outcome, int ttl, int64_t now_real_ns)
{
	struct settled s = {
		.outcome = outcome,
		.rtt_ns = outcome == OUTCOME_REPLY ? 1000 : -1,
		.sys_errno = outcome == OUTCOME_NOT_SENT ? ENETUNREACH : 0,
		.ttl = outcome == OUTCOME_REPLY ? ttl : -1,
		.to = target.addr,
	};

	return target_settle(&target, &s, now_real_ns);
}

static void a_new_target_has_no_history(void **state)
{
	struct target_totals sum = target_totals(&target);

	(void)state;
	assert_string_equal(target.name, "gw");
	assert_string_equal(target.host, "192.0.2.1");
	assert_true(addr_equal(&target.addr, &addr));
	assert_ptr_equal(target.profile, &profile);
	assert_int_equal(target.born_ns, 1234);
	assert_int_equal(target.ttl, -1);
	assert_int_equal(target.health.state, HEALTH_UNKNOWN);
	assert_int_equal(window_capacity(target.window), 10);
	assert_int_equal(window_view(target.window).n_sent, 0);
	assert_true(sum.sent == 0 && sum.received == 0 && sum.lost == 0 && sum.unknown == 0);
}

static void a_target_is_out_of_use_after_fini(void **state)
{
	(void)state;
	target_fini(&target);
	assert_null(target.profile);
	assert_null(target.window);
	target_fini(&target); /* harmless: numbers not in use are passed over so */
}

static void counters_sum_to_what_was_sent(void **state)
{
	struct target_totals sum;
	uint64_t seed = 1, n[OUTCOME_COUNT] = { 0 };

	(void)state;
	for (uint64_t i = 1; i <= 20000; i++) {
		enum outcome outcome = (enum outcome)random_below(&seed, OUTCOME_COUNT);

		settle(outcome, 64, 0);
		n[outcome]++;
		sum = target_totals(&target);
		assert_int_equal(sum.sent, i - n[OUTCOME_NOT_SENT]);
		assert_int_equal(sum.received + sum.lost + sum.unknown, sum.sent);
	}
	assert_int_equal(target.counters.send_error, n[OUTCOME_NOT_SENT]);
	assert_int_equal(sum.received, n[OUTCOME_REPLY]);
	assert_int_equal(sum.unknown, n[OUTCOME_UNKNOWN]);
	assert_int_equal(sum.lost,
	                 n[OUTCOME_TIMEOUT] + n[OUTCOME_UNREACHABLE] + n[OUTCOME_TTL_EXCEEDED] + n[OUTCOME_TOO_BIG]);
}

static void totals_go_on_where_the_window_forgets(void **state)
{
	(void)state;
	for (int i = 0; i < 25; i++)
		settle(OUTCOME_REPLY, 64, 0);
	assert_int_equal(window_view(target.window).n_received, 10);
	assert_int_equal(target_totals(&target).received, 25);
}

static void late_duplicate_corrupt_foreign_and_send_errors_are_no_part_of_sent(void **state)
{
	(void)state;
	settle(OUTCOME_REPLY, 64, 0);
	target_count(&target.counters.late);
	target_count(&target.counters.duplicate);
	target_count(&target.counters.corrupt);
	target_count(&target.counters.foreign);
	target_count(&target.counters.send_error);
	assert_int_equal(target_totals(&target).sent, 1);
}

static struct interval_view interval(void)
{
	return target_interval(&target);
}

/* Whatever ends a probe, and whenever a report or another address comes between. */
static void what_reports_say_of_their_intervals_sums_up_to_the_totals(void **state)
{
	struct interval_view sum = { { 0 } };
	struct target_totals totals;
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		settle((enum outcome)random_below(&seed, OUTCOME_COUNT), 64, 0);
		if (!random_below(&seed, 500))
			target_move(&target, &addr, i, 0);
		if (random_below(&seed, 50) && i < 19999)
			continue;
		for (int k = 0; k < INTERVAL_COUNTS; k++)
			sum.n[k] += interval().n[k];
		target_reported(&target);
	}
	totals = target_totals(&target);
	assert_int_equal(sum.n[INTERVAL_RECEIVED], totals.received);
	assert_int_equal(sum.n[INTERVAL_LOST], totals.lost);
	assert_int_equal(sum.n[INTERVAL_UNKNOWN], totals.unknown);
	assert_int_equal(sum.n[INTERVAL_NOT_SENT], target.counters.send_error);
	assert_int_equal(sum.n[INTERVAL_SKIPPED], 0);
}

static void skipped_slots_can_be_taken_back(void **state)
{
	(void)state;
	target_skip(&target, 5);
	target_skip(&target, -2);
	assert_int_equal(interval().n[INTERVAL_SKIPPED], 3);
	target_skip(&target, -4);
	assert_int_equal(interval().n[INTERVAL_SKIPPED], 0);
}

static void a_small_counter_stops_at_its_greatest_value(void **state)
{
	uint32_t n = UINT32_MAX - 1;

	(void)state;
	target_count(&n);
	assert_int_equal(n, UINT32_MAX);
	target_count(&n);
	assert_int_equal(n, UINT32_MAX);
}

static void a_change_of_state_tells_the_old_state_and_since_when(void **state)
{
	struct target_change c;

	(void)state;
	c = settle(OUTCOME_REPLY, 64, 100);
	assert_true(c.state && c.state_from == HEALTH_UNKNOWN);
	assert_int_equal(target.since_real_ns, 100);
	c = settle(OUTCOME_TIMEOUT, 64, 200);
	assert_false(c.state);
	assert_int_equal(target.since_real_ns, 100);
	c = settle(OUTCOME_UNREACHABLE, 64, 300);
	assert_true(c.state && c.state_from == HEALTH_UP && c.since_real_ns == 100);
	assert_int_equal(target.health.state, HEALTH_DOWN);
	assert_int_equal(target.since_real_ns, 300);
}

static void what_ends_during_a_pause_counts_and_changes_no_state(void **state)
{
	(void)state;
	settle(OUTCOME_REPLY, 64, 100);
	health_pause(&target.health);
	assert_false(settle(OUTCOME_REPLY, 64, 200).state);
	assert_int_equal(target.health.state, HEALTH_UNKNOWN);
	assert_int_equal(target.counters.received, 2);
	/* Another address of the name is paused as well. */
	target_move(&target, &target.addr, 300, 300);
	assert_true(target.health.paused);
	health_resume(&target.health);
	assert_true(settle(OUTCOME_REPLY, 64, 400).state);
}

static void unknown_outcomes_judge_nothing(void **state)
{
	(void)state;
	profile.options.degraded_loss_pct = 1;
	for (int i = 0; i < 9; i++)
		settle(OUTCOME_REPLY, 64, 0);
	settle(OUTCOME_TIMEOUT, 64, 0); /* one judgement passed, of two */
	for (int i = 0; i < 5; i++)
		assert_false(settle(OUTCOME_UNKNOWN, 64, 0).state);
	assert_int_equal(target.health.state, HEALTH_UP);
	assert_true(settle(OUTCOME_REPLY, 64, 0).state);
	assert_int_equal(target.health.state, HEALTH_DEGRADED);
}

static void what_cannot_be_sent_empties_the_window_and_ends_up(void **state)
{
	struct target_change c = { 0 };
	struct window_view v;
	int n = 0;

	(void)state;
	profile.options.degraded_loss_pct = 1; /* nothing to judge where nothing was sent */
	for (int i = 0; i < 10; i++)
		settle(OUTCOME_REPLY, 64, 100);
	for (; !c.state; n++)
		c = settle(OUTCOME_NOT_SENT, 64, 200);
	assert_int_equal(n, 2);
	assert_true(c.state_from == HEALTH_UP && c.since_real_ns == 100);
	assert_int_equal(target.health.state, HEALTH_UNKNOWN);
	assert_int_equal(target.since_real_ns, 200);
	assert_string_equal(health_reason(&target.health), "no_route");
	for (; n < 10; n++)
		assert_false(settle(OUTCOME_NOT_SENT, 64, 0).state);
	v = window_view(target.window);
	assert_true(v.n_sent == 0 && v.n_not_sent == 10 && v.loss_pct < 0 && v.rtt_max_ns < 0);
	c = settle(OUTCOME_REPLY, 64, 300);
	assert_true(c.state && c.state_from == HEALTH_UNKNOWN && c.since_real_ns == 200);
	assert_int_equal(target.health.state, HEALTH_UP);
	assert_true(window_view(target.window).loss_pct == 0);
}

static void losses_in_the_window_degrade_and_a_cleaner_window_ends_it(void **state)
{
	int n = 0;

	(void)state;
	profile.options.degraded_loss_pct = 15;
	settle(OUTCOME_REPLY, 64, 0);
	for (; target.health.state == HEALTH_UP; n++)
		settle(n % 2 ? OUTCOME_REPLY : OUTCOME_TIMEOUT, 64, 0);
	assert_int_equal(target.health.state, HEALTH_DEGRADED);
	assert_string_equal(health_reason(&target.health), "loss");
	for (n = 0; target.health.state == HEALTH_DEGRADED && n < 20; n++)
		settle(OUTCOME_REPLY, 64, 0);
	assert_int_equal(target.health.state, HEALTH_UP);
	assert_int_equal(n, 8); /* one loss of 10 is below three quarters of 15 %, two are not */
}

/* By a reload, or between two runs: nothing else would ever end it. */
static void without_thresholds_nothing_stays_degraded(void **state)
{
	struct target_change c = { .state = false };
	int n = 0;

	(void)state;
	profile.options.degraded_rtt_ns = 500; /* less than any reply here takes */
	while (target.health.state != HEALTH_DEGRADED && n++ < 20)
		settle(OUTCOME_REPLY, 64, 100);
	assert_int_equal(target.health.state, HEALTH_DEGRADED);
	profile.options.degraded_rtt_ns = 0;
	for (n = 0; !c.state && n < 20; n++)
		c = settle(OUTCOME_REPLY, 64, 200);
	assert_int_equal(n, 2); /* rise */
	assert_int_equal(target.health.state, HEALTH_UP);
	assert_int_equal(c.state_from, HEALTH_DEGRADED);
	assert_int_equal(target.since_real_ns, 200);
}

static void start_anew(uint32_t window)
{
	target_fini(&target);
	profile.options.window = window;
	assert_int_equal(target_init(&target, "gw", "192.0.2.1", &addr, &profile, 0), 0);
}

/* Else the first lost probe of four would be a loss of 25 %. */
static void ten_probes_or_a_full_window_are_judged_and_no_less(void **state)
{
	static const uint32_t windows[] = { 2, 9, 10, 60 };

	(void)state;
	profile.options.degraded_rtt_ns = 500; /* less than any reply here takes */
	profile.options.fall = 1;
	for (size_t i = 0; i < 4; i++) {
		uint32_t n = 0;

		start_anew(windows[i]);
		for (; target.health.state != HEALTH_DEGRADED && n < 100; n++) {
			if (windows[i] == 60)
				settle(OUTCOME_UNKNOWN, 64, 0); /* tells nothing of the target */
			settle(OUTCOME_REPLY, 64, 0);
		}
		assert_int_equal(n, windows[i] < 10 ? windows[i] : 10);
	}
}

static void a_large_window_is_judged_64_times_while_it_fills(void **state)
{
	uint32_t n = 0;

	(void)state;
	profile.options.degraded_rtt_ns = 500;
	profile.options.fall = 3;
	start_anew(6400);
	for (; target.health.state != HEALTH_DEGRADED && n < 6400; n++)
		settle(OUTCOME_REPLY, 64, 0);
	assert_int_equal(n, 3 * 100);
}

/* Settles n probes as random as they come, of which loss_pct are lost; returns how often the state has become degraded,
 * or up from that. */
static unsigned random_probes(unsigned n, unsigned loss_pct, uint64_t *seed)
{
	unsigned n_changes = 0;

	while (n--) {
		enum outcome outcome = random_below(seed, 100) < loss_pct ? OUTCOME_TIMEOUT : OUTCOME_REPLY;
		struct target_change c = settle(outcome, 64, 0);

		n_changes += c.state && (target.health.state == HEALTH_DEGRADED ||
		                         (c.state_from == HEALTH_DEGRADED && target.health.state == HEALTH_UP));
	}
	return n_changes;
}

/* Of 60 hosts, 15 minutes each, at an interval of one second. Without lower thresholds to clear it, twice as many. */
static unsigned changes_of_60_hosts(unsigned loss_pct)
{
	unsigned n_changes = 0;
	uint64_t seed = 1;

	profile.options.fall = 3;
	profile.options.degraded_loss_pct = 5;
	for (int host = 0; host < 60; host++) {
		start_anew(60);
		n_changes += random_probes(900, loss_pct, &seed);
	}
	print_message("%u changes at a loss of %u %%\n", n_changes, loss_pct);
	return n_changes;
}

static void a_loss_about_the_threshold_does_not_flap(void **state)
{
	(void)state;
	assert_in_range(changes_of_60_hosts(10), 60, 450);
	assert_in_range(changes_of_60_hosts(5), 60, 650);
}

/* With on_address_change: keep, some are under way to the old address when the target moves. */
static void a_reply_of_an_earlier_address_counts_but_its_path_does_not(void **state)
{
	struct settled s = { .outcome = OUTCOME_REPLY, .rtt_ns = 1000, .ttl = 50, .link = 2, .to = target.addr };

	(void)state;
	settle(OUTCOME_REPLY, 60, 0);
	assert_int_equal(addr_parse(&target.addr, "192.0.2.2"), 0);
	assert_false(target_settle(&target, &s, 0).path);
	assert_int_equal(target.ttl, 60);
	assert_int_equal(target.link, 0);
	assert_int_equal(target_totals(&target).received, 2);
	s.to = target.addr;
	assert_true(target_settle(&target, &s, 0).path);
	assert_int_equal(target.link, 2);
}

static void what_was_cut_short_is_received_and_counted(void **state)
{
	struct settled s = {
		.outcome = OUTCOME_REPLY, .rtt_ns = 1000, .ttl = 50, .truncated = true, .to = target.addr
	};

	(void)state;
	target_settle(&target, &s, 0);
	settle(OUTCOME_REPLY, 50, 0);
	assert_int_equal(target.counters.truncated, 1);
	assert_int_equal(target_totals(&target).received, 2);
}

static void a_change_of_ttl_is_a_change_of_path_but_not_the_first_one(void **state)
{
	struct target_change c;

	(void)state;
	assert_false(settle(OUTCOME_REPLY, 60, 0).path);
	assert_int_equal(target.ttl, 60);
	assert_false(settle(OUTCOME_REPLY, 60, 0).path);
	c = settle(OUTCOME_REPLY, 58, 0);
	assert_true(c.path && c.ttl_from == 60);
	assert_int_equal(target.ttl, 58);
	assert_false(settle(OUTCOME_REPLY, -1, 0).path); /* not told */
	assert_false(settle(OUTCOME_TIMEOUT, -1, 0).path);
	assert_int_equal(target.ttl, 58);
	assert_true(settle(OUTCOME_REPLY, 0, 0).path);
	assert_true(settle(OUTCOME_REPLY, 255, 0).path);
}

static void another_address_starts_the_history_anew_but_not_the_counters(void **state)
{
	struct addr other;

	(void)state;
	assert_int_equal(addr_parse(&other, "192.0.2.2"), 0);
	for (int i = 0; i < 5; i++)
		settle(OUTCOME_REPLY, 60, 100);
	target_count(&target.counters.late);
	target_move(&target, &other, 5678, 777);
	assert_true(addr_equal(&target.addr, &other));
	assert_int_equal(target.born_ns, 5678);
	assert_int_equal(window_view(target.window).n_sent, 0);
	assert_int_equal(target.health.state, HEALTH_UNKNOWN);
	assert_int_equal(target.ttl, -1);
	assert_int_equal(target.since_real_ns, 777);
	assert_int_equal(target_totals(&target).received, 5);
	assert_int_equal(target.counters.late, 1);
	assert_false(settle(OUTCOME_REPLY, 55, 800).path);
}

static void a_target_is_resolved_once_it_has_an_address(void **state)
{
	(void)state;
	assert_true(target_is_resolved(&target));
	target.addr = (struct addr){ .family = AF_UNSPEC };
	assert_false(target_is_resolved(&target));
}

static void a_window_of_60_takes_what_the_budget_gives_it(void **state)
{
	(void)state;
	assert_int_equal(window_size(60), 248);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, init, fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_window_of_60_takes_what_the_budget_gives_it),
		TEST(a_new_target_has_no_history),
		TEST(a_target_is_out_of_use_after_fini),
		TEST(counters_sum_to_what_was_sent),
		TEST(totals_go_on_where_the_window_forgets),
		TEST(late_duplicate_corrupt_foreign_and_send_errors_are_no_part_of_sent),
		TEST(what_reports_say_of_their_intervals_sums_up_to_the_totals),
		TEST(skipped_slots_can_be_taken_back),
		TEST(a_small_counter_stops_at_its_greatest_value),
		TEST(a_change_of_state_tells_the_old_state_and_since_when),
		TEST(what_ends_during_a_pause_counts_and_changes_no_state),
		TEST(unknown_outcomes_judge_nothing),
		TEST(what_cannot_be_sent_empties_the_window_and_ends_up),
		TEST(losses_in_the_window_degrade_and_a_cleaner_window_ends_it),
		TEST(without_thresholds_nothing_stays_degraded),
		TEST(ten_probes_or_a_full_window_are_judged_and_no_less),
		TEST(a_large_window_is_judged_64_times_while_it_fills),
		TEST(a_loss_about_the_threshold_does_not_flap),
		TEST(a_reply_of_an_earlier_address_counts_but_its_path_does_not),
		TEST(what_was_cut_short_is_received_and_counted),
		TEST(a_change_of_ttl_is_a_change_of_path_but_not_the_first_one),
		TEST(another_address_starts_the_history_anew_but_not_the_counters),
		TEST(a_target_is_resolved_once_it_has_an_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
