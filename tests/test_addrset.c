#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/addrset.h"
#include "random.h"

#include <string.h>

static struct addrset_span span(const char *text, enum addrset_use use)
{
	struct addrset_span s;
	const char *wrong = addrset_span_parse(&s, text, use);

	if (wrong)
		fail_msg("%s %s", text, wrong);
	return s;
}

static void check_ends(const char *text, enum addrset_use use, const char *first, const char *last)
{
	struct addrset_span s = span(text, use);
	char buf[ADDR_STRLEN];

	addrset_text(s.family, s.first, buf);
	assert_string_equal(buf, first);
	addrset_text(s.family, s.last, buf);
	assert_string_equal(buf, last);
}

static void a_prefix_below_31_has_no_network_and_no_broadcast_address(void **state)
{
	(void)state;
	check_ends("198.51.100.0/24", ADDRSET_PROBE, "198.51.100.1", "198.51.100.254");
	check_ends("198.51.100.0/30", ADDRSET_PROBE, "198.51.100.1", "198.51.100.2");
	check_ends("198.51.100.0/31", ADDRSET_PROBE, "198.51.100.0", "198.51.100.1");
	check_ends("198.51.100.255/32", ADDRSET_PROBE, "198.51.100.255", "198.51.100.255");
	check_ends("0.0.0.0/0", ADDRSET_PROBE, "0.0.0.1", "255.255.255.254");
}

static void what_is_excluded_is_the_whole_prefix(void **state)
{
	(void)state;
	check_ends("198.51.100.0/24", ADDRSET_EXCLUDE, "198.51.100.0", "198.51.100.255");
	check_ends("0.0.0.0/0", ADDRSET_EXCLUDE, "0.0.0.0", "255.255.255.255");
}

static void of_ipv6_every_address_counts(void **state)
{
	(void)state;
	check_ends("2001:db8::/126", ADDRSET_PROBE, "2001:db8::", "2001:db8::3");
	check_ends("::/0", ADDRSET_PROBE, "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
	check_ends("2001:db8::ff/128", ADDRSET_PROBE, "2001:db8::ff", "2001:db8::ff");
	check_ends("2001:db8::9-2001:db8::1:0", ADDRSET_PROBE, "2001:db8::9", "2001:db8::1:0");
}

static void what_is_no_range_says_why_and_changes_nothing(void **state)
{
	static const char *const bad[] = {
		"",
		"/",
		"-",
		"10.0.0.0/",
		"10.0.0.0/33",
		"10.0.0.0/-1",
		"10.0.0.0/8/8",
		"10.0.0.1/24",
		"::/129",
		"::1/127",
		"10.0.0.0/0x8",
		"10.0.0.2-10.0.0.1",
		"10.0.0.1-",
		"10.0.0.1-5",
		"10.0.0.1-::2",
		"::2-::1",
		"10.0.0.1-10.0.0.2-10.0.0.3",
		"host",
		"fe80::%lo/64",
		"10.0.0.0 /8",
		"10.0.0/24",
		"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc:dddd:eeee/64",
	};
	struct addrset_span s = { 1, 2, AF_INET }, before = s;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_non_null(addrset_span_parse(&s, bad[i], ADDRSET_PROBE));
		assert_true(s.first == before.first && s.last == before.last && s.family == before.family);
	}
}

static uint64_t count(const char *a, const char *b)
{
	struct addrset x = { 0 };
	struct addrset_span s = span(a, ADDRSET_PROBE);
	uint64_t n;

	assert_int_equal(addrset_add(&x, &s), 0);
	if (b) {
		s = span(b, ADDRSET_PROBE);
		assert_int_equal(addrset_add(&x, &s), 0);
	}
	addrset_sort(&x);
	n = addrset_count(&x);
	addrset_fini(&x);
	return n;
}

static void counting_saturates_and_never_wraps(void **state)
{
	(void)state;
	assert_true(count("10.0.0.0/16", NULL) == 65534);
	assert_true(count("10.0.0.0-10.0.255.255", NULL) == 65536);
	assert_true(count("0.0.0.0-255.255.255.255", NULL) == UINT64_C(1) << 32);
	assert_true(count("::/65", NULL) == UINT64_C(1) << 63);
	assert_true(count("::/64", NULL) == UINT64_MAX);
	assert_true(count("::/0", NULL) == UINT64_MAX);
	assert_true(count("::/65", "8000::/65") == UINT64_MAX);
	assert_true(count("::/0", "10.0.0.0/8") == UINT64_MAX);
	assert_true(count("10.0.0.0-10.0.0.9", "10.0.0.5-10.0.0.14") == 15);
	assert_true(count("10.0.0.0-10.0.0.9", "10.0.0.10") == 11);
	assert_true(count("::1", "0.0.0.1") == 2);
}

#define UNIVERSE 64

/* A random set of spans within UNIVERSE addresses of each family, and as bits. */
static void make(uint64_t *seed, struct addrset *x, bool bits[2][UNIVERSE])
{
	size_t n = random_below(seed, 6);

	memset(bits, 0, 2 * UNIVERSE * sizeof(bits[0][0]));
	for (size_t i = 0; i < n; i++) {
		bool is6 = random_below(seed, 2);
		uint64_t a = random_below(seed, UNIVERSE), b = random_below(seed, UNIVERSE);
		struct addrset_span s = { a < b ? a : b, a < b ? b : a, is6 ? AF_INET6 : AF_INET };

		assert_int_equal(addrset_add(x, &s), 0);
		for (uint64_t k = (uint64_t)s.first; k <= (uint64_t)s.last; k++)
			bits[is6][k] = true;
	}
	addrset_sort(x);
}

static void check_equal(const struct addrset *x, bool bits[2][UNIVERSE])
{
	uint64_t n = 0;

	for (size_t i = 0; i < 2 * UNIVERSE; i++)
		n += bits[i / UNIVERSE][i % UNIVERSE];
	assert_true(addrset_count(x) == n);
	for (size_t i = 0; i < x->n; i++) {
		const struct addrset_span *s = &x->spans[i];

		assert_true(s->first <= s->last);
		for (addrset_value v = s->first; v <= s->last; v++)
			assert_true(bits[s->family == AF_INET6][(size_t)v]);
		if (i && x->spans[i - 1].family == s->family)
			assert_true(x->spans[i - 1].last < s->first);
	}
}

static void sets_of_spans_are_as_their_addresses_one_by_one(void **state)
{
	uint64_t seed = 6;

	(void)state;
	for (int round = 0; round < 5000; round++) {
		struct addrset x = { 0 }, less = { 0 };
		bool in[2][UNIVERSE], out[2][UNIVERSE];

		make(&seed, &x, in);
		make(&seed, &less, out);
		check_equal(&x, in);
		assert_int_equal(addrset_subtract(&x, &less), 0);
		for (size_t i = 0; i < 2 * UNIVERSE; i++)
			in[i / UNIVERSE][i % UNIVERSE] &= !out[i / UNIVERSE][i % UNIVERSE];
		check_equal(&x, in);
		addrset_fini(&x);
		addrset_fini(&less);
	}
}

static void the_last_address_of_all_can_be_excluded(void **state)
{
	struct addrset x = { 0 }, less = { 0 };
	struct addrset_span all = span("::/0", ADDRSET_PROBE);
	struct addrset_span end = span("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ff00/120", ADDRSET_EXCLUDE);
	char buf[ADDR_STRLEN];

	(void)state;
	assert_int_equal(addrset_add(&x, &all), 0);
	assert_int_equal(addrset_add(&less, &end), 0);
	assert_int_equal(addrset_subtract(&x, &less), 0);
	assert_int_equal(x.n, 1);
	addrset_text(AF_INET6, x.spans[0].last, buf);
	assert_string_equal(buf, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:feff");
	addrset_fini(&x);
	addrset_fini(&less);
}

static void a_text_is_what_the_library_makes_of_the_address(void **state)
{
	uint64_t seed = 4;
	char a[ADDR_STRLEN], b[ADDR_STRLEN];
	size_t len;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		uint32_t value = (uint32_t)random_next(&seed);
		struct addr addr = addrset_addr(AF_INET, value);

		len = addrset_text(AF_INET, value, a);
		assert_int_equal(len, strlen(a));
		assert_string_equal(a, addr_format(&addr, b));
		assert_true(addrset_number(&addr) == value);
	}
	addrset_text(AF_INET6, addrset_number(&(struct addr){ .bytes = { 0x20, 1 }, .family = AF_INET6 }), a);
	assert_string_equal(a, "2001::");
}

static void an_address_that_no_host_has_is_found(void **state)
{
	static const char *const texts[][2] = {
		{ "223.255.255.0-224.0.0.9", "224.0.0.0" },
		{ "0.0.0.0-0.0.0.9", "0.0.0.0" },
		{ "255.255.255.0-255.255.255.255", "255.255.255.255" },
		{ "::-::2", "::" },
		{ "fe80::-ff02::1", "ff00::" },
		{ "10.0.0.0/8", NULL },
		{ "2001:db8::/64", NULL },
		{ "240.0.0.1", NULL },
	};
	char buf[ADDR_STRLEN];
	struct addr a;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct addrset x = { 0 };
		struct addrset_span s = span(texts[i][0], ADDRSET_PROBE);

		assert_int_equal(addrset_add(&x, &s), 0);
		assert_int_equal(addrset_find_unprobeable(&x, &a), texts[i][1] != NULL);
		if (texts[i][1]) {
			assert_string_equal(addr_format(&a, buf), texts[i][1]);
			assert_false(addr_is_probeable(&a));
		}
		addrset_fini(&x);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_prefix_below_31_has_no_network_and_no_broadcast_address),
		cmocka_unit_test(what_is_excluded_is_the_whole_prefix),
		cmocka_unit_test(of_ipv6_every_address_counts),
		cmocka_unit_test(what_is_no_range_says_why_and_changes_nothing),
		cmocka_unit_test(counting_saturates_and_never_wraps),
		cmocka_unit_test(sets_of_spans_are_as_their_addresses_one_by_one),
		cmocka_unit_test(the_last_address_of_all_can_be_excluded),
		cmocka_unit_test(a_text_is_what_the_library_makes_of_the_address),
		cmocka_unit_test(an_address_that_no_host_has_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
