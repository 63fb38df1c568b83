#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/addr.h"
#include "random.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

static struct addr good(const char *text)
{
	struct addr a;

	if (addr_parse(&a, text))
		fail_msg("%s was refused", text);
	return a;
}

static void addresses_are_formatted_as_rfc_5952_says(void **state)
{
	static const struct {
		const char *in, *out;
	} table[] = {
		{ "192.0.2.1", "192.0.2.1" },
		{ "255.255.255.255", "255.255.255.255" },
		{ "::", "::" },
		{ "2001:DB8:0:0:0:0:0:1", "2001:db8::1" },
		{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
		{ "::ffff:192.0.2.1", "::ffff:192.0.2.1" },
		{ "fe80::1", "fe80::1" },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	};
	char buf[ADDR_STRLEN];

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct addr a = good(table[i].in);

		assert_string_equal(addr_format(&a, buf), table[i].out);
	}
}

static void what_is_no_address_is_refused_and_leaves_out_untouched(void **state)
{
	static const char *const bad[] = {
		"",
		"1",
		"1.2.3",
		"1.2.3.4.5",
		"256.1.1.1",
		"1.2.3.4 ",
		" 1.2.3.4",
		"1.2.3.-4",
		"0x7f.0.0.1",
		"1.2.3.4/24",
		":",
		":::",
		"1::2::3",
		"2001:db8::g",
		"[::1]",
		"::1]",
		"localhost",
		"1.2.3.4%lo",
		"fe80::1%",
		"fe80::1%no-such-if",
		"%lo",
		"fe80::1%lo",
		"00000000000000000000000000000000000000000000000000000000000000000000::1%lo",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct addr a, before;

		memset(&a, 0x5a, sizeof(a));
		before = a;
		assert_int_equal(addr_parse(&a, bad[i]), -EINVAL);
		assert_memory_equal(&a, &before, sizeof(a));
	}
}

static void bytes_past_an_ipv4_address_are_zero(void **state)
{
	static const uint8_t expected[16] = { 192, 0, 2, 1 };
	struct addr a;

	(void)state;
	memset(&a, 0xff, sizeof(a));
	assert_int_equal(addr_parse(&a, "192.0.2.1"), 0);
	assert_memory_equal(a.bytes, expected, 16);
	assert_int_equal(a.scope, 0);
	assert_int_equal(a.family, AF_INET);
}

static void a_scope_is_told_by_the_interfaces_name(void **state)
{
	char buf[ADDR_STRLEN];
	static const char *const bad[] = {
		"fe80::1%",   "fe80::1%no-such-if",
		"%lo",        "fe80::1%lo%lo",
		"1.2.3.4%lo", "00000000000000000000000000000000000000000000000000000000000000000000::1%lo"
	};
	struct addr a;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(addr_parse_scoped(&a, bad[i]), -EINVAL);
	assert_int_equal(addr_parse_scoped(&a, "192.0.2.1"), 0);
	assert_int_equal(a.scope, 0);
	assert_int_equal(addr_parse_scoped(&a, "fe80::1%lo"), 0);
	assert_int_equal(a.scope, if_nametoindex("lo"));
	assert_string_equal(addr_format(&a, buf), "fe80::1%lo");
}

static void a_scope_without_an_interface_is_left_out(void **state)
{
	char buf[ADDR_STRLEN];
	struct addr a = good("fe80::1");

	(void)state;
	a.scope = UINT32_MAX;
	assert_string_equal(addr_format(&a, buf), "fe80::1");
}

static void no_address_is_formatted_as_nothing(void **state)
{
	struct addr a = { .family = AF_UNSPEC };
	char buf[ADDR_STRLEN] = "x";

	(void)state;
	assert_string_equal(addr_format(&a, buf), "");
}

/* Words that are zero, short, or ffff more often than chance has it. */
static void random_bytes(struct addr *a, uint64_t *seed)
{
	uint64_t kinds = random_next(seed);

	for (int i = 0; i < 16; i += 2, kinds >>= 3) {
		uint64_t v = random_next(seed);
		unsigned word = kinds & 4 ? 0 : kinds & 2 ? v % 20 : kinds & 1 ? v & 0xffff : 0xffff;

		a->bytes[i] = (uint8_t)(word >> 8);
		a->bytes[i + 1] = (uint8_t)word;
	}
}

static void addresses_are_formatted_as_the_c_library_does(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		struct addr a = { .family = i % 2 ? AF_INET6 : AF_INET };
		char buf[ADDR_STRLEN], expected[INET6_ADDRSTRLEN];

		random_bytes(&a, &seed);
		assert_non_null(inet_ntop(a.family, a.bytes, expected, sizeof(expected)));
		assert_string_equal(addr_format(&a, buf), expected);
	}
}

static void the_longest_text_fits(void **state)
{
	char buf[ADDR_STRLEN];
	struct addr a = good("1111:2222:3333:4444:5555:6666:255.255.255.255");

	(void)state;
	a.scope = if_nametoindex("lo");
	addr_format(&a, buf);
	assert_true(ADDR_STRLEN >= INET6_ADDRSTRLEN - 1 + 1 + IF_NAMESIZE - 1 + 1);
	assert_non_null(strchr(buf, '%'));
}

static void equal_means_family_bytes_and_scope_where_both_have_one(void **state)
{
	struct addr a = good("fe80::1"), b = good("fe80::1"), c = good("fe80::2");
	struct addr v4 = good("1.2.3.4"), v6 = good("102:304::");

	(void)state;
	assert_true(addr_equal(&a, &b));
	assert_false(addr_equal(&a, &c));
	a.scope = 1;
	assert_true(addr_equal(&a, &b));
	assert_true(addr_equal(&b, &a));
	b.scope = 2;
	assert_false(addr_equal(&a, &b));
	b.scope = 1;
	assert_true(addr_equal(&a, &b));
	assert_memory_equal(v4.bytes, v6.bytes, 16);
	assert_false(addr_equal(&v4, &v6));
}

static void only_what_one_host_answers_for_is_probeable(void **state)
{
	static const char *const yes[] = { "192.0.2.1", "127.0.0.1", "223.255.255.255", "10.0.0.255",
		                           "1.0.0.0",   "::1",       "2001:db8::",      "fe80::1" };
	static const char *const no[] = { "0.0.0.0", "224.0.0.1", "239.255.255.255", "255.255.255.255",
		                          "::",      "ff02::1",   "ff00::" };
	struct addr none = { .family = AF_UNSPEC };

	(void)state;
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		struct addr a = good(yes[i]);

		if (!addr_is_probeable(&a))
			fail_msg("%s is not probeable", yes[i]);
	}
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		struct addr a = good(no[i]);

		if (addr_is_probeable(&a))
			fail_msg("%s is probeable", no[i]);
	}
	assert_false(addr_is_probeable(&none));
}

static void multicast_and_what_takes_a_zone_are_known_by_their_prefix(void **state)
{
	static const struct {
		const char *text;
		bool is_multicast, takes_zone;
	} cases[] = {
		{ "223.255.255.255", false, false }, { "224.0.0.1", true, false }, { "239.255.255.255", true, false },
		{ "240.0.0.1", false, false },       { "ff02::1", true, true },    { "ff01::1", true, true },
		{ "ff12::1", true, true },           { "ff05::1", true, false },   { "ff0e::1", true, false },
		{ "fe80::1", false, true },          { "fd02::1", false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct addr a = good(cases[i].text);

		if (addr_is_multicast(&a) != cases[i].is_multicast || addr_is_many(&a) != cases[i].is_multicast ||
		    addr_takes_zone(&a) != cases[i].takes_zone)
			fail_msg("%s", cases[i].text);
	}
	assert_true(addr_is_many(&(struct addr){ .family = AF_INET, .bytes = { 255, 255, 255, 255 } }));
}

static void dns_is_believed_only_about_other_hosts(void **state)
{
	static const char *const yes[] = {
		"192.0.2.1",
		"10.0.0.1",
		"100.64.0.1",
		"126.255.255.255",
		"128.0.0.1",
		"169.253.255.255",
		"169.255.0.1",
		"198.18.0.1",
		"223.255.255.255",
		"1.0.0.0",
		"2001:db8::1",
		"fd00::1",
		"64:ff9b::192.0.2.1",
		"::1:0:0",
		"0:0:0:0:0:fffe:c000:201",
		"100:0:0:1::1",
		"fe7f::1",
		"fec0::1",
	};
	static const char *const no[] = {
		"0.0.0.0",
		"0.1.2.3",
		"127.0.0.1",
		"127.255.255.255",
		"169.254.0.1",
		"169.254.169.254",
		"224.0.0.1",
		"240.0.0.1",
		"255.255.255.255",
		"::",
		"::1",
		"::2",
		"::192.0.2.1",
		"::ffff:192.0.2.1",
		"::ffff:127.0.0.1",
		"100::1",
		"fe80::1",
		"febf::1",
		"ff02::1",
	};
	struct addr none = { .family = AF_UNSPEC };

	(void)state;
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		struct addr a = good(yes[i]);

		if (!addr_is_remote(&a))
			fail_msg("%s is refused", yes[i]);
	}
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		struct addr a = good(no[i]);

		if (addr_is_remote(&a))
			fail_msg("%s is taken", no[i]);
	}
	assert_false(addr_is_remote(&none));
}

static void a_random_address_survives_text_and_sockaddr(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		uint64_t words[2] = { random_next(&seed), random_next(&seed) };
		struct sockaddr_storage ss;
		char buf[ADDR_STRLEN];
		struct addr a, b;

		if (i % 3 == 0) /* runs of zeros, as :: shortens them */
			words[i & 1] &= random_next(&seed) & random_next(&seed) & UINT64_C(0xffff00000000ffff);
		a = addr_from_bytes((const uint8_t *)words, i % 2 ? AF_INET : AF_INET6);
		b = good(addr_format(&a, buf));
		assert_memory_equal(&a, &b, sizeof(a));
		assert_int_equal(addr_to_sockaddr(&a, &ss),
		                 i % 2 ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
		b = addr_from_sockaddr((struct sockaddr *)&ss);
		assert_memory_equal(&a, &b, sizeof(a));
	}
}

static void a_sockaddr_carries_the_scope_and_no_port(void **state)
{
	struct addr a = good("fe80::1"), b;
	struct sockaddr_storage ss;
	struct sockaddr_in6 in6;

	(void)state;
	a.scope = 7;
	addr_to_sockaddr(&a, &ss);
	memcpy(&in6, &ss, sizeof(in6));
	assert_int_equal(in6.sin6_scope_id, 7);
	assert_int_equal(in6.sin6_port, 0);
	b = addr_from_sockaddr((struct sockaddr *)&ss);
	assert_int_equal(b.scope, 7);
}

static void a_sockaddr_of_another_family_is_no_address(void **state)
{
	struct sockaddr sa = { .sa_family = AF_UNIX };

	(void)state;
	assert_int_equal(addr_from_sockaddr(&sa).family, AF_UNSPEC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_formatted_as_rfc_5952_says),
		cmocka_unit_test(what_is_no_address_is_refused_and_leaves_out_untouched),
		cmocka_unit_test(bytes_past_an_ipv4_address_are_zero),
		cmocka_unit_test(a_scope_is_told_by_the_interfaces_name),
		cmocka_unit_test(a_scope_without_an_interface_is_left_out),
		cmocka_unit_test(no_address_is_formatted_as_nothing),
		cmocka_unit_test(addresses_are_formatted_as_the_c_library_does),
		cmocka_unit_test(the_longest_text_fits),
		cmocka_unit_test(equal_means_family_bytes_and_scope_where_both_have_one),
		cmocka_unit_test(only_what_one_host_answers_for_is_probeable),
		cmocka_unit_test(multicast_and_what_takes_a_zone_are_known_by_their_prefix),
		cmocka_unit_test(dns_is_believed_only_about_other_hosts),
		cmocka_unit_test(a_random_address_survives_text_and_sockaddr),
		cmocka_unit_test(a_sockaddr_carries_the_scope_and_no_port),
		cmocka_unit_test(a_sockaddr_of_another_family_is_no_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
