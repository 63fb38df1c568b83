#include "fixture.h"
#include "serve/events_hub.h"

#define ALL     0x1fu
#define REPORTS (1u << SERVE_EVENT_REPORT)
#define FIRST   1000

static struct events_hub *hub;
static char got[EVENTS_HUB_EVENT_MAX + 1024];

static int init(void **state)
{
	(void)state;
	hub = events_hub_new(FIRST);
	return hub ? 0 : -1;
}

static int fini(void **state)
{
	(void)state;
	events_hub_free(hub);
	return 0;
}

static void add(enum serve_event kind, const char *json)
{
	events_hub_add(hub, kind, json, strlen(json));
}

static void add_many(enum serve_event kind, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		add(kind, "{}");
}

static const char *read_on(struct events_reader *r)
{
	size_t len = events_reader_read(r, hub, got, sizeof(got) - 1);

	got[len] = '\0';
	return got;
}

/* Ids of what r reads to the end, all events in a row; fails at a resync. */
static uint64_t count_on(struct events_reader *r)
{
	uint64_t n = 0;

	while (*read_on(r)) {
		assert_null(strstr(got, "resync"));
		for (const char *at = got; (at = strstr(at, "id: ")); at++)
			n++;
	}
	return n;
}

static struct events_reader begin(unsigned kinds, uint64_t last_id)
{
	struct events_reader r;

	events_reader_init(&r, hub, kinds, last_id);
	return r;
}

static void a_reader_gets_what_comes_after_it_began(void **state)
{
	struct events_reader r;

	(void)state;
	add(SERVE_EVENT_STATE, "{\"a\": 1}");
	r = begin(ALL, 0);
	assert_false(events_reader_is_behind(&r, hub));
	assert_string_equal(read_on(&r), "");
	add(SERVE_EVENT_STATE, "{\"a\": 2}");
	add(SERVE_EVENT_DNS, "{\"a\": 3}");
	assert_true(events_reader_is_behind(&r, hub));
	assert_string_equal(read_on(&r), "id: 1001\nevent: state\ndata: {\"a\": 2}\n\n"
	                                 "id: 1002\nevent: dns\ndata: {\"a\": 3}\n\n");
	assert_string_equal(read_on(&r), "");
}

static void each_kind_has_its_name(void **state)
{
	struct events_reader r = begin(ALL, 0);

	(void)state;
	add(SERVE_EVENT_PATH, "{}");
	add(SERVE_EVENT_DAEMON, "{}");
	add(SERVE_EVENT_REPORT, "{}");
	assert_string_equal(read_on(&r), "id: 1000\nevent: path\ndata: {}\n\nid: 1001\nevent: daemon\ndata: {}\n\n"
	                                 "id: 1002\nevent: report\ndata: {}\n\n");
}

static void a_reader_gets_the_kinds_that_it_asked_for(void **state)
{
	struct events_reader r = begin(1u << SERVE_EVENT_DNS, 0);

	(void)state;
	add(SERVE_EVENT_STATE, "{}");
	add(SERVE_EVENT_REPORT, "{}");
	assert_false(events_reader_is_behind(&r, hub));
	assert_string_equal(read_on(&r), "");
	add(SERVE_EVENT_DNS, "{}");
	assert_string_equal(read_on(&r), "id: 1002\nevent: dns\ndata: {}\n\n");
}

static void a_reader_that_comes_back_goes_on_where_it_was(void **state)
{
	struct events_reader r;

	(void)state;
	add_many(SERVE_EVENT_STATE, 100);
	r = begin(ALL, FIRST + 89);
	assert_int_equal(count_on(&r), 10);
	r = begin(ALL, FIRST + 99);
	assert_int_equal(count_on(&r), 0);
}

static void a_reader_of_what_is_kept_begins_with_the_oldest(void **state)
{
	struct events_reader r;

	(void)state;
	add(SERVE_EVENT_STATE, "{\"a\": 1}");
	add(SERVE_EVENT_REPORT, "{}");
	events_reader_init_kept(&r, hub, 1u << SERVE_EVENT_STATE);
	assert_string_equal(read_on(&r), "id: 1000\nevent: state\ndata: {\"a\": 1}\n\n");
	assert_string_equal(read_on(&r), "");
	add_many(SERVE_EVENT_STATE, EVENTS_HUB_MAX + 7);
	events_reader_init_kept(&r, hub, ALL);
	assert_int_equal(count_on(&r), EVENTS_HUB_MAX);
	events_hub_lost(hub);
	add(SERVE_EVENT_STATE, "{}");
	events_reader_init_kept(&r, hub, ALL);
	assert_int_equal(count_on(&r), 1);
}

static void reports_and_others_come_in_their_order(void **state)
{
	struct events_reader r = begin(ALL, 0);
	uint64_t id = FIRST;

	(void)state;
	for (unsigned i = 0; i < 30; i++)
		add(i % 3 ? SERVE_EVENT_REPORT : SERVE_EVENT_STATE, "{}");
	while (*read_on(&r))
		for (const char *at = got; (at = strstr(at, "id: ")); at++)
			assert_int_equal(strtoull(at + 4, NULL, 10), id++);
	assert_int_equal(id, FIRST + 30);
}

static void the_latest_ten_thousand_are_kept(void **state)
{
	struct events_reader r = begin(ALL, 0);

	(void)state;
	add_many(SERVE_EVENT_STATE, EVENTS_HUB_MAX);
	assert_int_equal(count_on(&r), EVENTS_HUB_MAX);
	add_many(SERVE_EVENT_STATE, EVENTS_HUB_MAX / 2);
	r = begin(ALL, FIRST + EVENTS_HUB_MAX / 2 - 1);
	assert_int_equal(count_on(&r), EVENTS_HUB_MAX);
}

static void who_is_too_slow_is_told_and_loses_nothing_more(void **state)
{
	struct events_reader r = begin(ALL, 0);

	(void)state;
	add_many(SERVE_EVENT_STATE, EVENTS_HUB_MAX + 1);
	assert_true(events_reader_is_behind(&r, hub));
	assert_string_equal(read_on(&r), "id: 11000\nevent: resync\ndata: {}\n\n");
	assert_string_equal(read_on(&r), "");
	add(SERVE_EVENT_STATE, "{}");
	assert_string_equal(read_on(&r), "id: 11001\nevent: state\ndata: {}\n\n");
}

static void who_comes_back_too_late_is_told(void **state)
{
	struct events_reader r;

	(void)state;
	add_many(SERVE_EVENT_STATE, EVENTS_HUB_MAX + 1);
	r = begin(ALL, FIRST); /* the next one has just been kept */
	assert_int_equal(count_on(&r), EVENTS_HUB_MAX);
	add(SERVE_EVENT_STATE, "{}");
	r = begin(ALL, FIRST);
	assert_non_null(strstr(read_on(&r), "resync"));
}

static void who_comes_back_from_another_process_is_told(void **state)
{
	struct events_reader r = begin(ALL, 5);

	(void)state;
	assert_non_null(strstr(read_on(&r), "resync"));
	r = begin(ALL, UINT64_MAX);
	assert_non_null(strstr(read_on(&r), "resync"));
	/* The one before the first is as good as any: nothing is missing. */
	r = begin(ALL, FIRST - 1);
	assert_string_equal(read_on(&r), "");
}

static void reports_do_not_push_out_the_others(void **state)
{
	struct events_reader states, all;

	(void)state;
	add(SERVE_EVENT_STATE, "{}");
	add_many(SERVE_EVENT_REPORT, 3 * EVENTS_HUB_MAX);
	states = begin(ALL & ~REPORTS, FIRST - 1);
	assert_string_equal(read_on(&states), "id: 1000\nevent: state\ndata: {}\n\n");
	all = begin(ALL, FIRST - 1);
	assert_non_null(strstr(read_on(&all), "resync"));
}

static void states_do_not_push_out_what_the_daemon_says_of_itself(void **state)
{
	struct events_reader r;

	(void)state;
	add(SERVE_EVENT_DAEMON, "{\"event\": \"start\"}");
	add_many(SERVE_EVENT_STATE, 3 * EVENTS_HUB_MAX);
	events_reader_init_kept(&r, hub, 1u << SERVE_EVENT_DAEMON);
	assert_string_equal(read_on(&r), "id: 1000\nevent: daemon\ndata: {\"event\": \"start\"}\n\n");
	events_reader_init_kept(&r, hub, ALL & ~REPORTS);
	assert_int_equal(count_on(&r), EVENTS_HUB_MAX);
}

static void nobody_reads_across_a_loss(void **state)
{
	struct events_reader slow = begin(ALL, 0), done;

	(void)state;
	add(SERVE_EVENT_STATE, "{}");
	done = begin(ALL, 0);
	events_hub_lost(hub);
	assert_non_null(strstr(read_on(&slow), "resync"));
	assert_non_null(strstr(read_on(&done), "resync"));
	done = begin(ALL, FIRST);
	assert_non_null(strstr(read_on(&done), "resync"));
	add(SERVE_EVENT_STATE, "{}");
	assert_string_equal(read_on(&slow), "id: 1002\nevent: state\ndata: {}\n\n");
}

static void an_event_that_is_too_long_is_a_loss(void **state)
{
	static char text[EVENTS_HUB_EVENT_MAX + 2];
	struct events_reader r = begin(ALL, 0);

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	add(SERVE_EVENT_STATE, text);
	assert_non_null(strstr(read_on(&r), "resync"));
	text[EVENTS_HUB_EVENT_MAX] = '\0';
	add(SERVE_EVENT_STATE, text);
	assert_non_null(strstr(read_on(&r), text));
}

static void long_events_are_bounded_by_their_bytes(void **state)
{
	static char text[EVENTS_HUB_EVENT_MAX + 1];
	unsigned room = EVENTS_HUB_BYTES_MAX / EVENTS_HUB_EVENT_MAX;
	struct events_reader r = begin(ALL, 0);

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	for (unsigned i = 0; i < room; i++)
		add(SERVE_EVENT_STATE, text);
	assert_int_equal(count_on(&r), room);
	r = begin(ALL, FIRST);
	assert_int_equal(count_on(&r), room - 1);
	add(SERVE_EVENT_STATE, text);
	r = begin(ALL, FIRST - 1);
	assert_non_null(strstr(read_on(&r), "resync"));
}

static void only_whole_events_are_written(void **state)
{
	struct events_reader r = begin(ALL, 0);
	char small[128];
	size_t len, n = 0;

	(void)state;
	add_many(SERVE_EVENT_STATE, 10);
	while ((len = events_reader_read(&r, hub, small, sizeof(small)))) {
		assert_memory_equal(small, "id: ", 4);
		assert_memory_equal(small + len - 2, "\n\n", 2);
		n += len;
	}
	assert_int_equal(n, 10 * strlen("id: 1000\nevent: state\ndata: {}\n\n"));
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, init, fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_reader_gets_what_comes_after_it_began),
		TEST(each_kind_has_its_name),
		TEST(a_reader_gets_the_kinds_that_it_asked_for),
		TEST(a_reader_that_comes_back_goes_on_where_it_was),
		TEST(a_reader_of_what_is_kept_begins_with_the_oldest),
		TEST(reports_and_others_come_in_their_order),
		TEST(the_latest_ten_thousand_are_kept),
		TEST(who_is_too_slow_is_told_and_loses_nothing_more),
		TEST(who_comes_back_too_late_is_told),
		TEST(who_comes_back_from_another_process_is_told),
		TEST(reports_do_not_push_out_the_others),
		TEST(states_do_not_push_out_what_the_daemon_says_of_itself),
		TEST(nobody_reads_across_a_loss),
		TEST(an_event_that_is_too_long_is_a_loss),
		TEST(long_events_are_bounded_by_their_bytes),
		TEST(only_whole_events_are_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
