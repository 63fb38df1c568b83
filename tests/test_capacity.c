#include "daemon/capacity.h"

#include "fixture_config.h"

static struct capacity plan_of(struct config **c, const char *text)
{
	*c = fixture_config(text);
	return capacity_make(*c);
}

static void figures_are_those_of_the_options(void **state)
{
	struct config *c;
	struct capacity p =
		plan_of(&c, "defaults: {interval: 100ms, timeout: 2s, size: 100}\n"
	                    "targets: [127.0.0.1, {host: '::1', size: 200, interval: 50ms, mark: 3}, example.test]\n");

	(void)state;
	assert_int_equal(p.n_targets, 3);
	assert_int_equal(p.n_names, 1);
	assert_int_equal(p.n_marked, 1);
	assert_float_equal(p.probes_s, 40, 1e-9);
	/* RFC 791 and 792: 28 bytes of headers; RFC 8200 and 4443: 48. */
	assert_float_equal(p.bits_s, 10 * 8 * (128 + 2 * 248 + 128), 1e-6);
	assert_int_equal(p.size_max, 200);
	assert_int_equal(p.timeout_max_ns, 2000000000);
	assert_int_equal(p.interval_min_ns, 50000000);
	assert_float_equal(p.n_in_flight, 40 * (2 + 2), 1e-9); /* the timeout, and a grace as long */
	assert_float_equal(p.n_slots, 40 * (2 + 2 + 9), 1e-9);
	assert_int_equal(p.n_ids, 16);
	config_free(c);
}

static void more_probes_under_way_take_more_ids(void **state)
{
	struct config *c;
	struct capacity p = plan_of(&c, "defaults: {interval: 10ms, timeout: 500ms}\n"
	                                "targets: [{range: 198.18.0.0-198.18.3.231}]\n");

	(void)state;
	assert_int_equal(p.n_targets, 1000);
	assert_float_equal(p.n_in_flight, 100000 * (0.5 + 1), 1e-6); /* the grace is 1 s at least */
	assert_float_equal(p.n_slots, p.n_in_flight, 1e-6);          /* 10 s of them would take 101 MB */
	assert_int_equal(p.n_ids, 48);
	config_free(c);
}

static void a_rate_limit_is_told_of_where_it_stands_in_the_way(void **state)
{
	struct config *c;
	struct capacity p = plan_of(&c, "limits: {max_rate: 50}\ndefaults: {interval: 10ms}\ntargets: [127.0.0.1]\n");
	char text[4096] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");

	(void)state;
	assert_non_null(out);
	assert_float_equal(p.probes_limited_s, 50, 1e-9);
	assert_true(capacity_print(out, c, &p) >= 1);
	fclose(out);
	assert_non_null(
		strstr(text, "limits.max_rate is 50: each target is probed 2.0 times less often than configured"));
	config_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_are_those_of_the_options),
		cmocka_unit_test(more_probes_under_way_take_more_ids),
		cmocka_unit_test(a_rate_limit_is_told_of_where_it_stands_in_the_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
