#include "fixture.h"
#include "serve/view.h"

#define MS INT64_C(1000000)

static const struct profile usual = { .options = { .window = 60, .fall = 3, .rise = 2 } };
static const struct profile tiny = { .options = { .window = 4, .fall = 3, .rise = 2 } };
static struct fleet *fleet;
static unsigned n_freed;

static int init(void **state)
{
	(void)state;
	n_freed = 0;
	fleet = fleet_new();
	return fleet ? 0 : -1;
}

static int fini(void **state)
{
	(void)state;
	fleet_free(fleet);
	return 0;
}

static void free_generation(struct generation *g)
{
	n_freed++;
	snapshot_free(g->targets);
	free(g);
}

static struct view *view_of_the_fleet(void)
{
	struct generation *g = calloc(1, sizeof(*g));
	struct view *v;

	assert_non_null(g);
	g->free = free_generation;
	g->targets = snapshot_new(fleet_count(fleet));
	assert_non_null(g->targets);
	assert_int_equal(snapshot_take_some(g->targets, fleet, SIZE_MAX), 0);
	v = view_new(g);
	assert_non_null(v);
	assert_ptr_equal(view_generation(v), g);
	return v;
}

static struct target *add(const char *name, const struct profile *p)
{
	uint32_t number = fleet_add(fleet, name, name, &(struct addr){ .family = AF_INET }, p, 7);

	assert_int_not_equal(number, FLEET_NONE);
	return fleet_at(fleet, number);
}

static void settle(struct target *t, enum outcome outcome, int64_t rtt_ns, int sys_errno)
{
	struct settled s = { .outcome = outcome, .rtt_ns = rtt_ns, .ttl = 60, .to = t->addr, .sys_errno = sys_errno };

	target_settle(t, &s, 1000);
}

static void the_figures_are_the_windows(void **state)
{
	struct target *t = add("a", &usual);
	const struct view_figures *f;
	struct view *v;

	(void)state;
	for (int i = 1; i <= 5; i++)
		settle(t, OUTCOME_REPLY, i * i * MS, 0);
	settle(t, OUTCOME_TIMEOUT, -1, 0);
	settle(t, OUTCOME_UNKNOWN, -1, 0);
	settle(t, OUTCOME_NOT_SENT, -1, ENETUNREACH);
	v = view_of_the_fleet();
	f = view_figures(v, 0);
	assert_int_equal(f->n_sent, 7);
	assert_int_equal(f->n_received, 5);
	assert_int_equal(f->n_lost, 1);
	assert_int_equal(f->n_unknown, 1);
	assert_int_equal(f->n_not_sent, 1);
	assert_int_equal(f->not_sent_errno, ENETUNREACH);
	assert_true(f->loss > 0.16666f && f->loss < 0.16667f);
	assert_int_equal(f->rtt_min, 100000); /* 1 4 9 16 25 ms */
	assert_int_equal(f->rtt_mean, 1100000);
	assert_int_equal(f->rtt_median, 900000);
	assert_int_equal(f->rtt_p90, 2140000);
	assert_int_equal(f->rtt_p95, 2320000);
	assert_int_equal(f->rtt_p99, 2464000);
	assert_int_equal(f->rtt_max, 2500000);
	assert_int_equal(f->ipdv, 600000);
	assert_int_equal(f->jitter, 966954); /* sqrt(374 / 4) ms */
	assert_true(view_seconds(f->rtt_max) == 0.025);
	view_unref(v);
}

static void a_window_without_a_reply_has_no_rtt(void **state)
{
	struct target *lost = add("lost", &usual);
	const struct view_figures *f;
	struct view *v;

	(void)state;
	add("empty", &usual);
	settle(lost, OUTCOME_TIMEOUT, -1, 0);
	v = view_of_the_fleet();
	for (uint32_t i = 0; i < 2; i++) {
		f = view_figures(v, i);
		assert_int_equal(f->n_received, 0);
		assert_int_equal(f->rtt_min, VIEW_NO_RTT);
		assert_int_equal(f->rtt_max, VIEW_NO_RTT);
		assert_int_equal(f->rtt_median, VIEW_NO_RTT);
		assert_int_equal(f->jitter, VIEW_NO_RTT);
		assert_int_equal(f->ipdv, VIEW_NO_RTT);
	}
	assert_true(view_figures(v, 0)->loss == 1);
	assert_true(view_figures(v, 1)->loss < 0);
	view_unref(v);
}

static void the_greatest_rtt_is_one(void **state)
{
	struct target *t = add("far", &tiny);
	struct view *v;

	(void)state;
	settle(t, OUTCOME_REPLY, 100 * NS_PER_S, 0);
	v = view_of_the_fleet();
	assert_int_equal(view_figures(v, 0)->rtt_max, WINDOW_RTT_MAX_NS / WINDOW_UNIT_NS);
	assert_int_not_equal(view_figures(v, 0)->rtt_max, VIEW_NO_RTT);
	view_unref(v);
}

static void figures_are_computed_once_and_stay(void **state)
{
	struct target *t = add("a", &usual);
	const struct view_figures *f;
	struct view *v;

	(void)state;
	settle(t, OUTCOME_REPLY, 3 * MS, 0);
	v = view_of_the_fleet();
	f = view_figures(v, 0);
	settle(t, OUTCOME_REPLY, 9 * MS, 0); /* the fleet goes on */
	assert_ptr_equal(view_figures(v, 0), f);
	assert_int_equal(f->rtt_max, 300000);
	view_unref(v);
}

static void rows_have_the_plain_values_and_the_window(void **state)
{
	struct snapshot_row r;
	struct target *t;
	struct view *v;
	int64_t rtt_ns;
	int sys_errno;

	(void)state;
	add("first", &tiny);
	t = add("second", &usual);
	settle(t, OUTCOME_REPLY, 3 * MS, 0);
	v = view_of_the_fleet();
	assert_int_equal(view_count(v), 2);
	view_target(v, 1, &r);
	assert_string_equal(r.name, "second");
	assert_string_equal(view_name(v, 1), "second");
	assert_ptr_equal(r.profile, &usual);
	assert_int_equal(r.state, HEALTH_UP);
	assert_int_equal(r.totals.received, 1);
	assert_int_equal(window_count(view_window(v, 1)), 1);
	assert_int_equal(window_sample(view_window(v, 1), 0, &rtt_ns, &sys_errno), OUTCOME_REPLY);
	assert_int_equal(rtt_ns, 3 * MS);
	view_unref(v);
}

static void every_target_is_found_by_its_name(void **state)
{
	static char names[3000][16];
	struct view *v;

	(void)state;
	for (uint32_t i = 0; i < 3000; i++) {
		snprintf(names[i], sizeof(names[i]), "host-%u", i);
		add(names[i], &tiny);
	}
	v = view_of_the_fleet();
	for (uint32_t i = 0; i < 3000; i++)
		assert_int_equal(view_find(v, names[i]), i);
	assert_int_equal(view_find(v, "host-3000"), UINT32_MAX);
	assert_int_equal(view_find(v, ""), UINT32_MAX);
	view_unref(v);
}

static void of_two_of_one_name_one_is_found(void **state)
{
	struct view *v;

	(void)state;
	add("same", &tiny);
	add("same", &tiny);
	v = view_of_the_fleet();
	assert_int_equal(view_find(v, "same"), 0);
	view_unref(v);
}

static void an_empty_fleet_has_an_empty_view(void **state)
{
	struct view *v = view_of_the_fleet();

	(void)state;
	assert_int_equal(view_count(v), 0);
	assert_int_equal(view_find(v, "any"), UINT32_MAX);
	view_unref(v);
	view_unref(NULL);
}

static void the_generation_lives_as_long_as_the_last_reference(void **state)
{
	struct view *v = view_of_the_fleet();

	(void)state;
	assert_ptr_equal(view_ref(v), v);
	view_unref(v);
	assert_int_equal(n_freed, 0);
	view_unref(v);
	assert_int_equal(n_freed, 1);
}

static void it_takes_at_most_480_bytes_a_target(void **state)
{
	struct view *v;

	(void)state;
	for (uint32_t i = 0; i < 5000; i++) {
		struct target *t = add("some", &usual);

		for (int k = 0; k < 60; k++)
			settle(t, OUTCOME_REPLY, k * MS, 0);
	}
	v = view_of_the_fleet();
	for (uint32_t i = 0; i < 5000; i++)
		view_figures(v, i);
	view_find(v, "some");
	print_message("%.1f bytes a target\n", (double)view_bytes(v) / 5000);
	assert_true(view_bytes(v) <= 480 * 5000);
	assert_true(sizeof(struct view_figures) <= 64);
	view_unref(v);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, init, fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_figures_are_the_windows),
		TEST(a_window_without_a_reply_has_no_rtt),
		TEST(the_greatest_rtt_is_one),
		TEST(figures_are_computed_once_and_stay),
		TEST(rows_have_the_plain_values_and_the_window),
		TEST(every_target_is_found_by_its_name),
		TEST(of_two_of_one_name_one_is_found),
		TEST(an_empty_fleet_has_an_empty_view),
		TEST(the_generation_lives_as_long_as_the_last_reference),
		TEST(it_takes_at_most_480_bytes_a_target),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
