#include "dns/resolve.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "name_server.h"
#include "resolve_poll.h"

#define TYPE_A     1u
#define TYPE_CNAME 5u
#define TYPE_AAAA  28u
#define SERVFAIL   2u
#define TRIES      4u /* of c-ares, with a server that fails */

/* What the server says to queries of one type. */
struct zone {
	unsigned rcode, n_records, n_asked;
	uint8_t records[1024];
	size_t len;
};

static struct zone zones[2]; /* of A, of AAAA */
static struct resolve *resolve;
static unsigned n_answers;
static struct resolve_answer answer;
static struct addr addrs[16], chosen;
static char last_asked[256]; /* in the wire's form */
static bool unwanted;

static struct zone *zone_of(unsigned type)
{
	return &zones[type == TYPE_AAAA];
}

static size_t name_server_answer(const uint8_t *query, size_t len, uint8_t to[NAME_SERVER_LEN])
{
	size_t end = name_server_question_end(query, len);
	struct zone *z = zone_of(query[end - 3]);

	z->n_asked++;
	snprintf(last_asked, sizeof(last_asked), "%s", (const char *)query + NAME_SERVER_HEADER);
	memcpy(to, query, end);
	memcpy(to + 2, "\x81\x80\0\1\0\0\0\0\0\0", 10);
	to[3] |= (uint8_t)z->rcode;
	to[7] = (uint8_t)z->n_records;
	memcpy(to + end, z->records, z->len);
	return end + z->len;
}

/* In the answers to queries of type `in`: of the name that was asked for, or owner. */
static void record(unsigned in, const char *owner, unsigned type, uint32_t ttl_s, const void *data, size_t len)
{
	struct zone *z = zone_of(in);
	uint8_t *at = z->records + z->len, fixed[] = {
		0,
		(uint8_t)type,
		0,
		1,
		(uint8_t)(ttl_s >> 24),
		(uint8_t)(ttl_s >> 16),
		(uint8_t)(ttl_s >> 8),
		(uint8_t)ttl_s,
		0,
		(uint8_t)len,
	};
	size_t owner_len = owner ? strlen(owner) + 1 : 2;

	memcpy(at, owner ? owner : "\xc0\x0c", owner_len);
	memcpy(at + owner_len, fixed, sizeof(fixed));
	memcpy(at + owner_len + sizeof(fixed), data, len);
	z->len += owner_len + sizeof(fixed) + len;
	z->n_records++;
}

static void address(unsigned in, const char *text, uint32_t ttl_s)
{
	struct addr a;

	assert_int_equal(addr_parse(&a, text), 0);
	record(in, NULL, a.family == AF_INET ? TYPE_A : TYPE_AAAA, ttl_s, a.bytes, a.family == AF_INET ? 4 : 16);
}

static void on_answer(void *data, const struct resolve_answer *a)
{
	const struct addr *choice = resolve_answer_choose(a);

	assert_ptr_equal(data, &answer);
	assert_string_equal(a->name, "a.test");
	answer = *a; /* what it points to goes with the call */
	assert_true(a->n_addrs <= sizeof(addrs) / sizeof(*addrs));
	for (size_t i = 0; i < a->n_addrs; i++)
		addrs[i] = a->addrs[i];
	answer.addrs = addrs;
	answer.name = NULL;
	assert_int_equal(choice == NULL, a->n_addrs == 0);
	if (choice)
		chosen = *choice;
	n_answers++;
}

static bool is_wanted(void *data, uint32_t tag)
{
	(void)data, (void)tag;
	return !unwanted;
}

static int init(void **state)
{
	(void)state;
	memset(zones, 0, sizeof(zones));
	n_answers = 0;
	unwanted = false;
	return resolve_open(&resolve, on_answer, is_wanted, &answer);
}

static int fini(void **state)
{
	(void)state;
	resolve_close(resolve);
	return 0;
}

static void ask(enum family family, unsigned expected)
{
	unsigned before = n_answers;

	assert_int_equal(resolve_name(resolve, "a.test", family, expected, 7), 0);
	assert_int_equal(n_answers, before);
	while (n_answers == before)
		resolve_poll(resolve, -1);
	assert_int_equal(n_answers, before + 1);
	assert_int_equal(answer.tag, 7);
}

static void is_address(const struct addr *a, const char *text)
{
	struct addr expected;

	assert_int_equal(addr_parse(&expected, text), 0);
	assert_int_equal(a->family, expected.family);
	assert_memory_equal(a->bytes, expected.bytes, expected.family == AF_INET ? 4 : 16);
}

static void both_families_are_collected_with_the_least_ttl(void **state)
{
	(void)state;
	address(TYPE_A, "198.18.0.1", 300);
	address(TYPE_A, "198.18.0.2", 20);
	address(TYPE_AAAA, "fd00::1", 30);
	ask(FAMILY_ANY, 0);
	assert_null(answer.error);
	assert_int_equal(answer.n_addrs, 3);
	assert_int_equal(answer.ttl_s, 20);
	assert_int_equal(resolve_answer_families(&answer), FAMILY_BIT(FAMILY_IPV4) | FAMILY_BIT(FAMILY_IPV6));
}

static void a_family_that_was_not_asked_for_is_ignored(void **state)
{
	(void)state;
	address(TYPE_A, "fd00::1", 5);
	address(TYPE_A, "198.18.0.1", 300);
	ask(FAMILY_IPV4, 0);
	assert_int_equal(answer.n_addrs, 1);
	is_address(&addrs[0], "198.18.0.1");
	is_address(&chosen, "198.18.0.1");
	assert_int_equal(answer.ttl_s, 300); /* not the other's */
	assert_int_equal(zone_of(TYPE_AAAA)->n_asked, 0);
	address(TYPE_AAAA, "198.18.0.1", 300);
	ask(FAMILY_IPV6, 0);
	assert_int_equal(answer.n_addrs, 0);
	assert_string_equal(answer.error, "no address that can be probed");
}

static void what_is_this_host_is_no_address(void **state)
{
	static const char *const own[] = { "127.0.0.1", "0.0.0.0", "169.254.1.1", "224.0.0.1", "255.255.255.255" };

	(void)state;
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		address(TYPE_A, own[i], 1);
	address(TYPE_AAAA, "::1", 1);
	ask(FAMILY_ANY, 0);
	assert_int_equal(answer.n_addrs, 0);
	assert_string_equal(answer.error, "no address that can be probed");
	address(TYPE_A, "198.18.0.1", 300);
	ask(FAMILY_ANY, 0);
	assert_int_equal(answer.n_addrs, 1);
	assert_int_equal(answer.ttl_s, 300);
}

/* RFC 2181 8. */
static void a_negative_ttl_is_none(void **state)
{
	(void)state;
	address(TYPE_A, "198.18.0.1", 0xffffffffu);
	address(TYPE_A, "198.18.0.2", 9);
	ask(FAMILY_IPV4, 0);
	assert_int_equal(answer.n_addrs, 2);
	assert_in_range(answer.ttl_s, 0, 9);
}

static void aliases_are_followed(void **state)
{
	(void)state;
	record(TYPE_A, NULL, TYPE_CNAME, 50, "\1c\4test", 8);
	record(TYPE_A, "\1c\4test", TYPE_A, 60, "\xc6\x12\0\3", 4);
	ask(FAMILY_IPV4, 0);
	assert_int_equal(answer.n_addrs, 1);
	is_address(&addrs[0], "198.18.0.3");
}

/* c-ares calls what has found one family a success, whatever became of the other. */
static void a_family_that_fails_is_queried_again_and_reported_missing(void **state)
{
	(void)state;
	address(TYPE_A, "198.18.0.1", 300);
	zone_of(TYPE_AAAA)->rcode = SERVFAIL;
	ask(FAMILY_ANY, FAMILY_BIT(FAMILY_IPV4) | FAMILY_BIT(FAMILY_IPV6));
	assert_null(answer.error);
	assert_int_equal(answer.n_addrs, 1);
	assert_int_equal(answer.missing_family, AF_INET6);
	assert_non_null(answer.missing_error);
	assert_int_equal(resolve_answer_families(&answer), FAMILY_BIT(FAMILY_IPV4) | FAMILY_BIT(FAMILY_IPV6));
	/* Newer versions of c-ares try once where the other family has been found. */
	assert_in_range(zone_of(TYPE_AAAA)->n_asked, TRIES + 1, 2 * TRIES);
	assert_string_equal(last_asked, "\1a\4test");
}

static void a_family_that_has_no_addresses_is_not_reported_missing(void **state)
{
	(void)state;
	address(TYPE_AAAA, "fd00::1", 300);
	ask(FAMILY_ANY, FAMILY_BIT(FAMILY_IPV4));
	assert_int_equal(answer.n_addrs, 1);
	assert_int_equal(answer.missing_family, AF_UNSPEC);
	assert_int_equal(resolve_answer_families(&answer), FAMILY_BIT(FAMILY_IPV6));
	assert_int_equal(zone_of(TYPE_A)->n_asked, 2); /* the second time alone */
	assert_int_equal(zone_of(TYPE_AAAA)->n_asked, 1);
}

static void what_is_not_expected_is_not_asked_for_again(void **state)
{
	(void)state;
	address(TYPE_A, "198.18.0.1", 300);
	ask(FAMILY_ANY, FAMILY_BIT(FAMILY_IPV4));
	assert_int_equal(answer.n_addrs, 1);
	assert_int_equal(answer.missing_family, AF_UNSPEC);
	assert_int_equal(zone_of(TYPE_AAAA)->n_asked, 1);
}

static void a_server_that_fails_is_an_error(void **state)
{
	(void)state;
	zones[0].rcode = zones[1].rcode = SERVFAIL;
	ask(FAMILY_ANY, 0);
	assert_int_equal(answer.n_addrs, 0);
	assert_non_null(answer.error);
}

static void a_name_that_nobody_wants_any_more_is_not_asked_for(void **state)
{
	(void)state;
	unwanted = true;
	ask(FAMILY_ANY, 0);
	assert_non_null(answer.error);
	assert_int_equal(zones[0].n_asked + zones[1].n_asked, 0);
}

/* Also while one family is there and the other is being asked for. */
static void closing_drops_what_is_in_flight(void **state)
{
	(void)state;
	address(TYPE_A, "198.18.0.1", 300);
	zone_of(TYPE_AAAA)->rcode = SERVFAIL;
	for (unsigned turns = 1; turns < 8; turns++) {
		for (uint32_t i = 0; i < 20; i++)
			assert_int_equal(resolve_name(resolve, "a.test", FAMILY_ANY, FAMILY_BIT(FAMILY_IPV6), i), 0);
		for (unsigned i = 0; i < turns; i++)
			resolve_poll(resolve, 0);
		n_answers = 0;
		resolve_close(resolve);
		assert_int_equal(n_answers, 0);
		assert_int_equal(resolve_open(&resolve, on_answer, is_wanted, &answer), 0);
	}
}

static void servers_are_read_anew_while_others_are_asked(void **state)
{
	(void)state;
	address(TYPE_A, "198.18.0.1", 300);
	assert_int_equal(resolve_name(resolve, "a.test", FAMILY_IPV4, 0, 7), 0);
	resolve_poll(resolve, 0);
	assert_int_equal(resolve_refresh(resolve), 0);
	while (!n_answers)
		resolve_poll(resolve, -1);
	assert_int_equal(answer.n_addrs, 1);
	ask(FAMILY_IPV4, 0);
	assert_int_equal(answer.n_addrs, 1);
}

static bool is_readable(void)
{
	struct pollfd p = { .fd = resolve_fd(resolve), .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

static void an_idle_resolver_asks_for_no_turn(void **state)
{
	(void)state;
	assert_false(is_readable());
	assert_int_equal(resolve_next_ns(resolve), INT64_MAX);
	address(TYPE_A, "198.18.0.1", 300);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(resolve_name(resolve, "a.test", FAMILY_IPV4, 0, 7), 0);
		assert_true(resolve_next_ns(resolve) <= clock_mono_ns());
		while (!n_answers || resolve_next_ns(resolve) <= clock_mono_ns() || is_readable())
			resolve_poll(resolve, 0);
		assert_int_equal(resolve_next_ns(resolve), INT64_MAX);
		resolve_turn(resolve, clock_mono_ns());
		assert_int_equal(resolve_next_ns(resolve), INT64_MAX);
		n_answers = 0;
		assert_int_equal(resolve_refresh(resolve), 0); /* leaves a channel to be closed */
	}
}

#define T(test) cmocka_unit_test_setup_teardown(test, init, fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(both_families_are_collected_with_the_least_ttl),
		T(a_family_that_was_not_asked_for_is_ignored),
		T(what_is_this_host_is_no_address),
		T(a_negative_ttl_is_none),
		T(aliases_are_followed),
		T(a_family_that_fails_is_queried_again_and_reported_missing),
		T(a_family_that_has_no_addresses_is_not_reported_missing),
		T(what_is_not_expected_is_not_asked_for_again),
		T(a_server_that_fails_is_an_error),
		T(a_name_that_nobody_wants_any_more_is_not_asked_for),
		T(closing_drops_what_is_in_flight),
		T(servers_are_read_anew_while_others_are_asked),
		T(an_idle_resolver_asks_for_no_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
