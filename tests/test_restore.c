#include "fixture.h"

#include "core/fleet.h"
#include "core/not_sent.h"
#include "core/restore.h"
#include "core/snapshot.h"

#define NOW_NS INT64_C(1700000000000000000)

static struct profile profile;
static struct target t;
static const char address[] = "192.0.2.1", host[] = "host.example";
static struct remembered_sample samples[40];

static struct remembered_sample sample(const struct remembered *r, size_t i)
{
	(void)r;
	return samples[i];
}

/* A target at address that is down since a while, with n samples. */
static struct remembered remembered(size_t n)
{
	struct remembered r = {
		.name = "name",
		.host = address,
		.saved_real_ns = NOW_NS - 5,
		.started_real_ns = NOW_NS - 1000,
		.since_real_ns = NOW_NS - 100,
		.state = HEALTH_DOWN,
		.reason = "unreachable",
		.streak = 1,
		.is_known = true,
		.ttl = 57,
		.received = 10,
		.timeout = 20,
		.unknown = 30,
		.unreachable = UINT64_C(1) << 40,
		.n_samples = n,
		.sample = sample,
	};

	assert_int_equal(addr_parse(&r.addr, address), 0);
	for (size_t i = 0; i < n; i++)
		samples[i] = (struct remembered_sample){ OUTCOME_REPLY, (int64_t)(i + 1) * 1000000, 0 };
	return r;
}

static void target_at(const char *where)
{
	struct addr a = { .family = AF_UNSPEC };

	addr_parse(&a, where);
	assert_int_equal(target_init(&t, "name", where, &a, &profile, 1), 0);
	t.since_real_ns = NOW_NS;
}

static int prepare(void **state)
{
	(void)state;
	profile = (struct profile){ .options = options_default() };
	profile.options.window = 20;
	target_at(address);
	return 0;
}

static int clean_up(void **state)
{
	(void)state;
	target_fini(&t);
	return 0;
}

static struct target_change settle(enum outcome outcome)
{
	struct settled s = { .outcome = outcome, .rtt_ns = outcome == OUTCOME_REPLY ? 1000 : -1, .ttl = -1 };

	s.to = t.addr;
	return target_settle(&t, &s, NOW_NS);
}

static bool is_new(void)
{
	return t.health.state == HEALTH_UNKNOWN && !window_count(t.window) && t.ttl < 0 && t.since_real_ns == NOW_NS;
}

static void what_was_down_stays_down_without_a_change(void **state)
{
	struct remembered r = remembered(5);
	struct earlier e;

	(void)state;
	restore_target(&t, &r, &e);
	assert_int_equal(t.health.state, HEALTH_DOWN);
	assert_string_equal(health_reason(&t.health), "unreachable");
	assert_int_equal(t.since_real_ns, NOW_NS - 100);
	assert_int_equal(t.ttl, 57);
	assert_int_equal(window_count(t.window), 5);
	for (int i = 0; i < 10; i++)
		assert_false(settle(OUTCOME_TIMEOUT).state);
}

static void a_row_of_replies_goes_on(void **state)
{
	struct remembered r = remembered(0);
	struct target_change c;
	struct earlier e;

	(void)state;
	profile.options.rise = 3;
	r.streak = 2;
	restore_target(&t, &r, &e);
	c = settle(OUTCOME_REPLY);
	assert_true(c.state);
	assert_false(c.first);
	assert_int_equal(c.state_from, HEALTH_DOWN);
	assert_int_equal(c.since_real_ns, NOW_NS - 100);
}

static void only_the_first_of_all_changes_is_first(void **state)
{
	struct target_change c = settle(OUTCOME_REPLY);

	(void)state;
	assert_true(c.state && c.first);
	while (!(c = settle(OUTCOME_TIMEOUT)).state)
		assert_false(c.first);
	assert_false(c.first);
	/* Another address does not make another target of it. */
	target_move(&t, &t.addr, 2, NOW_NS);
	c = settle(OUTCOME_REPLY);
	assert_true(c.state && !c.first);
}

static void what_was_never_known_is_still_to_be_told_first(void **state)
{
	struct remembered r = remembered(2);
	struct earlier e;

	(void)state;
	r.state = HEALTH_UNKNOWN;
	r.reason = "start";
	r.is_known = false;
	r.streak = 2;
	restore_target(&t, &r, &e);
	assert_int_equal(window_count(t.window), 2);
	assert_true(settle(OUTCOME_TIMEOUT).first);
}

static void the_window_keeps_the_latest_and_their_order(void **state)
{
	struct remembered r = remembered(40);
	struct earlier e;
	int64_t rtt_ns;
	int sys_errno;

	(void)state;
	samples[38] = (struct remembered_sample){ OUTCOME_NOT_SENT, -1, ENETUNREACH };
	samples[39] = (struct remembered_sample){ OUTCOME_TIMEOUT, -1, 0 };
	restore_target(&t, &r, &e);
	assert_int_equal(window_count(t.window), 20);
	for (uint32_t i = 0; i < 18; i++) {
		assert_int_equal(window_sample(t.window, i, &rtt_ns, &sys_errno), OUTCOME_REPLY);
		assert_int_equal(rtt_ns, (i + 21) * 1000000);
	}
	assert_int_equal(window_sample(t.window, 18, &rtt_ns, &sys_errno), OUTCOME_NOT_SENT);
	assert_int_equal(sys_errno, ENETUNREACH);
	assert_int_equal(window_sample(t.window, 19, &rtt_ns, &sys_errno), OUTCOME_TIMEOUT);
	assert_true(t.health.lost);
}

static void counters_begin_at_0_beside_what_was_before(void **state)
{
	struct remembered r = remembered(3), back;
	struct earlier_sums sums;
	struct earlier e;

	(void)state;
	restore_target(&t, &r, &e);
	assert_int_equal(target_totals(&t).sent, 0);
	settle(OUTCOME_REPLY);
	settle(OUTCOME_TIMEOUT);
	sums = earlier_add(&e, &t.counters, NOW_NS);
	assert_int_equal(sums.started_real_ns, NOW_NS - 1000);
	assert_int_equal(sums.received, 11);
	assert_int_equal(sums.timeout, 21);
	assert_int_equal(sums.unreachable, UINT32_MAX); /* where the small ones stop */
	assert_int_equal(sums.lost, 21 + INT64_C(4294967295));
	assert_int_equal(sums.sent, sums.received + sums.lost + 30);
	back = earlier_remembered(&e);
	assert_int_equal(back.received, 10);
	assert_int_equal(back.unknown, 30);
	sums = earlier_add(NULL, &t.counters, NOW_NS);
	assert_int_equal(sums.sent, 2);
	assert_int_equal(sums.started_real_ns, NOW_NS);
}

static void at_another_place_only_the_counters_go_on(void **state)
{
	static const char *const elsewhere[] = { "192.0.2.2", "2001:db8::1", "www.example" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct remembered r = remembered(5);
		struct earlier e;

		target_fini(&t);
		target_at(elsewhere[i]);
		restore_target(&t, &r, &e);
		assert_true(is_new());
		assert_int_equal(target_is_resolved(&t), i < 2);
		assert_int_equal(e.received, 10);
		assert_false(settle(OUTCOME_REPLY).first);
	}
}

static void a_name_is_probed_where_it_was(void **state)
{
	struct remembered r = remembered(5);
	struct earlier e;

	(void)state;
	r.host = host;
	target_fini(&t);
	target_at(host);
	restore_target(&t, &r, &e);
	assert_true(addr_equal(&t.addr, &r.addr));
	assert_int_equal(t.health.state, HEALTH_DOWN);
	/* But not by another IP version than it may be now, */
	profile.options.family = FAMILY_IPV6;
	target_fini(&t);
	target_at(host);
	restore_target(&t, &r, &e);
	assert_false(target_is_resolved(&t));
	assert_true(is_new());
	/* nor if each of its addresses is a target of its own. */
	profile.options.family = FAMILY_ANY;
	profile.options.addresses = ADDRESSES_ALL;
	restore_target(&t, &r, &e);
	assert_false(target_is_resolved(&t));
	assert_true(is_new());
}

static void what_is_resolved_keeps_its_zone(void **state)
{
	struct remembered r = remembered(5);
	struct earlier e;

	(void)state;
	r.host = "fe80::1";
	assert_int_equal(addr_parse(&r.addr, r.host), 0);
	target_fini(&t);
	target_at(r.host);
	t.addr.scope = 7;
	restore_target(&t, &r, &e);
	assert_int_equal(t.health.state, HEALTH_DOWN);
	assert_int_equal(t.addr.scope, 7);
}

/* Its thresholds may be gone by now. */
static void what_was_degraded_is_judged_again(void **state)
{
	struct remembered r = remembered(20);
	struct target_change c = { .state = false };
	struct earlier e;

	(void)state;
	r.state = HEALTH_DEGRADED;
	r.reason = "rtt";
	restore_target(&t, &r, &e);
	assert_string_equal(health_reason(&t.health), "rtt");
	for (int i = 0; i < 20 && !c.state; i++)
		c = settle(OUTCOME_REPLY);
	assert_true(c.state && !c.first);
	assert_int_equal(t.health.state, HEALTH_UP);
	assert_int_equal(c.since_real_ns, NOW_NS - 100);
}

static void a_reason_that_does_not_go_with_the_state_is_the_usual_one(void **state)
{
	static const struct {
		enum health_state state;
		const char *reason, *read;
	} table[] = {
		{ HEALTH_DOWN, "timeout", "timeout" },
		{ HEALTH_DOWN, "too_big", "too_big" },
		{ HEALTH_DOWN, "reply", "timeout" },
		{ HEALTH_DOWN, "", "timeout" },
		{ HEALTH_UP, "reply", "reply" },
		{ HEALTH_UP, "loss", "reply" },
		{ HEALTH_DEGRADED, "jitter", "jitter" },
		{ HEALTH_DEGRADED, "rtt", "rtt" },
		{ HEALTH_DEGRADED, "from a later version", "loss" },
		{ HEALTH_UNKNOWN, "start", "start" },
		{ HEALTH_UNKNOWN, "no_route", "no_route" },
		{ HEALTH_UNKNOWN, "other", "other" },
		{ HEALTH_UNKNOWN, "paused", "start" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct health h = { .state = HEALTH_UNKNOWN };

		health_restore(&h, table[i].state, table[i].reason, 100000, true);
		assert_int_equal(h.state, table[i].state);
		assert_string_equal(health_reason(&h), table[i].read);
		assert_int_equal(h.streak, UINT16_MAX);
		assert_true(h.known && !h.paused && !h.blocked);
	}
}

static void what_blocked_it_is_still_to_be_watched(void **state)
{
	struct remembered r = remembered(5);
	struct earlier e;

	(void)state;
	r.is_blocked = true;
	restore_target(&t, &r, &e);
	assert_int_equal(t.health.blocked, HEALTH_BLOCKED);
}

static void the_fleet_and_its_snapshots_have_what_was_before(void **state)
{
	struct fleet *f = fleet_new();
	struct snapshot *s = snapshot_new(3);
	struct snapshot_row row;
	struct earlier e;
	struct remembered r = remembered(0);

	(void)state;
	assert_true(f && s);
	restore_target(&t, &r, &e);
	for (uint32_t i = 0; i < 5000; i++)
		assert_int_equal(fleet_add(f, "name", address, &t.addr, &profile, 1), i);
	assert_null(fleet_earlier(f, 4999));
	assert_int_equal(fleet_set_earlier(f, 4999, &e), 0);
	assert_int_equal(fleet_set_earlier(f, 1, &e), 0);
	assert_null(fleet_earlier(f, 0));
	assert_int_equal(fleet_earlier(f, 4999)->received, 10);
	while (snapshot_take_some(s, f, 64))
		;
	for (uint32_t i = 0; i < 5000; i += i ? 4998 : 1) {
		snapshot_row(s, i, &row);
		if (i) {
			assert_int_equal(snapshot_earlier(s, i)->started_real_ns, NOW_NS - 1000);
			assert_int_equal(snapshot_earlier(s, i)->received, 10);
		} else {
			assert_null(snapshot_earlier(s, i));
		}
		assert_int_equal(row.totals.received, 0);
		assert_int_equal(window_capacity(snapshot_window(s, i)), 20);
	}
	/* It goes with its target, and is not the next one's of the number. */
	fleet_retire(f, 4999);
	assert_int_equal(fleet_add(f, "name", address, &t.addr, &profile, 1), 4999);
	assert_null(fleet_earlier(f, 4999));
	snapshot_free(s);
	fleet_free(f);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, prepare, clean_up)
	const struct CMUnitTest tests[] = {
		TEST(what_was_down_stays_down_without_a_change),
		TEST(a_row_of_replies_goes_on),
		TEST(only_the_first_of_all_changes_is_first),
		TEST(what_was_never_known_is_still_to_be_told_first),
		TEST(the_window_keeps_the_latest_and_their_order),
		TEST(counters_begin_at_0_beside_what_was_before),
		TEST(at_another_place_only_the_counters_go_on),
		TEST(a_name_is_probed_where_it_was),
		TEST(what_is_resolved_keeps_its_zone),
		TEST(what_was_degraded_is_judged_again),
		TEST(a_reason_that_does_not_go_with_the_state_is_the_usual_one),
		TEST(what_blocked_it_is_still_to_be_watched),
		TEST(the_fleet_and_its_snapshots_have_what_was_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
