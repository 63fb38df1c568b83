#include "core/netif.h"

#include "base/clock.h"

#include <net/if.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "datagram.h"

#define RUNS (IFF_UP | IFF_RUNNING)

static struct netif *links;
static int ask_fd;
static struct datagram d;
static uint32_t changed[300];
static size_t n_changed;

static int init(void **state)
{
	(void)state;
	d.len = n_changed = 0;
	ask_fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	assert_true(ask_fd >= 0);
	return netif_open(&links, ask_fd) || netif_fd(links) < 0;
}

static int fini(void **state)
{
	(void)state;
	netif_close(links);
	close(ask_fd);
	return 0;
}

static void on_change(void *data, uint32_t ifindex)
{
	assert_ptr_equal(data, &d);
	changed[n_changed++] = ifindex;
}

/* The kernel puts names, addresses and more behind it. */
static size_t put(uint16_t type, unsigned char family, int ifindex, unsigned flags)
{
	struct ifinfomsg info = { .ifi_family = family, .ifi_index = ifindex, .ifi_flags = flags };
	size_t at = datagram_message(&d, type, &info, sizeof(info));

	datagram_attribute(&d, IFLA_IFNAME, "eth0", 5);
	datagram_end(&d, at);
	return at;
}

/* How many changes were told of what has been put; then all anew. */
static size_t take_in_since(int64_t since_ns, int64_t now_ns)
{
	unsigned char *block, *exact = datagram_exact(&d, &block);

	n_changed = 0;
	netif_take_in(links, exact, d.len, since_ns, now_ns, on_change, &d);
	free(block);
	d.len = 0;
	return n_changed;
}

static size_t take_in(int64_t now_ns)
{
	return take_in_since(now_ns, now_ns);
}

static size_t take_in_one(uint16_t type, unsigned char family, int ifindex, unsigned flags, int64_t now_ns)
{
	put(type, family, ifindex, flags);
	return take_in(now_ns);
}

static void each_change_is_told_once(void **state)
{
	uint8_t number = netif_number(links, 7);

	(void)state;
	assert_int_equal(take_in_one(RTM_NEWLINK, AF_UNSPEC, 7, RUNS, 1), 0); /* as it was thought to be */
	assert_int_equal(take_in_one(RTM_NEWLINK, AF_UNSPEC, 7, IFF_UP, 2), 1);
	assert_int_equal(changed[0], 7);
	assert_true(netif_is_cut(links, number));
	assert_false(netif_is_off(links, number));
	assert_int_equal(netif_n_cut(links), 1);
	assert_int_equal(take_in_one(RTM_NEWLINK, AF_UNSPEC, 7, IFF_UP, 3), 0); /* told already */
	assert_int_equal(take_in_one(RTM_NEWLINK, AF_UNSPEC, 7, RUNS, 4), 1);
	assert_false(netif_is_cut(links, number));
	assert_int_equal(netif_n_cut(links), 0);
}

/* Its own: what was sent then left by another way. Without a carrier it did not. */
static void the_time_off_is_known(void **state)
{
	uint8_t number = netif_number(links, 7);

	(void)state;
	assert_int_equal(take_in_one(RTM_NEWLINK, AF_UNSPEC, 7, IFF_UP, 10), 1);
	assert_false(netif_was_off(links, number, 10));
	assert_int_equal(take_in_one(RTM_NEWLINK, AF_UNSPEC, 7, IFF_RUNNING, 20), 1);
	assert_true(netif_is_off(links, number));
	assert_true(netif_is_cut(links, number));
	assert_int_equal(take_in_one(RTM_DELLINK, AF_UNSPEC, 7, 0, 30), 1);
	assert_false(netif_is_off(links, number));
	assert_false(netif_is_cut(links, number));
	assert_int_equal(netif_n_cut(links), 0);
	assert_true(netif_was_off(links, number, 1000));
	assert_int_equal(take_in_one(RTM_NEWLINK, AF_UNSPEC, 7, RUNS, 40), 1);
	assert_false(netif_was_off(links, number, 19));
	assert_true(netif_was_off(links, number, 20));
	assert_true(netif_was_off(links, number, 39));
	assert_false(netif_was_off(links, number, 40));
	assert_false(netif_was_off(links, 0, 25));
}

/* What was sent between the two may have left by it, and been lost with it when it went down again. */
static void it_may_have_come_back_any_time_since_it_was_asked_last(void **state)
{
	uint8_t number = netif_number(links, 7);

	(void)state;
	take_in_one(RTM_NEWLINK, AF_UNSPEC, 7, 0, 10);
	put(RTM_NEWLINK, AF_UNSPEC, 7, RUNS);
	put(RTM_NEWLINK, AF_UNSPEC, 7, 0);
	put(RTM_NEWLINK, AF_UNSPEC, 7, RUNS);
	assert_int_equal(take_in_since(20, 40), 3);
	assert_false(netif_was_off(links, number, 25));
	assert_false(netif_was_off(links, number, 40));
	take_in_one(RTM_NEWLINK, AF_UNSPEC, 7, 0, 50);
	put(RTM_NEWLINK, AF_UNSPEC, 7, RUNS);
	assert_int_equal(take_in_since(60, 70), 1);
	assert_true(netif_was_off(links, number, 59));
	assert_false(netif_was_off(links, number, 60));
}

static void what_leaves_a_bridge_lives_on(void **state)
{
	uint8_t number = netif_number(links, 7);

	(void)state;
	assert_int_equal(take_in_one(RTM_DELLINK, AF_BRIDGE, 7, RUNS, 1), 0);
	assert_int_equal(take_in_one(RTM_NEWLINK, AF_BRIDGE, 7, 0, 2), 0);
	assert_false(netif_was_off(links, number, 2));
	assert_false(netif_is_cut(links, number));
}

static void others_interfaces_and_messages_are_passed_by(void **state)
{
	(void)state;
	netif_number(links, 7);
	put(RTM_NEWLINK, AF_UNSPEC, 8, 0);
	put(RTM_NEWLINK, AF_UNSPEC, 0, 0);
	put(RTM_NEWLINK, AF_UNSPEC, -1, 0);
	put(RTM_NEWADDR, AF_UNSPEC, 7, 0);
	put(NLMSG_DONE, AF_UNSPEC, 7, 0);
	put(NLMSG_ERROR, AF_UNSPEC, 7, 0);
	assert_int_equal(take_in(1), 0);
	put(RTM_NEWLINK, AF_UNSPEC, 8, 0);
	put(RTM_NEWLINK, AF_UNSPEC, 7, 0);
	assert_int_equal(take_in(2), 1);
	assert_int_equal(changed[0], 7);
}

static void a_message_that_is_cut_short_is_none(void **state)
{
	size_t at;

	(void)state;
	netif_number(links, 7);
	for (size_t len = 0; len < NLMSG_LENGTH(sizeof(struct ifinfomsg)); len++) {
		at = put(RTM_NEWLINK, AF_UNSPEC, 7, 0);
		datagram_set_len(&d, at, len);
		d.len = at + NLMSG_LENGTH(sizeof(struct ifinfomsg));
		assert_int_equal(take_in(1), 0);
		put(RTM_NEWLINK, AF_UNSPEC, 7, 0);
		d.len = len; /* of the datagram */
		assert_int_equal(take_in(1), 0);
	}
}

/* Where the next one begins is unknown, then. What came before it counts. */
static void an_impossible_length_ends_the_datagram(void **state)
{
	static const size_t lens[] = {
		0, 1, sizeof(struct nlmsghdr) - 1, 4096, INT32_MAX, 0x80000000u, UINT32_MAX, UINT32_MAX - 3
	};

	(void)state;
	for (int i = 1; i <= 3; i++)
		netif_number(links, (uint32_t)i);
	for (size_t i = 0; i < sizeof(lens) / sizeof(*lens); i++) {
		put(RTM_NEWLINK, AF_UNSPEC, 1, i % 2 ? RUNS : 0);
		datagram_set_len(&d, put(RTM_NEWLINK, AF_UNSPEC, 2, 0), lens[i]);
		put(RTM_NEWLINK, AF_UNSPEC, 3, 0);
		assert_int_equal(take_in(1), 1);
		assert_int_equal(changed[0], 1);
	}
}

/* Its length says nothing of padding: that of the last one may lack. */
static void padding_belongs_to_no_message(void **state)
{
	size_t at;

	(void)state;
	netif_number(links, 1);
	netif_number(links, 2);
	for (size_t over = 1; over < NLMSG_ALIGNTO; over++) {
		for (int i = 1; i <= 2; i++) {
			at = put(RTM_NEWLINK, AF_UNSPEC, i, over % 2 ? 0 : RUNS);
			d.len = at + NLMSG_LENGTH(sizeof(struct ifinfomsg)) + over;
			datagram_end(&d, at);
			d.len = i < 2 ? at + NLMSG_ALIGN(d.len - at) : d.len;
		}
		assert_int_equal(take_in(1), 2);
	}
}

static void interfaces_beyond_the_limit_have_no_number(void **state)
{
	(void)state;
	for (uint32_t i = 1; i <= NETIF_MAX; i++)
		assert_int_equal(netif_number(links, 1000 + i), i);
	assert_int_equal(netif_number(links, 5000), 0);
	assert_int_equal(netif_number(links, 5000), 0);
	assert_int_equal(netif_number(links, 0), 0);
	assert_int_equal(netif_count(links), NETIF_MAX);
	assert_int_equal(netif_number(links, 1001), 1);
	assert_int_equal(netif_ifindex(links, NETIF_MAX), 1000 + NETIF_MAX);
	assert_int_equal(take_in_one(RTM_NEWLINK, AF_UNSPEC, 5000, 0, 1), 0);
	for (uint32_t i = 1; i <= NETIF_MAX; i++)
		assert_int_equal(take_in_one(RTM_NEWLINK, AF_UNSPEC, (int)(1000 + i), IFF_UP, 1), 1);
	assert_int_equal(netif_n_cut(links), NETIF_MAX);
}

static void ignore(void *data, uint32_t ifindex)
{
	(void)data, (void)ifindex;
	fail();
}

static void without_netlink_no_link_state_is_known(void **state)
{
	struct rlimit before, none;
	struct netif *l;
	int err;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = (struct rlimit){ 0, before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	err = netif_open(&l, -1);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(err, 0);
	assert_int_equal(netif_fd(l), -1);
	assert_int_equal(netif_number(l, 7), 0);
	assert_int_equal(netif_ifindex(l, 0), 0);
	assert_int_equal(netif_n_cut(l), 0);
	assert_false(netif_is_off(l, 0));
	assert_false(netif_was_off(l, 0, 1));
	netif_read(l, 1, ignore, NULL);
	netif_close(l);
	netif_close(NULL);
}

static void an_interface_is_found_by_name_and_by_number(void **state)
{
	char number[16];
	uint32_t lo = if_nametoindex("lo");

	(void)state;
	snprintf(number, sizeof(number), "%u", lo);
	assert_true(lo > 0);
	assert_int_equal(netif_find("lo"), lo);
	assert_int_equal(netif_find(number), lo);
	assert_int_equal(netif_find("no-such"), 0);
	assert_int_equal(netif_find("2147483647"), 0);
	assert_int_equal(netif_find("0"), 0);
	assert_int_equal(netif_find(""), 0);
}

static void an_index_is_remembered_for_a_second(void **state)
{
	const char lo[SETTING_INTERFACE_LEN] = "lo";

	(void)state;
	assert_int_equal(netif_find_cached(links, lo, 10 * NS_PER_S), if_nametoindex("lo"));
	close(ask_fd); /* nothing can be asked any more */
	assert_int_equal(netif_find_cached(links, lo, 11 * NS_PER_S - 1), if_nametoindex("lo"));
	assert_int_equal(netif_find_cached(links, lo, 11 * NS_PER_S), 0);
	ask_fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	assert_int_equal(netif_find_cached(links, lo, 12 * NS_PER_S), if_nametoindex("lo"));
}

static void the_name_asked_for_longest_ago_makes_room(void **state)
{
	const char lo[SETTING_INTERFACE_LEN] = "lo";

	(void)state;
	assert_int_equal(netif_find_cached(links, lo, 10 * NS_PER_S), if_nametoindex("lo"));
	for (int i = 1; i <= 16; i++) {
		char name[SETTING_INTERFACE_LEN] = "";

		snprintf(name, sizeof(name), "no-such%d", i);
		assert_int_equal(netif_find_cached(links, name, 10 * NS_PER_S + i), 0);
	}
	close(ask_fd);
	assert_int_equal(netif_find_cached(links, lo, 10 * NS_PER_S + 17), 0);
	ask_fd = socket(AF_UNIX, SOCK_DGRAM, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_change_is_told_once, init, fini),
		cmocka_unit_test_setup_teardown(the_time_off_is_known, init, fini),
		cmocka_unit_test_setup_teardown(it_may_have_come_back_any_time_since_it_was_asked_last, init, fini),
		cmocka_unit_test_setup_teardown(what_leaves_a_bridge_lives_on, init, fini),
		cmocka_unit_test_setup_teardown(others_interfaces_and_messages_are_passed_by, init, fini),
		cmocka_unit_test_setup_teardown(a_message_that_is_cut_short_is_none, init, fini),
		cmocka_unit_test_setup_teardown(an_impossible_length_ends_the_datagram, init, fini),
		cmocka_unit_test_setup_teardown(padding_belongs_to_no_message, init, fini),
		cmocka_unit_test_setup_teardown(interfaces_beyond_the_limit_have_no_number, init, fini),
		cmocka_unit_test(without_netlink_no_link_state_is_known),
		cmocka_unit_test(an_interface_is_found_by_name_and_by_number),
		cmocka_unit_test_setup_teardown(an_index_is_remembered_for_a_second, init, fini),
		cmocka_unit_test_setup_teardown(the_name_asked_for_longest_ago_makes_room, init, fini),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
