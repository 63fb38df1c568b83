#include "fixture.h"
#include "serve/http_host.h"

static const struct http_options options = { .hosts = { "pings.example.net", "Monitor" }, .n_hosts = 2 };

static bool is_ours(const char *host)
{
	return http_host_is_ours(host, &options, "pinger.example.org");
}

static void addresses_are_ours(void **state)
{
	(void)state;
	assert_true(is_ours("127.0.0.1"));
	assert_true(is_ours("192.0.2.1:9737"));
	assert_true(is_ours("[::1]"));
	assert_true(is_ours("[2001:db8::1]:9737"));
}

static void localhost_and_this_machine_are_ours(void **state)
{
	(void)state;
	assert_true(is_ours("localhost"));
	assert_true(is_ours("LocalHost.:9737"));
	assert_true(is_ours("a.localhost:80"));
	assert_true(is_ours("pinger.example.org:9737"));
	assert_true(is_ours("PINGER"));
}

static void names_that_are_listed_are_ours(void **state)
{
	(void)state;
	assert_true(is_ours("pings.example.net:9737"));
	assert_true(is_ours("monitor"));
}

static void other_names_are_not(void **state)
{
	static const char *const hosts[] = {
		"evil.example",
		"localhost.evil.example",
		"127.0.0.1.evil.example",
		"pinger.evil.example",
		"xlocalhost",
		".localhost",
		"pinge",
		"pings.example.net.evil",
		"pinger.example.or",
		"1.2.3",
		"0x7f.1",
		"monitor.example",
		"pinger.example.org.evil.example",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(*hosts); i++)
		if (is_ours(hosts[i]))
			fail_msg("%s", hosts[i]);
}

static void a_machine_without_a_name_is_never_asked_by_it(void **state)
{
	(void)state;
	assert_false(http_host_is_ours("", &options, ""));
	assert_false(http_host_is_ours(".", &options, ""));
}

static void what_is_no_host_is_not_well_formed(void **state)
{
	static const char *const hosts[] = {
		"",        ":80", "a b", "a:",   "a:b",      "a:123456", "[::1", "[::1]x",
		"[::1]:x", "a/b", "a@b", "a\"b", "<script>", "a:80:80",  "::1",  "a,b",
	};
	char longest[300];

	(void)state;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(*hosts); i++)
		if (strcmp(hosts[i], "a:") != 0 && http_host_is_well_formed(hosts[i]))
			fail_msg("%s", hosts[i]);
	assert_true(http_host_is_well_formed("a:")); /* RFC 3986 3.2.3: the port may be empty */
	memset(longest, 'a', sizeof(longest));
	longest[254] = '\0';
	assert_true(http_host_is_well_formed(longest));
	longest[254] = 'a';
	longest[255] = '\0';
	assert_false(http_host_is_well_formed(longest));
	assert_false(is_ours(longest));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_ours),
		cmocka_unit_test(localhost_and_this_machine_are_ours),
		cmocka_unit_test(names_that_are_listed_are_ours),
		cmocka_unit_test(other_names_are_not),
		cmocka_unit_test(a_machine_without_a_name_is_never_asked_by_it),
		cmocka_unit_test(what_is_no_host_is_not_well_formed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
