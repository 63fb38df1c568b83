#include "fixture.h"
#include "core/snapshot.h"

#include <pthread.h>
#include <sys/resource.h>

#define MS INT64_C(1000000)

static const struct profile usual = { .options = { .window = 60, .fall = 3, .rise = 2 } };
static const struct profile small = { .options = { .window = 2, .fall = 3, .rise = 2 } };
static const struct profile large = { .options = { .window = WINDOW_MAX, .fall = 3, .rise = 2 } };
static const struct profile all = { .options = { .window = 60, .fall = 3, .addresses = ADDRESSES_ALL } };
static struct fleet *fleet;
static struct snapshot *snapshot;

static int init(void **state)
{
	(void)state;
	fleet = fleet_new();
	snapshot = snapshot_new(0);
	return fleet && snapshot ? 0 : -1;
}

static int fini(void **state)
{
	(void)state;
	snapshot_free(snapshot);
	fleet_free(fleet);
	return 0;
}

static uint32_t add(const char *name, const struct profile *p)
{
	struct addr a;
	uint32_t number;

	assert_int_equal(addr_parse(&a, "192.0.2.1"), 0);
	number = fleet_add(fleet, name, "host.x", &a, p, 7);
	assert_int_not_equal(number, FLEET_NONE);
	return number;
}

static uint32_t derive(uint32_t parent, const char *text)
{
	struct addr a;
	uint32_t number;

	assert_int_equal(addr_parse(&a, text), 0);
	number = fleet_derive(fleet, parent, &a, 8, 9);
	assert_int_not_equal(number, FLEET_NONE);
	return number;
}

/* n probes of all kinds; which ones, and their RTTs, differ between numbers. */
static void settle(uint32_t number, unsigned n)
{
	struct target *t = fleet_at(fleet, number);

	for (unsigned i = 0; i < n; i++) {
		struct settled s = {
			.outcome = OUTCOME_REPLY, .rtt_ns = (number + i * i % 97) * MS, .ttl = 60, .to = t->addr
		};

		if ((number + i) % 5 == 0)
			s.outcome = (enum outcome)((number + i) / 5 % OUTCOME_COUNT);
		if (s.outcome == OUTCOME_NOT_SENT)
			s.sys_errno = ENETUNREACH;
		target_settle(t, &s, 1000 + i);
	}
}

static void add_many(uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		settle(add("some", &usual), 60 + i % 7);
}

static void take_all(size_t max)
{
	int more;

	while ((more = snapshot_take_some(snapshot, fleet, max)) == 1)
		continue;
	assert_int_equal(more, 0);
}

static void is_same_view(const struct window_view *a, const struct window_view *b)
{
	assert_int_equal(a->n_sent, b->n_sent);
	assert_int_equal(a->n_received, b->n_received);
	assert_int_equal(a->n_lost, b->n_lost);
	assert_int_equal(a->n_unknown, b->n_unknown);
	assert_int_equal(a->n_not_sent, b->n_not_sent);
	assert_memory_equal(a->n_by_outcome, b->n_by_outcome, sizeof(a->n_by_outcome));
	assert_int_equal(a->not_sent_errno, b->not_sent_errno);
	assert_memory_equal(&a->loss_pct, &b->loss_pct, sizeof(a->loss_pct));
	assert_int_equal(a->rtt_min_ns, b->rtt_min_ns);
	assert_int_equal(a->rtt_max_ns, b->rtt_max_ns);
	assert_int_equal(a->rtt_mean_ns, b->rtt_mean_ns);
	assert_int_equal(a->rtt_median_ns, b->rtt_median_ns);
	assert_int_equal(a->rtt_p90_ns, b->rtt_p90_ns);
	assert_int_equal(a->rtt_p95_ns, b->rtt_p95_ns);
	assert_int_equal(a->rtt_p99_ns, b->rtt_p99_ns);
	assert_int_equal(a->jitter_ns, b->jitter_ns);
	assert_int_equal(a->ipdv_ns, b->ipdv_ns);
}

static struct window_view view(uint32_t i)
{
	return window_view(snapshot_window(snapshot, i));
}

static uint32_t n_samples(uint32_t i)
{
	return view(i).n_sent + view(i).n_not_sent;
}

static void is_as_the_target(uint32_t i, const struct snapshot_row *r, const struct target *t)
{
	struct window_view mine = view(i), v = window_view(t->window);
	struct target_totals totals = target_totals(t);

	assert_string_equal(r->name, t->name);
	assert_string_equal(r->host, t->host);
	assert_ptr_equal(r->profile, t->profile);
	assert_int_equal(r->born_ns, t->born_ns);
	assert_true(addr_equal(&r->addr, &t->addr));
	assert_int_equal(r->addr.family, t->addr.family);
	assert_int_equal(r->state, t->health.state);
	assert_string_equal(r->reason, health_reason(&t->health));
	assert_int_equal(r->since_real_ns, t->since_real_ns);
	assert_int_equal(r->ttl, t->ttl);
	assert_int_equal(r->is_parent, target_is_parent(t));
	assert_int_equal(r->is_derived, target_is_derived(t));
	assert_string_equal(snapshot_name(snapshot, i), t->name);
	is_same_view(&mine, &v);
	assert_memory_equal(&r->totals, &totals, sizeof(totals));
	assert_memory_equal(&r->counters, &t->counters, sizeof(t->counters));
}

static struct snapshot_row row(uint32_t i)
{
	struct snapshot_row r;

	assert_true(i < snapshot_count(snapshot));
	snapshot_row(snapshot, i, &r);
	return r;
}

/* Every target has its row, each row its target. */
static void is_as_the_fleet(void)
{
	uint32_t i = 0;

	for (uint32_t number = 0; number < fleet_size(fleet); number++) {
		const struct target *t = fleet_at(fleet, number);
		struct snapshot_row r;

		if (!t)
			continue;
		r = row(i);
		assert_int_equal(r.number, number);
		is_as_the_target(i++, &r, t);
	}
	assert_int_equal(snapshot_count(snapshot), i);
}

static void of_an_empty_fleet_it_is_empty(void **state)
{
	(void)state;
	assert_int_equal(snapshot_take_some(snapshot, fleet, 10), 0);
	assert_int_equal(snapshot_count(snapshot), 0);
	fleet_retire(fleet, add("gone", &usual));
	assert_int_equal(snapshot_take_some(snapshot, fleet, 10), 0);
	assert_int_equal(snapshot_count(snapshot), 0);
	snapshot_free(NULL);
}

static void rows_have_what_their_targets_have(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 200; i++)
		settle(add("some", &usual), i); /* none, some, and more than the window holds */
	take_all(7);
	is_as_the_fleet();
}

static void what_is_expected_changes_no_row(void **state)
{
	static const uint32_t expected[] = { 0, 1, 3000, 1000000 };

	(void)state;
	add_many(3000);
	for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
		snapshot_free(snapshot);
		snapshot = snapshot_new(expected[i]);
		assert_non_null(snapshot);
		take_all(64);
		is_as_the_fleet();
	}
}

static void a_row_stays_as_it_was_while_its_target_goes_on(void **state)
{
	struct snapshot_row before;
	struct window_view view_before, view_after;
	uint32_t number = add("a", &usual);

	(void)state;
	settle(number, 50);
	take_all(1);
	before = row(0);
	view_before = view(0);
	is_as_the_target(0, &before, fleet_at(fleet, number));
	settle(number, 500);
	target_move(fleet_at(fleet, number), &(struct addr){ .family = AF_INET6 }, 10, 11);
	before = row(0);
	assert_int_equal(before.addr.family, AF_INET);
	assert_int_equal(before.born_ns, 7);
	assert_int_equal(n_samples(0), 50);
	fleet_retire(fleet, number);
	assert_string_equal(row(0).name, "a");
	view_after = view(0);
	is_same_view(&view_after, &view_before);
}

static void windows_of_different_sizes_stand_side_by_side(void **state)
{
	static const struct profile *const profiles[] = { &usual, &large, &small };

	(void)state;
	for (uint32_t i = 0; i < 30; i++)
		settle(add("some", profiles[i % 3]), i == 16 ? 2 * WINDOW_MAX : 3000 * i);
	take_all(2);
	is_as_the_fleet();
	assert_int_equal(n_samples(16), WINDOW_MAX);
}

static void a_large_window_counts_for_many_targets(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 4; i++)
		settle(add("large", &large), WINDOW_MAX);
	add_many(10);
	assert_int_equal(snapshot_take_some(snapshot, fleet, 64), 1);
	assert_int_equal(snapshot_count(snapshot), 1);
	take_all(64);
	is_as_the_fleet();
}

static void a_derived_target_has_its_name_also_when_it_is_gone(void **state)
{
	uint32_t parent, child;

	(void)state;
	parent = fleet_add(fleet, "gw", "gw.x", &(struct addr){ .family = AF_UNSPEC }, &all, 7);
	child = derive(parent, "2001:db8::1");
	settle(child, 70);
	derive(parent, "192.0.2.7");
	take_all(1);
	is_as_the_fleet();
	assert_true(row(0).is_parent);
	assert_true(row(1).is_derived);
	fleet_retire(fleet, child);
	assert_string_equal(row(1).name, "gw/2001:db8::1");
	assert_string_equal(row(1).host, "2001:db8::1");
	assert_string_equal(row(0).host, "gw.x");
}

static void targets_come_and_go_between_slices(void **state)
{
	(void)state;
	add_many(10);
	assert_int_equal(snapshot_take_some(snapshot, fleet, 5), 1);
	fleet_retire(fleet, 2); /* taken */
	fleet_retire(fleet, 7); /* not yet */
	fleet_retire(fleet, 8);
	assert_int_equal(add("replaced", &small), 8);
	for (int i = 0; i < 10000; i++)
		add("new", &small); /* gets 7, 2, and numbers beyond */
	take_all(3);
	assert_int_equal(snapshot_count(snapshot), 10);
	for (uint32_t i = 0; i < 10; i++) {
		assert_int_equal(row(i).number, i);
		assert_string_equal(row(i).name, i == 7 ? "new" : i == 8 ? "replaced" : "some");
	}
	assert_int_equal(n_samples(2), 60);
	assert_int_equal(n_samples(8), 0);
}

static void targets_are_counted_by_state_but_parents(void **state)
{
	struct snapshot_counts n;
	uint32_t parent;

	(void)state;
	settle(add("up", &usual), 1);
	add("unknown", &usual);
	parent = fleet_add(fleet, "gw", "gw.x", &(struct addr){ .family = AF_UNSPEC }, &all, 7);
	derive(parent, "192.0.2.7");
	fleet_add(fleet, "unresolved", "u.x", &(struct addr){ .family = AF_UNSPEC }, &usual, 7);
	take_all(1);
	n = snapshot_counts(snapshot);
	assert_int_equal(n.n_targets, 4);
	assert_int_equal(n.n_in_state[HEALTH_UNKNOWN], 3);
	assert_int_equal(n.n_in_state[HEALTH_UP] + n.n_in_state[HEALTH_DOWN], 1);
	assert_int_equal(n.n_unresolved, 1);
}

static void what_is_reserved_is_used_and_the_rest_given_back(void **state)
{
	size_t bytes;

	(void)state;
	add_many(5000);
	take_all(64);
	bytes = snapshot_bytes(snapshot);
	for (size_t reserved = 0; reserved < 3 * bytes; reserved += bytes / 2 + 1000) {
		snapshot_free(snapshot);
		snapshot = snapshot_new(5000);
		assert_non_null(snapshot);
		assert_int_equal(snapshot_reserve(snapshot, reserved), 0);
		assert_true(snapshot_bytes(snapshot) >= reserved);
		take_all(64);
		is_as_the_fleet();
		snapshot_trim(snapshot);
		is_as_the_fleet();
		assert_true(snapshot_bytes(snapshot) <= 480 * 5000);
	}
}

static void a_window_larger_than_what_is_reserved_fits_all_the_same(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 6; i++)
		settle(add("some", i % 2 ? &large : &usual), WINDOW_MAX);
	assert_int_equal(snapshot_reserve(snapshot, 600000), 0);
	take_all(1);
	snapshot_trim(snapshot);
	is_as_the_fleet();
}

static void it_ends_though_the_fleet_grows_all_the_time(void **state)
{
	unsigned n_slices = 0;

	(void)state;
	add_many(20);
	while (snapshot_take_some(snapshot, fleet, 1)) {
		add_many(2);
		assert_true(++n_slices < 20);
	}
	assert_int_equal(snapshot_count(snapshot), 20);
}

static void it_takes_at_most_480_bytes_a_target(void **state)
{
	(void)state;
	add_many(5000);
	take_all(100);
	assert_true(snapshot_bytes(snapshot) <= 480 * 5000); /* grown by itself */
	snapshot_free(snapshot);
	snapshot = snapshot_new(5000);
	assert_non_null(snapshot);
	take_all(100);
	print_message("%.1f bytes a target\n", (double)snapshot_bytes(snapshot) / 5000);
	assert_true(snapshot_bytes(snapshot) <= 480 * 5000);
}

/* Sanitizers take memory of their own, and end the process where there is none. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_SANITIZER
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SANITIZER
#endif

static void without_memory_it_stays_good_and_goes_on_later(void **state)
{
	struct rlimit before, none;
	int more = 1;

	(void)state;
#ifdef HAS_SANITIZER
	skip();
#endif
	add_many(20000);
	assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
	none = (struct rlimit){ .rlim_cur = 1, .rlim_max = before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_AS, &none), 0);
	while (more == 1)
		more = snapshot_take_some(snapshot, fleet, 10);
	assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
	assert_int_equal(more, -ENOMEM);
	assert_true(snapshot_count(snapshot) < 20000);
	take_all(64);
	is_as_the_fleet();
}

static void *read_rows(void *n_sent)
{
	uint64_t *sum = n_sent;

	for (uint32_t i = 0; i < snapshot_count(snapshot); i++)
		*sum += view(i).n_sent;
	return NULL;
}

static void another_thread_reads_it_while_targets_go_on(void **state)
{
	uint64_t expected = 0, found = 0;
	pthread_t thread;

	(void)state;
	add_many(300);
	take_all(64);
	read_rows(&expected);
	assert_int_equal(pthread_create(&thread, NULL, read_rows, &found), 0);
	for (uint32_t i = 0; i < 300; i++) {
		settle(i, 100);
		fleet_retire(fleet, i);
	}
	pthread_join(thread, NULL);
	assert_int_equal(found, expected);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, init, fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(of_an_empty_fleet_it_is_empty),
		TEST(rows_have_what_their_targets_have),
		TEST(what_is_expected_changes_no_row),
		TEST(a_row_stays_as_it_was_while_its_target_goes_on),
		TEST(windows_of_different_sizes_stand_side_by_side),
		TEST(a_large_window_counts_for_many_targets),
		TEST(a_derived_target_has_its_name_also_when_it_is_gone),
		TEST(targets_come_and_go_between_slices),
		TEST(targets_are_counted_by_state_but_parents),
		TEST(what_is_reserved_is_used_and_the_rest_given_back),
		TEST(a_window_larger_than_what_is_reserved_fits_all_the_same),
		TEST(it_ends_though_the_fleet_grows_all_the_time),
		TEST(it_takes_at_most_480_bytes_a_target),
		TEST(without_memory_it_stays_good_and_goes_on_later),
		TEST(another_thread_reads_it_while_targets_go_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
