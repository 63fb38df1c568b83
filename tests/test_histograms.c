#include "fixture.h"
#include "core/histograms.h"

#include "random.h"

#define MS INT64_C(1000000)

static const int64_t bounds[] = { 1 * MS, 2 * MS, 4 * MS };
#define N_BOUNDS (sizeof(bounds) / sizeof(bounds[0]))

static const struct profile none = { .group = NULL };
static const struct profile core_group = { .group = "core" };
static const struct profile own = { .group = "core", .options = { .histogram = true } };
static struct histograms *histograms;

static int init(void **state)
{
	(void)state;
	histograms = histograms_new(bounds, N_BOUNDS, false);
	return histograms ? 0 : -1;
}

static int fini(void **state)
{
	(void)state;
	histograms_free(histograms);
	return 0;
}

static void count(uint32_t number, const struct profile *p, int64_t born_ns, int64_t rtt_ns)
{
	histograms_count(histograms, number, &(struct target){ .profile = p, .born_ns = born_ns }, rtt_ns);
}

static void has(struct histogram x, uint64_t n, uint64_t sum_ns, const uint64_t counts[N_BOUNDS + 1])
{
	assert_non_null(x.counts);
	assert_int_equal(x.n, n);
	assert_int_equal(x.sum_ns, sum_ns);
	assert_memory_equal(x.counts, counts, (N_BOUNDS + 1) * sizeof(*counts));
}

static struct histograms *copied(size_t max)
{
	struct histograms *copy = histograms_copy_new(histograms);
	int more;

	assert_non_null(copy);
	while ((more = histograms_copy_some(copy, histograms, max)) == 1)
		continue;
	assert_int_equal(more, 0);
	return copy;
}

static void of_no_reply_there_is_none(void **state)
{
	(void)state;
	assert_null(histograms_group(histograms, NULL).counts);
	assert_null(histograms_group(histograms, "core").counts);
	assert_null(histograms_target(histograms, 0, 0).counts);
	assert_null(histograms_target(histograms, 4000000, 0).counts);
	assert_int_equal(histograms_n_groups(histograms), 0);
	histograms_free(copied(1));
	histograms_free(NULL);
}

static void a_bound_belongs_to_what_is_below_it(void **state)
{
	(void)state;
	count(0, &none, 1, 0);
	count(0, &none, 1, 1 * MS);
	count(0, &none, 1, 1 * MS + 1);
	count(0, &none, 1, 4 * MS);
	count(0, &none, 1, 4 * MS + 1);
	count(0, &none, 1, 40000 * MS);
	has(histograms_group(histograms, NULL), 6, (uint64_t)(40010 * MS + 2), (const uint64_t[]){ 2, 1, 1, 2 });
}

static void groups_and_targets_without_a_group_are_apart(void **state)
{
	const char *name;

	(void)state;
	count(0, &none, 1, 1 * MS);
	count(1, &core_group, 1, 2 * MS);
	count(2, &(struct profile){ .group = "" }, 1, 3 * MS);
	count(3, &core_group, 1, 2 * MS);
	has(histograms_group(histograms, NULL), 1, 1 * MS, (const uint64_t[]){ 1, 0, 0, 0 });
	has(histograms_group(histograms, "core"), 2, 4 * MS, (const uint64_t[]){ 0, 2, 0, 0 });
	has(histograms_group(histograms, ""), 1, 3 * MS, (const uint64_t[]){ 0, 0, 1, 0 });
	assert_int_equal(histograms_n_groups(histograms), 3);
	has(histograms_group_at(histograms, 0, &name), 1, 1 * MS, (const uint64_t[]){ 1, 0, 0, 0 });
	assert_null(name);
	histograms_group_at(histograms, 1, &name);
	assert_string_equal(name, "core");
	histograms_group_at(histograms, 2, &name);
	assert_string_equal(name, "");
}

static void only_targets_that_ask_have_their_own(void **state)
{
	(void)state;
	count(7, &core_group, 1, 2 * MS);
	count(5000, &own, 1, 2 * MS);
	assert_null(histograms_target(histograms, 7, 1).counts);
	has(histograms_target(histograms, 5000, 1), 1, 2 * MS, (const uint64_t[]){ 0, 1, 0, 0 });
	has(histograms_group(histograms, "core"), 2, 4 * MS, (const uint64_t[]){ 0, 2, 0, 0 });
}

static void or_each_where_that_is_asked_for(void **state)
{
	(void)state;
	histograms_free(histograms);
	histograms = histograms_new(bounds, N_BOUNDS, true);
	assert_non_null(histograms);
	count(7, &none, 1, 2 * MS);
	has(histograms_target(histograms, 7, 1), 1, 2 * MS, (const uint64_t[]){ 0, 1, 0, 0 });
}

static void another_target_with_a_number_begins_anew(void **state)
{
	(void)state;
	count(3, &own, 10, 1 * MS);
	assert_null(histograms_target(histograms, 3, 11).counts);
	count(3, &own, 11, 2 * MS);
	assert_null(histograms_target(histograms, 3, 10).counts);
	has(histograms_target(histograms, 3, 11), 1, 2 * MS, (const uint64_t[]){ 0, 1, 0, 0 });
}

static char names[500][8];
static struct profile profiles[500];

/* Replies of many targets in many groups, some with histograms of their own. */
static void count_many(unsigned n, uint64_t *seed)
{
	for (unsigned i = 0; i < n; i++) {
		uint32_t number = (uint32_t)(random_next(seed) % 5000);
		struct profile *p = &profiles[number % 500];

		snprintf(names[number % 500], sizeof(names[0]), "g%u", number % 500);
		*p = (struct profile){ .group = names[number % 500], .options = { .histogram = number % 3 == 0 } };
		count(number, p, number, (int64_t)(random_next(seed) % (uint64_t)(6 * MS)));
	}
}

static void is_same(struct histogram a, struct histogram b)
{
	assert_int_equal(!a.counts, !b.counts);
	if (a.counts)
		has(a, b.n, b.sum_ns, b.counts);
}

static void a_copy_has_what_there_was(void **state)
{
	static const size_t slices[] = { 1, 7, 500, SIZE_MAX };
	uint64_t seed = 1;

	(void)state;
	count_many(20000, &seed);
	for (size_t i = 0; i < sizeof(slices) / sizeof(slices[0]); i++) {
		struct histograms *copy = copied(slices[i]);
		const char *name, *copied_name;
		size_t n;

		assert_int_equal(histograms_n_groups(copy), 500);
		for (size_t g = 0; g < 500; g++) {
			struct histogram x = histograms_group_at(histograms, g, &name);

			is_same(histograms_group_at(copy, g, &copied_name), x);
			assert_string_equal(copied_name, name);
			assert_ptr_not_equal(copied_name, name);
			is_same(histograms_group(copy, name), histograms_group(histograms, name));
		}
		for (uint32_t t = 0; t < 5000; t++)
			is_same(histograms_target(copy, t, t), histograms_target(histograms, t, t));
		assert_memory_equal(histograms_bounds(copy, &n), bounds, sizeof(bounds));
		assert_int_equal(n, N_BOUNDS);
		histograms_free(copy);
	}
}

/* Sum of what the targets that the copy knows have counted; every slot it names is there. */
static uint64_t n_of_targets(const struct histograms *h)
{
	uint64_t n = 0;

	for (uint32_t t = 0; t < 5000; t++)
		n += histograms_target(h, t, t).n;
	return n;
}

static void counting_goes_on_between_slices(void **state)
{
	struct histograms *copy;
	uint64_t seed = 2, before;
	const char *name;

	(void)state;
	count_many(200, &seed);
	before = n_of_targets(histograms);
	copy = histograms_copy_new(histograms);
	assert_non_null(copy);
	for (unsigned n = 0; histograms_copy_some(copy, histograms, 1) == 1; n++) {
		assert_true(n < 10000); /* it ends */
		count_many(20, &seed);
	}
	assert_true(n_of_targets(copy) >= before);
	assert_true(n_of_targets(copy) <= n_of_targets(histograms));
	for (size_t g = 0; g < histograms_n_groups(copy); g++) {
		struct histogram x = histograms_group_at(copy, g, &name);

		is_same(histograms_group(copy, name), x);
	}
	before = n_of_targets(copy);
	count_many(20000, &seed);
	assert_int_equal(n_of_targets(copy), before);
	histograms_free(copy);
}

static void a_copy_of_another_is_refused(void **state)
{
	static const int64_t other[N_BOUNDS] = { 1 * MS, 2 * MS, 5 * MS };
	struct histograms *copy = histograms_copy_new(histograms);

	(void)state;
	assert_non_null(copy);
	assert_true(histograms_are(histograms, bounds, N_BOUNDS, false));
	assert_false(histograms_are(histograms, bounds, N_BOUNDS, true));
	assert_false(histograms_are(histograms, bounds, N_BOUNDS - 1, false));
	assert_false(histograms_are(histograms, other, N_BOUNDS, false));
	histograms_free(histograms);
	histograms = histograms_new(other, N_BOUNDS, false);
	assert_non_null(histograms);
	assert_int_equal(histograms_copy_some(copy, histograms, 1), -ESTALE);
	histograms_free(copy);
}

static void each_takes_little_memory(void **state)
{
	static int64_t many[HISTOGRAMS_BOUNDS_MAX];
	size_t n_bounds = 20, before;

	(void)state;
	for (size_t i = 0; i < HISTOGRAMS_BOUNDS_MAX; i++)
		many[i] = (int64_t)i * MS;
	histograms_free(histograms);
	histograms = histograms_new(many, n_bounds, true);
	assert_non_null(histograms);
	before = histograms_bytes(histograms);
	for (uint32_t i = 0; i < 10000; i++)
		count(i, &none, 1, 1);
	assert_true(histograms_bytes(histograms) - before <= 10000 * (32 + 8 * n_bounds));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, init, fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(of_no_reply_there_is_none),
		TEST(a_bound_belongs_to_what_is_below_it),
		TEST(groups_and_targets_without_a_group_are_apart),
		TEST(only_targets_that_ask_have_their_own),
		TEST(or_each_where_that_is_asked_for),
		TEST(another_target_with_a_number_begins_anew),
		TEST(a_copy_has_what_there_was),
		TEST(counting_goes_on_between_slices),
		TEST(a_copy_of_another_is_refused),
		TEST(each_takes_little_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
