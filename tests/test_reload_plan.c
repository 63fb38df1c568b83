/* What a reload makes of a fleet. */
#include "core/schedule.h"
#include "random.h"
#include "running.h"

#define ALL SIZE_MAX

static struct running running;

/* What reload_plan_apply told, in its order. */
static struct {
	enum reload_action action;
	uint32_t number;
	char name[32];
} told[32];
static size_t n_told;

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
	const struct target *t = fleet_at(running.fleet, number);

	assert_ptr_equal(data, &n_told);
	assert_non_null(t); /* removed ones are still there */
	if (n_told == sizeof(told) / sizeof(told[0]))
		return;
	told[n_told].action = a;
	told[n_told].number = number;
	snprintf(told[n_told].name, sizeof(told[0].name), "%s", t->name);
	n_told++;
}

static void apply_at(const char *yaml, int64_t now_ns, int64_t now_real_ns)
{
	running_plan(&running, yaml);
	n_told = 0;
	assert_true(running_apply(&running, ALL, now_ns, now_real_ns, on_action, &n_told));
}

static void apply(const char *yaml)
{
	apply_at(yaml, 1000, 2000);
}

static uint32_t number_of(const char *name)
{
	for (uint32_t i = 0; i < fleet_size(running.fleet); i++)
		if (fleet_at(running.fleet, i) && !strcmp(fleet_at(running.fleet, i)->name, name))
			return i;
	return FLEET_NONE;
}

static struct target *target_of(const char *name)
{
	struct target *t = fleet_at(running.fleet, number_of(name));

	if (!t)
		fail_msg("no target %s", name);
	return t;
}

static void settle(const char *name, int64_t rtt_ns)
{
	struct settled s = { .outcome = OUTCOME_REPLY, .rtt_ns = rtt_ns, .ttl = 60, .to = target_of(name)->addr };

	target_settle(target_of(name), &s, 5);
}

static enum reload_action told_of(const char *name)
{
	for (size_t i = 0; i < n_told; i++)
		if (!strcmp(told[i].name, name))
			return told[i].action;
	return RELOAD_ACTIONS;
}

static void a_first_configuration_adds_everything_in_its_order(void **state)
{
	(void)state;
	apply_at("targets: [192.0.2.1, {host: 2001:db8::1, name: six}, host.example]", 77, 88);
	assert_int_equal(fleet_count(running.fleet), 3);
	assert_int_equal(n_told, 3);
	for (size_t i = 0; i < 3; i++)
		assert_true(told[i].action == RELOAD_ADDED && told[i].number == i);
	assert_string_equal(told[1].name, "six");
	assert_int_equal(target_of("six")->addr.family, AF_INET6);
	assert_int_equal(target_of("host.example")->addr.family, AF_UNSPEC);
	assert_int_equal(target_of("six")->born_ns, 77);
	assert_int_equal(target_of("six")->since_real_ns, 88);
	assert_int_equal(target_of("six")->ttl, -1);
	assert_int_equal(window_capacity(target_of("six")->window), 60);
}

#define BASE                                     \
	"defaults: {window: 5}\n"                \
	"targets:\n"                             \
	"  - {host: 192.0.2.1, name: kept}\n"    \
	"  - {host: 192.0.2.2, name: changed}\n" \
	"  - {host: 192.0.2.3, name: moved}\n"   \
	"  - {host: 192.0.2.4, name: removed}\n"

#define NEXT                                                   \
	"defaults: {window: 5}\n"                              \
	"targets:\n"                                           \
	"  - {host: 192.0.2.9, name: added}\n"                 \
	"  - {host: 192.0.2.30, name: moved}\n"                \
	"  - {host: 192.0.2.2, name: changed, interval: 2s}\n" \
	"  - {host: 192.0.2.1, name: kept}\n"

static void a_large_fleet_is_numbered_in_the_order_in_which_it_falls_due(void **state)
{
	int64_t before_ns = -1;

	(void)state;
	apply("targets: [{range: 198.18.0.0/19}]");
	assert_int_equal(fleet_size(running.fleet), 8190); /* without network and broadcast address */
	for (uint32_t i = 0; i < fleet_size(running.fleet); i++) {
		int64_t phase_ns = schedule_phase(fleet_at(running.fleet, i)->name, INT64_MAX);

		assert_true(phase_ns >= before_ns);
		before_ns = phase_ns;
	}
}

static void count_named(void *data, enum reload_action a, const struct target *was, const struct config_target *is)
{
	unsigned *seen = data;

	assert_true((was == NULL) == (a == RELOAD_ADDED));
	assert_true((is == NULL) == (a == RELOAD_REMOVED));
	if (was && is)
		assert_string_equal(was->name, is->name);
	assert_string_equal(is ? is->name : was->name, a == RELOAD_CHANGED ? "changed"
	                                               : a == RELOAD_MOVED ? "moved"
	                                               : a == RELOAD_ADDED ? "added"
	                                                                   : "removed");
	*seen |= 1u << a;
}

static void a_plan_tells_what_each_target_will_be(void **state)
{
	unsigned seen = 0;

	(void)state;
	apply(BASE);
	running_plan(&running, NEXT);
	for (int a = 0; a < RELOAD_ACTIONS; a++)
		assert_int_equal(reload_plan_count(running.plan, (enum reload_action)a), 1);
	reload_plan_each(running.plan, count_named, &seen);
	assert_int_equal(seen, 1u << RELOAD_CHANGED | 1u << RELOAD_MOVED | 1u << RELOAD_ADDED | 1u << RELOAD_REMOVED);
}

static void a_plan_freed_without_being_applied_changes_nothing(void **state)
{
	(void)state;
	apply(BASE);
	settle("moved", 100);
	running_plan(&running, NEXT);
	running_forget(&running);
	assert_int_equal(fleet_count(running.fleet), 4);
	assert_non_null(target_of("removed"));
	assert_int_equal(number_of("added"), FLEET_NONE);
	assert_int_equal(window_view(target_of("moved")->window).n_sent, 1);
	assert_int_equal(target_of("changed")->profile->options.interval_ns, NS_PER_S);
}

/* As leases_parse has it. */
static void lease(struct profile *p, const char *name)
{
	struct addr addr;

	*p = (struct profile){ .options = options_default(), .is_leased = true };
	assert_int_equal(addr_parse(&addr, "192.0.2.77"), 0);
	assert_true(fleet_add(running.fleet, name, "192.0.2.77", &addr, p, 1) != FLEET_NONE);
}

static void a_leased_target_stays_where_no_configuration_has_it(void **state)
{
	struct profile p;

	(void)state;
	apply(BASE);
	lease(&p, "spare");
	running_plan(&running, NEXT);
	assert_int_equal(reload_plan_count(running.plan, RELOAD_REMOVED), 1);
	running_forget(&running);
	apply(NEXT);
	assert_ptr_equal(target_of("spare")->profile, &p);
	assert_int_equal(fleet_count(running.fleet), 5);
}

static void a_configured_target_takes_the_place_of_a_leased_one(void **state)
{
	struct profile p;
	uint32_t number;

	(void)state;
	apply(BASE);
	lease(&p, "spare");
	number = number_of("spare");
	apply("targets: [{host: 192.0.2.77, name: spare}]");
	assert_int_equal(number_of("spare"), number);
	assert_int_equal(told_of("spare"), RELOAD_CHANGED);
	assert_false(target_is_leased(target_of("spare")));
	assert_int_equal(fleet_count(running.fleet), 1);
}

static void a_pause_ends_where_the_target_moves(void **state)
{
	(void)state;
	apply(BASE);
	health_pause(&target_of("moved")->health);
	health_pause(&target_of("changed")->health);
	apply(NEXT);
	assert_false(target_of("moved")->health.paused);
	assert_true(target_of("changed")->health.paused);
}

static void each_target_becomes_what_the_new_configuration_says(void **state)
{
	uint32_t kept, changed, moved, removed;

	(void)state;
	apply(BASE);
	kept = number_of("kept"), changed = number_of("changed");
	moved = number_of("moved"), removed = number_of("removed");
	apply(NEXT);
	assert_int_equal(fleet_count(running.fleet), 4);
	assert_int_equal(n_told, 5);
	assert_int_equal(told_of("kept"), RELOAD_KEPT);
	assert_int_equal(told_of("changed"), RELOAD_CHANGED);
	assert_int_equal(told_of("moved"), RELOAD_MOVED);
	assert_int_equal(told_of("added"), RELOAD_ADDED);
	assert_int_equal(told_of("removed"), RELOAD_REMOVED);
	assert_true(number_of("kept") == kept && number_of("changed") == changed && number_of("moved") == moved);
	assert_int_equal(number_of("removed"), FLEET_NONE);
	assert_int_equal(number_of("added"), removed); /* its number is used again */
	assert_int_equal(fleet_size(running.fleet), 4);
}

static void kept_and_changed_targets_keep_window_counters_health_and_ttl(void **state)
{
	static const char *const names[] = { "kept", "changed" };

	(void)state;
	apply(BASE);
	for (size_t i = 0; i < 2; i++)
		settle(names[i], 100), settle(names[i], 300);
	apply_at(NEXT, 5000, 6000);
	for (size_t i = 0; i < 2; i++) {
		struct target *t = target_of(names[i]);

		assert_int_equal(window_view(t->window).n_received, 2);
		assert_int_equal(window_view(t->window).rtt_max_ns, 300);
		assert_int_equal(target_totals(t).received, 2);
		assert_int_equal(t->health.state, HEALTH_UP);
		assert_int_equal(t->ttl, 60);
		assert_int_equal(t->born_ns, 1000);
		assert_int_equal(t->since_real_ns, 5);
	}
	assert_int_equal(target_of("changed")->profile->options.interval_ns, 2 * NS_PER_S);
}

static void a_moved_target_keeps_its_counters_and_forgets_the_rest(void **state)
{
	struct target *t;
	struct addr expected;

	(void)state;
	apply(BASE);
	settle("moved", 100);
	target_of("moved")->n_probes = 17;
	apply_at(NEXT, 5000, 6000);
	t = target_of("moved");
	assert_int_equal(addr_parse(&expected, "192.0.2.30"), 0);
	assert_true(addr_equal(&t->addr, &expected));
	assert_string_equal(t->host, "192.0.2.30");
	assert_int_equal(target_totals(t).received, 1);
	assert_int_equal(t->n_probes, 17);
	assert_int_equal(window_view(t->window).n_sent, 0);
	assert_int_equal(t->health.state, HEALTH_UNKNOWN);
	assert_int_equal(t->ttl, -1);
	assert_int_equal(t->born_ns, 5000);
	assert_int_equal(t->since_real_ns, 6000);
}

/* Its old probes' replies must not be taken for the new target's: born_ns tells them apart. */
static void a_number_used_again_carries_nothing_of_its_former_target(void **state)
{
	(void)state;
	apply(BASE);
	settle("removed", 100);
	apply_at(NEXT, 5000, 6000);
	assert_int_equal(window_view(target_of("added")->window).n_sent, 0);
	assert_int_equal(target_totals(target_of("added")).sent, 0);
	assert_int_equal(target_of("added")->n_probes, 0);
	assert_int_equal(target_of("added")->born_ns, 5000);
}

static void another_window_size_keeps_the_latest_samples_that_fit(void **state)
{
	(void)state;
	apply("targets: [{host: 192.0.2.1, name: a, window: 5}]");
	for (int64_t i = 1; i <= 5; i++)
		settle("a", i * 100);
	apply("targets: [{host: 192.0.2.1, name: a, window: 3}]");
	assert_int_equal(told_of("a"), RELOAD_CHANGED);
	assert_int_equal(window_capacity(target_of("a")->window), 3);
	assert_int_equal(window_view(target_of("a")->window).n_sent, 3);
	assert_int_equal(window_view(target_of("a")->window).rtt_min_ns, 300);
	apply("targets: [{host: 192.0.2.1, name: a, window: 9}]");
	assert_int_equal(window_capacity(target_of("a")->window), 9);
	assert_int_equal(window_view(target_of("a")->window).n_sent, 3);
	settle("a", 50);
	assert_int_equal(window_view(target_of("a")->window).n_sent, 4);
	assert_int_equal(target_totals(target_of("a")).sent, 6);
}

static void a_moved_target_takes_the_new_window_size(void **state)
{
	(void)state;
	apply("targets: [{host: 192.0.2.1, name: a, window: 5}]");
	apply("targets: [{host: 192.0.2.2, name: a, window: 7}]");
	assert_int_equal(told_of("a"), RELOAD_MOVED);
	assert_int_equal(window_capacity(target_of("a")->window), 7);
}

static void labels_and_group_are_changes_and_the_same_ones_are_none(void **state)
{
	(void)state;
	apply("groups: [{name: g, labels: {site: x}, targets: [{host: 192.0.2.1, name: a}]}]");
	apply("groups: [{name: g, labels: {site: x}, targets: [{host: 192.0.2.1, name: a}]}]");
	assert_int_equal(told_of("a"), RELOAD_KEPT);
	apply("groups: [{name: g, labels: {site: y}, targets: [{host: 192.0.2.1, name: a}]}]");
	assert_int_equal(told_of("a"), RELOAD_CHANGED);
	assert_string_equal(target_of("a")->profile->labels->at[0].value, "y");
	apply("groups: [{name: h, labels: {site: y}, targets: [{host: 192.0.2.1, name: a}]}]");
	assert_int_equal(told_of("a"), RELOAD_CHANGED);
	assert_string_equal(target_of("a")->profile->group, "h");
	apply("targets: [{host: 192.0.2.1, name: a, labels: {site: y}}]");
	assert_int_equal(told_of("a"), RELOAD_CHANGED);
	assert_null(target_of("a")->profile->group);
}

static void every_option_counts_as_a_change(void **state)
{
	static const char *const options[] = { "interval: 3s", "timeout: 3s",  "report: 7s",   "size: 60",
		                               "dscp: 46",     "ttl: 9",       "fall: 9",      "rise: 9",
		                               "window: 9",    "probes: true", "family: ipv4", "degraded: {loss: 5}" };
	char yaml[128];

	(void)state;
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		apply("targets: [{host: h.example, name: a}]");
		snprintf(yaml, sizeof(yaml), "targets: [{host: h.example, name: a, %s}]", options[i]);
		apply(yaml);
		if (told_of("a") != RELOAD_CHANGED)
			fail_msg("%s is no change", options[i]);
	}
}

static void a_plan_can_be_carried_out_step_by_step_and_the_fleet_is_sound_between(void **state)
{
	const struct config *before;
	size_t steps = 1;

	(void)state;
	apply(BASE);
	before = running.config;
	running_plan(&running, NEXT);
	n_told = 0;
	for (; !running_apply(&running, 1, 5000, 6000, on_action, &n_told); steps++) {
		unsigned n = 0;

		assert_true(n_told <= steps);
		for (uint32_t i = 0; i < fleet_size(running.fleet); i++)
			if (fleet_at(running.fleet, i)) {
				assert_non_null(fleet_at(running.fleet, i)->window);
				assert_true(strlen(fleet_at(running.fleet, i)->name) > 0);
				n++;
			}
		assert_int_equal(n, fleet_count(running.fleet));
		assert_ptr_equal(running.config, before);
	}
	assert_true(steps >= 5);
	assert_int_equal(n_told, 5);
	assert_int_equal(told_of("removed"), RELOAD_REMOVED);
}

static void swapped_names_are_both_moved(void **state)
{
	(void)state;
	apply("targets: [{host: 192.0.2.1, name: a}, {host: 192.0.2.2, name: b}]");
	apply("targets: [{host: 192.0.2.2, name: a}, {host: 192.0.2.1, name: b}]");
	assert_int_equal(told_of("a"), RELOAD_MOVED);
	assert_int_equal(told_of("b"), RELOAD_MOVED);
	assert_int_equal(fleet_count(running.fleet), 2);
}

static void removed_numbers_serve_again_before_new_ones(void **state)
{
	(void)state;
	apply("targets: [192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4, 192.0.2.5]");
	apply("targets: [192.0.2.1]");
	assert_int_equal(fleet_count(running.fleet), 1);
	apply("targets: [192.0.2.1, 198.51.100.1, 198.51.100.2, 198.51.100.3, 198.51.100.4]");
	assert_int_equal(fleet_size(running.fleet), 5);
	assert_int_equal(fleet_count(running.fleet), 5);
}

/* A random fleet of up to 9,000, reloaded again and again, beside a plain table of what each target was. */
#define N_NAMES 9000u

struct known {
	bool in, was_in;
	unsigned window, host;
	uint32_t number;
	uint64_t sent;
};

static struct known known[N_NAMES];

static char *random_yaml(uint64_t *seed, unsigned share)
{
	size_t room = N_NAMES * 64 + 16, len;
	char *yaml = malloc(room);

	assert_non_null(yaml);
	len = (size_t)snprintf(yaml, room, "targets:\n");
	for (unsigned i = 0; i < N_NAMES; i++) {
		struct known *k = &known[i];

		k->was_in = k->in;
		k->in = random_below(seed, 10) < share || i == 0;
		if (!k->in)
			continue;
		k->window = 2 + (unsigned)random_below(seed, 2);
		if (random_below(seed, 10) == 0 || !k->was_in)
			k->host++;
		len += (size_t)snprintf(yaml + len, room - len, "  - {host: h%u.x, name: n%u, window: %u}\n", k->host,
		                        i, k->window);
	}
	return yaml;
}

static void check_known(void)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < fleet_size(running.fleet); i++) {
		struct target *t = fleet_at(running.fleet, i);
		struct known *k;
		char host[32];

		if (!t)
			continue;
		k = &known[strtoul(t->name + 1, NULL, 10)];
		assert_true(k->in);
		if (k->was_in)
			assert_int_equal(i, k->number);
		else
			k->sent = 0;
		k->number = i;
		snprintf(host, sizeof(host), "h%u.x", k->host);
		assert_string_equal(t->host, host);
		assert_int_equal(window_capacity(t->window), k->window);
		assert_int_equal(target_totals(t).sent, k->sent);
		target_settle(t, &(struct settled){ .outcome = OUTCOME_TIMEOUT, .rtt_ns = -1, .ttl = -1 }, 0);
		k->sent++;
		n++;
	}
	assert_int_equal(n, fleet_count(running.fleet));
	for (unsigned i = 0; i < N_NAMES; i++)
		n -= known[i].in;
	assert_int_equal(n, 0);
}

static void random_reloads_keep_numbers_counters_and_sizes(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int round = 0; round < 12; round++) {
		char *yaml = random_yaml(&seed, (unsigned)round * 5 % 11);

		apply(yaml);
		free(yaml);
		check_known();
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, init, fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_first_configuration_adds_everything_in_its_order),
		TEST(a_large_fleet_is_numbered_in_the_order_in_which_it_falls_due),
		TEST(a_plan_tells_what_each_target_will_be),
		TEST(a_plan_freed_without_being_applied_changes_nothing),
		TEST(a_leased_target_stays_where_no_configuration_has_it),
		TEST(a_configured_target_takes_the_place_of_a_leased_one),
		TEST(a_pause_ends_where_the_target_moves),
		TEST(each_target_becomes_what_the_new_configuration_says),
		TEST(kept_and_changed_targets_keep_window_counters_health_and_ttl),
		TEST(a_moved_target_keeps_its_counters_and_forgets_the_rest),
		TEST(a_number_used_again_carries_nothing_of_its_former_target),
		TEST(another_window_size_keeps_the_latest_samples_that_fit),
		TEST(a_moved_target_takes_the_new_window_size),
		TEST(labels_and_group_are_changes_and_the_same_ones_are_none),
		TEST(every_option_counts_as_a_change),
		TEST(a_plan_can_be_carried_out_step_by_step_and_the_fleet_is_sound_between),
		TEST(swapped_names_are_both_moved),
		TEST(removed_numbers_serve_again_before_new_ones),
		TEST(random_reloads_keep_numbers_counters_and_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
