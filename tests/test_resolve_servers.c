#ifndef CARES_NO_DEPRECATED
#define CARES_NO_DEPRECATED /* lists of nodes are what all versions have */
#endif
#include "dns/resolve_servers.h"

#include "fixture.h"

#include <arpa/inet.h>

static ares_channel channel;
static struct resolve_servers servers;
static struct resolve_server first;

/* A new channel, as resolv.conf would set it up. */
static void open_channel(const char *csv)
{
	if (channel)
		ares_destroy(channel);
	assert_int_equal(ares_init(&channel), ARES_SUCCESS);
	assert_int_equal(ares_set_servers_ports_csv(channel, csv), ARES_SUCCESS);
}

static int init(void **state)
{
	(void)state;
	servers = (struct resolve_servers){ .n_channels = 0 };
	return ares_library_init(ARES_LIB_INIT_ALL);
}

static int fini(void **state)
{
	(void)state;
	ares_destroy(channel);
	channel = NULL;
	ares_library_cleanup();
	return 0;
}

/* Arranges a new channel's three servers at now_s, and compares their last octets with order. */
static void arranged(int64_t now_s, bool rotate, const char *order)
{
	struct ares_addr_port_node *list;
	char got[16] = "", text[INET6_ADDRSTRLEN];

	open_channel("192.0.2.1,192.0.2.2,[2001:db8::3]:5353");
	resolve_servers_arrange(&servers, channel, rotate, now_s * NS_PER_S, &first);
	assert_int_equal(ares_get_servers_ports(channel, &list), ARES_SUCCESS);
	for (const struct ares_addr_port_node *i = list; i; i = i->next) {
		assert_non_null(inet_ntop(i->family, &i->addr, text, sizeof(text)));
		strncat(got, text + strlen(text) - 1, 1);
		assert_int_equal(i->udp_port == 5353, i->family == AF_INET6);
	}
	ares_free_data(list);
	assert_string_equal(got, order);
}

static void servers_are_asked_in_their_order(void **state)
{
	(void)state;
	arranged(1, false, "123");
	assert_int_equal(first.family, AF_INET);
	assert_int_equal(first.bytes[3], 1);
	arranged(2, false, "123");
}

static void a_late_one_comes_behind_the_others_for_a_while(void **state)
{
	(void)state;
	arranged(1, false, "123");
	resolve_servers_shun(&servers, &first, 10 * NS_PER_S);
	arranged(11, false, "231");
	resolve_servers_shun(&servers, &first, 12 * NS_PER_S);
	arranged(13, false, "312");
	assert_int_equal(first.family, AF_INET6);
	arranged(39, false, "312");
	arranged(40, false, "132");
	arranged(42, false, "123");
}

static void where_all_are_late_the_one_that_was_it_first_is_first(void **state)
{
	(void)state;
	for (int64_t i = 0; i < 3; i++) {
		arranged(10 + i, false, i == 0 ? "123" : i == 1 ? "231" : "312");
		resolve_servers_shun(&servers, &first, (10 + i) * NS_PER_S);
	}
	arranged(13, false, "123");
	/* Once more: its time begins anew, and takes no other place. */
	resolve_servers_shun(&servers, &first, 13 * NS_PER_S);
	arranged(14, false, "231");
	arranged(41, false, "231");
	arranged(43, false, "123");
}

static void rotating_begins_each_channel_with_another(void **state)
{
	(void)state;
	arranged(1, true, "123");
	arranged(1, true, "231");
	arranged(1, true, "312");
	arranged(1, true, "123");
	resolve_servers_shun(&servers, &first, 2 * NS_PER_S);
	arranged(3, true, "231");
	arranged(3, true, "321");
	arranged(3, true, "231");
}

static void one_server_leaves_no_choice(void **state)
{
	(void)state;
	open_channel("192.0.2.1");
	resolve_servers_arrange(&servers, channel, true, NS_PER_S, &first);
	assert_int_equal(first.family, AF_UNSPEC);
}

static void more_late_ones_than_there_is_room_for_are_forgotten_in_turn(void **state)
{
	struct resolve_server s = { .family = AF_INET };

	(void)state;
	for (uint8_t i = 0; i < 3 * RESOLVE_SERVERS_MAX; i++) {
		s.bytes[0] = i;
		resolve_servers_shun(&servers, &s, i * NS_PER_S);
	}
	for (unsigned i = 0; i < RESOLVE_SERVERS_MAX; i++)
		assert_in_range(servers.shunned[i].server.bytes[0], 2 * RESOLVE_SERVERS_MAX,
		                3 * RESOLVE_SERVERS_MAX - 1);
}

#define T(test) cmocka_unit_test_setup_teardown(test, init, fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(servers_are_asked_in_their_order),
		T(a_late_one_comes_behind_the_others_for_a_while),
		T(where_all_are_late_the_one_that_was_it_first_is_first),
		T(rotating_begins_each_channel_with_another),
		T(one_server_leaves_no_choice),
		T(more_late_ones_than_there_is_room_for_are_forgotten_in_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
