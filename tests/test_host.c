/* What is written as a host: the same table for the daemon's files, miniping and the library. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "dns/host.h"

#include <locale.h>
#include <string.h>

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static void addresses_are_taken_as_they_are_written(void **state)
{
	static const struct {
		const char *text, *addr, *zone;
	} good[] = {
		{ "192.0.2.1", "192.0.2.1", "" },
		{ "0.0.0.1", NULL, "" },
		{ "2001:DB8::1", "2001:db8::1", "" },
		{ "::1", "::1", "" },
		{ "64:ff9b::192.0.2.1", "64:ff9b::c000:201", "" },
		{ "fe80::1", "fe80::1", "" },
		{ "fe80::1%eth0", "fe80::1", "eth0" },
		{ "FE80::1%no-such-if", "fe80::1", "no-such-if" },
		{ "fe80::1%br-lan.100", "fe80::1", "br-lan.100" },
		{ "fe80::1%7", "fe80::1", "7" },
		{ "febf:ffff::1%x", "febf:ffff::1", "x" },
	};

	(void)state;
	for (size_t i = 0; i < N_OF(good); i++) {
		struct host h;
		char buf[ADDR_STRLEN];
		const char *wrong = host_parse(&h, good[i].text);

		if (!good[i].addr) {
			assert_non_null(wrong);
			continue;
		}
		if (wrong)
			fail_msg("%s %s", good[i].text, wrong);
		assert_string_equal(addr_format(&h.addr, buf), good[i].addr);
		assert_string_equal(h.zone, good[i].zone);
		assert_int_equal(h.addr.scope, 0);
	}
}

static void names_are_names(void **state)
{
	static const char *const names[] = {
		"localhost",
		"a.example.",
		"_srv.example",
		"1a",
		"3com",
		"4.3.2.1.in-addr.arpa",
		"10.example.net",
		"10.0.0.59.example",
		"1.2.3.com",
		"1.2.3.xn--p1ai",
		"0x7g",
		"x.0x7",
		"dead.beef",
		"0xcafe.example",
		"a1.b2",
		"10.0.0.5x.example",
		"e4",
		"1e4",
		"bücher.example",
		"пример.испытание",
		"日本語。jp",
		"faß.de",
		"ÉCOLE.example",
	};

	(void)state;
	for (size_t i = 0; i < N_OF(names); i++) {
		struct host h;
		const char *wrong = host_parse(&h, names[i]);

		if (wrong)
			fail_msg("%s %s", names[i], wrong);
		assert_int_equal(h.addr.family, AF_UNSPEC);
		assert_string_equal(h.zone, "");
	}
}

static void what_looks_like_an_address_is_no_name(void **state)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
		{ "127.1", "short form" },
		{ "1", "short form" },
		{ "2130706433", "short form" },
		{ "10.1", "short form" },
		{ "0x7f.1", "hexadecimal" },
		{ "0x7f000001", "hexadecimal" },
		{ "192.0.2.0xa", "hexadecimal" },
		{ "192.0.2.010", "octal" },
		{ "192.000.002.001", "octal" },
		{ "1.2.3", "is not an IPv4 address" },
		{ "300.1.2.3", "is not an IPv4 address" },
		{ "192.0.2.08", "is not an IPv4 address" },
		{ "99999999999", "is not an IPv4 address" },
		{ "1.2.3.4.5", "is not an IPv4 address" },
		{ "192.0.2.1.", "is not an IPv4 address" },
		{ "192..2.1", "is not an IPv4 address" },
		{ "192.0.2.256", "is not an IPv4 address" },
		{ "O.0.0.1", "no host name ends in a number" },
		{ "gw.5", "no host name ends in a number" },
		{ "10.0.0.59x", "neither" },
		{ "10.0.0.x", "neither" },
		{ "10.0.0.1O", "neither" },
		{ "10.0.0.l0", "neither" },
		{ "10.0.0.O", "neither" },
		{ "10.59x", "neither" },
		{ "1.2.3.4x", "neither" },
		{ "[fd00::2]", "in brackets" },
		{ "[fd00::2]:80", "in brackets" },
		{ "[::1", "in brackets" },
		{ "::ffff:192.0.2.2", "IPv4-mapped" },
		{ "::FFFF:c000:202", "IPv4-mapped" },
		{ "192.0.2.2%va", "takes no zone" },
		{ "2001:db8::1%va", "takes no zone" },
		{ "::1%lo", "takes no zone" },
		{ "fe80::1%", "behind the \"%\"" },
		{ "fe80::1%a/b", "behind the \"%\"" },
		{ "fe80::1%sixteen-letters-", "behind the \"%\"" },
		{ "fe80::1%lo%lo", "behind the \"%\"" },
		{ "fe80:::1%lo", "is not an IPv6 address" },
		{ "gw.example%lo", "is not a host name" },
		{ "%lo", "is not a host name" },
		{ "gw.example:80", "has a port" },
		{ "gw:80", "has a port" },
		{ "1.2.3.4:80", "is not an IPv6 address" },
		{ "2001:db8::x", "is not an IPv6 address" },
		{ ":", "is not an IPv6 address" },
		{ "http://gw.example/", "is a URL" },
		{ "192.0.2.0/24", "is not a host name" },
		{ "gw.example/", "is not a host name" },
		{ "a b", "is not a host name" },
		{ "", "is not a host name" },
		{ ".", "is not an IPv4 address" },
		{ ".a", "between two dots" },
		{ "a..b", "between two dots" },
		{ "-a", "edge" },
		{ "0.0.0.0", "cannot be probed" },
		{ "224.0.0.1", "cannot be probed" },
		{ "ff02::1", "cannot be probed" },
		{ "ff02::1%eth0", "cannot be probed" },
		{ "ff05::1%eth0", "takes no zone" },
		{ "::", "cannot be probed" },
		{ "１９２.0.2.1", "ends in a number" },
		{ "127。1", "in other characters" },
		{ "192.0.2.1\xe2\x82\xac", "neither" },
		{ "b\xfc"
		  "cher.example",
		  "is not a host name" },
		{ "bü cher.example", "is not a host name" },
		{ "bü%lo", "is not a host name" },
		{ "☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃☃", "is not a host name" },
	};

	(void)state;
	for (size_t i = 0; i < N_OF(bad); i++) {
		struct host h;
		const char *wrong = host_parse(&h, bad[i].text);

		if (!wrong)
			fail_msg("%s is taken", bad[i].text);
		if (bad[i].why && !strstr(wrong, bad[i].why))
			fail_msg("%s %s: expected \"%s\"", bad[i].text, wrong, bad[i].why);
	}
}

static void names_become_ascii_whatever_the_locale(void **state)
{
	static const char *const names[][2] = {
		{ "Gw.Example", "Gw.Example" },
		{ "bücher.example", "xn--bcher-kva.example" },
		{ "BÜCHER.example", "xn--bcher-kva.example" },
		{ "bu\xcc\x88"
		  "cher.example",
		  "xn--bcher-kva.example" },
		{ "faß.de", "xn--fa-hia.de" },
		{ "пример.испытание", "xn--e1afmkfd.xn--80akhbyknj4f" },
		{ "日本語。jp", "xn--wgv71a119e.jp" },
	};
	static const char *const locales[] = { "C", "C.UTF-8" };
	char ascii[HOST_NAME_LEN];

	(void)state;
	for (size_t k = 0; k < N_OF(locales); k++) {
		setlocale(LC_ALL, locales[k]);
		for (size_t i = 0; i < N_OF(names); i++) {
			assert_int_equal(host_ascii(ascii, names[i][0]), 0);
			assert_string_equal(ascii, names[i][1]);
		}
	}
	assert_int_equal(host_ascii(ascii, "b\xfc"
	                                   "cher.example"),
	                 -22);
}

static void an_address_alone_is_no_name(void **state)
{
	struct host h;

	(void)state;
	assert_int_equal(host_address(&h, "fe80::1%eth0"), 0);
	assert_string_equal(h.zone, "eth0");
	assert_int_equal(host_address(&h, "ff02::1%eth1"), 0);
	assert_string_equal(h.zone, "eth1");
	assert_int_equal(host_address(&h, "192.0.2.1"), 0);
	assert_string_equal(h.zone, "");
	assert_int_equal(host_address(&h, "gw.example"), -22);
	assert_int_equal(host_address(&h, "192.0.2.1%eth0"), -22);
	assert_int_equal(host_address(&h, "127.1"), -22);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_taken_as_they_are_written),
		cmocka_unit_test(names_are_names),
		cmocka_unit_test(what_looks_like_an_address_is_no_name),
		cmocka_unit_test(names_become_ascii_whatever_the_locale),
		cmocka_unit_test(an_address_alone_is_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
