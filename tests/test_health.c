#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/health.h"
#include "random.h"

#include <errno.h>

#define MS INT64_C(1000000)

static const struct health_figures fine = { .loss_pct = 0, .rtt_median_ns = MS, .jitter_ns = 0 };
static const struct health_figures lossy = { .loss_pct = 10, .rtt_median_ns = MS, .jitter_ns = 0 };

static struct options options(uint32_t fall, uint32_t rise)
{
	struct options o = options_default();

	o.fall = fall;
	o.rise = rise;
	return o;
}

/* Settles n probes alike; returns how many of them changed the state. */
static int settle(struct health *h, const struct options *o, enum outcome outcome, int n)
{
	int changes = 0;

	while (n--)
		changes += health_settle(h, o, outcome, outcome == OUTCOME_NOT_SENT ? ENETUNREACH : 0);
	return changes;
}

static int judge(struct health *h, const struct options *o, const struct health_figures *f, int n)
{
	int changes = 0;

	while (n--)
		changes += health_judge(h, o, f);
	return changes;
}

static struct health up(const struct options *o)
{
	struct health h = { 0 };

	settle(&h, o, OUTCOME_REPLY, 1);
	assert_int_equal(h.state, HEALTH_UP);
	return h;
}

static void a_new_target_is_unknown(void **state)
{
	struct health h = { 0 };

	(void)state;
	assert_int_equal(h.state, HEALTH_UNKNOWN);
	assert_true(sizeof(h) <= 8);
}

static void the_first_reply_is_up(void **state)
{
	struct options o = options(3, 2);
	struct health h = { 0 };

	(void)state;
	assert_int_equal(settle(&h, &o, OUTCOME_TIMEOUT, 2), 0);
	assert_int_equal(settle(&h, &o, OUTCOME_REPLY, 1), 1);
	assert_int_equal(h.state, HEALTH_UP);
	assert_string_equal(health_reason(&h), "reply");
}

static void fall_losses_in_a_row_are_down_whatever_they_are(void **state)
{
	static const enum outcome losses[] = { OUTCOME_TIMEOUT, OUTCOME_UNREACHABLE, OUTCOME_TTL_EXCEEDED,
		                               OUTCOME_TOO_BIG };
	struct options o = options(4, 2);

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct health h = up(&o);

		assert_int_equal(settle(&h, &o, OUTCOME_TIMEOUT, 3), 0);
		assert_int_equal(settle(&h, &o, losses[i], 1), 1);
		assert_int_equal(h.state, HEALTH_DOWN);
		assert_string_equal(health_reason(&h), outcome_name(losses[i]));
	}
}

static void a_target_that_never_answered_goes_down_as_well(void **state)
{
	struct options o = options(3, 2);
	struct health h = { 0 };

	(void)state;
	assert_int_equal(settle(&h, &o, OUTCOME_TIMEOUT, 3), 1);
	assert_int_equal(h.state, HEALTH_DOWN);
}

static void a_reply_breaks_the_row_of_losses(void **state)
{
	struct options o = options(3, 2);
	struct health h = up(&o);

	(void)state;
	for (int i = 0; i < 10; i++) {
		assert_int_equal(settle(&h, &o, OUTCOME_TIMEOUT, 2), 0);
		assert_int_equal(settle(&h, &o, OUTCOME_REPLY, 1), 0);
	}
	assert_int_equal(h.state, HEALTH_UP);
}

static void rise_replies_in_a_row_are_up_again_and_a_loss_breaks_them(void **state)
{
	struct options o = options(1, 3);
	struct health h = up(&o);

	(void)state;
	settle(&h, &o, OUTCOME_TIMEOUT, 1);
	assert_int_equal(h.state, HEALTH_DOWN);
	assert_int_equal(settle(&h, &o, OUTCOME_REPLY, 2), 0);
	assert_int_equal(settle(&h, &o, OUTCOME_TIMEOUT, 1), 0);
	assert_int_equal(settle(&h, &o, OUTCOME_REPLY, 2), 0);
	assert_int_equal(settle(&h, &o, OUTCOME_REPLY, 1), 1);
	assert_int_equal(h.state, HEALTH_UP);
}

static void losses_while_down_tell_nothing_new(void **state)
{
	struct options o = options(2, 2);
	struct health h = up(&o);

	(void)state;
	assert_int_equal(settle(&h, &o, OUTCOME_TIMEOUT, 100000), 1);
}

static void unknown_outcomes_neither_count_nor_break_a_row(void **state)
{
	struct options o = options(3, 2);
	struct health h = up(&o);

	(void)state;
	settle(&h, &o, OUTCOME_TIMEOUT, 2);
	assert_int_equal(settle(&h, &o, OUTCOME_UNKNOWN, 1000), 0);
	assert_int_equal(settle(&h, &o, OUTCOME_TIMEOUT, 1), 1);
	settle(&h, &o, OUTCOME_REPLY, 1);
	assert_int_equal(settle(&h, &o, OUTCOME_UNKNOWN, 5), 0);
	assert_int_equal(settle(&h, &o, OUTCOME_REPLY, 1), 1);
}

static void unknown_outcomes_leave_a_new_target_unknown(void **state)
{
	struct options o = options(1, 1);
	struct health h = { 0 };

	(void)state;
	assert_int_equal(settle(&h, &o, OUTCOME_UNKNOWN, 100), 0);
	assert_int_equal(h.state, HEALTH_UNKNOWN);
}

static void fall_in_a_row_not_sent_are_unknown_from_any_state_and_say_why(void **state)
{
	static const struct {
		int sys_errno;
		const char *reason;
	} table[] = { { ENETUNREACH, "no_route" }, { EPERM, "not_permitted" }, { ENETDOWN, "interface_down" } };
	struct options o = options(3, 2);

	(void)state;
	for (int from = HEALTH_UNKNOWN; from <= HEALTH_DOWN; from++) {
		struct health h = from == HEALTH_UNKNOWN ? (struct health){ 0 } : up(&o);

		o.degraded_loss_pct = 5;
		judge(&h, &o, &lossy, from == HEALTH_DEGRADED ? 3 : 0);
		settle(&h, &o, OUTCOME_TIMEOUT, from == HEALTH_DOWN ? 3 : 0);
		assert_int_equal(h.state, from);
		settle(&h, &o, OUTCOME_NOT_SENT, 2);
		assert_int_equal(h.state, from);
		assert_true(health_settle(&h, &o, OUTCOME_NOT_SENT, table[from % 3].sys_errno));
		assert_int_equal(h.state, HEALTH_UNKNOWN);
		assert_string_equal(health_reason(&h), table[from % 3].reason);
		assert_int_equal(settle(&h, &o, OUTCOME_NOT_SENT, 70000), 0); /* told once */
		assert_int_equal(settle(&h, &o, OUTCOME_REPLY, 1), 1);
		assert_int_equal(h.state, HEALTH_UP);
		assert_int_equal(settle(&h, &o, OUTCOME_NOT_SENT, 3), 1);
	}
}

static void what_was_sent_breaks_the_row_of_what_was_not(void **state)
{
	static const enum outcome sent[] = { OUTCOME_REPLY, OUTCOME_TIMEOUT, OUTCOME_TOO_BIG };
	struct options o = options(3, 2);

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct health h = up(&o);

		settle(&h, &o, OUTCOME_NOT_SENT, 2);
		settle(&h, &o, sent[i], 1);
		assert_int_equal(settle(&h, &o, OUTCOME_NOT_SENT, 2), 0);
		settle(&h, &o, OUTCOME_UNKNOWN, 9); /* tells nothing, and breaks nothing */
		assert_int_equal(settle(&h, &o, OUTCOME_NOT_SENT, 1), 1);
	}
}

static void what_was_not_sent_breaks_no_row_of_losses_or_replies(void **state)
{
	struct options o = options(3, 2);
	struct health h = up(&o);

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(settle(&h, &o, OUTCOME_TIMEOUT, 1), 0);
		assert_int_equal(settle(&h, &o, OUTCOME_NOT_SENT, 2), 0);
	}
	assert_int_equal(settle(&h, &o, OUTCOME_TIMEOUT, 1), 1);
	assert_int_equal(h.state, HEALTH_DOWN);
	assert_int_equal(settle(&h, &o, OUTCOME_REPLY, 1), 0);
	assert_int_equal(settle(&h, &o, OUTCOME_NOT_SENT, 2), 0);
	assert_int_equal(settle(&h, &o, OUTCOME_REPLY, 1), 1);
	assert_int_equal(h.state, HEALTH_UP);
}

static void fall_losses_after_it_could_not_be_asked_are_down(void **state)
{
	struct options o = options(3, 2);
	struct health h = up(&o);

	(void)state;
	settle(&h, &o, OUTCOME_TIMEOUT, 2);
	settle(&h, &o, OUTCOME_NOT_SENT, 3);
	assert_int_equal(h.state, HEALTH_UNKNOWN);
	assert_int_equal(settle(&h, &o, OUTCOME_TIMEOUT, 2), 0); /* those before count no more */
	assert_int_equal(settle(&h, &o, OUTCOME_NOT_SENT, 5), 0);
	assert_int_equal(settle(&h, &o, OUTCOME_TIMEOUT, 1), 1);
	assert_int_equal(h.state, HEALTH_DOWN);
}

/* What went into an interface without a carrier, say: it was not asked either. */
static void unknown_outcomes_with_an_errno_are_as_not_sent(void **state)
{
	struct options o = options(3, 2);
	struct health h = up(&o);

	(void)state;
	assert_false(health_settle(&h, &o, OUTCOME_UNKNOWN, ENETDOWN));
	assert_true(health_failing(&h));
	assert_int_equal(settle(&h, &o, OUTCOME_NOT_SENT, 1), 0);
	assert_true(health_settle(&h, &o, OUTCOME_UNKNOWN, ENETDOWN));
	assert_int_equal(h.state, HEALTH_UNKNOWN);
	assert_string_equal(health_reason(&h), "interface_down");
	assert_int_equal(settle(&h, &o, OUTCOME_REPLY, 1), 1);
	assert_int_equal(settle(&h, &o, OUTCOME_UNKNOWN, 100), 0);
}

/* However great fall is: a window with nothing in it that could be answered is never that of an up target. */
static void a_window_of_nothing_but_not_sent_is_unknown(void **state)
{
	struct options o = options(1000, 2);
	struct health h;

	(void)state;
	o.window = 10;
	h = up(&o);
	assert_int_equal(settle(&h, &o, OUTCOME_NOT_SENT, 9), 0);
	assert_int_equal(settle(&h, &o, OUTCOME_NOT_SENT, 1), 1);
	assert_int_equal(h.state, HEALTH_UNKNOWN);
}

static void without_thresholds_nothing_is_judged(void **state)
{
	struct options o = options(1, 1);
	struct health h = up(&o);

	(void)state;
	assert_false(health_judged(&o));
	assert_int_equal(judge(&h, &o, &lossy, 10), 0);
	o.degraded_jitter_ns = 1;
	assert_true(health_judged(&o));
}

static void a_threshold_passed_for_fall_judgements_degrades_and_kept_for_rise_ends_it(void **state)
{
	struct options o = options(3, 2);
	struct health h = up(&o);

	(void)state;
	o.degraded_loss_pct = 5;
	assert_int_equal(judge(&h, &o, &lossy, 2), 0);
	assert_int_equal(judge(&h, &o, &fine, 1), 0); /* breaks the row */
	assert_int_equal(judge(&h, &o, &lossy, 2), 0);
	assert_int_equal(judge(&h, &o, &lossy, 1), 1);
	assert_int_equal(h.state, HEALTH_DEGRADED);
	assert_string_equal(health_reason(&h), "loss");
	assert_int_equal(judge(&h, &o, &fine, 1), 0);
	assert_int_equal(judge(&h, &o, &lossy, 1), 0);
	assert_int_equal(judge(&h, &o, &fine, 1), 0);
	assert_int_equal(judge(&h, &o, &fine, 1), 1);
	assert_int_equal(h.state, HEALTH_UP);
}

static void each_threshold_has_its_reason_and_is_passed_only_above_it(void **state)
{
	struct options o = options(1, 1);
	struct health h;
	struct health_figures f;

	(void)state;
	o.degraded_loss_pct = 5;
	o.degraded_rtt_ns = 20 * MS;
	o.degraded_jitter_ns = 3 * MS;
	f = (struct health_figures){ 5, 20 * MS, 3 * MS };
	h = up(&o);
	assert_int_equal(judge(&h, &o, &f, 5), 0);
	f.jitter_ns++;
	assert_int_equal(judge(&h, &o, &f, 1), 1);
	assert_string_equal(health_reason(&h), "jitter");
	h = up(&o);
	f.rtt_median_ns++;
	assert_int_equal(judge(&h, &o, &f, 1), 1);
	assert_string_equal(health_reason(&h), "rtt");
}

static void a_degraded_target_is_up_again_below_the_lower_thresholds_only(void **state)
{
	static const struct {
		double clear_loss_pct, ends_pct;
		int64_t clear_ns, ends_ns;
	} table[] = { { -1, 3.75, -1, 15 * MS }, { 5, 5, 20 * MS, 20 * MS }, { 1, 1, 4 * MS, 4 * MS }, { 0, 0, 0, 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct options o = options(1, 1);
		struct health h = up(&o);
		struct health_figures f = { 5.1, 20 * MS + 1, 20 * MS + 1 };

		o.degraded_loss_pct = 5;
		o.degraded_rtt_ns = o.degraded_jitter_ns = 20 * MS;
		o.clear_loss_pct = table[i].clear_loss_pct;
		o.clear_rtt_ns = o.clear_jitter_ns = table[i].clear_ns;
		assert_int_equal(judge(&h, &o, &f, 1), 1);
		f = (struct health_figures){ table[i].ends_pct + 0.001, table[i].ends_ns, table[i].ends_ns };
		assert_int_equal(judge(&h, &o, &f, 5), 0);
		f = (struct health_figures){ table[i].ends_pct, table[i].ends_ns + 1, table[i].ends_ns };
		assert_int_equal(judge(&h, &o, &f, 5), 0);
		f = (struct health_figures){ table[i].ends_pct, table[i].ends_ns, table[i].ends_ns + 1 };
		assert_int_equal(judge(&h, &o, &f, 5), 0);
		f.jitter_ns--;
		assert_int_equal(judge(&h, &o, &f, 1), 1);
		assert_int_equal(h.state, HEALTH_UP);
		f = (struct health_figures){ 5, 20 * MS, 20 * MS };
		assert_int_equal(judge(&h, &o, &f, 5), 0); /* up, the upper ones hold */
	}
}

static void a_degraded_target_tells_the_threshold_that_it_has_passed(void **state)
{
	static const struct health_figures figures[] = { { 6, MS, MS }, { 0, 21 * MS, MS }, { 0, MS, 4 * MS } };
	struct options o = options(1, 1);

	(void)state;
	o.degraded_loss_pct = 5;
	o.degraded_rtt_ns = 20 * MS;
	o.degraded_jitter_ns = 3 * MS;
	for (size_t i = 0; i < 3; i++) {
		struct health h = up(&o);
		struct health_threshold t = health_threshold(&h, &o);

		assert_true(t.loss_pct < 0 && t.ns < 0);
		judge(&h, &o, &figures[i], 1);
		t = health_threshold(&h, &o);
		assert_true(t.loss_pct == (i ? -1 : 5));
		assert_int_equal(t.ns, i == 1 ? 20 * MS : i == 2 ? 3 * MS : -1);
	}
}

static void figures_not_known_pass_no_threshold(void **state)
{
	struct options o = options(1, 1);
	struct health_figures none = { -1, -1, -1 };
	struct health h = up(&o);

	(void)state;
	o.degraded_loss_pct = 1e-9;
	o.degraded_rtt_ns = o.degraded_jitter_ns = 1;
	assert_int_equal(judge(&h, &o, &none, 10), 0);
}

static void only_up_and_degraded_are_judged(void **state)
{
	struct options o = options(1, 1);
	struct health h = { 0 };

	(void)state;
	o.degraded_loss_pct = 5;
	assert_int_equal(judge(&h, &o, &lossy, 10), 0);
	assert_int_equal(h.state, HEALTH_UNKNOWN);
	settle(&h, &o, OUTCOME_TIMEOUT, 1);
	assert_int_equal(judge(&h, &o, &lossy, 10), 0);
	assert_int_equal(h.state, HEALTH_DOWN);
}

static void a_degraded_target_goes_down_and_comes_back_up(void **state)
{
	struct options o = options(2, 1);
	struct health h = up(&o);

	(void)state;
	o.degraded_loss_pct = 5;
	judge(&h, &o, &lossy, 2);
	assert_int_equal(h.state, HEALTH_DEGRADED);
	assert_int_equal(settle(&h, &o, OUTCOME_TIMEOUT, 2), 1);
	assert_int_equal(h.state, HEALTH_DOWN);
	assert_int_equal(settle(&h, &o, OUTCOME_REPLY, 1), 1);
	assert_int_equal(h.state, HEALTH_UP);
	assert_int_equal(judge(&h, &o, &lossy, 1), 0); /* the row begins anew */
}

static void the_greatest_fall_and_rise_can_be_reached(void **state)
{
	struct options o = options(65535, 65535);
	struct health h = up(&o);

	(void)state;
	assert_int_equal(settle(&h, &o, OUTCOME_TIMEOUT, 65534), 0);
	assert_int_equal(settle(&h, &o, OUTCOME_TIMEOUT, 1), 1);
	assert_int_equal(settle(&h, &o, OUTCOME_REPLY, 65534), 0);
	assert_int_equal(settle(&h, &o, OUTCOME_REPLY, 1), 1);
}

/* A naive reading of the rules beside the real one, over random outcomes. */
static void random_outcomes_follow_the_rules(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int run = 0; run < 200; run++) {
		struct options o = options(1 + (uint32_t)random_below(&seed, 5), 1 + (uint32_t)random_below(&seed, 5));
		enum health_state expected = HEALTH_UNKNOWN;
		struct health h = { 0 };
		unsigned losses = 0, replies = 0, not_sent = 0;
		bool told = false;

		for (int i = 0; i < 500; i++) {
			enum outcome outcome = random_below(&seed, 2)
			                               ? OUTCOME_REPLY
			                               : (enum outcome)random_below(&seed, OUTCOME_COUNT);
			enum health_state before = expected;
			bool tells = false;

			if (outcome == OUTCOME_REPLY)
				replies++, losses = not_sent = 0;
			else if (outcome == OUTCOME_NOT_SENT)
				not_sent++;
			else if (outcome != OUTCOME_UNKNOWN)
				losses++, replies = not_sent = 0;
			if (expected == HEALTH_UNKNOWN && replies)
				expected = HEALTH_UP;
			if (expected != HEALTH_DOWN && losses >= o.fall)
				expected = HEALTH_DOWN, replies = 0;
			if (expected == HEALTH_DOWN && replies >= o.rise)
				expected = HEALTH_UP;
			if (not_sent >= o.fall && !told) {
				expected = HEALTH_UNKNOWN, replies = losses = 0;
				told = tells = true;
			}
			told &= expected == HEALTH_UNKNOWN;
			assert_int_equal(settle(&h, &o, outcome, 1), tells || expected != before);
			assert_int_equal(h.state, expected);
		}
	}
}

static void failing_is_down_or_the_latest_probe_lost(void **state)
{
	struct options o = options(3, 2);
	struct health h = { 0 };

	(void)state;
	assert_false(health_failing(&h));
	settle(&h, &o, OUTCOME_TIMEOUT, 1);
	assert_true(health_failing(&h)); /* unknown still, and not answering */
	settle(&h, &o, OUTCOME_REPLY, 1);
	assert_false(health_failing(&h));
	settle(&h, &o, OUTCOME_UNREACHABLE, 1);
	assert_int_equal(h.state, HEALTH_UP);
	assert_true(health_failing(&h));
	settle(&h, &o, OUTCOME_UNKNOWN, 1);
	assert_true(health_failing(&h)); /* tells nothing new */
	settle(&h, &o, OUTCOME_TIMEOUT, 2);
	assert_int_equal(h.state, HEALTH_DOWN);
	assert_true(health_failing(&h));
	settle(&h, &o, OUTCOME_REPLY, 1);
	assert_true(health_failing(&h)); /* down until it has answered rise times */
	settle(&h, &o, OUTCOME_REPLY, 1);
	assert_false(health_failing(&h));
	settle(&h, &o, OUTCOME_UNKNOWN, 1);
	assert_false(health_failing(&h));
	settle(&h, &o, OUTCOME_NOT_SENT, 1);
	assert_true(health_failing(&h)); /* cannot be asked: nor can what is behind it */
	settle(&h, &o, OUTCOME_NOT_SENT, 2);
	assert_int_equal(h.state, HEALTH_UNKNOWN);
	assert_true(health_failing(&h));
	settle(&h, &o, OUTCOME_REPLY, 1);
	assert_false(health_failing(&h));
}

static void a_loss_that_degrades_is_a_loss_all_the_same(void **state)
{
	struct options o = options(3, 2);
	struct health h = up(&o);

	(void)state;
	o.degraded_loss_pct = 5;
	judge(&h, &o, &lossy, 2);
	assert_false(health_failing(&h));
	settle(&h, &o, OUTCOME_TIMEOUT, 1);
	assert_int_equal(judge(&h, &o, &lossy, 1), 1);
	assert_int_equal(h.state, HEALTH_DEGRADED);
	assert_true(health_failing(&h));
}

static void states_have_the_log_contracts_names(void **state)
{
	(void)state;
	assert_string_equal(health_state_name(HEALTH_UNKNOWN), "unknown");
	assert_string_equal(health_state_name(HEALTH_UP), "up");
	assert_string_equal(health_state_name(HEALTH_DEGRADED), "degraded");
	assert_string_equal(health_state_name(HEALTH_DOWN), "down");
}

static void a_pause_is_unknown_until_a_reply(void **state)
{
	struct options o = options(3, 2);
	struct health h = up(&o);

	(void)state;
	assert_true(health_pause(&h));
	assert_int_equal(h.state, HEALTH_UNKNOWN);
	assert_string_equal(health_reason(&h), "paused");
	assert_false(health_pause(&h));
	health_resume(&h);
	assert_int_equal(h.state, HEALTH_UNKNOWN);
	assert_int_equal(settle(&h, &o, OUTCOME_REPLY, 1), 1);
	assert_int_equal(h.state, HEALTH_UP);
	assert_string_equal(health_reason(&h), "reply");
}

/* What depends on it is not blocked by it. */
static void a_paused_target_does_not_fail(void **state)
{
	struct options o = options(3, 2);
	struct health h = up(&o);

	(void)state;
	settle(&h, &o, OUTCOME_TIMEOUT, 3);
	assert_true(health_failing(&h));
	health_pause(&h);
	assert_false(health_failing(&h));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_target_is_unknown),
		cmocka_unit_test(a_pause_is_unknown_until_a_reply),
		cmocka_unit_test(a_paused_target_does_not_fail),
		cmocka_unit_test(the_first_reply_is_up),
		cmocka_unit_test(fall_losses_in_a_row_are_down_whatever_they_are),
		cmocka_unit_test(a_target_that_never_answered_goes_down_as_well),
		cmocka_unit_test(a_reply_breaks_the_row_of_losses),
		cmocka_unit_test(rise_replies_in_a_row_are_up_again_and_a_loss_breaks_them),
		cmocka_unit_test(losses_while_down_tell_nothing_new),
		cmocka_unit_test(unknown_outcomes_neither_count_nor_break_a_row),
		cmocka_unit_test(unknown_outcomes_leave_a_new_target_unknown),
		cmocka_unit_test(fall_in_a_row_not_sent_are_unknown_from_any_state_and_say_why),
		cmocka_unit_test(what_was_sent_breaks_the_row_of_what_was_not),
		cmocka_unit_test(what_was_not_sent_breaks_no_row_of_losses_or_replies),
		cmocka_unit_test(fall_losses_after_it_could_not_be_asked_are_down),
		cmocka_unit_test(unknown_outcomes_with_an_errno_are_as_not_sent),
		cmocka_unit_test(a_window_of_nothing_but_not_sent_is_unknown),
		cmocka_unit_test(without_thresholds_nothing_is_judged),
		cmocka_unit_test(a_threshold_passed_for_fall_judgements_degrades_and_kept_for_rise_ends_it),
		cmocka_unit_test(each_threshold_has_its_reason_and_is_passed_only_above_it),
		cmocka_unit_test(a_degraded_target_is_up_again_below_the_lower_thresholds_only),
		cmocka_unit_test(a_degraded_target_tells_the_threshold_that_it_has_passed),
		cmocka_unit_test(figures_not_known_pass_no_threshold),
		cmocka_unit_test(only_up_and_degraded_are_judged),
		cmocka_unit_test(a_degraded_target_goes_down_and_comes_back_up),
		cmocka_unit_test(the_greatest_fall_and_rise_can_be_reached),
		cmocka_unit_test(random_outcomes_follow_the_rules),
		cmocka_unit_test(failing_is_down_or_the_latest_probe_lost),
		cmocka_unit_test(a_loss_that_degrades_is_a_loss_all_the_same),
		cmocka_unit_test(states_have_the_log_contracts_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
