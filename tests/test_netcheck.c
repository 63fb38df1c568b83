/* What the kernel says of this machine: loopback, which is everywhere, and what is nowhere. */
#include "fixture.h"

#include "core/netcheck.h"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static struct addr addr_of(const char *text)
{
	struct addr a;

	assert_int_equal(addr_parse(&a, text), 0);
	return a;
}

static void an_interface_is_up_by_name_and_by_number(void **state)
{
	char number[16];

	(void)state;
	snprintf(number, sizeof(number), "%u", if_nametoindex("lo"));
	assert_true(netcheck_is_up("lo"));
	assert_true(netcheck_is_up(number));
}

static void an_interface_that_is_nowhere_is_not_up(void **state)
{
	(void)state;
	assert_false(netcheck_is_up("nowhere0"));
	assert_false(netcheck_is_up("2147483647"));
}

static void an_address_is_ours_if_it_can_be_sent_from(void **state)
{
	struct addr ours = addr_of("127.0.0.1"), other = addr_of("192.0.2.1"), other6 = addr_of("2001:db8::1");

	(void)state;
	assert_true(netcheck_is_ours(&ours));
	assert_false(netcheck_is_ours(&other));
	assert_false(netcheck_is_ours(&other6));
}

/* Of lo 65,536 bytes, which is more than an IPv4 header can say. */
static uint32_t mtu_of_lo(void)
{
	struct ifreq lo = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(ioctl(fd, SIOCGIFMTU, &lo), 0);
	close(fd);
	return lo.ifr_mtu < UINT16_MAX ? (uint32_t)lo.ifr_mtu : UINT16_MAX;
}

static void the_largest_packet_is_that_of_the_interface(void **state)
{
	struct addr to = addr_of("127.0.0.1"), any = { .family = AF_UNSPEC }, elsewhere = addr_of("192.0.2.1");

	(void)state;
	assert_int_equal(netcheck_mtu(&to, &any, 0), mtu_of_lo());
	assert_int_equal(netcheck_mtu(&to, &to, 0), mtu_of_lo());
	assert_int_equal(netcheck_mtu(&elsewhere, &any, if_nametoindex("lo")), mtu_of_lo());
}

static void of_a_way_that_there_is_not_no_packet_size_is_known(void **state)
{
	struct addr without_zone = addr_of("fe80::1"), any = { .family = AF_UNSPEC };

	(void)state;
	assert_int_equal(netcheck_mtu(&without_zone, &any, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_interface_is_up_by_name_and_by_number),
		cmocka_unit_test(an_interface_that_is_nowhere_is_not_up),
		cmocka_unit_test(an_address_is_ours_if_it_can_be_sent_from),
		cmocka_unit_test(the_largest_packet_is_that_of_the_interface),
		cmocka_unit_test(of_a_way_that_there_is_not_no_packet_size_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
