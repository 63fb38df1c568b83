#include "core/neighbours.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "datagram.h"

static struct addr addr_of(const char *text)
{
	struct addr a;

	assert_int_equal(addr_parse(&a, text), 0);
	return a;
}

static bool among(const char *net, unsigned prefix_len, const char *text)
{
	struct neighbours_net nets[2] = { { addr_of("192.0.2.1"), 30 }, { addr_of(net), prefix_len } };
	struct addr a = addr_of(text);

	return neighbours_among(nets, 2, &a);
}

static void a_neighbour_is_who_shares_the_prefix(void **state)
{
	(void)state;
	assert_true(among("10.9.2.1", 23, "10.9.3.255"));
	assert_true(among("10.9.2.1", 23, "10.9.2.0"));
	assert_false(among("10.9.2.1", 23, "10.9.4.0"));
	assert_false(among("10.9.2.1", 23, "10.9.1.255"));
	assert_true(among("10.9.2.1", 24, "10.9.2.77"));
	assert_false(among("10.9.2.1", 24, "10.9.3.77"));
	assert_true(among("10.9.2.1", 32, "10.9.2.1"));
	assert_false(among("10.9.2.1", 32, "10.9.2.2"));
	assert_true(among("fd00::1", 64, "fd00::ffff:ffff:ffff:ffff"));
	assert_false(among("fd00::1", 64, "fd00:0:0:1::"));
	assert_true(among("fd00::1", 127, "fd00::"));
	assert_false(among("fd00::1", 127, "fd00::2"));
	assert_true(among("10.9.2.1", 24, "192.0.2.3")); /* the other one */
}

/* 10.0.0.0/8 begins with the same byte as a00::/8. */
static void ip_versions_are_apart(void **state)
{
	(void)state;
	assert_false(among("10.0.0.1", 8, "a00::1"));
	assert_false(among("a00::1", 8, "10.0.0.1"));
}

static void the_kernel_tells_the_limit_of_its_tables(void **state)
{
	struct neighbours_table table;

	(void)state;
	for (int i = 0; i < 2; i++) {
		table = (struct neighbours_table){ 0 };
		assert_int_equal(neighbours_table(i ? AF_INET6 : AF_INET, &table), 0);
		assert_true(table.limit > 0);
	}
}

static const struct ndt_config config = { .ndtc_entries = 77 };
static const struct ndt_stats stats = { .ndts_table_fulls = 1ull << 40 };
static const uint32_t limit = 1024;

/* With what the kernel tells of it before and behind; has_limit: of all interfaces together. */
static size_t put_table(struct datagram *d, bool has_limit)
{
	struct ndtmsg table = { .ndtm_family = AF_INET };
	size_t at = datagram_message(d, RTM_NEWNEIGHTBL, &table, sizeof(table));

	datagram_attribute(d, NDTA_NAME, "arp_cache", 10);
	datagram_attribute(d, NDTA_CONFIG, &config, sizeof(config));
	datagram_attribute(d, NDTA_STATS, &stats, sizeof(stats));
	if (has_limit)
		datagram_attribute(d, NDTA_THRESH3, &limit, sizeof(limit));
	datagram_end(d, at);
	return at;
}

static int read_datagram(const struct datagram *d, struct neighbours_table *out)
{
	unsigned char *block, *exact = datagram_exact(d, &block);
	int err = neighbours_read(exact, d->len, out);

	free(block);
	return err;
}

static void the_table_of_all_interfaces_is_found(void **state)
{
	struct neighbours_table table;
	struct datagram d = { 0 };

	(void)state;
	put_table(&d, false);
	put_table(&d, true);
	assert_int_equal(read_datagram(&d, &table), 0);
	assert_int_equal(table.limit, limit);
	assert_int_equal(table.n, 77);
	assert_int_equal(table.n_refused, 1ull << 40);
}

static void what_another_table_says_is_not_mixed_in(void **state)
{
	struct ndtmsg table = { .ndtm_family = AF_INET };
	struct neighbours_table out;
	struct datagram d = { 0 };
	size_t at;

	(void)state;
	put_table(&d, false);
	at = datagram_message(&d, RTM_NEWNEIGHTBL, &table, sizeof(table));
	datagram_attribute(&d, NDTA_THRESH3, &limit, sizeof(limit));
	datagram_end(&d, at);
	assert_int_equal(read_datagram(&d, &out), 0);
	assert_int_equal(out.n, 0);
	assert_int_equal(out.n_refused, 0);
}

static void an_answer_that_is_cut_anywhere_is_none(void **state)
{
	struct neighbours_table table;
	struct datagram d = { 0 };
	size_t at = put_table(&d, true), len = d.len;

	(void)state;
	for (d.len = 0; d.len < len; d.len++)
		assert_int_equal(read_datagram(&d, &table), -ENOENT);
	for (size_t written = 0; written < len; written++) { /* by its own word */
		datagram_set_len(&d, at, written);
		assert_int_equal(read_datagram(&d, &table), -ENOENT);
	}
	datagram_set_len(&d, at, len + 1);
	assert_int_equal(read_datagram(&d, &table), -ENOENT);
	datagram_end(&d, at);
	assert_int_equal(read_datagram(&d, &table), 0);
}

/* Other kernels may tell less of a table, or more. */
static void attributes_of_other_sizes_are_passed_by(void **state)
{
	struct ndtmsg of = { .ndtm_family = AF_INET };
	struct neighbours_table table;
	struct datagram d = { 0 };
	size_t at = datagram_message(&d, RTM_NEWNEIGHTBL, &of, sizeof(of));

	(void)state;
	datagram_attribute(&d, NDTA_CONFIG, &config, sizeof(config) - 1);
	datagram_attribute(&d, NDTA_STATS, &stats, 0);
	datagram_attribute(&d, NDTA_THRESH3, &limit, 3);
	datagram_end(&d, at);
	assert_int_equal(read_datagram(&d, &table), -ENOENT);
	datagram_attribute(&d, NDTA_THRESH3, "\4\3\2\1more", 8);
	datagram_end(&d, at);
	assert_int_equal(read_datagram(&d, &table), 0);
	assert_memory_equal(&table.limit, "\4\3\2\1", 4);
	assert_int_equal(table.n, 0);
	assert_int_equal(table.n_refused, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_neighbour_is_who_shares_the_prefix),
		cmocka_unit_test(ip_versions_are_apart),
		cmocka_unit_test(the_table_of_all_interfaces_is_found),
		cmocka_unit_test(what_another_table_says_is_not_mixed_in),
		cmocka_unit_test(an_answer_that_is_cut_anywhere_is_none),
		cmocka_unit_test(attributes_of_other_sizes_are_passed_by),
		cmocka_unit_test(the_kernel_tells_the_limit_of_its_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
