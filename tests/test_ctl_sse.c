#include "fixture.h"

#include "ctl/ctl_sse.h"

static char heard[4096];
static int n_heard, hear_at_most = 1000;

static bool on_event(void *context, const char *event, const char *text)
{
	(void)context;
	snprintf(heard + strlen(heard), sizeof(heard) - strlen(heard), "[%s|%s]", event, text);
	return ++n_heard < hear_at_most;
}

static struct ctl_sse *fresh(void)
{
	static struct ctl_sse s;

	s = (struct ctl_sse){ .on_event = on_event };
	ctl_sse_init(&s);
	heard[0] = '\0';
	n_heard = 0;
	hear_at_most = 1000;
	return &s;
}

static void an_event_is_heard_whole_however_it_is_cut(void **state)
{
	static const char text[] = "id: 7\nevent: state\ndata: {\"a\":1}\n\nid: 8\nevent: dns\ndata: {}\n\n";

	(void)state;
	for (size_t piece = 1; piece <= sizeof(text) - 1; piece++) {
		struct ctl_sse *s = fresh();

		for (size_t at = 0; at < sizeof(text) - 1; at += piece)
			assert_true(
				ctl_sse_feed(s, text + at, at + piece < sizeof(text) ? piece : sizeof(text) - 1 - at));
		assert_string_equal(heard, "[state|{\"a\":1}][dns|{}]");
		assert_string_equal(s->id, "8");
	}
}

static void lines_end_in_all_three_ways(void **state)
{
	struct ctl_sse *s = fresh();
	static const char text[] = "data: a\r\n\r\ndata: b\r\rdata: c\n\n";

	(void)state;
	ctl_sse_feed(s, text, sizeof(text) - 1);
	assert_string_equal(heard, "[|a][|b][|c]");
}

static void comments_and_unknown_fields_are_no_events(void **state)
{
	struct ctl_sse *s = fresh();
	static const char text[] = ":\n\n: hello\n\nretry: 10\n\nid: 3\n\nfoo\n\n";

	(void)state;
	ctl_sse_feed(s, text, sizeof(text) - 1);
	assert_string_equal(heard, "");
	assert_string_equal(s->id, "3");
}

static void lines_of_data_are_joined(void **state)
{
	struct ctl_sse *s = fresh();
	static const char text[] = "data: a\ndata:b\ndata:  c\n\n";

	(void)state;
	ctl_sse_feed(s, text, sizeof(text) - 1);
	assert_string_equal(heard, "[|a\nb\n c]");
}

static void what_is_too_long_is_cut_and_the_next_event_is_whole(void **state)
{
	struct ctl_sse *s = fresh();
	static char line[3 * CTL_SSE_LINE_MAX];

	(void)state;
	memset(line, 'x', sizeof(line));
	for (int i = 0; i < 4; i++) {
		ctl_sse_feed(s, "data: ", 6);
		ctl_sse_feed(s, line, sizeof(line));
		ctl_sse_feed(s, "\n", 1);
	}
	ctl_sse_feed(s, "event: ", 7);
	ctl_sse_feed(s, line, sizeof(line));
	ctl_sse_feed(s, "\n\n", 2);
	assert_int_equal(n_heard, 1);
	assert_in_range(strlen(heard), 1000, CTL_SSE_LINE_MAX);
	heard[0] = '\0';
	ctl_sse_feed(s, "event: ok\ndata: y\n\n", 19);
	assert_string_equal(heard, "[ok|y]");
}

static void a_listener_that_has_heard_enough_hears_no_more(void **state)
{
	struct ctl_sse *s = fresh();

	(void)state;
	hear_at_most = 1;
	assert_false(ctl_sse_feed(s, "data: a\n\ndata: b\n\n", 18));
	assert_string_equal(heard, "[|a]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_is_heard_whole_however_it_is_cut),
		cmocka_unit_test(lines_end_in_all_three_ways),
		cmocka_unit_test(comments_and_unknown_fields_are_no_events),
		cmocka_unit_test(lines_of_data_are_joined),
		cmocka_unit_test(what_is_too_long_is_cut_and_the_next_event_is_whole),
		cmocka_unit_test(a_listener_that_has_heard_enough_hears_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
