#include "fixture.h"

#include "base/netlink.h"
#include "datagram.h"

static struct datagram d;
static struct netlink_bytes left;
static struct netlink_part part;
static unsigned char *block;

static int init(void **state)
{
	(void)state;
	d.len = 0;
	block = NULL;
	return 0;
}

static int fini(void **state)
{
	(void)state;
	free(block);
	return 0;
}

static const uint32_t fixed = 0x11223344;

/* What has been put, in a block of its size. */
static void receive(void)
{
	left.at = datagram_exact(&d, &block);
	left.len = d.len;
}

static void messages_come_one_by_one(void **state)
{
	(void)state;
	for (uint16_t type = 20; type < 23; type++)
		datagram_end(&d, datagram_message(&d, type, &fixed, sizeof(fixed)));
	receive();
	for (uint16_t type = 20; type < 23; type++) {
		uint32_t value = 0;

		assert_true(netlink_message(&left, &part));
		assert_int_equal(part.type, type);
		assert_true(netlink_copy(&part.body, &value, sizeof(value)));
		assert_int_equal(value, fixed);
		assert_int_equal(part.body.len, 0);
	}
	assert_false(netlink_message(&left, &part));
}

static void attributes_follow_the_fixed_part(void **state)
{
	size_t at = datagram_message(&d, 16, &fixed, sizeof(fixed));
	struct netlink_part attribute;
	uint32_t value;

	(void)state;
	datagram_attribute(&d, 3, "abcde", 5); /* is padded to 8 */
	datagram_attribute(&d, 4, &fixed, sizeof(fixed));
	datagram_end(&d, at);
	receive();
	assert_true(netlink_message(&left, &part));
	assert_true(netlink_copy(&part.body, &value, sizeof(value)));
	assert_true(netlink_attribute(&part.body, &attribute));
	assert_int_equal(attribute.type, 3);
	assert_int_equal(attribute.body.len, 5);
	assert_memory_equal(attribute.body.at, "abcde", 5);
	assert_true(netlink_attribute(&part.body, &attribute));
	assert_int_equal(attribute.type, 4);
	assert_true(netlink_copy(&attribute.body, &value, sizeof(value)));
	assert_int_equal(value, fixed);
	assert_false(netlink_attribute(&part.body, &attribute));
}

static void padding_may_lack_at_the_end(void **state)
{
	size_t at = datagram_message(&d, 16, &fixed, sizeof(fixed));
	struct netlink_part attribute;

	(void)state;
	datagram_attribute(&d, 3, "abcde", 5);
	d.len -= 3;
	datagram_end(&d, at);
	receive();
	assert_true(netlink_message(&left, &part));
	assert_int_equal(left.len, 0);
	assert_true(netlink_copy(&part.body, &(uint32_t){ 0 }, sizeof(fixed)));
	assert_true(netlink_attribute(&part.body, &attribute));
	assert_int_equal(attribute.body.len, 5);
}

/* A length that is shorter than the header would never come to an end. */
static void nothing_is_told_of_a_message_whose_length_is_wrong(void **state)
{
	const size_t wrong[] = { 0, 1, sizeof(struct nlmsghdr) - 1, sizeof(struct nlmsghdr) + sizeof(fixed) + 1,
		                 UINT32_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		d.len = 0;
		datagram_set_len(&d, datagram_message(&d, 16, &fixed, sizeof(fixed)), wrong[i]);
		receive();
		assert_false(netlink_message(&left, &part));
		free(block);
		block = NULL;
	}
}

static void nothing_is_told_of_an_attribute_whose_length_is_wrong(void **state)
{
	const uint16_t wrong[] = { 0, 3, RTA_LENGTH(4) + 1, UINT16_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		d.len = 0;
		datagram_attribute(&d, 3, &fixed, sizeof(fixed));
		memcpy(d.bytes, &wrong[i], sizeof(wrong[i]));
		receive();
		assert_false(netlink_attribute(&left, &part));
		free(block);
		block = NULL;
	}
}

static void what_is_cut_within_a_header_is_the_end(void **state)
{
	(void)state;
	datagram_end(&d, datagram_message(&d, 16, &fixed, sizeof(fixed)));
	for (d.len = 0; d.len < sizeof(struct nlmsghdr); d.len++) {
		receive();
		assert_false(netlink_message(&left, &part));
		if (left.len < sizeof(struct rtattr))
			assert_false(netlink_attribute(&left, &part));
		free(block);
		block = NULL;
	}
}

static void a_copy_of_more_than_there_is_touches_nothing(void **state)
{
	uint32_t value[2] = { 7, 7 };

	(void)state;
	datagram_bytes(&d, &fixed, sizeof(fixed));
	receive();
	assert_false(netlink_copy(&left, value, sizeof(value)));
	assert_int_equal(value[0], 7);
	assert_int_equal(left.len, sizeof(fixed));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(messages_come_one_by_one, init, fini),
		cmocka_unit_test_setup_teardown(attributes_follow_the_fixed_part, init, fini),
		cmocka_unit_test_setup_teardown(padding_may_lack_at_the_end, init, fini),
		cmocka_unit_test_setup_teardown(nothing_is_told_of_a_message_whose_length_is_wrong, init, fini),
		cmocka_unit_test_setup_teardown(nothing_is_told_of_an_attribute_whose_length_is_wrong, init, fini),
		cmocka_unit_test_setup_teardown(what_is_cut_within_a_header_is_the_end, init, fini),
		cmocka_unit_test_setup_teardown(a_copy_of_more_than_there_is_touches_nothing, init, fini),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
