#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/options.h"

#include <errno.h>
#include <string.h>

static int set(struct options *o, const char *name, const char *text)
{
	const struct setting *key = options_find(name);

	assert_non_null(key);
	return options_set(o, key, text);
}

static void a_target_that_says_nothing_gets_the_documented_defaults(void **state)
{
	struct options o = options_default();

	(void)state;
	assert_int_equal(o.interval_ns, NS_PER_S);
	assert_int_equal(o.timeout_ns, NS_PER_S);
	assert_int_equal(o.report_ns, NS_PER_M);
	assert_int_equal(o.window, 60);
	assert_int_equal(o.size, 56);
	assert_int_equal(o.fall, 3);
	assert_int_equal(o.rise, 2);
	assert_int_equal(o.dscp, -1);
	assert_int_equal(o.ttl, -1);
	assert_int_equal(o.family, FAMILY_ANY);
	assert_false(o.probes);
	assert_false(o.histogram);
	assert_int_equal(o.count, 0);
}

static void every_key_is_found_by_its_name_and_explains_itself(void **state)
{
	char buf[200];

	(void)state;
	for (size_t i = 0; i < options_n_settings; i++) {
		assert_ptr_equal(options_find(options_settings[i].name), &options_settings[i]);
		assert_true(strlen(options_settings[i].sentence) > 0);
		assert_true(strlen(setting_expects(&options_settings[i], buf, sizeof(buf))) > 0);
	}
	assert_null(options_find("intervall"));
	assert_null(options_find(""));
}

static void every_key_lands_in_its_own_member(void **state)
{
	struct options o = options_default();

	(void)state;
	assert_int_equal(set(&o, "interval", "200ms"), 0);
	assert_int_equal(set(&o, "timeout", "40s"), 0);
	assert_int_equal(set(&o, "report", "24h"), 0);
	assert_int_equal(set(&o, "window", "65535"), 0);
	assert_int_equal(set(&o, "size", "8"), 0);
	assert_int_equal(set(&o, "fall", "1000"), 0);
	assert_int_equal(set(&o, "rise", "1"), 0);
	assert_int_equal(set(&o, "dscp", "EF"), 0);
	assert_int_equal(set(&o, "ttl", "255"), 0);
	assert_int_equal(set(&o, "family", "ipv6"), 0);
	assert_int_equal(set(&o, "probes", "yes"), 0);
	assert_int_equal(set(&o, "source", "2001:db8::1"), 0);
	assert_int_equal(set(&o, "interface", "eth0.100@x"), 0);
	assert_int_equal(set(&o, "mark", "0xFFFFffff"), 0);
	assert_int_equal(set(&o, "df", "no"), 0);
	assert_int_equal(set(&o, "pattern", "00fF"), 0);
	assert_int_equal(set(&o, "addresses", "all"), 0);
	assert_int_equal(set(&o, "on_address_change", "split"), 0);
	assert_int_equal(set(&o, "degraded.loss", "5%"), 0);
	assert_int_equal(set(&o, "degraded.rtt", "50ms"), 0);
	assert_int_equal(set(&o, "degraded.jitter", "10ms"), 0);
	assert_int_equal(set(&o, "degraded.clear.loss", "3%"), 0);
	assert_int_equal(set(&o, "degraded.clear.rtt", "30ms"), 0);
	assert_int_equal(set(&o, "degraded.clear.jitter", "3ms"), 0);
	assert_int_equal(o.interval_ns, 200 * NS_PER_MS);
	assert_int_equal(o.timeout_ns, 40 * NS_PER_S);
	assert_int_equal(o.report_ns, 24 * NS_PER_H);
	assert_int_equal(o.window, 65535);
	assert_int_equal(o.size, 8);
	assert_int_equal(o.fall, 1000);
	assert_int_equal(o.rise, 1);
	assert_int_equal(o.dscp, 46);
	assert_int_equal(o.ttl, 255);
	assert_int_equal(o.family, FAMILY_IPV6);
	assert_true(o.probes);
	assert_int_equal(o.source.family, AF_INET6);
	assert_string_equal(o.interface, "eth0.100@x");
	assert_int_equal(o.mark, UINT32_MAX);
	assert_int_equal(o.df, 0);
	assert_int_equal(o.pattern_len, 2);
	assert_memory_equal(o.pattern, "\0\xff", 2);
	assert_int_equal(o.addresses, ADDRESSES_ALL);
	assert_int_equal(o.on_address_change, ADDRESS_CHANGE_SPLIT);
	assert_true(o.degraded_loss_pct == 5);
	assert_int_equal(o.degraded_rtt_ns, 50 * NS_PER_MS);
	assert_int_equal(o.degraded_jitter_ns, 10 * NS_PER_MS);
	assert_true(o.clear_loss_pct == 3);
	assert_int_equal(o.clear_rtt_ns, 30 * NS_PER_MS);
	assert_int_equal(o.clear_jitter_ns, 3 * NS_PER_MS);
}

static void a_value_out_of_range_changes_nothing(void **state)
{
	static const char *const far[][2] = {
		{ "interval", "0s" },
		{ "interval", "999us" },
		{ "interval", "25h" },
		{ "timeout", "0" },
		{ "timeout", "40001ms" },
		{ "report", "999ms" },
		{ "window", "1" },
		{ "window", "65536" },
		{ "size", "7" },
		{ "size", "65508" },
		{ "fall", "0" },
		{ "rise", "1001" },
		{ "dscp", "64" },
		{ "ttl", "0" },
		{ "ttl", "256" },
		{ "mark", "4294967296" },
		{ "mark", "0x100000000" },
		{ "mark", "0xffffffffffffffffff" },
		{ "pattern", "000102030405060708090a0b0c0d0e0f10" },
		{ "degraded.loss", "101%" },
		{ "degraded.rtt", "41s" },
		{ "interval", "99999999999999999999s" },
		{ "window", "99999999999999999999d" },
	};
	struct options o = options_default(), before = o;
	uint8_t a[OPTIONS_BYTES], b[OPTIONS_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++)
		assert_int_equal(set(&o, far[i][0], far[i][1]), -ERANGE);
	options_bytes(&before, b);
	assert_memory_equal(a, b, options_bytes(&o, a));
}

static void a_text_of_the_wrong_kind_is_refused(void **state)
{
	struct options o = options_default();

	(void)state;
	for (size_t i = 0; i < options_n_settings; i++) {
		assert_int_equal(options_set(&o, &options_settings[i], ""), -EINVAL);
		if (options_settings[i].kind == SETTING_INTERFACE)
			continue; /* may be called so */
		assert_int_equal(options_set(&o, &options_settings[i], "nan"), -EINVAL);
		assert_int_equal(options_set(&o, &options_settings[i], "-1"), -EINVAL);
		assert_int_equal(options_set(&o, &options_settings[i], "1e999"), -EINVAL);
	}
	assert_int_equal(set(&o, "family", "ipv5"), -EINVAL);
	assert_int_equal(set(&o, "source", "gw.example"), -EINVAL);
	assert_int_equal(set(&o, "source", "224.0.0.1"), -EINVAL);
	assert_int_equal(set(&o, "interface", "a/b"), -EINVAL);
	assert_int_equal(set(&o, "interface", "sixteen_letters_"), -EINVAL);
	assert_int_equal(set(&o, "pattern", "abc"), -EINVAL);
	assert_int_equal(set(&o, "pattern", "0xff"), -EINVAL);
	assert_int_equal(set(&o, "mark", "0x"), -EINVAL);
	assert_int_equal(set(&o, "mark", "0xg"), -EINVAL);
	assert_int_equal(set(&o, "df", "maybe"), -EINVAL);
	assert_int_equal(set(&o, "window", "5x"), -EINVAL);
}

static void a_window_of_time_follows_the_interval(void **state)
{
	struct options o = options_default();

	(void)state;
	assert_int_equal(set(&o, "window", "5m"), 0);
	assert_int_equal(options_finish(&o), 0);
	assert_int_equal(o.window, 300);
	assert_int_equal(set(&o, "interval", "200ms"), 0);
	assert_int_equal(options_finish(&o), 0);
	assert_int_equal(o.window, 1500);
}

static void a_window_of_time_must_hold_a_sensible_count(void **state)
{
	struct options o = options_default();

	(void)state;
	assert_int_equal(set(&o, "window", "1s"), 0);
	assert_int_equal(options_finish(&o), -ERANGE);
	assert_int_equal(set(&o, "window", "65536s"), 0);
	assert_int_equal(options_finish(&o), -ERANGE);
	assert_int_equal(set(&o, "window", "65535s"), 0);
	assert_int_equal(options_finish(&o), 0);
	assert_int_equal(o.window, 65535);
}

static void a_count_replaces_a_window_of_time(void **state)
{
	struct options o = options_default();

	(void)state;
	assert_int_equal(set(&o, "window", "5m"), 0);
	assert_int_equal(set(&o, "window", "10"), 0);
	assert_int_equal(options_finish(&o), 0);
	assert_int_equal(o.window, 10);
}

static void bytes_differ_with_every_key(void **state)
{
	static const char *const other[][2] = {
		{ "interval", "2s" },
		{ "timeout", "2s" },
		{ "window", "61" },
		{ "window", "5m" },
		{ "size", "57" },
		{ "dscp", "1" },
		{ "ttl", "1" },
		{ "family", "ipv4" },
		{ "report", "1s" },
		{ "probes", "on" },
		{ "histogram", "on" },
		{ "fall", "4" },
		{ "rise", "4" },
		{ "degraded.loss", "1" },
		{ "degraded.rtt", "1s" },
		{ "degraded.jitter", "1s" },
		{ "degraded.clear.loss", "1" },
		{ "degraded.clear.rtt", "0" },
		{ "degraded.clear.jitter", "0" },
		{ "source", "192.0.2.1" },
		{ "interface", "lo" },
		{ "mark", "1" },
		{ "df", "no" },
		{ "pattern", "00" },
		{ "pattern", "0000" },
		{ "addresses", "all" },
		{ "on_address_change", "split" },
	};
	struct options base = options_default();
	uint8_t a[OPTIONS_BYTES], b[OPTIONS_BYTES];
	size_t len = options_bytes(&base, a);

	(void)state;
	assert_true(len <= OPTIONS_BYTES);
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
		struct options o = base;

		assert_int_equal(set(&o, other[i][0], other[i][1]), 0);
		assert_int_equal(options_bytes(&o, b), len);
		assert_memory_not_equal(a, b, len);
	}
}

static void expectations_name_the_bounds(void **state)
{
	char buf[200];

	(void)state;
	assert_string_equal(setting_expects(options_find("interval"), buf, sizeof(buf)), "a duration from 1ms to 24h");
	assert_string_equal(setting_expects(options_find("size"), buf, sizeof(buf)), "a whole number from 8 to 65507");
	assert_string_equal(setting_expects(options_find("family"), buf, sizeof(buf)), "any, ipv4, ipv6 or both");
	for (size_t i = 0; i < options_n_settings; i++)
		assert_true(strlen(setting_expects(&options_settings[i], buf, sizeof(buf))) < SETTING_EXPECTS_LEN - 1);
}

static void schemas_name_the_bounds_and_the_choices(void **state)
{
	char buf[SETTING_SCHEMA_LEN];

	(void)state;
	assert_string_equal(setting_schema(options_find("size"), buf, sizeof(buf)),
	                    "{\"type\": \"integer\", \"minimum\": 8, \"maximum\": 65507}");
	assert_string_equal(setting_schema(options_find("family"), buf, sizeof(buf)),
	                    "{\"enum\": [\"any\", \"ipv4\", \"ipv6\", \"both\"]}");
	setting_schema(options_find("interval"), buf, sizeof(buf));
	assert_non_null(strstr(buf, "{\"type\": \"number\", \"minimum\": 0.001, \"maximum\": 86400}, "));
	assert_string_equal(setting_schema(options_find("pattern"), buf, sizeof(buf)),
	                    "{\"type\": \"string\", \"pattern\": \"^([0-9a-fA-F][0-9a-fA-F]){1,16}$\"}");
	for (size_t i = 0; i < options_n_settings; i++)
		assert_true(strlen(setting_schema(&options_settings[i], buf, sizeof(buf))) < sizeof(buf) - 1);
	assert_string_equal(setting_schema(options_find("size"), buf, 12), "{\"type\": \"i");
}

static void the_word_default_takes_an_inherited_value_away(void **state)
{
	static const char *const other[][2] = {
		{ "interval", "2s" }, { "window", "5m" },    { "window", "61" },       { "dscp", "EF" },
		{ "df", "yes" },      { "pattern", "ffff" }, { "source", "::1" },      { "interface", "lo" },
		{ "mark", "0x10" },   { "family", "both" },  { "degraded.loss", "5" },
	};
	const struct options base = options_default();
	uint8_t a[OPTIONS_BYTES], b[OPTIONS_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
		struct options o = base;

		assert_int_equal(set(&o, other[i][0], other[i][1]), 0);
		assert_false(setting_same(&o, &base, options_find(other[i][0])));
		assert_int_equal(set(&o, other[i][0], "default"), 0);
		assert_true(setting_same(&o, &base, options_find(other[i][0])));
		options_bytes(&base, a);
		assert_memory_equal(a, b, options_bytes(&o, b));
	}
}

static void every_value_is_read_back_from_its_text(void **state)
{
	static const char *const values[][2] = {
		{ "interval", "2.5s" },
		{ "interval", "1234567us" },
		{ "timeout", "1.000001ms" },
		{ "window", "5m" },
		{ "window", "7" },
		{ "size", "8" },
		{ "pattern", "00ff" },
		{ "dscp", "AF41" },
		{ "ttl", "1" },
		{ "df", "no" },
		{ "df", "on" },
		{ "df", "default" },
		{ "mark", "0xdeadbeef" },
		{ "source", "2001:db8::1" },
		{ "interface", "lo" },
		{ "family", "both" },
		{ "addresses", "all" },
		{ "on_address_change", "split" },
		{ "report", "24h" },
		{ "probes", "on" },
		{ "histogram", "on" },
		{ "degraded.loss", "0.1%" },
		{ "degraded.clear.loss", "0" },
		{ "degraded.clear.loss", "default" },
		{ "degraded.clear.rtt", "default" },
		{ "degraded.loss", "33.333333333" },
		{ "degraded.loss", "100" },
		{ "degraded.rtt", "5us" },
	};
	char text[SETTING_TEXT_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		const struct setting *key = options_find(values[i][0]);
		struct options o = options_default(), again = o;

		assert_int_equal(options_set(&o, key, values[i][1]), 0);
		assert_int_equal(options_set(&again, key, setting_print(&o, key, text)), 0);
		assert_true(setting_same(&o, &again, key));
	}
	for (size_t i = 0; i < options_n_settings; i++) {
		struct options o = options_default(), again = o;

		assert_int_equal(
			options_set(&again, &options_settings[i], setting_print(&o, &options_settings[i], text)), 0);
		assert_true(setting_same(&o, &again, &options_settings[i]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_target_that_says_nothing_gets_the_documented_defaults),
		cmocka_unit_test(every_key_is_found_by_its_name_and_explains_itself),
		cmocka_unit_test(every_key_lands_in_its_own_member),
		cmocka_unit_test(a_value_out_of_range_changes_nothing),
		cmocka_unit_test(a_text_of_the_wrong_kind_is_refused),
		cmocka_unit_test(a_window_of_time_follows_the_interval),
		cmocka_unit_test(a_window_of_time_must_hold_a_sensible_count),
		cmocka_unit_test(a_count_replaces_a_window_of_time),
		cmocka_unit_test(bytes_differ_with_every_key),
		cmocka_unit_test(expectations_name_the_bounds),
		cmocka_unit_test(schemas_name_the_bounds_and_the_choices),
		cmocka_unit_test(the_word_default_takes_an_inherited_value_away),
		cmocka_unit_test(every_value_is_read_back_from_its_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
