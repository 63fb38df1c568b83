/* Who blocks whom: dependencies keep pointing at the right targets through reloads. */
#include "running.h"

static struct running running;

static int init(void **state)
{
	(void)state;
	return running_init(&running);
}

static int fini(void **state)
{
	(void)state;
	return running_fini(&running);
}

static void on_action(void *data, enum reload_action a, uint32_t number)
{
	(void)data, (void)a, (void)number;
}

static bool step(void)
{
	return running_apply(&running, 1, 1, 2, on_action, NULL);
}

static void apply(const char *yaml)
{
	running_plan(&running, yaml);
	while (!step())
		;
}

static struct target *target_of(const char *name)
{
	for (uint32_t i = 0; i < fleet_size(running.fleet); i++)
		if (fleet_at(running.fleet, i) && !strcmp(fleet_at(running.fleet, i)->name, name))
			return fleet_at(running.fleet, i);
	fail_msg("no target %s", name);
	return NULL;
}

static void settle(const char *name, enum outcome outcome)
{
	struct settled s = { .outcome = outcome,
		             .rtt_ns = outcome == OUTCOME_REPLY ? 1000 : -1,
		             .ttl = 60,
		             .sys_errno = outcome == OUTCOME_NOT_SENT ? ENETUNREACH : 0 };

	target_settle(target_of(name), &s, 5);
}

static void blocked_by(const char *name, const char *expected)
{
	const char *got = fleet_blocked_by(running.fleet, target_of(name));

	if (!got != !expected || (got && strcmp(got, expected)))
		fail_msg("%s is blocked by %s, not by %s", name, got ? got : "nobody", expected ? expected : "nobody");
}

static uint32_t number_in(const char *target, const char *dependency)
{
	const struct depends *d = target_of(target)->profile->depends;

	for (size_t i = 0; d && i < d->n; i++)
		if (!strcmp(d->at[i]->name, dependency))
			return d->at[i]->number;
	fail_msg("%s does not depend on %s", target, dependency);
	return FLEET_NONE;
}

static void points_at(const char *target, const char *dependency)
{
	assert_ptr_equal(fleet_at(running.fleet, number_in(target, dependency)), target_of(dependency));
}

static void the_first_that_does_not_answer_blocks(void **state)
{
	(void)state;
	apply("targets: [gw, sw, {host: a, depends_on: [sw, gw]}, {host: b, depends_on: a}]");
	blocked_by("a", NULL);
	settle("gw", OUTCOME_TIMEOUT);
	blocked_by("a", "gw");
	settle("sw", OUTCOME_TIMEOUT);
	blocked_by("a", "sw");
	settle("sw", OUTCOME_REPLY);
	blocked_by("a", "gw");
	settle("gw", OUTCOME_REPLY);
	blocked_by("a", NULL);
	blocked_by("gw", NULL);
	blocked_by("b", NULL);
}

/* Of each probe of name, sent and settled: True if a record is written, as daemon_events.c does. */
static bool is_told(const char *name, enum outcome outcome)
{
	struct target *t = target_of(name);
	struct settled s = { .outcome = outcome,
		             .rtt_ns = outcome == OUTCOME_REPLY ? 1000 : -1,
		             .ttl = 60,
		             .number = ++t->n_probes,
		             .to = t->addr,
		             .sys_errno = outcome == OUTCOME_NOT_SENT ? ENETUNREACH : 0 };

	if (target_settle(t, &s, 5).state) {
		fleet_mark_blocked(running.fleet, t);
		return true;
	}
	return t->health.blocked != HEALTH_FREE && fleet_unblocked(running.fleet, t, &s);
}

static void lose(const char *name, int n)
{
	while (n--)
		is_told(name, OUTCOME_TIMEOUT);
}

static void what_stays_down_behind_one_that_is_back_is_told_once(void **state)
{
	(void)state;
	apply("defaults: {rise: 1}\n"
	      "targets: [gw, {host: sw, depends_on: gw}, {host: a, depends_on: sw}, {host: b, depends_on: sw}]");
	lose("gw", 3);
	lose("sw", 3);
	lose("a", 5);
	lose("b", 5);
	assert_true(is_told("gw", OUTCOME_REPLY));
	blocked_by("a", "sw");
	assert_false(is_told("a", OUTCOME_TIMEOUT));
	assert_false(is_told("sw", OUTCOME_TIMEOUT)); /* may have been lost at the gateway */
	assert_true(is_told("sw", OUTCOME_TIMEOUT));
	assert_false(is_told("sw", OUTCOME_TIMEOUT)); /* once */
	assert_true(is_told("sw", OUTCOME_REPLY));
	assert_false(is_told("a", OUTCOME_TIMEOUT));
	assert_false(is_told("b", OUTCOME_UNKNOWN));
	assert_true(is_told("b", OUTCOME_REPLY)); /* it has come back with it: up, and no more */
	assert_false(is_told("a", OUTCOME_UNKNOWN));
	assert_true(is_told("a", OUTCOME_TIMEOUT));
	lose("sw", 3);
	assert_false(is_told("a", OUTCOME_TIMEOUT)); /* told already to be down by itself */
	is_told("sw", OUTCOME_REPLY);
	for (int i = 0; i < 5; i++)
		assert_false(is_told("a", OUTCOME_TIMEOUT));
}

static void what_cannot_be_asked_blocks_what_is_behind_it(void **state)
{
	(void)state;
	apply("targets: [gw, {host: a, depends_on: gw}]");
	is_told("gw", OUTCOME_REPLY);
	is_told("a", OUTCOME_REPLY);
	is_told("gw", OUTCOME_NOT_SENT);
	blocked_by("a", "gw");
	is_told("gw", OUTCOME_NOT_SENT);
	assert_true(is_told("gw", OUTCOME_NOT_SENT));
	assert_int_equal(target_of("gw")->health.state, HEALTH_UNKNOWN);
	is_told("a", OUTCOME_NOT_SENT);
	is_told("a", OUTCOME_NOT_SENT);
	assert_true(is_told("a", OUTCOME_NOT_SENT)); /* unknown, with blocked_by */
	blocked_by("a", "gw");
	is_told("gw", OUTCOME_REPLY);
	blocked_by("a", NULL);
	lose("a", 2);
	assert_true(is_told("a", OUTCOME_TIMEOUT)); /* down by itself */
}

static void what_cannot_be_asked_is_not_told_to_stay_down_by_itself(void **state)
{
	(void)state;
	apply("defaults: {rise: 1}\ntargets: [gw, {host: a, depends_on: gw}]");
	lose("gw", 3);
	lose("a", 3);
	is_told("gw", OUTCOME_REPLY);
	assert_false(is_told("a", OUTCOME_NOT_SENT));
	assert_false(is_told("a", OUTCOME_NOT_SENT));
	assert_true(is_told("a", OUTCOME_TIMEOUT));
}

static void what_blocks_again_meanwhile_is_waited_for_again(void **state)
{
	(void)state;
	apply("defaults: {rise: 1}\ntargets: [gw, {host: a, depends_on: gw}]");
	lose("gw", 1);
	lose("a", 3); /* one probe lost at the gateway, at the wrong time */
	for (int i = 0; i < 5; i++) {
		is_told("gw", OUTCOME_REPLY);
		assert_false(is_told("a", OUTCOME_TIMEOUT));
		is_told("gw", OUTCOME_TIMEOUT);
		assert_false(is_told("a", OUTCOME_TIMEOUT));
	}
	apply("targets: [gw, a]"); /* nothing can block it any more */
	assert_false(is_told("a", OUTCOME_TIMEOUT));
	assert_true(is_told("a", OUTCOME_TIMEOUT));
}

static void probes_under_way_when_the_way_is_free_are_not_its_own(void **state)
{
	struct settled s = { .outcome = OUTCOME_TIMEOUT, .rtt_ns = -1, .ttl = -1 };
	struct target *a;

	(void)state;
	apply("defaults: {rise: 1}\ntargets: [gw, {host: a, depends_on: gw}]");
	a = target_of("a");
	a->n_probes = 0xfff0; /* only the low bits are kept */
	lose("gw", 3);
	lose("a", 3);
	s.number = a->n_probes;
	a->n_probes += 40;
	is_told("gw", OUTCOME_REPLY);
	for (int i = 0; i < 40; i++) {
		s.number++;
		target_settle(a, &s, 5);
		assert_false(fleet_unblocked(running.fleet, a, &s));
	}
	assert_true(is_told("a", OUTCOME_TIMEOUT));
}

static void a_reload_finds_them_wherever_they_have_gone(void **state)
{
	(void)state;
	apply("targets: [old, gw, {host: a, depends_on: gw}]");
	points_at("a", "gw");
	settle("gw", OUTCOME_TIMEOUT);
	apply("targets: [sw, {host: a, depends_on: [sw, gw]}, gw]");
	points_at("a", "sw");
	points_at("a", "gw");
	blocked_by("a", "gw");
	settle("sw", OUTCOME_TIMEOUT);
	blocked_by("a", "sw");
	apply("targets: [sw, {host: a, depends_on: []}, gw]");
	blocked_by("a", NULL);
}

static void another_list_is_a_change_and_the_same_one_is_none(void **state)
{
	static const struct {
		const char *yaml;
		size_t n_changed;
	} steps[] = {
		{ "targets: [x, y, {host: a, depends_on: [x, y]}]", 0 },
		{ "targets: [x, y, {host: a, depends_on: [x, y]}]", 0 },
		{ "targets: [x, y, {host: a, depends_on: [y, x]}]", 1 },
		{ "targets: [x, y, {host: a, depends_on: y}]", 1 },
		{ "targets: [x, y, {host: a, depends_on: [y]}]", 0 },
		{ "targets: [x, y, a]", 1 },
		{ "targets: [x, y, {host: a, depends_on: x}]", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		running_plan(&running, steps[i].yaml);
		assert_int_equal(reload_plan_count(running.plan, RELOAD_CHANGED), steps[i].n_changed);
		while (!step())
			;
	}
}

static void half_way_through_a_reload_nobody_is_blocked_by_a_stranger(void **state)
{
	bool done = false;

	(void)state;
	apply("targets: [gw, {host: a, depends_on: gw}, {host: b, depends_on: gw}]");
	running_plan(&running, "targets: [new, {host: a, depends_on: new}, {host: b, depends_on: []}]");
	settle("gw", OUTCOME_TIMEOUT);
	blocked_by("b", "gw");
	while (!done) {
		done = step();
		for (uint32_t i = 0; i < fleet_size(running.fleet); i++) {
			struct target *t = fleet_at(running.fleet, i);

			/* A new one in the old one's place does not answer either. */
			if (t && !strcmp(t->name, "new"))
				settle("new", OUTCOME_TIMEOUT);
			if (t && !strcmp(t->name, "b"))
				blocked_by("b", NULL);
		}
	}
	points_at("a", "new");
	blocked_by("a", "new");
}

static bool is_here(const char *name)
{
	for (uint32_t i = 0; i < fleet_size(running.fleet); i++)
		if (!strcmp(fleet_at(running.fleet, i)->name, name))
			return true;
	return false;
}

static void another_shards_target_blocks_nobody(void **state)
{
	static const char *const names[] = { "b", "c", "d", "e", "f" };
	int n_elsewhere = 0;

	(void)state;
	for (int index = 0; index < 2; index++) {
		char yaml[200];

		fini(NULL);
		init(NULL);
		sprintf(yaml,
		        "shard: {count: 2, index: %d}\n"
		        "targets: [b, c, d, e, f, {host: a, depends_on: [b, c, d, e, f]}]\n",
		        index);
		apply(yaml);
		for (size_t i = 0; i < 5 && is_here("a"); i++) {
			if (is_here(names[i]))
				points_at("a", names[i]);
			else
				assert_int_equal(number_in("a", names[i]), FLEET_NONE);
			n_elsewhere += !is_here(names[i]);
			blocked_by("a", NULL);
		}
	}
	assert_in_range(n_elsewhere, 1, 4);
}

static void an_address_of_a_name_depends_on_what_the_name_does(void **state)
{
	struct addr addr;
	uint32_t number;

	(void)state;
	assert_int_equal(addr_parse(&addr, "192.0.2.7"), 0);
	apply("targets: [gw, {host: all, addresses: all, depends_on: gw}]");
	number = fleet_derive(running.fleet, 1, &addr, 1, 2);
	assert_int_not_equal(number, FLEET_NONE);
	settle("gw", OUTCOME_TIMEOUT);
	blocked_by("all/192.0.2.7", "gw");
	apply("targets: [gw, {host: all, addresses: all}]");
	fleet_inherit(running.fleet, number, 1);
	blocked_by("all/192.0.2.7", NULL);
}

static void each_of_a_large_fleet_points_at_its_own(void **state)
{
	char *yaml = malloc(1024 * 1024), *at = yaml;

	(void)state;
	assert_non_null(yaml);
	at += sprintf(at, "targets: [h0");
	for (int i = 1; i <= 10000; i++)
		at += sprintf(at, ", {host: h%d, depends_on: h%d}", i, i - 1);
	sprintf(at, "]");
	apply(yaml);
	free(yaml);
	for (uint32_t i = 0; i < fleet_size(running.fleet); i++) {
		const struct target *t = fleet_at(running.fleet, i);
		const struct depends *d = t->profile->depends;

		if (d)
			assert_string_equal(fleet_at(running.fleet, d->at[0]->number)->name, d->at[0]->name);
		else
			assert_string_equal(t->name, "h0");
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, init, fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_that_does_not_answer_blocks),
		TEST(what_stays_down_behind_one_that_is_back_is_told_once),
		TEST(what_cannot_be_asked_blocks_what_is_behind_it),
		TEST(what_cannot_be_asked_is_not_told_to_stay_down_by_itself),
		TEST(what_blocks_again_meanwhile_is_waited_for_again),
		TEST(probes_under_way_when_the_way_is_free_are_not_its_own),
		TEST(a_reload_finds_them_wherever_they_have_gone),
		TEST(another_list_is_a_change_and_the_same_one_is_none),
		TEST(half_way_through_a_reload_nobody_is_blocked_by_a_stranger),
		TEST(another_shards_target_blocks_nobody),
		TEST(an_address_of_a_name_depends_on_what_the_name_does),
		TEST(each_of_a_large_fleet_points_at_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
