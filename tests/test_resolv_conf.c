#include "dns/resolv_conf.h"

#include "fixture.h"

static struct resolv_conf parsed(const char *text)
{
	struct resolv_conf c = { 0 };

	resolv_conf_parse(&c, text);
	return c;
}

static void is(struct resolv_conf c, int timeout_s, int attempts, bool rotate)
{
	assert_int_equal(c.timeout_s, timeout_s);
	assert_int_equal(c.attempts, attempts);
	assert_int_equal(c.rotate, rotate);
}

static void options_of_all_lines_are_taken(void **state)
{
	(void)state;
	is(parsed("nameserver 192.0.2.1\noptions timeout:3 attempts:2\n"), 3, 2, false);
	is(parsed("options timeout:3\nsearch a b\noptions\trotate  attempts:1"), 3, 1, true);
	is(parsed("options ndots:5 edns0 timeout:7 trust-ad\r\n"), 7, 0, false);
	is(parsed("options timeout:3 timeout:4\n"), 4, 0, false);
}

static void other_lines_and_words_say_nothing(void **state)
{
	(void)state;
	is(parsed(""), 0, 0, false);
	is(parsed("#options timeout:3\n; options rotate\noptionstimeout:3\nsearch timeout:3 rotate\n"), 0, 0, false);
	is(parsed("options timeout attempts rotated rotat timeouts:3 xtimeout:3\n"), 0, 0, false);
	is(parsed("options timeout: attempts:x timeout:3s attempts:-1 timeout:0\n"), 0, 0, false);
	is(parsed("options"), 0, 0, false);
	is(parsed("options \ntimeout:3"), 0, 0, false);
}

static void numbers_are_bounded_as_in_the_c_library(void **state)
{
	(void)state;
	is(parsed("options timeout:31 attempts:6\n"), 30, 5, false);
	is(parsed("options timeout:99999999999999999999 attempts:4294967297\n"), 30, 5, false);
}

static void the_environment_is_above_the_file(void **state)
{
	static const char text[] = "options timeout:3 attempts:2\n";
	char path[] = "/tmp/test_resolv_conf.XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
	close(fd);
	unsetenv("RES_OPTIONS");
	is(resolv_conf_read(path), 3, 2, false);
	setenv("RES_OPTIONS", "rotate timeout:9", 1);
	is(resolv_conf_read(path), 9, 2, true);
	unlink(path);
	is(resolv_conf_read(path), 9, 0, true);
	unsetenv("RES_OPTIONS");
	is(resolv_conf_read("/"), 0, 0, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_of_all_lines_are_taken),
		cmocka_unit_test(other_lines_and_words_say_nothing),
		cmocka_unit_test(numbers_are_bounded_as_in_the_c_library),
		cmocka_unit_test(the_environment_is_above_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
