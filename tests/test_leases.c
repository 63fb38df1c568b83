#include "fixture_config.h"

#include "base/clock.h"
#include "daemon/leases.h"

static struct config_errors errors;

static const char running[] =
	"defaults: {interval: 5s, degraded: {loss: 10}, pattern: abcd, window: 10m, labels: {site: fra1}}\n"
	"targets: [192.0.2.1]\n";

static struct config *parse(const char *mapping)
{
	struct config *base = fixture_config(running), *c = NULL;

	if (leases_parse(&c, base->defaults, mapping, &errors))
		fail_msg("%s", errors.n ? errors.at[0].message : "no memory");
	config_free(base);
	return c;
}

static void refused(const char *mapping, const char *message)
{
	struct config *base = fixture_config(running), *c = NULL;
	char text[1024];

	assert_int_equal(leases_parse(&c, base->defaults, mapping, &errors), -EINVAL);
	assert_null(c);
	assert_true(errors.n > 0);
	if (!strstr(config_error_text(&errors.at[0], text, sizeof(text)), message))
		fail_msg("%s", text);
	config_errors_fini(&errors);
	config_free(base);
}

static void a_lease_inherits_from_defaults(void **state)
{
	struct config *c = parse(
		"{\"host\":\"192.0.2.9\",\"name\":\"a \\\"b\\\" \u00e4\",\"timeout\":\"2s\",\"labels\":{\"role\":\"x\"}}");
	const struct profile *p = c->targets[0].profile;

	(void)state;
	assert_string_equal(c->targets[0].name, "a \"b\" \u00e4");
	assert_int_equal(p->options.interval_ns, 5 * NS_PER_S);
	assert_int_equal(p->options.timeout_ns, 2 * NS_PER_S);
	assert_int_equal(p->options.window, 120);
	assert_int_equal(p->options.pattern_len, 2);
	assert_true(p->options.degraded_loss_pct > 9.9);
	assert_int_equal(p->labels->n, 2);
	assert_string_equal(p->labels->at[1].value, "fra1");
	assert_true(p->is_leased);
	config_free(c);
}

static void what_is_no_target_is_refused(void **state)
{
	(void)state;
	refused("{}", "without \"host\"");
	refused("{\"host\":\"192.0.2.9\",\"interval\":\"0\"}", "interval");
	refused("{\"host\":\"192.0.2.9\",\"intervall\":\"1s\"}", "did you mean \"interval\"");
	refused("{\"host\":[1]}", "host");
	refused("{\"range\":\"192.0.2.0/28\"}", "one target");
	refused("{\"range\":\"::/0\"}", "2^64");
	refused("{\"host\":\"192.0.2.9\",\"depends_on\":\"gw\"}", "gw");
	refused("{\"host\":\"x\\u0007\"}", "lease: ");
}

static void each_lease_is_found_and_removed(void **state)
{
	struct leases l = { .n = 0 };
	struct config *c = parse("{\"host\":\"192.0.2.9\"}");

	(void)state;
	assert_non_null(leases_add(&l, c, 7, 100));
	assert_non_null(leases_pause(&l, "gw", 3, 200));
	assert_int_equal(leases_find(&l, "192.0.2.9")->number, 7);
	assert_int_equal(leases_find(&l, "gw")->until_ns, 200);
	assert_null(leases_find(&l, "g"));
	/* Paused again: another end. */
	assert_ptr_equal(leases_pause(&l, "gw", 3, 300), leases_find(&l, "gw"));
	assert_int_equal(leases_find(&l, "gw")->until_ns, 300);
	assert_int_equal(l.n, 2);
	leases_remove(&l, leases_find(&l, "192.0.2.9"));
	assert_int_equal(leases_find(&l, "gw")->number, 3);
	leases_free(&l);
	assert_int_equal(l.n, 0);
}

static void there_is_an_end_to_leases(void **state)
{
	struct leases l = { .n = 0 };
	char name[16];

	(void)state;
	for (unsigned i = 0; i < LEASES_MAX; i++) {
		snprintf(name, sizeof(name), "t%u", i);
		assert_non_null(leases_pause(&l, name, i, 1));
	}
	assert_null(leases_pause(&l, "one more", LEASES_MAX, 1));
	assert_non_null(leases_pause(&l, "t7", 7, 2));
	leases_free(&l);
}

static void the_engine_has_room_for_what_leases_need(void **state)
{
	struct leases l = { .n = 0 };
	struct engine_load load = { .n_targets = 5, .size_max = 56, .timeout_max_ns = NS_PER_S, .rate = 10 };
	struct config *c = parse("{\"host\":\"192.0.2.9\",\"interval\":\"100ms\",\"size\":1000,\"timeout\":\"3s\"}");
	struct capacity more = { .size_max = 2000, .timeout_max_ns = NS_PER_S, .probes_s = 1 };

	(void)state;
	assert_true(leases_interval_ns(&l) == INT64_MAX);
	leases_add(&l, c, 7, 100);
	leases_pause(&l, "gw", 3, 200);
	assert_int_equal(leases_interval_ns(&l), 100 * NS_PER_MS);
	leases_raise(&l, NULL, &load);
	assert_int_equal(load.n_targets, 5);
	assert_int_equal(load.size_max, 1000);
	assert_int_equal(load.timeout_max_ns, 3 * NS_PER_S);
	assert_int_equal(load.rate, 20);
	assert_true(load.has_patterns);
	leases_raise(&l, &more, &load);
	assert_int_equal(load.size_max, 2000);
	assert_int_equal(load.rate, 31);
	leases_free(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lease_inherits_from_defaults),
		cmocka_unit_test(what_is_no_target_is_refused),
		cmocka_unit_test(each_lease_is_found_and_removed),
		cmocka_unit_test(there_is_an_end_to_leases),
		cmocka_unit_test(the_engine_has_room_for_what_leases_need),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
