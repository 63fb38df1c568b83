#include "fixture.h"
#include "random.h"
#include "base/feed.h"

#include <pthread.h>
#include <sched.h>

#define SIZE    4096u
#define RECORDS 200000u

static struct feed *feed;

static int init(void **state)
{
	(void)state;
	feed = feed_new(SIZE);
	return feed ? 0 : -1;
}

static int fini(void **state)
{
	(void)state;
	feed_free(feed);
	return 0;
}

static void holds(uint32_t tag, const char *text)
{
	uint32_t found_tag = 0;
	size_t len = 0;
	const char *found = feed_at(feed, &found_tag, &len);

	assert_non_null(found);
	assert_int_equal(found_tag, tag);
	assert_int_equal(len, strlen(text));
	assert_memory_equal(found, text, len);
}

static void is_empty(void)
{
	uint32_t tag;
	size_t len;

	assert_null(feed_at(feed, &tag, &len));
}

static void records_come_in_order_with_their_tags(void **state)
{
	(void)state;
	is_empty();
	feed_drop(feed); /* of nothing */
	assert_true(feed_add(feed, 7, "one", 3));
	assert_true(feed_add(feed, 0, "", 0));
	assert_true(feed_add(feed, UINT32_MAX, "three", 5));
	holds(7, "one");
	holds(7, "one"); /* until it is dropped */
	feed_drop(feed);
	holds(0, "");
	feed_drop(feed);
	holds(UINT32_MAX, "three");
	feed_drop(feed);
	is_empty();
	assert_int_equal(feed_lost(feed), 0);
}

static void what_finds_no_room_is_lost_and_counted(void **state)
{
	unsigned n = 0;

	(void)state;
	while (feed_add(feed, n, "12345678", 8))
		n++;
	assert_int_equal(n, SIZE / 16); /* 8 more each */
	assert_false(feed_add(feed, 0, "", 0));
	assert_int_equal(feed_lost(feed), 2);
	feed_drop(feed);
	assert_true(feed_add(feed, n, "last", 4));
	assert_false(feed_add(feed, n, "last", 4));
	for (unsigned i = 1; i < n; i++) {
		holds(i, "12345678");
		feed_drop(feed);
	}
	holds(n, "last");
	feed_drop(feed);
	is_empty();
}

static void a_record_larger_than_the_ring_is_lost(void **state)
{
	static char large[SIZE];
	uint32_t tag;
	size_t len;

	(void)state;
	assert_false(feed_add(feed, 1, large, SIZE));
	assert_false(feed_add(feed, 1, large, SIZE - 7));
	assert_int_equal(feed_lost(feed), 2);
	assert_true(feed_add(feed, 1, large, SIZE - 8));
	assert_non_null(feed_at(feed, &tag, &len));
	assert_int_equal(len, SIZE - 8);
}

/* Each record is filled with bytes that its tag gives, and its length too. */
static size_t fill(unsigned char *bytes, uint32_t tag)
{
	uint64_t seed = tag;
	size_t len = (size_t)random_below(&seed, 300);

	memset(bytes, (int)(tag % 251), len);
	return len;
}

static bool is_filled(const unsigned char *bytes, size_t len, uint32_t tag)
{
	unsigned char expected[300];

	return len == fill(expected, tag) && !memcmp(bytes, expected, len);
}

static void records_of_any_length_go_round_the_ring(void **state)
{
	unsigned char bytes[300];
	uint32_t added = 0, taken = 0, tag;
	uint64_t seed = 1;
	size_t len;

	(void)state;
	while (taken < 5000) {
		const unsigned char *found = feed_at(feed, &tag, &len);

		if (random_below(&seed, 2)) {
			added += feed_add(feed, added, bytes, fill(bytes, added));
		} else if (found) {
			assert_int_equal(tag, taken++);
			assert_true(is_filled(found, len, tag));
			feed_drop(feed);
		} else {
			assert_int_equal(added, taken);
		}
	}
}

static void *add_all(void *data)
{
	unsigned char bytes[300];

	(void)data;
	for (uint32_t i = 0; i < RECORDS; i++)
		if (!feed_add(feed, i, bytes, fill(bytes, i)) && i % 64 == 0)
			sched_yield();
	feed_add(feed, UINT32_MAX, NULL, 0);
	return NULL;
}

static void one_thread_adds_while_another_takes(void **state)
{
	uint32_t tag, next = 0, n = 0;
	pthread_t thread;
	size_t len;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, add_all, NULL), 0);
	while (n + feed_lost(feed) < RECORDS) {
		const unsigned char *found = feed_at(feed, &tag, &len);

		if (!found) {
			sched_yield();
			continue;
		}
		if (tag == UINT32_MAX)
			break;
		if (tag < next || !is_filled(found, len, tag))
			fail_msg("record %u came damaged, or after %u", tag, next);
		next = tag + 1;
		n++;
		feed_drop(feed);
	}
	pthread_join(thread, NULL);
	assert_true(n > 0);
	assert_in_range(n + feed_lost(feed), RECORDS, RECORDS + 1); /* the last one of all may be among the lost */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, init, fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(records_come_in_order_with_their_tags), TEST(what_finds_no_room_is_lost_and_counted),
		TEST(a_record_larger_than_the_ring_is_lost), TEST(records_of_any_length_go_round_the_ring),
		TEST(one_thread_adds_while_another_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
